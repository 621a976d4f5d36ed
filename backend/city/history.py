"""Which publication is in force, which is coming, and in what order they follow each other; pure: no I/O, no clock."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Publication(msgspec.Struct, frozen=True):
    """A pack that was published at `at` to come into force at `effective_at` (milliseconds since the epoch)."""

    number: int
    pack_hash: str
    at: int
    effective_at: int

    def is_due(self, now: int) -> bool:
        """Whether its time has come. One published for at once is due whatever another server's clock says."""
        return self.effective_at <= max(self.at, now)

    @property
    def order(self) -> tuple[int, int]:
        """Its place: by the instant it comes into force, at one instant by the order of publishing."""
        return self.effective_at, self.number


def in_force(history: Iterable[Publication], now: int) -> Publication | None:
    """The publication in force at an instant, or None before the first."""
    return max((each for each in history if each.is_due(now)), key=lambda each: each.order, default=None)


def coming(history: Iterable[Publication], now: int) -> list[Publication]:
    """What is published and not due yet, soonest first; of several at one instant only the one that will win."""
    ahead: dict[int, Publication] = {}
    for each in sorted(history, key=lambda each: each.order):
        if not each.is_due(now):
            ahead[each.effective_at] = each
    return list(ahead.values())


def next_change(history: Iterable[Publication], now: int) -> int | None:
    """When the next coming publication is due, or None."""
    return min((each.effective_at for each in history if not each.is_due(now)), default=None)


def soonest(history: Iterable[Publication], at: int) -> int:
    """The instant at which something published for at once comes into force: `at`, but after what is in force.

    A server whose clock is behind would else publish something that is never in force.
    """
    found = in_force(history, at)
    return at if found is None else max(at, found.effective_at + 1)


def transitions(history: Iterable[Publication]) -> list[tuple[Publication, str | None]]:
    """What came or will come into force, in that order, each with the pack before it; what changed nothing is left out.

    Of several for one instant only the last published ever is in force.
    """
    last = {each.effective_at: each for each in sorted(history, key=lambda each: each.order)}
    found: list[tuple[Publication, str | None]] = []
    for each in last.values():
        before = found[-1][0].pack_hash if found else None
        if before != each.pack_hash:
            found.append((each, before))
    return found
