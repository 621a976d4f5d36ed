"""IDOR: whoever asks for another person's thing learns no more than whoever asks for one that is not there."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
import pytest

from backend.city.city import City
from backend.house import House
from tests.api.case_builders import OTHER
from tests.api.conftest import API, Client, SignIn
from tests.api.test_certificates import device_key, public
from tests.attack.belongings import MADE_BY_THE_PHONE, PUBLISHED, Owner
from tests.attack.operations import OPERATIONS, Operation
from tests.harness.contents import contents_of
from tests.permissions.objects import FACTORIES

pytestmark = pytest.mark.anyio

AIMED = [each for each in OPERATIONS if each.names and each.template not in PUBLISHED]
# What a fitting body must hold beside what its schema can say.
BODIES: dict[str, dict[str, Any]] = {f"{API}/devices/{{device_id}}": {"key": public(device_key()), "name": "手机"}}


def test_every_kind_of_id_has_an_object_to_try_it_on() -> None:
    missing = {
        f"{each} {name}"
        for each in AIMED
        for name in each.names
        if name not in FACTORIES and f"{each.template} {name}" not in FACTORIES
    }
    assert not missing, f"name a factory in FACTORIES of tests/permissions/objects.py for {sorted(missing)}"


def told(reply: httpx.Response) -> tuple[Any, ...]:
    """All of a reply that may differ: not its own number."""
    names = [(name, value) for name, value in reply.headers.items() if name not in ("x-request-id", "date")]
    return reply.status_code, sorted(names), reply.content


async def asked(browser: Client, operation: Operation, path: str) -> httpx.Response:
    body = BODIES.get(operation.template, operation.example())
    # The key is the same for both requests, lest they differ by it.
    headers = {**operation.headers(), "X-HTTP-Method-Override": "PATCH"}
    return await browser.request(operation.method, path, json=body, headers=headers)


async def path_to(owner: Owner, operation: Operation) -> str:
    return operation.path(**{name: await owner.thing(operation.template, name) for name in operation.names})


async def test_another_persons_things_and_things_that_are_not_there_are_told_alike(
    house: House, sign_in: SignIn, client: Client, city: City
) -> None:
    owner = await Owner.of(house, sign_in, city)
    other = await sign_in(OTHER)
    aims = [(each, await path_to(owner, each)) for each in AIMED]
    before = await contents_of(house.database)
    for operation, existing in aims:
        for name, browser, refusals in (("another person", other, (403, 404)), ("a stranger", client, (401,))):
            real = await asked(browser, operation, existing)
            if str(operation) in MADE_BY_THE_PHONE and browser is other:
                assert real.json()["type"].endswith(f":{MADE_BY_THE_PHONE[str(operation)]}")
                continue
            # Anything else means that its body was not even looked at, or was: then name a fitting one in BODIES.
            assert real.status_code in refusals, (name, str(operation), real.status_code, real.text)
            made_up = await asked(browser, operation, operation.path())
            assert told(made_up) == told(real), (name, str(operation))
    assert await contents_of(house.database) == before


async def test_the_owner_does_reach_every_one_of_these_things(house: House, sign_in: SignIn, city: City) -> None:
    """Otherwise the test above would be content with addresses that answer nobody."""
    owner = await Owner.of(house, sign_in, city)
    for operation in AIMED:
        if operation.template.startswith(f"{API}/desk/") or operation.method == "DELETE":
            continue
        reply = await asked(owner.browser, operation, await path_to(owner, operation))
        # What it answers depends on the body; that it is there does not.
        assert reply.status_code not in (401, 403), (str(operation), reply.text)
        if "/links" not in operation.template and "credentials" not in operation.template:
            assert reply.status_code != 404, (str(operation), reply.text)


@pytest.mark.parametrize(
    "identifier",
    [
        "{id}%00",
        "{id}/",
        "{id}/.",
        "./{id}",
        "{id}%20",
        "%2e%2e/{id}",
        "{id};a=b",
        "{id}%23",
        "{id}.json",
        "{id},{id}",
        "{upper}",
        "{plain}",
        "{braced}",
        "urn:uuid:{id}",
        "*",
        "%25",
        "{id}'--",
    ],
)
async def test_another_spelling_of_an_id_opens_no_door(
    house: House, sign_in: SignIn, client: Client, city: City, identifier: str
) -> None:
    owner = await Owner.of(house, sign_in, city)
    other = await sign_in(OTHER)
    spelt = identifier.format(
        id=owner.case_id,
        upper=owner.case_id.upper(),
        plain=owner.case_id.replace("-", ""),
        braced=f"%7B{owner.case_id}%7D",
    )
    for browser, refusals in ((other, (404, 405, 400)), (client, (401, 404, 405))):
        reply = await browser.get(f"{API}/cases/{spelt}")
        assert reply.status_code in refusals, reply.text
        assert str(uuid.UUID(owner.case_id)) not in reply.text
