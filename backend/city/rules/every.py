"""All rules: those of reading a pack, and those that look at one that could be read."""

from __future__ import annotations

from backend.city.rules import (
    automatic,
    benchmarks,
    bundle_parts,
    certificates,
    codes,
    collections,
    divisions,
    documents,
    forms,
    items,
    lifecycles,
    limits,
    materials,
    privacy,
    procedures,
    reading,
    registers,
    visits_and_fees,
)
from backend.city.rules.rule import Rule, rules_in

SUBJECTS: tuple[tuple[str, tuple[Rule, ...]], ...] = (
    ("Reading the files", rules_in(reading)),
    ("Materials", rules_in(materials)),
    ("Time limits", rules_in(limits)),
    ("Visits, depth and fees", rules_in(visits_and_fees)),
    ("Lifecycles and messages", rules_in(lifecycles)),
    ("Documents", rules_in(documents)),
    ("Decisions without a person", rules_in(automatic)),
    ("Discretion", rules_in(benchmarks)),
    ("Lifecycles under each regime", rules_in(procedures)),
    ("Forms", rules_in(forms)),
    ("Items and their offices", rules_in(items)),
    ("Certificates", rules_in(certificates)),
    ("Codes and keys", rules_in(codes)),
    ("Divisions and departments", rules_in(divisions)),
    ("Bundles", rules_in(collections, bundle_parts)),
    ("Registers", rules_in(registers)),
    ("Personal data", rules_in(privacy)),
)
RULES: tuple[Rule, ...] = tuple(each for _, rules in SUBJECTS for each in rules)
