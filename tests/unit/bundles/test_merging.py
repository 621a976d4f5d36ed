"""One form out of several: nothing asked twice, nothing lost, and each member gets what its own form needs."""

from __future__ import annotations

from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.bundles import rules
from backend.bundles.rules import Member, Placing
from backend.cases.filled import judge
from backend.city import questionnaire
from backend.city.bundle_fields import meet
from backend.city.city import City
from backend.city.structures import Bundle, Field
from backend.foundation.forms import Form, check_form

CITY = City.load(Path(__file__).resolve().parents[3] / "city")
CHOICES = [
    (bundle, dict(combination))
    for bundle in CITY.bundles.values()
    for combination in product(
        *[[(questionnaire.QUESTION + each.key, option.value) for option in each.options] for each in bundle.questions]
    )
]
LABELS = [f"{bundle.key}-{'-'.join(answers.values())}" for bundle, answers in CHOICES]


def parts(bundle: Bundle, answers: dict[str, str]) -> tuple[list[Member], dict[str, Placing], Any]:
    members = rules.members_of(CITY, bundle, questionnaire.chosen(bundle, answers))
    placed = rules.placings(bundle, rules.members_of(CITY, bundle))
    return members, placed, rules.merged(bundle, members, placed)


def answer(draw: Any, schema: dict[str, Any], known: str | None) -> Any:
    """Some answer to a field; not always a fitting one."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return draw(st.sampled_from(schema["enum"]))
    kind = schema.get("type")
    if kind == "boolean":
        return True
    if kind == "integer":
        return draw(st.integers(schema.get("minimum", 0), min(schema.get("maximum", 50), 10**6)))
    if kind == "array":
        row = schema.get("items", {})
        return [answer(draw, row, None) for _ in range(draw(st.integers(1, 2)))]
    if kind == "object":
        return {name: answer(draw, each, None) for name, each in schema.get("properties", {}).items()}
    return "2026-11-02" if schema.get("format") == "date" else draw(st.sampled_from(["甲", "听涛路 18 号 502 室", "9"]))


@st.composite
def filled(draw: Any) -> tuple[Bundle, dict[str, str], dict[str, Any]]:
    bundle, answers = draw(st.sampled_from(CHOICES))
    _, _, form = parts(bundle, answers)
    values: dict[str, Any] = dict(answers)
    for name, schema in form.schema["properties"].items():
        if name not in values and draw(st.booleans()):
            values[name] = answer(draw, schema, None)
    return bundle, answers, values


@pytest.mark.parametrize(("bundle", "answers"), CHOICES, ids=LABELS)
def test_the_merged_form_is_a_form_of_the_house_and_asks_nothing_twice(bundle: Bundle, answers: dict[str, str]) -> None:
    members, placed, form = parts(bundle, answers)
    assert check_form(form.schema) is None
    Form(form.schema)
    fields = [each for page in form.layout.pages for each in rules.every_field(page.fields)]
    pointers = [each.pointer for each in fields]
    assert len(pointers) == len(set(pointers))
    known = [each.known for each in fields if each.known]
    assert len(known) == len(set(known))
    # Whatever a member requires and somebody has to answer is asked.
    for member in members:
        placing = placed[member.item]
        for name in dict(member.form.schema)["required"]:
            assert name in placing.unasked or any(each.startswith(f"/{placing.names[name]}") for each in pointers), (
                member.item,
                name,
            )


@pytest.mark.parametrize(("bundle", "answers"), CHOICES, ids=LABELS)
def test_every_picture_that_a_member_needs_is_asked_for_or_comes_from_an_earlier_result(
    bundle: Bundle, answers: dict[str, str]
) -> None:
    members, placed, form = parts(bundle, answers)
    guide = rules.merged_guide(bundle, members, placed, "0" * 64)
    papers = {each.key for each in guide.materials}
    assert len(papers) == len(guide.materials)
    shown = {each.material for page in form.layout.pages for each in rules.every_field(page.fields)}
    for member in members:
        for material in member.guide.materials:
            if material.handover == "upload" and material.necessity == "required":
                assert placed[member.item].materials[material.key] in papers & shown


@settings(max_examples=300, deadline=None)
@given(filled())
def test_each_member_gets_only_what_its_form_asks_and_all_of_that(given_: Any) -> None:
    bundle, answers, values = given_
    members, placed, _ = parts(bundle, answers)
    for member in members:
        placing = placed[member.item]
        own = rules.split(member, placing, values)
        properties = dict(member.form.schema)["properties"]
        assert set(own) <= set(properties)
        found = judge(
            Form(member.form.schema),
            member.form.layout,
            own,
            today=date(2026, 11, 27),
            facts={},
            commitments=frozenset(),
        )
        # Nothing that this form does not ask, in whole or by its conditions.
        assert [each for each in found if each.keyword in ("when", "additionalProperties")] == []
        for name, value in own.items():
            if name in placing.answers:
                assert value == placing.answers[name]
            elif not placing.rows.get(name) and not isinstance(value, list):
                assert value == values[placing.names[name]]


@settings(max_examples=300, deadline=None)
@given(filled())
def test_what_fits_the_merged_form_fits_each_member(given_: Any) -> None:
    """Whatever a member's own form has against its part, the merged form has against the whole."""
    bundle, answers, values = given_
    members, placed, form = parts(bundle, answers)
    wrong = {each.path for each in Form(form.schema).faults(values)}
    for member in members:
        placing = placed[member.item]
        own = rules.split(member, placing, values)
        for each in Form(member.form.schema).faults(own):
            top = each.path.split("/")[1] if each.path else ""
            if top not in placing.unasked:
                assert rules.merged_path(placing, each.path) in wrong, (member.item, each)


