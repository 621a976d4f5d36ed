"""Separated powers, places and first secrets of staff."""

from __future__ import annotations

import random
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
import pytest

from backend.cases.schemas import Applicant, StaffCaseView
from backend.cases.sight import as_seen, may_unmask, sight_of
from backend.city.guide import DepartmentName
from backend.city.structures import Text
from backend.identity.permissions import ADMINISTRATORS
from backend.staff.powers import administrator_kind, first_password, is_division, roles_fault, totp_uri
from backend.staff.rules import password_weakness

STREETS = ("990102001000", "990103001000")


@pytest.mark.parametrize(
    ("roles", "fault"),
    [
        ([], None),
        (["clerk", "approver"], None),
        (["audit_administrator"], None),
        (["clerk", "audit_administrator"], "separated"),
        (["system_administrator", "security_administrator"], "separated"),
        (["clerk", "clerk"], "repeated"),
        (["audit_administrator", "audit_administrator"], "repeated"),
    ],
)
def test_an_administrators_role_stands_alone(roles: list[str], fault: str | None) -> None:
    assert roles_fault(roles) == fault


def test_who_is_an_administrator_is_told_by_kind() -> None:
    assert {administrator_kind([each]) for each in ADMINISTRATORS} == ADMINISTRATORS
    assert administrator_kind(["clerk", "supervisor"]) is None


@pytest.mark.parametrize(
    ("code", "is_one"),
    [
        ("9901", True),
        ("990102", True),
        ("990102001", True),
        ("990102001000", True),
        ("990102002", False),
        ("99010", False),
        ("9901020010", False),
        ("", False),
        ("99010a", False),
        ("９９０１０２", False),
    ],
)
def test_a_division_is_a_level_that_has_streets(code: str, is_one: bool) -> None:
    assert is_division(code, STREETS) is is_one


def test_first_passwords_meet_every_rule_and_differ() -> None:
    choose = random.Random(7).choice
    made = [first_password("YH0011", choose) for _ in range(200)]
    assert len(set(made)) == 200
    assert {password_weakness(each, "YH0011", shortest=16) for each in made} == {None}
    assert not set("".join(made)) & set("0OlI1")


def test_an_authenticator_app_reads_number_secret_and_issuer() -> None:
    found = urlsplit(totp_uri("YH 0011", "ABCDEFGH"))
    assert (found.scheme, found.netloc, unquote(found.path)) == ("otpauth", "totp", "/掌上办:YH 0011")
    assert parse_qs(found.query) == {"secret": ["ABCDEFGH"], "issuer": ["掌上办"], "digits": ["6"], "period": ["30"]}


def test_the_widest_role_decides_what_is_seen_and_none_sees_the_least() -> None:
    assert sight_of(["agent", "clerk"]) == "all"
    assert sight_of(["agent", "supervisor"]) == "course"
    assert {sight_of(roles) for roles in ([], ["agent"], ["editor"], *([each] for each in ADMINISTRATORS))} == {
        "progress"
    }


def test_an_agent_may_unmask_the_phone_only_and_a_supervisor_nothing() -> None:
    assert may_unmask(["agent"], ["phone"])
    assert not may_unmask(["agent"], ["phone", "id_number"])
    assert may_unmask(["reviewer"], ["phone", "id_number"])
    assert not may_unmask(["supervisor"], ["phone"])
    assert not may_unmask([], ["phone"])


def test_every_member_of_a_case_is_shown_or_hidden_by_decision() -> None:
    name = DepartmentName("1" * 18, Text("局", "Bureau"))
    given = {each: None for each in StaffCaseView.__struct_fields__}
    lists = {each: ["secret"] for each in ("commands", "schema_labels", "allowed", "marks")}
    empty = {"timeline": [], "materials": [], "stages": [], "tasks": []}
    whole = StaffCaseView(
        **{
            **given,
            **lists,
            **empty,
            "sees": "all",
            "department": name,
            "values": {"name": "secret"},
            "reason": Text("secret", "secret"),
            "applicant": Applicant("林晓舟", "990***********2421", "139****0001"),
        }
    )
    assert as_seen(whole, "all") is whole
    agent, supervisor = as_seen(whole, "progress"), as_seen(whole, "course")
    assert (supervisor.reason, agent.reason) == (whole.reason, None)
    for view in (agent, supervisor):
        text = msgspec.json.encode(msgspec.structs.replace(view, reason=None)).decode()
        assert "secret" not in text
        assert view.applicant == Applicant("林**", None, None)
