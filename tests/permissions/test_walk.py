"""The permission walk: every address of the OpenAPI document, with every kind of caller, on things of everyone.

What must happen is computed from the permission table alone; what does happen is asked of the whole application.
"""

from __future__ import annotations

import re
import time
import uuid
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from backend.app import create_app
from backend.city.city import City
from backend.foundation.api_document import openapi_document
from backend.foundation.identifiers import new_id
from backend.foundation.settings import Settings
from backend.house import House
from backend.identity.permissions import API, PERMISSIONS, Permission
from tests.permissions.callers import Caller, callers, open_for
from tests.permissions.objects import (
    BODIES,
    CONTENT,
    FACTORIES,
    HEADERS,
    NOT_CARRIED_OUT,
    NOWHERE,
    TOLD_OTHERWISE,
    Holder,
)

_METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
# What only the gate says: behind it a room has words of its own.
_GATE = {"sign-in-required": 401, "forbidden": 403, "sign-in-again": 403}
# Of this process, however busy the machine is with others.
_LONGEST_SECONDS = 60


class Operation(msgspec.Struct, frozen=True):
    """One method of one address template."""

    method: str
    template: str

    def __str__(self) -> str:
        return f"{self.method} {self.template.removeprefix(API)}"

    @property
    def names(self) -> list[str]:
        """The parameters of its path."""
        return re.findall(r"\{(\w+)\}", self.template)


def operations(app: Litestar) -> list[Operation]:
    """Every operation of the document below /api/."""
    paths = openapi_document(app)["paths"]
    return [
        Operation(method.upper(), path)
        for path, item in paths.items()
        if path.startswith(API)
        for method in item
        if method in _METHODS
    ]


APPLICATION = create_app(Settings(mode="test"))
OPERATIONS = operations(APPLICATION)


def refusal(permission: Permission, caller: Caller) -> str | None:
    """What the table says the gate must answer a caller with; None when it must let them through."""
    if permission.is_open:
        return None
    if caller.kind is None:
        return "sign-in-required"
    if caller.kind not in permission.who:
        return "forbidden"
    if caller.kind == "staff" and permission.roles and not permission.roles & caller.roles:
        return "forbidden"
    return "sign-in-again" if permission.fresh and not caller.fresh else None


