"""Outbox handlers: an event becomes an inbox message and one push for each subscription; a push is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import msgspec

from backend.cases.service import OUTBOX_KIND, CaseEventJob, notice
from backend.foundation import outbox
from backend.foundation.database import Statement
from backend.foundation.encryption import Erased
from backend.foundation.identifiers import new_id
from backend.foundation.outbox import Claimed
from backend.foundation.worker import GiveUp, Postpone, Worker
from backend.house import House
from backend.identity.notices import OUTBOX_KIND as ACCOUNT_KIND
from backend.identity.notices import AccountNoticeJob
from backend.identity.personal import is_erased
from backend.notify import rules, service, tables
from backend.notify.push_keys import push_signer
from backend.notify.schemas import Language
from push.sending import Delivered, Gone, PushSender, Refused, Retry

PUSH_KIND = "push.send"


class PushJob(msgspec.Struct, frozen=True):
    """Outbox payload: tell one subscription of news about a case that happened `at` (milliseconds)."""

    subscription_id: str
    case_id: str
    at: int


class PushFailed(Exception):
    """The push service could not be reached or is in trouble; the outbox tries again later."""


class Delivery:
    """The handlers with the connections they keep; `close` gives these back."""

    def __init__(self, house: House) -> None:
        """Raises PushKeyMissing."""
        self._house = house
        self._sender = PushSender(
            push_signer(house.settings), service.endpoint_policy(house), clock=lambda: house.time.now() / 1000
        )

    def register(self, worker: Worker) -> None:
        """Makes a worker deliver the room's kinds."""
        worker.register(OUTBOX_KIND, CaseEventJob, self.tell)
        worker.register(PUSH_KIND, PushJob, self.push)
        worker.register(ACCOUNT_KIND, AccountNoticeJob, self.tell_account)

    async def tell(self, job: CaseEventJob, row: Claimed) -> Sequence[Statement]:
        """The messages about an event, and a push for each subscription of whom it is for.

        What people did themselves is in their inbox as a record, and rings none of their phones.
        """
        told = await notice(self._house, job.case_id, job.sequence)
        if told is None:
            return []
        kind = rules.message_kind(told.type)
        statements: list[Statement] = []
        for to in told.to:
            if await is_erased(self._house, to.account_id):
                continue
            # Whoever acts for somebody opens the case under that mandate.
            said = told.params if to.mandate_id is None else {**told.params, "mandate": to.mandate_id}
            params = msgspec.json.encode(said).decode()
            statements.append(
                tables.add_message(new_id(), to.account_id, job.case_id, job.sequence, kind, params, told.at)
            )
            if to.by_them:
                continue
            for subscription in await self._house.database.read(tables.subscriptions_of(to.account_id)):
                push = PushJob(subscription["id"], job.case_id, told.at)
                key = f"push:{job.case_id}:{job.sequence}:{subscription['id']}"
                statements.append(outbox.enqueue(PUSH_KIND, push, due=self._house.time.now(), key=key))
        return statements

    async def tell_account(self, job: AccountNoticeJob, row: Claimed) -> Sequence[Statement]:
        """The message about something that happened to an account, which belongs to no case."""
        if await is_erased(self._house, job.account_id):
            return []
        return [tables.add_message(new_id(), job.account_id, tables.NO_CASE, job.at, job.kind, "{}", job.at)]

    async def push(self, job: PushJob, row: Claimed) -> Sequence[Statement]:
        """One neutral message to one subscription; an ended subscription is forgotten.

        Raises Postpone (the service named a time), PushFailed (try again), GiveUp (refused for good).
        """
        age = (self._house.time.now() - job.at) // 1000
        if age >= rules.PUSH_LIFETIME_SECONDS:
            return []
        try:
            found = await service.subscription_of(self._house, job.subscription_id)
        except Erased:
            return [tables.remove_subscription(job.subscription_id)]
        if found is None:
            return []
        subscription, language = found
        outcome = await self._sender.send(
            subscription,
            rules.payload(self._house.city, job.case_id, _language(language)),
            ttl=rules.PUSH_LIFETIME_SECONDS - max(age, 0),
            topic=rules.topic(job.subscription_id, job.case_id),
        )
        match outcome:
            case Delivered():
                return []
            case Gone():
                return [tables.remove_subscription(job.subscription_id)]
            case Retry(after=after, reason=reason):
                if after is None:
                    raise PushFailed(reason)
                raise Postpone(max(after, 1.0), f"push-{reason}")
            case Refused(reason=reason):
                raise GiveUp(f"push-{reason}")

    async def close(self) -> None:
        """Closes the kept connections."""
        await self._sender.close()


def _language(stored: str) -> Language:
    return "en" if stored == "en" else "zh"


def register(worker: Worker, house: House) -> Callable[[], Awaitable[None]]:
    """Makes a worker tell people of their cases; gives what closes the connections it kept. Raises PushKeyMissing."""
    delivery = Delivery(house)
    delivery.register(worker)
    return delivery.close
