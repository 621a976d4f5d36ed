"""Mass assignment and parameter pollution: nothing but what a body is for can be said in it, and nothing twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from litestar.routes import HTTPRoute

from backend.app import create_app
from backend.city.city import City
from backend.foundation.database import sql
from backend.foundation.rate_limits import MemoryLimiter
from backend.foundation.settings import Settings
from backend.house import House
from tests.api.case_builders import CLERK, OTHER, RESIDENT, application, key
from tests.api.conftest import API, Client, SignIn
from tests.api.test_bad_input import nothing_stored
from tests.attack.operations import OPERATIONS, Operation, objects_within

pytestmark = pytest.mark.anyio

TAKING = [each for each in OPERATIONS if each.body is not None]
PRIVILEGED: dict[str, Any] = {
    "role": "approver",
    "roles": ["approver", "system_administrator"],
    "staff": {"department": "11990100990100018P", "roles": ["approver"]},
    "department": "11990100990100018P",
    "level": 3,
    "account_id": "00000000-0000-0000-0000-000000000000",
    "subject_id": "00000000-0000-0000-0000-000000000000",
    "party_id": "00000000-0000-0000-0000-000000000000",
    "identified": True,
    "identified_at": 1,
    "in_person_at": 1,
    "state": "granted",
    "stage": "decided",
    "accepted_by": "00000000-0000-0000-0000-000000000000",
    "number": "1",
    "submitted_at": "2020-01-01T00:00:00Z",
    "id": "00000000-0000-0000-0000-000000000000",
    "__proto__": {"role": "approver"},
    "constructor": {"prototype": {"role": "approver"}},
}


@pytest.fixture(autouse=True)
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """No limit answers instead of what is attacked; limits have tests of their own."""

    async def admitted(*_: object, **__: object) -> float:
        return 0.0

    monkeypatch.setattr(MemoryLimiter, "hit", admitted)


# Refused before the body is read: by role, for want of a fresh proof, or since this house does not offer it.
BEFORE_THE_BODY = {
    (403, "forbidden"),
    (403, "sign-in-again"),
    (404, "unified-not-offered"),
}


# Written by others' software, whose further members are passed over and never read: a provider's form (OpenID Connect
# Back-Channel Logout 1.0 §2.5), and what a browser makes of a passkey (WebAuthn Level 3 §5.1: members may be added).
PASSED_OVER = {"LogoutForm", "Assertion", "AssertionResponse", "Attestation", "AttestationResponse"}
OF_A_BROWSER = "credential"


def inner_structures(kind: Any) -> Iterator[msgspec.inspect.StructType]:
    """The structures that a type of a body is made of."""
    waiting = [msgspec.inspect.type_info(kind)]
    while waiting:
        found = waiting.pop()
        if isinstance(found, msgspec.inspect.StructType):
            yield found
            waiting += [field.type for field in found.fields]
        for name in ("types", "item_types"):
            waiting += list(getattr(found, name, ()))
        for name in ("item_type", "value_type", "type"):
            inner = getattr(found, name, None)
            if isinstance(inner, msgspec.inspect.Type):
                waiting.append(inner)


def test_every_structure_of_every_body_refuses_what_it_does_not_list() -> None:
    app = create_app(Settings(mode="test"))
    taken = {
        handler.parsed_data_field.annotation
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler, _ in route.route_handler_map.values()
        if handler.parsed_data_field is not None
    }
    assert len(taken) >= 12
    every = {found.cls: found for kind in taken for found in inner_structures(kind)}
    assert {kind.__name__ for kind, found in every.items() if not found.forbid_unknown_fields} <= PASSED_OVER


def put_in(body: Any, way: tuple[str, ...], member: str, value: Any) -> Any:
    """`body` with a member more in the object that lies that way."""
    if not way:
        inner = body[0] if isinstance(body, list) and body else body
        changed = {**(inner if isinstance(inner, dict) else {}), member: value}
        return [changed] if isinstance(body, list) else changed
    whole = dict(body)
    whole[way[0]] = put_in(whole.get(way[0]) or {}, way[1:], member, value)
    return whole


@pytest.mark.parametrize("operation", TAKING, ids=str)
async def test_a_member_that_a_body_does_not_have_is_refused_wherever_it_stands(
    house: House, sign_in: SignIn, operation: Operation
) -> None:
    desk = operation.template.startswith(f"{API}/desk/")
    browser = await sign_in(CLERK if desk else RESIDENT)
    async with nothing_stored(house):
        for way, schema in objects_within(operation):
            if OF_A_BROWSER in way:
                continue
            for member, value in PRIVILEGED.items():
                if member in schema["properties"]:
                    continue
                body = put_in(operation.example(), way, member, value)
                reply = await browser.request(
                    operation.method, operation.path(), json=body, headers=operation.headers()
                )
                told = (str(operation), way, member, reply.text)
                refusal = reply.status_code, reply.json()["type"].rpartition(":")[2]
                assert refusal == (400, "invalid-request") or refusal in BEFORE_THE_BODY, told


async def test_what_a_person_is_does_not_change_by_what_they_file(house: House, sign_in: SignIn, city: City) -> None:
    """The form itself has free members; those that the form does not list are refused too."""
    resident = await sign_in(RESIDENT)
    before = (await resident.get(f"{API}/session")).json()
    whole = await application(house, resident, city)
    async with nothing_stored(house):
        for member, value in PRIVILEGED.items():
            body = {**whole, "values": {**whole["values"], member: value}}
            reply = await resident.post(f"{API}/cases", json=body, headers=key())
            assert reply.status_code == 422, (member, reply.text)
            assert reply.json()["type"] == "urn:zhangban:problem:form-invalid"
    assert (await resident.get(f"{API}/session")).json() == before


async def test_a_member_given_twice_never_reaches_two_people(house: House, client: Client) -> None:
    first, second = "13700000011", "13700000012"
    text = f'{{"phone": "{first}", "phone": "{second}"}}'
    reply = await client.post(f"{API}/sign-in/codes", content=text, headers={"Content-Type": "application/json"})
    assert reply.status_code in (202, 400)
    sent = await house.database.read(sql("SELECT phone_index FROM one_time_code"))
    assert len(sent) <= 1


async def test_a_query_parameter_given_twice_is_never_more_than_one_of_them(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident = await sign_in(RESIDENT)
    for _ in range(2):
        filed = await resident.post(f"{API}/cases", json=await application(house, resident, city), headers=key())
        assert filed.status_code == 201
    for query, most in (
        ("limit=1&limit=1", 1),
        ("limit=1&limit=1000", 1),
        ("limit=1000&limit=1", 1),
        ("limit=1&x=1", 1),
    ):
        reply = await resident.get(f"{API}/cases?{query}")
        assert reply.status_code in (200, 400), reply.text
        if reply.status_code == 200:
            assert len(reply.json()["cases"]) <= most


async def test_parameters_in_the_body_do_not_stand_in_for_those_of_the_query(sign_in: SignIn) -> None:
    resident, other = await sign_in(RESIDENT), await sign_in(OTHER)
    account = (await other.get(f"{API}/session")).json()["account"]["id"]
    for path in ("/me", "/cases", "/drafts", "/inbox", "/certificates"):
        plain = await resident.get(f"{API}{path}")
        steered = await resident.request(
            "GET",
            f"{API}{path}?account_id={account}&account={account}&user={account}",
            content=json.dumps({"account_id": account}),
            headers={"X-Account-Id": account, "X-User": account, "X-Original-URL": f"{API}/desk/queue"},
        )
        assert (steered.status_code, steered.content) == (plain.status_code, plain.content), path


@pytest.mark.parametrize("override", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
async def test_another_method_in_a_header_or_parameter_changes_nothing(
    house: House, sign_in: SignIn, override: str
) -> None:
    resident = await sign_in(RESIDENT)
    async with nothing_stored(house):
        for method in ("DELETE", "PUT", "POST"):
            shown = await resident.get(f"{API}/session?_method={method}", headers={override: method})
            assert shown.json()["account"] is not None
            posted = await resident.post(f"{API}/session?_method={method}", headers={override: method})
            assert posted.status_code == 405
    assert (await resident.get(f"{API}/me")).status_code == 200
