"""Person A and one object of every kind that has an id: what the attacks on other people's things aim at.

The things are those of the permission walk (tests/permissions/objects.py): one place names a factory for each.
"""

from __future__ import annotations

from backend.city.city import City
from backend.house import House
from tests.api.conftest import API, SignIn
from tests.api.test_cases import submitted
from tests.permissions.objects import Holder


class Owner(Holder):
    """Person A: a browser in which they are signed in, their case, and their things, each made when asked for."""

    case_id: str

    @classmethod
    async def of(cls, house: House, sign_in: SignIn, city: City) -> Owner:
        """A resident who has filed an application."""
        browser, case_id = await submitted(house, sign_in, city)
        account = (await browser.get(f"{API}/session")).json()["account"]["id"]
        owner = cls(house, city, account, browser, at_home=True)
        owner.case_id = case_id
        return owner


# Not anyone's: the same for everyone, or the caller's own of that name.
PUBLISHED = frozenset(
    {
        f"{API}/items/{{key}}",
        f"{API}/items/{{key}}/known",
        f"{API}/forms/{{hash_}}",
        f"{API}/bundles/{{key}}/form",
        f"{API}/bundles/{{key}}/filings",
        f"{API}/guides/{{hash_}}",
        f"{API}/feedback/{{feedback_id}}",
        f"{API}/me/consents/{{purpose}}",
    },
)

# The phone makes these ids up itself, so that using one that is taken must be told from using a fresh one.
MADE_BY_THE_PHONE = {f"PUT {API}/devices/{{device_id}}": "device-taken"}
