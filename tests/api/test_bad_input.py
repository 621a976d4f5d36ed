"""Bad input of every kind in one place: each is a typed error, and nothing at all is stored."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar

from backend.city.city import City
from backend.foundation.api_document import openapi_document
from backend.house import House
from qr.credential import verify
from qr.keys import from_jwk
from qr.trust import TrustedKey
from tests.api.case_builders import APPROVER, CLERK, OTHER, RESIDENT, application, key
from tests.api.conftest import API, ROOT, SignIn
from tests.api.test_cases import give, submitted
from tests.api.test_drafts import body as draft_body
from tests.api.test_uploads import PART, TUS, begin, picture, send, sha256
from tests.conformance.adapter_process import PYTHON, TYPESCRIPT, AdapterProcess
from tests.harness.contents import changed_tables, contents_of

pytestmark = pytest.mark.anyio

SUPERVISOR, EDITOR, SYSTEM, SECURITY = "13900000017", "13900000018", "13900000021", "13900000022"
REVIEWER = "13900000015"
TEN_MEGABYTES = 10_000_000
THIRTY_DIGITS = 123456789012345678901234567890
JSON = {"content-type": "application/json"}
VECTORS: dict[str, Any] = json.loads((ROOT / "tests" / "vectors" / "credentials.json").read_text(encoding="utf-8"))
GENUINE: str = VECTORS["credential"]["full"]
PRESENTED: str = VECTORS["presentation"]["timed"]


def code(reply: httpx.Response) -> str:
    """The code of a problem; fails on any other reply."""
    assert reply.headers["content-type"] == "application/problem+json", reply.text
    body = reply.json()
    assert body["status"] == reply.status_code
    assert body["title"]
    assert body["detail"]
    return str(body["type"]).removeprefix("urn:zhangban:problem:")


@asynccontextmanager
async def nothing_stored(house: House, **added: int) -> AsyncIterator[None]:
    """Within it no row of any table and no stored file may change; `added` names tables and the rows they may gain."""

    def files() -> list[Path]:
        return sorted(Path(house.settings.files.directory).rglob("*"))

    before, files_before = await contents_of(house.database), files()
    yield
    assert changed_tables(before, await contents_of(house.database)) == added
    assert files() == files_before


def writing_operations(app: Litestar) -> list[tuple[str, str]]:
    """Method and address of every operation that takes a JSON body, with an id in place of each parameter."""
    return [
        (method.upper(), "/".join(str(uuid.uuid4()) if part.startswith("{") else part for part in path.split("/")))
        for path, item in openapi_document(app)["paths"].items()
        for method, operation in item.items()
        if "requestBody" in operation
    ]


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_of_ten_megabytes_is_refused_by_every_operation(
    app: Litestar, house: House, sign_in: SignIn, chunked: bool
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(TEN_MEGABYTES // 100_000):
            yield b" " * 100_000

    resident = await sign_in(RESIDENT)
    # Between them these may do whatever is done at the desk.
    desk = [await sign_in(phone) for phone in (CLERK, REVIEWER, SUPERVISOR, SYSTEM, SECURITY, EDITOR)]
    operations = writing_operations(app)
    assert len(operations) >= 13
    async with nothing_stored(house):
        for method, path in operations:
            told = []
            for browser in desk if path.startswith(f"{API}/desk") else [resident]:
                content: Any = pieces() if chunked else b" " * TEN_MEGABYTES
                headers = {**JSON, **key(), "If-Match": '"0"'}
                reply = await browser.request(method, path, content=content, headers=headers)
                told.append((reply.status_code, code(reply)))
            assert set(told) - {(403, "forbidden")} == {(413, "body-too-large")}, (method, path)


async def test_a_part_of_ten_megabytes_does_not_fit_an_upload_of_ten_bytes(house: House, sign_in: SignIn) -> None:
    resident = await sign_in(RESIDENT)
    location = await begin(resident, 10)
    async with nothing_stored(house):
        reply = await send(resident, location, 0, bytes(TEN_MEGABYTES))
        assert (reply.status_code, code(reply)) == (413, "upload-too-large")


@pytest.mark.parametrize("path", ["/cases?limit={}", "/inbox?limit={}", "/desk/queue?limit={}", "/cases?after={}"])
async def test_thirty_digits_in_a_query_are_refused(house: House, sign_in: SignIn, path: str) -> None:
    browser = await sign_in(CLERK if path.startswith("/desk") else RESIDENT)
    async with nothing_stored(house):
        for number in (THIRTY_DIGITS, -THIRTY_DIGITS):
            reply = await browser.get(f"{API}{path.format(number)}")
            assert (reply.status_code, code(reply)) in ((400, "invalid-request"), (400, "cursor-invalid"))


async def test_thirty_digits_in_an_address_or_a_header_are_refused(house: House, sign_in: SignIn) -> None:
    resident = await sign_in(RESIDENT)
    location = await begin(resident, 10)
    draft = f"{API}/drafts/{uuid.uuid4()}"
    number = str(THIRTY_DIGITS)
    async with nothing_stored(house):
        for reply, expected in (
            (await resident.get(f"{API}/cases/{number}"), (404, "not-found")),
            (await resident.get(f"{API}/files/{number}"), (400, "invalid-request")),
            (await resident.get(f"{API}/items/{number}"), (404, "not-found")),
            (
                await resident.post(f"{API}/uploads", headers=TUS | {"Upload-Length": number}),
                (400, "upload-header-invalid"),
            ),
            (await resident.patch(location, headers=PART | {"Upload-Offset": number}), (400, "upload-header-invalid")),
            (
                await resident.put(draft, json=draft_body(), headers={"If-Match": f'"{number}"'}),
                (428, "precondition-required"),
            ),
        ):
            assert (reply.status_code, code(reply)) == expected


@pytest.mark.parametrize("number", [THIRTY_DIGITS, -THIRTY_DIGITS])
async def test_thirty_digits_in_a_body_are_refused(house: House, sign_in: SignIn, city: City, number: int) -> None:
    resident, case = await submitted(house, sign_in, city)
    clerk = await sign_in(CLERK)
    whole = await application(house, resident, city)
    draft, opened = f"{API}/drafts/{uuid.uuid4()}", {"If-Match": '"0"'}
    files = {"photo": [{"sha256": "0" * 64, "name": "a", "size": number, "media_type": "image/jpeg"}]}
    async with nothing_stored(house):
        for reply in (
            await resident.post(f"{API}/sign-in/codes", json={"phone": number}),
            await resident.post(f"{API}/sign-in", json={"phone": RESIDENT, "code": number}),
            await resident.put(f"{API}/me/identity", json={"name": number, "id_number": number}),
            await resident.put(draft, json=draft_body(step=number), headers=opened),
            await resident.put(draft, json=draft_body(values={"months": number}), headers=opened),
            await resident.put(draft, json=draft_body(files=files), headers=opened),
            await resident.post(f"{API}/cases", json={**whole, "item": number}, headers=key()),
            await resident.post(f"{API}/cases/{case}/links", json={"days": number}, headers=key()),
            await clerk.post(
                f"{API}/desk/cases/{case}/commands", json={"command": "accept", "version": number}, headers=key()
            ),
            await resident.post(f"{API}/inbox/read", json={"ids": [number]}),
            await resident.post(f"{API}/links/open", json={"token": number}),
        ):
            assert reply.status_code in (400, 422), reply.text
            assert code(reply) in ("invalid-request", "malformed-body", "draft-values-invalid")


@pytest.mark.parametrize("number", [THIRTY_DIGITS, -THIRTY_DIGITS])
async def test_thirty_digits_in_a_form_are_a_wrong_value_of_it(
    house: House, sign_in: SignIn, city: City, number: int
) -> None:
    resident = await sign_in(RESIDENT)
    whole = await application(house, resident, city, detail=number)
    async with nothing_stored(house):
        reply = await resident.post(f"{API}/cases", json=whole, headers=key())
        assert reply.status_code in (400, 422), reply.text
        assert code(reply) in ("form-invalid", "malformed-body", "invalid-request")


async def test_what_belongs_to_another_person_is_not_there(house: House, sign_in: SignIn, city: City) -> None:
    owner, case = await submitted(house, sign_in, city)
    other = await sign_in(OTHER)
    link = (await owner.post(f"{API}/cases/{case}/links", json={"days": 7}, headers=key())).json()["id"]
    draft = f"{API}/drafts/{uuid.uuid4()}"
    assert (await owner.put(draft, json=draft_body(), headers={"If-Match": '"0"'})).status_code == 200
    content = picture()
    unfinished, whole = await begin(owner, len(content)), await begin(owner, len(content))
    assert (await send(owner, whole, 0, content)).status_code == 204
    file = f"{API}/files/{sha256(content)}"
    submission = await application(house, other, city)
    submission["files"]["photo"] = [sha256(content)]
    revision = {"If-Match": '"1"'}
    async with nothing_stored(house):
        for reply in (
            await other.get(f"{API}/cases/{case}"),
            await other.post(f"{API}/cases/{case}/commands", json={"command": "withdraw"}, headers=key()),
            await other.post(f"{API}/cases/{case}/links", json={"days": 7}, headers=key()),
            await other.get(f"{API}/cases/{case}/links"),
            await other.delete(f"{API}/links/{link}"),
            await other.get(draft),
            await other.put(draft, json=draft_body(), headers=revision),
            await other.put(draft, json=draft_body(), headers={"If-Match": '"0"'}),
            await other.delete(draft, headers=revision),
            await send(other, unfinished, 0, content),
            await other.delete(unfinished, headers=TUS),
            await other.get(file),
        ):
            assert (reply.status_code, code(reply)) == (404, "not-found"), reply.request.url
        for address in (file, unfinished):
            assert (await other.head(address, headers=TUS)).status_code == 404
        taken = await other.post(f"{API}/cases", json=submission, headers=key())
        assert (taken.status_code, code(taken), taken.json()["missing"]) == (409, "files-missing", [sha256(content)])
        assert (await other.get(f"{API}/cases")).json()["cases"] == []
        assert (await other.get(f"{API}/drafts")).json()["drafts"] == []


async def test_a_stale_version_is_refused_with_the_case_as_it_is_now(house: House, sign_in: SignIn, city: City) -> None:
    _, case = await submitted(house, sign_in, city)
    clerk = await sign_in(CLERK)
    assert (await give(clerk, case, "accept", 1)).status_code == 200
    for version in (1, 7):
        # The reply shows the case, and that it was shown is on record.
        async with nothing_stored(house, audit=1, audit_waiting=1):
            reply = await give(clerk, case, "decline", version, "材料不符")
            assert (reply.status_code, code(reply)) == (409, "stale")
            assert (reply.json()["current"]["version"], reply.json()["current"]["state"]) == (2, "accepted")


async def test_the_same_submission_twice_is_one_case(house: House, sign_in: SignIn, city: City) -> None:
    resident, same = await sign_in(RESIDENT), key()
    body = await application(house, resident, city)
    first = await resident.post(f"{API}/cases", json=body, headers=same)
    async with nothing_stored(house):
        again = await resident.post(f"{API}/cases", json=body, headers=same)
        assert (again.status_code, again.content) == (201, first.content)
        assert again.headers["idempotency-replayed"] == "true"
    assert len((await contents_of(house.database))["case_record"]) == 1


async def test_another_body_under_the_same_key_is_refused_whatever_was_asked(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, same = await sign_in(RESIDENT), key()
    approver = await sign_in(APPROVER)
    body = await application(house, resident, city)
    case = (await resident.post(f"{API}/cases", json=body, headers=same)).json()["case"]["id"]
    linked = key()
    assert (await resident.post(f"{API}/cases/{case}/links", json={"days": 7}, headers=linked)).is_success
    clerk, accepted = await sign_in(CLERK), key()
    command = f"{API}/desk/cases/{case}/commands"
    assert (await clerk.post(command, json={"command": "accept", "version": 1}, headers=accepted)).is_success
    async with nothing_stored(house):
        for browser, path, other, headers in (
            (resident, f"{API}/cases", await application(house, resident, city, ground="study"), same),
            (resident, f"{API}/cases/{case}/commands", {"command": "withdraw"}, same),
            (resident, f"{API}/cases/{case}/links", {"days": 8}, linked),
            (resident, f"{API}/cases/{case}/links", {"days": 7}, same),
            (clerk, command, {"command": "decline", "version": 2, "reason": "材料不符"}, accepted),
        ):
            reply = await browser.post(path, json=other, headers=headers)
            assert (reply.status_code, code(reply)) == (422, "idempotency-key-reused"), path
    # A key is its account's own: another one may use it.
    granted = await approver.post(command, json={"command": "grant", "version": 2}, headers=accepted)
    assert granted.status_code == 200, granted.text


async def test_a_form_with_an_unknown_property_is_refused(house: House, sign_in: SignIn, city: City) -> None:
    resident = await sign_in(RESIDENT)
    body = await application(house, resident, city, hobby="钓鱼", detail="听涛路海棠苑", street="990103001000")
    async with nothing_stored(house):
        reply = await resident.post(f"{API}/cases", json=body, headers=key())
        assert (reply.status_code, code(reply)) == (422, "form-invalid")
        assert reply.json()["errors"] == [
            {"path": "", "keyword": "additionalProperties"},
            {"path": "/detail", "keyword": "pattern"},
            {"path": "/street", "keyword": "enum"},
        ]
        plain = await application(house, resident, city)
        reply = await resident.post(f"{API}/cases", json={**plain, "priority": "high"}, headers=key())
        assert (reply.status_code, code(reply)) == (400, "invalid-request")


@pytest.mark.parametrize("depth", [20, 200, 300, 900, 5_000])
async def test_a_form_nested_without_end_is_refused(house: House, sign_in: SignIn, city: City, depth: int) -> None:
    resident = await sign_in(RESIDENT)
    text = json.dumps(await application(house, resident, city, detail="@"))
    async with nothing_stored(house):
        for opened, closed in (("[", "]"), ('{"a":', "}")):
            body = text.replace('"@"', opened * depth + "1" + closed * depth)
            reply = await resident.post(f"{API}/cases", content=body.encode(), headers={**key(), **JSON})
            assert (reply.status_code, code(reply)) in ((422, "form-invalid"), (400, "malformed-body"))


async def test_a_null_character_is_refused_wherever_text_may_stand(house: House, sign_in: SignIn, city: City) -> None:
    resident, case = await submitted(house, sign_in, city)
    nul, zero = "\0" * 36, "%00" * 36
    form = await application(house, resident, city, detail=nul)
    cursor = base64.urlsafe_b64encode(b"1\n\0").decode().rstrip("=")
    async with nothing_stored(house):
        for reply in (
            await resident.post(f"{API}/inbox/read", json={"ids": [nul]}),
            await resident.post(f"{API}/links/open", json={"token": nul[:22]}),
            await resident.post(f"{API}/sign-in/codes", json={"phone": nul[:11]}),
            await resident.put(f"{API}/me/identity", json={"name": nul, "id_number": nul[:18]}),
            await resident.post(f"{API}/cases", json=form, headers=key()),
            await resident.get(f"{API}/inbox?after={cursor}"),
            await resident.get(f"{API}/cases/{zero}"),
            await resident.get(f"{API}/items/{zero}"),
            await resident.get(f"{API}/forms/{zero}"),
            await resident.get(f"{API}/files/{zero}"),
            await resident.patch(f"{API}/uploads/{zero}", headers=PART | {"Upload-Offset": "0"}),
            await resident.delete(f"{API}/links/{zero}"),
            await resident.put(f"{API}/devices/{zero}", json={}),
            await resident.post(f"{API}/certificates/{zero}/credentials", json={"device_id": nul, "view": nul}),
        ):
            assert 400 <= reply.status_code < 500, reply.request.url
            assert code(reply)
    assert (await resident.get(f"{API}/cases/{case}")).status_code == 200


async def test_a_session_from_another_origin_changes_nothing(
    app: Litestar, house: House, sign_in: SignIn, city: City
) -> None:
    resident, case = await submitted(house, sign_in, city)
    clerk = await sign_in(CLERK)
    async with nothing_stored(house):
        for headers in ({"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
            for method, path in [*writing_operations(app), ("DELETE", f"{API}/session"), ("POST", "/status")]:
                browser = clerk if path.startswith(f"{API}/desk") else resident
                reply = await browser.request(method, path, content=b"{}", headers={**JSON, **key(), **headers})
                assert (reply.status_code, code(reply)) == (403, "cross-origin"), (method, path)
            withdraw = {"command": "withdraw"}
            reply = await resident.post(f"{API}/cases/{case}/commands", json=withdraw, headers={**key(), **headers})
            assert (reply.status_code, code(reply)) == (403, "cross-origin")
            assert "access-control-allow-origin" not in reply.headers
    assert (await resident.get(f"{API}/me")).status_code == 200


def bad_symbols() -> list[tuple[str, str, set[str]]]:
    """QR texts that are none of ours, each with a name and the verdicts that may be given of it."""
    other = VECTORS["credential"]["minimal"]
    # Four fifths of the way lies the signature; the last characters of one text on another are both whole base45.
    spot = len(GENUINE) * 4 // 5
    changed = GENUINE[:spot] + ("A" if GENUINE[spot] != "A" else "B") + GENUINE[spot + 1 :]
    cut = [(f"cut at {at}", GENUINE[:at], {"unreadable", "forged"}) for at in range(0, len(GENUINE), 37)]
    return [
        ("one character changed", changed, {"forged", "unreadable"}),
        ("the signature of another", GENUINE[:-84] + other[-84:], {"forged", "unreadable"}),
        *cut,
        ("a cut presentation", PRESENTED[: len(PRESENTED) // 2], {"unreadable", "forged"}),
        ("oversized", GENUINE + "0" * 5_000, {"unreadable"}),
        ("oversized without end", "ZB1:" + "0" * 1_000_000, {"unreadable"}),
    ]


def test_a_forged_a_cut_and_an_oversized_qr_text_are_never_taken_for_genuine() -> None:
    jwk = {name: VECTORS["keys"]["issuer"][name] for name in ("kty", "crv", "x", "y")}
    public = from_jwk(jwk)
    trusted = [TrustedKey(public.kid, public, frozenset({"credential"}))]
    now = datetime.fromisoformat(VECTORS["now"]).timestamp()
    trust = [{"kid": VECTORS["kid"]["issuer"], "jwk": jwk, "usage": "credential"}]
    with AdapterProcess(PYTHON) as python, AdapterProcess(TYPESCRIPT) as typescript:
        for name, text, verdicts in bad_symbols():
            outcome = verify(text, trusted, now)
            assert outcome.verdict in verdicts, name
            assert outcome.claims is None, name
            for adapter in (python, typescript):
                reply = adapter.ask("credential.verify", text=text, now=VECTORS["now"], trust=trust)
                assert (reply["verdict"], reply["stage"], reply["claims"]) == (outcome.verdict, outcome.stage, None), (
                    name
                )
        whole = python.ask("credential.verify", text=GENUINE, now=VECTORS["now"], trust=trust)
        assert whole["verdict"] == "genuine-copy"
