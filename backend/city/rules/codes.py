"""Rules on codes, numbers and keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from backend.city.guide import implementation_code
from backend.city.rules.rule import Article, At, rule
from backend.city.rules.view import PackView
from backend.foundation import identifiers

_CODES = Article("GB 32100-2015、GB 11643-1999、GB/T 36904-2018、GB/T 39554.1-2020", "H")


def _judged(pack: PackView) -> Iterator[tuple[str, str, str, str | None]]:
    """Every code and number of a pack: file, pointer, how it is shown, what is wrong with it."""
    for position, department in enumerate(pack.departments):
        at, code = f"/departments/{position}", department.code
        yield "departments.yaml", f"{at}/code", code, identifiers.check_uscc(code)
        for phone in ("consult_phone", "complaint_phone"):
            number: str = getattr(department, phone)
            yield "departments.yaml", f"{at}/{phone}", number, identifiers.check_phone(number)
    for position, person in enumerate(pack.population.persons):
        fault = identifiers.check_resident_id(person.id_number, pack.today)
        yield "registers/population.yaml", f"/persons/{position}/id_number", "an ID number", fault
    for position, enterprise in enumerate(pack.enterprises):
        code = enterprise.code
        yield "registers/enterprises.yaml", f"/enterprises/{position}/code", code, identifiers.check_uscc(code)
    for path, certificate in pack.certificates.items():
        yield path, "/type_code", certificate.type_code, identifiers.check_uscc(certificate.type_code[:18])
    for pair in pack.pairs:
        check = identifiers.check_item_code if pair.own else identifiers.check_imported_item_code
        yield pair.path, "/catalog_code", pair.base.catalog_code, check(pair.base.catalog_code)
        for position, office in enumerate(pair.office.offices):
            if office.item_code is not None:
                yield pair.office_path, f"/offices/{position}/item_code", office.item_code, check(office.item_code)


@rule(
    "check-character",
    refuses="A code or number that is not well formed, or whose check character is wrong.",
    cure="Correct the code; its last character is computed from the others.",
    article=_CODES,
)
def check_character(pack: PackView) -> Iterable[At]:
    """Codes and numbers are well formed and their check characters right (standards §1, §2, §4)."""
    for path, pointer, shown, fault in _judged(pack):
        if fault is not None:
            yield At(path, pointer, f"{shown}: {fault}")


@rule(
    "item-code",
    refuses="An item code that is not the office's credit code, the level and the catalogue code (实施编码规则).",
    cure="Use the code named, or leave item_code out.",
    article=Article("GB/T 39554.1-2020", "H"),
)
def item_code(pack: PackView) -> Iterable[At]:
    """Item codes follow the rule of codes, for every item of our own."""
    for pair in pack.pairs:
        if not pair.own:
            continue
        for position, office in enumerate(pair.office.offices):
            expected = implementation_code(pack.department_by_key[office.department], pair.base)
            if office.item_code is not None and office.item_code[:31] != expected:
                detail = f"{office.item_code} is not department, level and catalogue code, which is {expected}"
                yield At(pair.office_path, f"/offices/{position}/item_code", detail)


def _codes(pack: PackView) -> Iterator[tuple[str, str, str, str]]:
    """Every code that names one thing only: of what, the code, file and pointer."""
    for position, department in enumerate(pack.departments):
        yield "department", department.code, "departments.yaml", f"/departments/{position}/code"
    for path, certificate in pack.certificates.items():
        yield "certificate type", certificate.type_code, path, "/type_code"
    for pair in pack.pairs:
        # Lists from elsewhere have the same catalogue code at every level and office.
        if pair.own:
            yield "catalogue", pair.base.catalog_code, pair.path, "/catalog_code"
        for position, office in enumerate(pair.office.offices):
            code = office.item_code or implementation_code(pack.department_by_key[office.department], pair.base)
            yield "item", code, pair.office_path, f"/offices/{position}"


@rule(
    "code-twice",
    refuses="A code that two things have: departments, catalogue, items at their offices, certificate types.",
    cure="Give each its own code.",
    article=Article("GB/T 39554.1-2020", "H"),
)
def code_twice(pack: PackView) -> Iterable[At]:
    """A code names one thing."""
    seen: dict[tuple[str, str], str] = {}
    for kind, code, path, pointer in _codes(pack):
        if (kind, code) in seen:
            yield At(path, pointer, f"the {kind} code {code} is already in {seen[kind, code]}")
        else:
            seen[kind, code] = path


def _keys(pack: PackView) -> Iterator[tuple[str, str, str, str]]:
    """Every key: of what, the key, file and pointer."""
    for kind, parts in (
        ("regime", pack.regimes),
        ("lifecycle", pack.lifecycles),
        ("form", pack.forms),
        ("bundle", pack.bundles),
        ("plan", pack.plans),
        ("certificate", pack.certificates),
        ("item", pack.bases),
    ):
        for path, part in parts.items():
            yield kind, part.key, path, "/key"
    for position, department in enumerate(pack.departments):
        yield "department", department.key, "departments.yaml", f"/departments/{position}/key"
    for position, location in enumerate(pack.locations):
        yield "location", location.key, "locations.yaml", f"/locations/{position}/key"
    for position, event in enumerate(pack.life_events):
        yield "life event", event.key, "life-events.yaml", f"/events/{position}/key"
    for position, duty in enumerate(pack.duties):
        yield "duty", duty.key, "duties.yaml", f"/duties/{position}/key"
    for path, base in pack.bases.items():
        for position, material in enumerate(base.materials):
            yield f"material of {path}", material.key, path, f"/materials/{position}/key"


@rule(
    "key-twice",
    refuses="A key that two things of a kind have: only one of them would be found.",
    cure="Give each its own key.",
)
def key_twice(pack: PackView) -> Iterable[At]:
    """A key names one thing of its kind."""
    seen: set[tuple[str, str]] = set()
    for kind, key, path, pointer in _keys(pack):
        if (kind, key) in seen:
            yield At(path, pointer, f"there is another {kind.partition(' of ')[0]} called {key}")
        seen.add((kind, key))
