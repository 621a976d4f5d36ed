"""Who is asking: set on each request from the session cookie, never from the request's own words."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from litestar.connection import ASGIConnection, Request

from backend.foundation.errors import Forbidden, SignInRequired

SessionKind = Literal["resident", "staff"]
SignInMethod = Literal["code", "passkey", "unified", "password"]
"""How a session was opened: one-time code, passkey, unified identity, or a staff password with a second factor."""
Level = Literal[1, 2, 3]
"""1: a phone. 2: a real name that the population register knows. 3: that, checked in person or shown by a passkey."""
Capacity = Literal["self", "legal_representative", "agent", "guardian", "helper"]


class Staff(msgspec.Struct, frozen=True):
    """A staff member's place: department code (USCC), roles, and the division it is limited to, if any."""

    department: str
    roles: frozenset[str]
    name: str
    division: str | None = None


class Acting(msgspec.Struct, frozen=True):
    """For whom a request acts: a party under a mandate. Empty `items` and `cases` mean all of them."""

    mandate_id: str
    party_id: str
    subject_id: str
    capacity: Capacity
    items: frozenset[str] = frozenset()
    cases: frozenset[str] = frozenset()

    @property
    def covers_everything(self) -> bool:
        """Whether the mandate names neither items nor cases, and so means all of them."""
        return not self.items and not self.cases

    def covers_item(self, item: str) -> bool:
        """Whether something new may be begun for this item."""
        return self.covers_everything or item in self.items

    def covers_case(self, item: str, case_id: str) -> bool:
        """Whether a case of the party, of this item, is within the mandate."""
        return self.covers_everything or item in self.items or case_id in self.cases


class Actor(msgspec.Struct, frozen=True):
    """A signed-in account. `subject_id` owns its personal data; `staff` is set only in a session opened at the desk.

    `authenticated_at` is when the person last proved who they are (milliseconds); `acting` is set while the request
    acts for somebody else.
    """

    account_id: str
    subject_id: str
    session_id: str
    staff: Staff | None = None
    method: SignInMethod = "code"
    authenticated_at: int = 0
    shared: bool = False
    level: Level = 1
    party_id: str | None = None
    acting: Acting | None = None

    @property
    def kind(self) -> SessionKind:
        """Which kind of session this is."""
        return "resident" if self.staff is None else "staff"

    @property
    def applicant_subject_id(self) -> str:
        """Whose personal data a request is about: the party's it acts for, else the account's own."""
        return self.subject_id if self.acting is None else self.acting.subject_id

    @property
    def applicant_party(self) -> str:
        """The party that drafts and requests are kept apart by: empty for the account's own matters."""
        return "" if self.acting is None else self.acting.party_id


def actor_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Actor | None:
    """The signed-in actor of a request, or None."""
    user = connection.scope.get("user")
    return user if isinstance(user, Actor) else None


async def provide_actor(request: Request[Any, Any, Any]) -> Actor:
    """Litestar dependency `actor`: the signed-in resident or staff member. Raises SignInRequired."""
    actor = actor_of(request)
    if actor is None:
        raise SignInRequired("请先登录。您填的内容都还在。")
    return actor


async def provide_staff(request: Request[Any, Any, Any]) -> Actor:
    """Litestar dependency `staff`: an actor whose `staff` is set. Raises SignInRequired, Forbidden."""
    actor = await provide_actor(request)
    if actor.staff is None:
        raise Forbidden("这里只给工作人员用。请用工作人员账号登录。")
    return actor
