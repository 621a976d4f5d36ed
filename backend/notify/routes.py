"""`/api/v1/inbox` and `/api/v1/push`."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody, QueryParameter

from backend.house import House
from backend.identity.actor import Actor
from backend.notify import service
from backend.notify.push_keys import push_signer
from backend.notify.schemas import MessagePage, PushKey, ReadMark, SubscriptionEnd, SubscriptionPut


class InboxController(Controller):
    """The caller's messages."""

    path = "/api/v1/inbox"
    tags = ("notify",)

    @get()
    async def read_inbox(
        self,
        house: NamedDependency[House],
        actor: NamedDependency[Actor],
        after: FromQuery[Annotated[str | None, QueryParameter(max_length=400)]] = None,
        limit: FromQuery[Annotated[int, QueryParameter(ge=1, le=100)]] = 20,
    ) -> MessagePage:
        """Messages, newest first."""
        return await service.read_inbox(house, actor, after, limit)

    @post("/read", status_code=204)
    async def mark_read(
        self, house: NamedDependency[House], actor: NamedDependency[Actor], data: JSONBody[ReadMark]
    ) -> None:
        """Marks messages read: the named ones, or all."""
        await service.mark_read(house, actor, data)


class PushController(Controller):
    """The caller's push subscriptions."""

    path = "/api/v1/push"
    tags = ("notify",)

    @get("/key", sync_to_thread=True)
    def read_key(self, house: NamedDependency[House]) -> PushKey:
        """The application server key that browsers subscribe with."""
        return PushKey(push_signer(house.settings).public_key)

    @put("/subscriptions", status_code=204)
    async def subscribe(
        self, house: NamedDependency[House], actor: NamedDependency[Actor], data: JSONBody[SubscriptionPut]
    ) -> None:
        """Makes this browser's subscription the caller's."""
        await service.subscribe(house, actor, data)

    @delete("/subscriptions", status_code=204)
    async def unsubscribe(
        self, house: NamedDependency[House], actor: NamedDependency[Actor], data: JSONBody[SubscriptionEnd]
    ) -> None:
        """Forgets this browser's subscription."""
        await service.unsubscribe(house, actor, data.endpoint)
