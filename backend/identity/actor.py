"""Who is asking: set on each request from the session cookie, never from the request's own words."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar.connection import ASGIConnection, Request

from backend.foundation.errors import Forbidden, SignInRequired


class Staff(msgspec.Struct, frozen=True):
    """A staff member's place: department code (USCC), and roles such as `clerk` and `approver`."""

    department: str
    roles: frozenset[str]
    name: str


class Actor(msgspec.Struct, frozen=True):
    """A signed-in account. `subject_id` owns its personal data; `staff` is set only while it acts for a department."""

    account_id: str
    subject_id: str
    session_id: str
    staff: Staff | None = None


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
