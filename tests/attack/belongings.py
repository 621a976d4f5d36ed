"""One object of every kind that has an id, all of one person: what the attacks on other people's things aim at."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping

from backend.city.city import City
from backend.foundation.database import sql
from backend.house import House
from tests.api.case_builders import key
from tests.api.conftest import API, Client, SignIn
from tests.api.mandate_builders import held_mandate
from tests.api.test_cases import submitted
from tests.api.test_certificates import bound, granted
from tests.api.test_drafts import body as draft_body
from tests.api.test_uploads import begin, picture, send, sha256

Factory = Callable[["Owner"], Awaitable[str]]


class Owner:
    """Person A: a browser in which they are signed in, their case, and their things, each made when asked for."""

    def __init__(self, house: House, city: City, browser: Client, case_id: str) -> None:
        self.house, self.city, self.browser, self.case_id = house, city, browser, case_id
        self._made: dict[str, str] = {}

    @classmethod
    async def of(cls, house: House, sign_in: SignIn, city: City) -> Owner:
        """A resident who has filed an application."""
        browser, case_id = await submitted(house, sign_in, city)
        return cls(house, city, browser, case_id)

    async def thing(self, template: str, name: str) -> str:
        """The id for a parameter of an address. Raises KeyError when no factory makes it."""
        place = f"{template} {name}" if f"{template} {name}" in FACTORIES else name
        if place not in self._made:
            self._made[place] = await FACTORIES[place](self)
        return self._made[place]


async def case_of(owner: Owner) -> str:
    """The case."""
    return owner.case_id


async def draft_of(owner: Owner) -> str:
    """A draft at revision 1."""
    draft = str(uuid.uuid4())
    stored = await owner.browser.put(f"{API}/drafts/{draft}", json=draft_body(), headers={"If-Match": '"0"'})
    assert stored.status_code == 200, stored.text
    return draft


async def upload_of(owner: Owner) -> str:
    """An unfinished upload of ten bytes."""
    return (await begin(owner.browser, 10)).rpartition("/")[2]


async def file_of(owner: Owner) -> str:
    """A whole file."""
    content = picture()
    sent = await send(owner.browser, await begin(owner.browser, len(content)), 0, content)
    assert sent.status_code == 204, sent.text
    return sha256(content)


async def link_of(owner: Owner) -> str:
    """A link to the case."""
    made = await owner.browser.post(f"{API}/cases/{owner.case_id}/links", json={"days": 7}, headers=key())
    return str(made.json()["id"])


async def certificate_of(owner: Owner) -> str:
    """A granted certificate."""
    await granted(owner.house, owner.city, owner.browser)
    return str((await owner.browser.get(f"{API}/certificates")).json()["certificates"][0]["id"])


async def session_of(owner: Owner) -> str:
    """The session."""
    return str((await owner.browser.get(f"{API}/session")).json()["account"]["session"]["id"])


async def device_of(owner: Owner) -> str:
    """A bound device."""
    return (await bound(owner.browser))[0]


async def unified_identity_of(owner: Owner) -> str:
    """A link to an account of a province's platform."""
    account = (await owner.browser.get(f"{API}/session")).json()["account"]["id"]
    identity = str(uuid.uuid4())
    await owner.house.database.commit(
        [
            sql(
                "INSERT INTO unified_identity (id, issuer, subject_index, account_id, subject_sealed, linked_at)"
                " VALUES ({}, 'https://identity.example', {}, {}, {}, {})",
                identity,
                identity,
                account,
                b"",
                owner.house.time.now(),
            )
        ]
    )
    return identity


async def mandate_of(owner: Owner) -> str:
    """A mandate that the account holds."""
    account = (await owner.browser.get(f"{API}/session")).json()["account"]["id"]
    return await held_mandate(owner.house, account)


async def staff_of(owner: Owner) -> str:
    """A staff member's account, which administrators alone reach."""
    rows = await owner.house.database.read(sql("SELECT account_id FROM staff ORDER BY number LIMIT 1"))
    return str(rows[0]["account_id"])


# By the name of a parameter, or `template name` where a name alone does not say what it is of.
FACTORIES: Mapping[str, Factory] = {
    "case_id": case_of,
    "draft_id": draft_of,
    "upload_id": upload_of,
    "sha256": file_of,
    "link_id": link_of,
    "certificate_id": certificate_of,
    "device_id": device_of,
    "session_id": session_of,
    "identity_id": unified_identity_of,
    "mandate_id": mandate_of,
    "account_id": staff_of,
}

# Published things: the same for everyone, with or without a session.
PUBLISHED = frozenset({f"{API}/items/{{key}}", f"{API}/forms/{{hash_}}"})

# The phone makes these ids up itself, so that using one that is taken must be told from using a fresh one.
MADE_BY_THE_PHONE = {f"PUT {API}/devices/{{device_id}}": "device-taken"}
