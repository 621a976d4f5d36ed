"""The demo city behind a real server, its database and directories of their own, for browsers to visit."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import time
import uuid
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import msgspec

from backend.city.city import City
from backend.city.pack import Document
from backend.editing import tables as catalogue_drafts
from backend.editing.service import pack_file
from backend.foundation.database import open_database, sql
from backend.foundation.identifiers import new_id
from backend.foundation.settings import Settings
from backend.opening import open_house
from backend.publication.service import propose_pack
from backend.staff.demo import DEMO_PASSWORD
from backend.staff.passwords import Passwords
from backend.staff.service import prove_at_terminal
from backend.staff.tables import put_staff, staff_by_number
from tests.api.filing_builders import NEWBORN
from tests.browser.photos import lease, portrait
from tests.harness.served import API, ServedProduct, served_settings

RESIDENT, NEIGHBOUR, ELDER = "13900000001", "13900000002", "13900000003"
CLERK, APPROVER = "13900000011", "13900000012"
HEALTH_CLERK, HEALTH_APPROVER = "13900000029", "13900000030"
ITEM = "residence-permit"
EDITOR_NUMBER = "YH0018"
_OFFICE = "items/residence-permit/office.yaml"
_CHANGED = "items/residence-permit/base.yaml"
ANSWERS = {
    "ground": "housing",
    "moved_in": "2026-03-02",
    "district": "990102",
    "street": "990102001000",
    "detail": "听涛路 18 号海棠苑 3 栋 502 室",
    "proof_kind": "lease",
    "card": "electronic",
}


def apart(work: Coroutine[Any, Any, Any]) -> None:
    """Runs a coroutine in a thread: Playwright's own loop occupies this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


