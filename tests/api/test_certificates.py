"""The certificates room: recorded with a decision, minted for a device, trusted, gone with its time."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from backend.certificates.service import Grant, record
from backend.city.canonical import content_hash
from backend.city.city import City
from backend.foundation.database import sql
from backend.foundation.identifiers import new_id
from backend.foundation.settings import KeysSettings, Settings
from backend.house import House
from qr.credential import verify
from qr.keys import from_jwk, signing_key
from qr.presentation import new_challenge, present
from qr.trust import TrustedKey, open_list
from tests.api.conftest import API, Client, SignIn

pytestmark = pytest.mark.anyio
RESIDENT, OTHER = "13900010001", "13900010002"
ALPHANUMERIC_M = {15: 600, 20: 970}


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return msgspec.structs.replace(settings, keys=KeysSettings(directory=str(tmp_path / "keys")))


def device_key() -> dict[str, str]:
    numbers = ec.generate_private_key(ec.SECP256R1()).private_numbers()
    parts = {"x": numbers.public_numbers.x, "y": numbers.public_numbers.y, "d": numbers.private_value}
    text = {name: base64.urlsafe_b64encode(value.to_bytes(32)).rstrip(b"=").decode() for name, value in parts.items()}
    return {"kty": "EC", "crv": "P-256", **text}


def public(jwk: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in jwk.items() if name != "d"}


async def granted(house: House, city: City, browser: Client) -> None:
    """A granted case of the signed-in person, as the cases room would record it."""
    account = (await browser.get(f"{API}/session")).json()["account"]["id"]
    rows = await house.database.read(sql("SELECT subject_id FROM account WHERE id = {}", account))
    guide = city.items["residence-permit"].guide
    form = {"address": "云海市临江区望潮街道听涛路 18 号海棠苑 3 栋 502 室", "division": "云海市临江区望潮街道"}
    grant = Grant(
        case_id=new_id(),
        case_number=f"11990100990100018P3990799001000{'20261122'}0001",
        subject_id=rows[0]["subject_id"],
        type_hash=guide.certificate_hash,
        issuer="11990100990100026J",
        applicant={"name": "林晓舟", "id_number": "990102199203080022", "id_number_tail": "0022"},
        form=form,
        at=house.time.now(),
    )
    assert content_hash(city.certificates[grant.type_hash]) == grant.type_hash
    await house.database.commit(await record(house, grant))


async def bound(browser: Client) -> tuple[str, dict[str, str]]:
    device, key = new_id(), device_key()
    reply = await browser.put(f"{API}/devices/{device}", json={"key": public(key), "name": "我的手机"})
    assert reply.status_code == 200, reply.text
    return device, key


async def trusted(browser: Client) -> tuple[TrustedKey, ...]:
    trust = (await browser.get(f"{API}/trust")).json()
    data = base64.urlsafe_b64decode(trust["list"] + "=" * (-len(trust["list"]) % 4))
    return open_list(data, [from_jwk(trust["root"])]).keys


async def test_a_granted_certificate_is_minted_shown_live_and_its_bare_text_is_a_genuine_copy(
    house: House, city: City, sign_in: SignIn
) -> None:
    browser = await sign_in(RESIDENT)
    await granted(house, city, browser)
    (certificate,) = (await browser.get(f"{API}/certificates")).json()["certificates"]
    device, key = await bound(browser)
    now = house.time.now() // 1000
    for view in certificate["views"]:
        body = {"device_id": device, "view": view["key"]}
        minted = await browser.post(f"{API}/certificates/{certificate['id']}/credentials", json=body)
        assert minted.status_code == 200, minted.text
        text = minted.json()["text"]
        shown = present(text, signing_key(key), now)
        keys = await trusted(browser)
        assert verify(text, keys, now + 1).verdict == "genuine-copy"
        assert verify(shown, keys, now + 1).verdict == "live"
        assert verify(shown, keys, now + 600).verdict == "genuine-copy"
        assert verify(text, keys, now + 31 * 86_400).verdict == "expired"
        challenged = present(text, signing_key(key), now, new_challenge("临江区图书馆", "办借书证", now))
        assert len(challenged) <= ALPHANUMERIC_M[20]
        assert view["key"] == "full" or len(text) <= ALPHANUMERIC_M[15]


async def test_asking_again_gives_the_same_credential_and_a_new_one_in_the_last_third(
    house: House, city: City, sign_in: SignIn
) -> None:
    browser = await sign_in(RESIDENT)
    await granted(house, city, browser)
    certificate = (await browser.get(f"{API}/certificates")).json()["certificates"][0]
    device, _ = await bound(browser)
    body = {"device_id": device, "view": "full"}
    address = f"{API}/certificates/{certificate['id']}/credentials"
    replies = await asyncio.gather(*(browser.post(address, json=body) for _ in range(8)))
    texts = {reply.json()["text"] for reply in replies}
    assert len(texts) == 1
    house.time.set(house.time.now() + 21 * 86_400_000)
    await browser.aclose()
    again = await sign_in(RESIDENT)
    renewed = (await again.post(address, json=body)).json()["text"]
    assert renewed not in texts


async def test_a_certificate_past_its_last_day_is_not_minted_any_more(
    house: House, city: City, sign_in: SignIn
) -> None:
    browser = await sign_in(RESIDENT)
    await granted(house, city, browser)
    house.time.set(house.time.now() + 366 * 86_400_000)
    later = await sign_in(RESIDENT)
    certificate = (await later.get(f"{API}/certificates")).json()["certificates"][0]
    assert certificate["state"] == "expired"
    device, _ = await bound(later)
    reply = await later.post(
        f"{API}/certificates/{certificate['id']}/credentials", json={"device_id": device, "view": "full"}
    )
    assert (reply.status_code, reply.json()["type"]) == (409, "urn:zhangban:problem:certificate-ended")


async def test_another_persons_certificate_and_device_are_not_found(house: House, city: City, sign_in: SignIn) -> None:
    owner, stranger = await sign_in(RESIDENT), await sign_in(OTHER)
    await granted(house, city, owner)
    certificate = (await owner.get(f"{API}/certificates")).json()["certificates"][0]["id"]
    own_device, _ = await bound(owner)
    their_device, _ = await bound(stranger)
    assert (await stranger.get(f"{API}/certificates")).json()["certificates"] == []
    for browser, device in ((stranger, their_device), (owner, their_device), (stranger, own_device)):
        reply = await browser.post(
            f"{API}/certificates/{certificate}/credentials", json={"device_id": device, "view": "full"}
        )
        assert reply.status_code == 404, reply.text


async def test_a_device_id_keeps_its_first_key_and_a_point_off_the_curve_is_refused(sign_in: SignIn) -> None:
    browser = await sign_in(RESIDENT)
    device, key = await bound(browser)
    same = await browser.put(f"{API}/devices/{device}", json={"key": public(key), "name": "我的手机"})
    assert same.status_code == 200
    other = await browser.put(f"{API}/devices/{device}", json={"key": public(device_key()), "name": "换了"})
    assert (other.status_code, other.json()["type"]) == (409, "urn:zhangban:problem:device-taken")
    off = {**public(key), "y": public(key)["x"]}
    refused = await browser.put(f"{API}/devices/{new_id()}", json={"key": off, "name": "坏的"})
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:zhangban:problem:device-key-invalid")


async def test_what_lies_in_the_database_is_sealed(house: House, city: City, sign_in: SignIn) -> None:
    browser = await sign_in(RESIDENT)
    await granted(house, city, browser)
    rows = await house.database.read(sql("SELECT * FROM certificate"))
    assert all("林晓舟" not in str(value) for row in rows for value in row.values())
    assert "林晓舟".encode() not in rows[0]["sealed"]
