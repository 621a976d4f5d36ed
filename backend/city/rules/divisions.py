"""Rules on divisions and departments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from backend.city.guide import is_in
from backend.city.rules.rule import Article, At, rule
from backend.city.rules.view import PackView
from backend.foundation import identifiers

_BY_DISTRICT, _BY_STREET = "4", "5"


@rule(
    "division-code",
    refuses="A division code that is not well formed, or lies outside the division above it.",
    cure="Correct the code.",
    article=Article("GB/T 2260", "H"),
)
def division_code(pack: PackView) -> Iterable[At]:
    """Division codes are well formed and lie inside the division above them."""
    for at, district in enumerate(pack.divisions.districts):
        pointers = [(f"/districts/{at}/code", district.code, pack.facts.code[:4])]
        for street_at, street in enumerate(district.streets):
            above = f"/districts/{at}/streets/{street_at}"
            pointers.append((f"{above}/code", street.code, district.code[:6]))
            pointers += [
                (f"{above}/communities/{number}/code", community.code, street.code[:9])
                for number, community in enumerate(street.communities)
            ]
        for pointer, code, within in pointers:
            if identifiers.check_area_code(code) is not None or not code.startswith(within):
                yield At("divisions.yaml", pointer, f"{code} is no division code inside {within}")


def _named(pack: PackView) -> Iterator[tuple[str, str, str]]:
    """Every division that something is said to be in or for: file, pointer, code."""
    for position, department in enumerate(pack.departments):
        yield "departments.yaml", f"/departments/{position}/division", department.division
    for position, location in enumerate(pack.locations):
        yield "locations.yaml", f"/locations/{position}/division", location.division
    for position, duty in enumerate(pack.duties):
        for at, code in enumerate(duty.divisions):
            yield "duties.yaml", f"/duties/{position}/divisions/{at}", code
    for pair in pack.pairs:
        for position, office in enumerate(pair.office.offices):
            for at, code in enumerate(office.divisions):
                yield pair.office_path, f"/offices/{position}/divisions/{at}", code


@rule(
    "division-unknown",
    refuses="A division that the city does not have: nobody lives there.",
    cure="Use the city's code or one of divisions.yaml.",
)
def division_unknown(pack: PackView) -> Iterable[At]:
    """Departments, places, duties and offices are for divisions of this city."""
    known = {pack.facts.code}
    for district in pack.divisions.districts:
        known.add(district.code)
        for street in district.streets:
            known.update((street.code, *(community.code for community in street.communities)))
    for path, pointer, code in _named(pack):
        if code not in known:
            yield At(path, pointer, f"{code} is no division of {pack.facts.name.zh}")


@rule(
    "division-uncovered",
    refuses="An item of district or street level with no office for one of the districts or streets.",
    cure="Add an office for the division, or one around it.",
    severity="warning",
)
def division_uncovered(pack: PackView) -> Iterable[At]:
    """Wherever somebody lives, somebody is competent."""
    districts = [each.code for each in pack.divisions.districts]
    streets = [street.code for each in pack.divisions.districts for street in each.streets]
    for pair in pack.pairs:
        if not pair.own or pair.base.use_level not in (_BY_DISTRICT, _BY_STREET):
            continue
        covered = {code for office in pair.office.offices for code in office.divisions}
        wanted = streets if pair.base.use_level == _BY_STREET else districts
        bare = [code for code in wanted if code not in covered and not any(is_in(code, each) for each in covered)]
        if bare:
            yield At(pair.office_path, "/offices", f"no office for {', '.join(bare)}")


@rule(
    "same-phone",
    refuses="A department with one phone for questions and complaints.",
    cure="Give another complaint phone.",
)
def same_phone(pack: PackView) -> Iterable[At]:
    """Whoever complains is not sent to those complained about."""
    for position, department in enumerate(pack.departments):
        if department.consult_phone == department.complaint_phone:
            detail = f"{department.name.zh}: consult and complaint phone are the same"
            yield At("departments.yaml", f"/departments/{position}/complaint_phone", detail)


@rule(
    "department-parent",
    refuses="A department below one that is not there, or below itself.",
    cure="Name the department above, or null.",
)
def department_parent(pack: PackView) -> Iterable[At]:
    """Departments form a tree."""
    for position, department in enumerate(pack.departments):
        above, passed = department.parent, {department.key}
        while above is not None and above in pack.department_by_key and above not in passed:
            passed.add(above)
            above = pack.department_by_key[above].parent
        if above is not None:
            detail = f"{department.key} is below {above}, which is {'itself' if above in passed else 'not defined'}"
            yield At("departments.yaml", f"/departments/{position}/parent", detail)