class Walk:
    """One house, all callers, and what was found not to be as the table says."""

    def __init__(self, app: Litestar, house: House, city: City) -> None:
        self.app, self.house, self.city = app, house, city
        self.gaps: list[str] = []
        self.reached: set[str] = set()
        self.asked = 0
        self._holders: dict[str, Holder] = {}
        self._browser = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1:8000")

    async def close(self) -> None:
        """Closes the browsers."""
        await self._browser.aclose()
        for each in self._holders.values():
            await each.browser.aclose()

    async def begin(self) -> None:
        """Opens a session for every caller; the two residents hold the things of the home office and of another."""
        self.callers = await callers(self.house)
        for each in self.callers:
            await open_for(self.house, each)
        residents = [each for each in self.callers if each.kind == "resident" and each.fresh]
        self.home, self.away = [await self.holder(each, at_home=each is residents[0]) for each in residents]

    async def holder(self, caller: Caller, *, at_home: bool = True) -> Holder:
        """The things of a caller's account."""
        if caller.account_id not in self._holders:
            browser = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url="http://127.0.0.1:8000")
            own = msgspec.structs.replace(caller)
            await open_for(self.house, own)
            browser.cookies.set("zhangban", own.token)
            made = Holder(self.house, self.city, caller.account_id, browser, at_home=at_home)
            self._holders[caller.account_id] = made
        return self._holders[caller.account_id]

    async def renew(self, account_id: str) -> None:
        """New sessions for an account after a change, which may have ended them."""
        for each in self.callers:
            if each.account_id == account_id:
                await open_for(self.house, each)
        if account_id in self._holders:
            own = next(each for each in self.callers if each.account_id == account_id and each.fresh)
            self._holders[account_id].browser.cookies.set("zhangban", own.token)

    async def targets(self, operation: Operation, permission: Permission, caller: Caller) -> dict[str, bool]:
        """The things to ask for, and whether the caller may reach each by the table's scope."""
        if not operation.names:
            return {"": True}
        if permission.scope in ("public", "house"):
            return {"home": True, "missing": False}
        if permission.scope == "own" or caller.kind != "staff":
            return {"mine": True, "other": False, "missing": False}
        departments = self.city.departments_under(caller.department)
        offices = {"home": self.home, "away": self.away}
        return {
            **{name: caller.sees(departments, held.department, held.street) for name, held in offices.items()},
            "missing": False,
        }

    async def ask(self, operation: Operation, permission: Permission, caller: Caller) -> None:
        """Asks for each thing and notes every answer that is not as the table says."""
        expected = refusal(permission, caller)
        for target, reachable in (await self.targets(operation, permission, caller)).items():
            path = await self._path(operation, caller, target)
            reply = await self._send(operation, caller, path)
            self.asked += 1
            told = _type(reply)
            where = f"{operation} as {caller.name}{f' on {target}' if target else ''}: {reply.status_code} {told}"
            if expected is not None:
                # A reply to HEAD has no body to say which of the refusals it is.
                if reply.status_code != _GATE[expected] or (told != expected and operation.method != "HEAD"):
                    self.gaps.append(f"{where}, and the table says {expected}")
                continue
            if (
                told in _GATE
                or (operation.method == "HEAD" and reply.status_code in (401, 403))
                or reply.status_code >= 500
            ):
                self.gaps.append(f"{where}, and the table lets them through")
            elif reply.status_code == 400 and not permission.is_open and str(operation) not in NOT_CARRIED_OUT:
                self.gaps.append(f"{where}: name a body that fits in BODIES of tests/permissions/objects.py")
            elif operation.names:
                self._judge(operation, target, reply, reachable=reachable, where=where)
            if operation.method not in ("GET", "HEAD", "OPTIONS") and reply.status_code < 300:
                await self.renew(caller.account_id)
                for each in self._holders.values():
                    each.used_up(operation.template)

    def _judge(self, operation: Operation, target: str, reply: httpx.Response, *, reachable: bool, where: str) -> None:
        if reachable:
            if reply.status_code == 404:
                self.gaps.append(f"{where}, and it is in their scope")
            else:
                self.reached.add(str(operation))
        else:
            wanted = TOLD_OTHERWISE.get(str(operation), {}).get(target, frozenset({404}))
            if reply.status_code not in wanted:
                self.gaps.append(f"{where}, and it is not in their scope: {sorted(wanted)}")

    async def _path(self, operation: Operation, caller: Caller, target: str) -> str:
        if target == "missing":
            return operation.template.format(**{name: NOWHERE.get(name, new_id()) for name in operation.names})
        held = self.away if target == "away" else self.home
        if target == "mine" and caller.kind is not None:
            held = await self.holder(caller)
        elif target == "other":
            held = self.away if caller.account_id == self.home.account_id else self.home
        if caller.kind == "staff" and target == "mine" and "account" not in operation.template:
            # Staff have sessions and keys of their own, and nothing that residents have.
            own = {*_STAFF_OWN, *(["sha256"] if "visit_id" in operation.names else [])}
            names = {name: await held.thing(operation.template, name) for name in operation.names if name in own}
            return operation.template.format(
                **{name: names.get(name, NOWHERE.get(name, new_id())) for name in operation.names}
            )
        return operation.template.format(
            **{name: await held.thing(operation.template, name) for name in operation.names}
        )

    async def _send(self, operation: Operation, caller: Caller, path: str) -> httpx.Response:
        body: Any = BODIES.get(str(operation))
        if callable(body):
            held = await self.holder(caller) if caller.kind == "resident" else self.home
            body = await body(held)
        content = CONTENT.get(str(operation))
        headers = {**HEADERS, "Idempotency-Key": str(uuid.uuid4())}
        if caller.kind is not None:
            headers["Cookie"] = f"zhangban={caller.token}"
        if content is not None:
            headers["Content-Type"] = "application/offset+octet-stream"
            return await self._browser.request(operation.method, path, content=content, headers=headers)
        if operation.method in ("GET", "HEAD", "OPTIONS"):
            return await self._browser.request(operation.method, path, headers=headers)
        given = body if body is not None else {}
        return await self._browser.request(operation.method, path, json=given, headers=headers)


def _type(reply: httpx.Response) -> str:
    """The code of a problem, or nothing."""
    if reply.headers.get("content-type") != "application/problem+json" or not reply.content:
        return ""
    return str(reply.json()["type"]).removeprefix("urn:zhangban:problem:")


_STAFF_OWN = frozenset({"session_id", "passkey_id", "visit_id", "view_id"})


def test_every_address_with_a_parameter_has_a_thing_to_try_it_on() -> None:
    missing = {
        f"{each} {name}"
        for each in OPERATIONS
        for name in each.names
        if name not in FACTORIES and f"{each.template} {name}" not in FACTORIES
    }
    assert not missing, f"name a factory in FACTORIES of tests/permissions/objects.py for {sorted(missing)}"


def test_the_table_and_the_routes_are_the_same_addresses() -> None:
    routed = {
        (method, route.path_format)
        for route in APPLICATION.routes
        if isinstance(route, HTTPRoute) and route.path_format.startswith("/api/")
        for method in route.route_handler_map
    }
    listed = {*PERMISSIONS}
    assert listed - routed == set()
    # Litestar answers OPTIONS by itself, with the methods that an address takes and nothing else.
    assert {each for each in routed - listed if each[0] != "OPTIONS"} == set()
    documented = {(each.method, each.template) for each in OPERATIONS}
    assert {each for each in listed - documented if "/_test/" not in each[1]} == set()


@pytest.mark.anyio
async def test_the_server_does_what_the_table_says_for_every_address_caller_and_thing(
    app: Litestar, house: House, city: City
) -> None:
    started = time.process_time()
    walk = Walk(app, house, city)
    try:
        await walk.begin()
        for operation in OPERATIONS:
            permission = PERMISSIONS[operation.method, operation.template]
            for caller in walk.callers:
                await walk.ask(operation, permission, caller)
    finally:
        await walk.close()
    assert not walk.gaps, f"{len(walk.gaps)} gaps:\n" + "\n".join(walk.gaps[:60])
    assert walk.reached == {str(each) for each in OPERATIONS if each.names}
    assert walk.asked > 3000
    assert time.process_time() - started < _LONGEST_SECONDS
