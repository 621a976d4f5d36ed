"""How often each kind of action may be done: one closed table, from which routes and the gate take their limits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

import msgspec

from backend.foundation.rate_limits import Limiter, Rate, Window
from backend.foundation.settings import LimitsSettings
from backend.foundation.web_errors import RateLimited

HOUR = 3600
DAY = 24 * HOUR


class Allowance(msgspec.Struct, frozen=True):
    """A bucket that an action is counted in: whose it is, and how much it holds.

    Actions that name the same `bucket` share it. A `strict` one holds without Redis too (Limiter.hit).
    """

    bucket: str
    by: Literal["account", "address"]
    rate: Rate | Window
    strict: bool = False


Rates = Mapping[str, tuple[Allowance, ...]]


@lru_cache(maxsize=16)
def action_rates(limits: LimitsSettings) -> Rates:
    """Every limited action with the buckets that it is counted in, each of which must admit it."""
    changes, opens = limits.changes_per_minute, limits.link_opens_per_minute
    checks, recoveries = limits.identity_checks_per_day, limits.recoveries_per_day
    # Whatever can be found out by trying shares one count an address: trying elsewhere is no second chance.
    guess = Allowance("guess", "address", Window(limits.sign_in_per_minute, 60), strict=True)

    def change(action: str) -> tuple[Allowance, ...]:
        return (Allowance(action, "account", Rate(changes, 60, changes)),)

    def seldom(action: str, count: int, seconds: int, burst: int) -> Allowance:
        return Allowance(action, "account", Rate(count, seconds, burst), strict=True)

    table = {
        "account": (
            Allowance(
                "account", "account", Rate(limits.account_per_minute, 60, max(1, limits.account_per_minute // 4))
            ),
        ),
        "code-request": (guess,),
        "sign-in": (guess,),
        # A code or password asked for again inside a session: also bounded for the account, from wherever it comes.
        "re-authentication": (guess, seldom("re-authentication", 20, HOUR, 10)),
        # Guessing whose name belongs to a number is what the population register must not be good for.
        "identity-claim": (guess, seldom("identity-claim", 10, HOUR, 5)),
        # A person opens a link a few times; a machine that tries tokens needs 2^127 of them.
        "link-open": (Allowance("link-open", "address", Rate(opens, 60, max(1, opens // 2)), strict=True),),
        # A person says what is wrong a few times; many phones may share an address.
        "feedback": (Allowance("feedback", "address", Rate(30, HOUR, 10), strict=True),),
        "submit": change("submit"),
        "upload-create": change("upload-create"),
        "link-create": change("link-create"),
        "grant": (seldom("grant", 20, HOUR, 10),),
        # What a busy window does in a day; more is no work but a search.
        "identity-check": (seldom("identity-check", checks, DAY, max(1, checks // 2)),),
        "counter-visit": (seldom("counter-visit", checks, DAY, max(1, checks // 2)),),
        "recovery": (guess, seldom("recovery", recoveries, DAY, max(1, recoveries // 2))),
        # One at a time is work; a list of them is a leak.
        "unmask": (seldom("unmask", limits.unmask_per_hour, HOUR, max(1, limits.unmask_per_hour // 4)),),
        # A list is taken out for a report or a handover, not to be collected.
        "list-export": (seldom("list-export", 20, HOUR, 5),),
        # Everything about a person at once is made for them, not for whoever keeps asking.
        "export": (seldom("export", 1, 600, 1),),
    }
    return MappingProxyType(table)


# The actions there are, with the limits of the default settings.
RATES: Rates = action_rates(LimitsSettings())


def too_many(wait: float) -> RateLimited:
    """The refusal of a limit that admits again in `wait` seconds."""
    seconds = max(1, math.ceil(wait))
    return RateLimited(
        f"操作太频繁。请 {seconds} 秒后再试。", headers={"Retry-After": str(seconds)}, retry_after=seconds
    )


async def admit(
    limiter: Limiter,
    action: str,
    *,
    account_id: str | None,
    address: str,
    rates: Rates = RATES,
) -> None:
    """Counts an action of the table for the account (when there is one) and address that ask for it.

    Raises RateLimited with Retry-After, and KeyError for an action that the table does not have.
    """
    for allowance in rates[action]:
        who = address if allowance.by == "address" else account_id
        if who is None:
            continue
        if wait := await limiter.hit(f"{allowance.bucket}:{who}", allowance.rate, strict=allowance.strict):
            raise too_many(wait)
