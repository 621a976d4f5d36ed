"""Rules on the synthetic registers."""

from __future__ import annotations

from collections.abc import Iterable

from backend.city.rules.rule import At, rule
from backend.city.rules.view import PackView


@rule(
    "guardian-unknown",
    refuses="A child whose guardian is no other person of the population register.",
    cure="Correct the number.",
)
def guardian_unknown(pack: PackView) -> Iterable[At]:
    """Guardians are persons whom the register knows."""
    numbers = {person.id_number for person in pack.population.persons}
    for position, person in enumerate(pack.population.persons):
        unknown = [number for number in person.guardians if number not in numbers or number == person.id_number]
        if unknown:
            detail = f"{len(unknown)} of the guardians are no other persons of the register"
            yield At("registers/population.yaml", f"/persons/{position}/guardians", detail)


@rule(
    "representative-unknown",
    refuses="An organisation whose representative the population register does not know by this name and number.",
    cure="Correct name and number, or add the person to registers/population.yaml.",
)
def representative_unknown(pack: PackView) -> Iterable[At]:
    """Representatives are persons whom the register knows."""
    names = {person.id_number: person.name for person in pack.population.persons}
    for position, enterprise in enumerate(pack.enterprises):
        if names.get(enterprise.representative.id_number) != enterprise.representative.name:
            detail = f"{enterprise.code}: the population register knows no such representative"
            yield At("registers/enterprises.yaml", f"/enterprises/{position}/representative", detail)