class ServedCity(ServedProduct):
    """A started server with the demo city in force. Beside what a browser does, it can prepare what a screen needs."""

    def __init__(self, directory: Path, settings: Settings | None = None) -> None:
        super().__init__(settings or served_settings(directory), directory)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(self.prepare).result()
        self.start()

    def one_time_code(self, phone: str) -> str:
        """The code last sent to a phone: no SMS is sent in test mode."""
        with self.client() as browser:
            code: str = browser.post(f"{API}/_test/otp", json={"phone": phone}).json()["code"]
            return code

    def usable_totp(self, number: str) -> str:
        """An authenticator code of a staff number that will be taken once."""
        with self.client() as browser:
            code: str = browser.post(f"{API}/_test/totp", json={"number": number}).json()["totp"]
            return code

    def give_both_roles(self, phone: str) -> None:
        """Lets one member of staff accept and decide, as in a very small office."""
        self.place_staff(phone, ["approver", "clerk"])

    def place_staff(self, phone: str, roles: list[str], department: str | None = None) -> None:
        """Gives a member of staff other roles, and a place in another department (USCC) where one is named."""
        with closing(self.sign_in(phone)) as browser:
            account = browser.get(f"{API}/session").json()["account"]
        staff = account["staff"]

        async def put() -> None:
            database = await open_database(self.settings.database.url, bind=False)
            place = put_staff(
                account["id"], staff["number"], department or staff["department"]["code"], roles, staff["name"]
            )
            await database.commit([place])
            await database.close()

        apart(put())

    def propose(self, words: str) -> str:
        """A changed city pack, as an editor proposes it; gives the proposal's id."""
        made: list[str] = []

        async def put() -> None:
            async with open_house(self.settings, loops=False) as (house, _loops):
                documents = dict(house.city.documents)
                data = msgspec.json.decode(msgspec.json.encode(documents[_CHANGED].data))
                data["summary"]["zh"] = words
                changed = City.assemble({**documents, _CHANGED: Document(_CHANGED, data, {})})
                account_id, _roles = await prove_at_terminal(
                    house, Passwords("test"), EDITOR_NUMBER, DEMO_PASSWORD, self._usable_code(EDITOR_NUMBER)
                )
                made.append(await propose_pack(house, changed, account_id))

        apart(put())
        return made[0]

    def form_path(self) -> str:
        """Where in the API the form is that the tests fill in: the phone takes it for later on its first visit."""
        with closing(self.client()) as browser:
            form_hash: str = browser.get(f"{API}/items/{ITEM}").json()["form_hash"]
            return f"/forms/{form_hash}"

    def guide_hash(self) -> str:
        """The guide in force of the item that the tests apply for."""
        with closing(self.client()) as browser:
            found: str = browser.get(f"{API}/items/{ITEM}").json()["hash"]
            return found

    def seen_in_person(self, phone: str) -> None:
        """A clerk has compared somebody with their ID card at a window."""

        async def put() -> None:
            async with open_house(self.settings, loops=False) as (house, _loops):
                index = house.vault.blind_index("phone", phone)
                now = house.time.now()
                await house.database.commit(
                    [sql("UPDATE account SET in_person_at = {} WHERE phone_index = {}", now, index)]
                )

        apart(put())

    def end_visits(self) -> None:
        """The two hours of every visit at the counter are over."""

        async def put() -> None:
            database = await open_database(self.settings.database.url, bind=False)
            await database.commit([sql("UPDATE counter_visit SET ends_at = {}", 0)])
            await database.close()

        apart(put())

    def draft_change(self, title: str) -> str:
        """A draft that shortens what an item promises, as an editor begins it; gives the draft's id."""
        made: list[str] = []

        async def put() -> None:
            async with open_house(self.settings, loops=False) as (house, _loops):
                account_id = (await house.database.read(staff_by_number(EDITOR_NUMBER)))[0]["account_id"]
                draft_id, now = new_id(), house.time.now()
                office = pack_file(house, _OFFICE).text.replace("value: 10", "value: 12")
                files = msgspec.json.encode({_OFFICE: office}).decode()
                hash_ = house.city.hash
                await house.database.commit(
                    [
                        catalogue_drafts.add(draft_id, title, hash_, account_id, now),
                        catalogue_drafts.change(draft_id, 1, title, hash_, files, account_id, now),
                    ]
                )
                made.append(draft_id)

        apart(put())
        return made[0]

    def overstep(self, phone: str) -> None:
        """Somebody asks for what is not theirs: a security event."""
        with closing(self.sign_in_by_code(phone)) as browser:
            assert browser.get(f"{API}/desk/queue").status_code == 403

    def _usable_code(self, number: str) -> str:
        with self.client() as browser:
            code: str = browser.post(f"{API}/_test/totp", json={"number": number}).json()["totp"]
            return code

    def submit(self, phone: str, **answers: str) -> str:
        """A complete application of a persona; gives the case's id."""
        with closing(self.sign_in(phone)) as browser:
            me = browser.get(f"{API}/me").json()
            guide = browser.get(f"{API}/items/{ITEM}").json()
            values = {name: me[name] for name in ("name", "id_number", "phone")} | ANSWERS | answers
            files = {"photo": [uploaded(browser, portrait())], "proof": [uploaded(browser, lease(me["name"]))]}
            body = {name: guide[name] for name in ("form_hash",)} | {
                "draft": None,
                "item": ITEM,
                "guide_hash": guide["hash"],
                "values": values,
                "files": files,
            }
            case: str = answered(browser.post(f"{API}/cases", json=body, headers=fresh_key())).json()["case"]["id"]
            return case

    def file_bundle(self, phone: str, **answers: str) -> str:
        """The newborn bundle of a persona, filed whole; gives the filing's id."""
        with closing(self.sign_in(phone)) as browser:
            me = browser.get(f"{API}/me").json()
            form = browser.get(f"{API}/bundles/newborn/form").json()
            body = {
                "item": "bundle-newborn",
                "guide_hash": form["hash"],
                "form_hash": form["hash"],
                "values": {name: me[name] for name in ("name", "id_number", "phone")} | NEWBORN | answers,
                "files": {},
                "draft": None,
            }
            reply = answered(browser.post(f"{API}/bundles/newborn/filings", json=body, headers=fresh_key()))
            filing: str = reply.json()["filing"]["id"]
            return filing

    def file_faulty_bundle(self, phone: str) -> str:
        """The newborn bundle, granted as far as the part that cannot be filed as it was filled in; its filing's id."""
        filing = self.file_bundle(phone, birth_household_registration_household_head="")
        with closing(self.sign_in(phone)) as browser:

            def member(item: str) -> Any:
                members = answered(browser.get(f"{API}/filings/{filing}")).json()["members"]
                return next(each for each in members if each["item"]["key"] == item)

            birth = member("birth-certificate")["case"]["id"]
            self.command(HEALTH_CLERK, birth, "accept")
            self.command(HEALTH_APPROVER, birth, "grant")
            ends = time.monotonic() + 20
            while member("birth-household-registration")["state"] != "ready":
                assert time.monotonic() < ends, "the worker did not move the filing on"
                time.sleep(0.1)
        return filing

    def command(self, phone: str, case: str, command: str, reason: str | None = None) -> None:
        """A member of staff gives a command at the case's present version."""
        with closing(self.sign_in(phone)) as browser:
            version = answered(browser.get(f"{API}/desk/cases/{case}")).json()["version"]
            body = {"command": command, "version": version} | ({"reason": reason} if reason else {})
            if command == "decline":
                body["ground"] = "not-lawful"
            answered(browser.post(f"{API}/desk/cases/{case}/commands", json=body, headers=fresh_key()))

    def ask_correction(self, phone: str, case: str, material: str, problem: str, example: str) -> None:
        """A clerk sends a material back."""
        with closing(self.sign_in(phone)) as browser:
            version = answered(browser.get(f"{API}/desk/cases/{case}")).json()["version"]
            defects = [{"material": material, "problem": problem, "example": example}]
            body = {"command": "request-correction", "version": version, "defects": defects}
            answered(browser.post(f"{API}/desk/cases/{case}/commands", json=body, headers=fresh_key()))

    def link(self, phone: str, case: str) -> str:
        """A status link made by the case's applicant: its path with the token."""
        with closing(self.sign_in(phone)) as browser:
            reply = answered(browser.post(f"{API}/cases/{case}/links", json={"days": 7}, headers=fresh_key()))
            url: str = reply.json()["url"]
            return url

    def certificate_of(self, phone: str) -> str:
        """The id of a persona's newest certificate."""
        with closing(self.sign_in(phone)) as browser:
            certificate: str = browser.get(f"{API}/certificates").json()["certificates"][0]["id"]
            return certificate


def fresh_key() -> dict[str, str]:
    """An idempotency key."""
    return {"Idempotency-Key": str(uuid.uuid4())}


def answered(reply: httpx.Response) -> httpx.Response:
    """The reply, which must say that it was done."""
    assert reply.is_success, reply.text
    return reply


def uploaded(browser: httpx.Client, picture: bytes) -> str:
    """Sends a picture; gives its SHA-256."""
    sha256 = hashlib.sha256(picture).hexdigest()
    named = {"filename": "picture.jpg", "filetype": "image/jpeg", "sha256": sha256}
    metadata = ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in named.items())
    tus = {"Tus-Resumable": "1.0.0"}
    begun = browser.post(
        f"{API}/uploads", headers={**tus, "Upload-Length": str(len(picture)), "Upload-Metadata": metadata}
    )
    part = {**tus, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    answered(browser.patch(answered(begun).headers["location"], content=picture, headers=part))
    return sha256