def test_what_was_typed_keeps_its_name_whatever_is_chosen() -> None:
    for bundle in CITY.bundles.values():
        types: dict[str, set[str]] = {}
        for other, answers in CHOICES:
            if other.key == bundle.key:
                for name, schema in parts(bundle, answers)[2].schema["properties"].items():
                    types.setdefault(name, set()).add(str(schema.get("type")))
        assert all(len(each) == 1 for each in types.values())


def test_two_fields_meet_in_what_both_allow() -> None:
    one = {"type": "string", "minLength": 1, "maxLength": 50}
    assert meet(one, {"type": "string", "minLength": 2, "maxLength": 100}) == {
        "type": "string",
        "minLength": 2,
        "maxLength": 50,
    }
    assert meet(one, {"type": "integer"}) is None
    assert meet({"type": "string", "enum": ["a"]}, {"type": "string", "enum": ["b"]}) is None
    assert meet({"type": "string", "maxLength": 3}, {"type": "string", "minLength": 5}) is None


def _labels(fields: list[Field]) -> list[str]:
    return [each.label.zh for each in rules.every_field(fields)]


def test_a_row_that_two_members_share_has_what_both_ask_and_each_gets_its_own() -> None:
    bundle = CITY.bundles["company-opening"]
    members, placed, form = parts(bundle, {"about_seals": "yes", "about_staff": "yes"})
    rows = next(
        each
        for page in form.layout.pages
        for each in page.fields
        if each.pointer == "/employer_social_insurance_employees"
    )
    assert {each.pointer for each in rows.fields} >= {"/name", "/started_on", "/wage", "/post", "/contract"}
    assert "/hired_on" not in {each.pointer for each in rows.fields}
    row = {"name": "甲", "id_number": "x", "started_on": "2026-11-02", "wage": 1, "post": "厨师", "contract": "task"}
    values = {"employer_social_insurance_employees": [row]}
    own = {each.item: rules.split(each, placed[each.item], values) for each in members}
    assert own["employment-registration"]["employees"] == [
        {"name": "甲", "id_number": "x", "post": "厨师", "hired_on": "2026-11-02", "contract": "task"}
    ]
    assert set(own["employer-social-insurance"]["employees"][0]) == {"name", "id_number", "started_on", "wage"}
