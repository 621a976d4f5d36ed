"""What wakes the worker when a limit of a case has passed: one outbox row for each limit that runs."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import msgspec

from backend.cases.engine import CaseState
from backend.cases.statements import timers_of
from backend.cases.terms import Terms
from backend.city.structures import Lifecycle
from backend.foundation import outbox
from backend.foundation.database import Statement
from backend.foundation.time_source import SHANGHAI

TIMER_KIND = "case.timer"


class CaseTimerJob(msgspec.Struct, frozen=True):
    """Outbox payload: a command that the passing of a limit gives to a case, if it still stands as it did."""

    case_id: str
    command: str


def timer_rows(case_id: str, lifecycle: Lifecycle, state: CaseState, terms: Terms) -> list[Statement]:
    """What asks the worker to look at a case again when a limit has passed that runs as it stands now."""
    return [
        outbox.enqueue(
            TIMER_KIND,
            CaseTimerJob(case_id, command),
            due=_after(last),
            key=f"{TIMER_KIND}:{case_id}:{state.version}:{command}:{last}",
        )
        for command, last in timers_of(lifecycle, state, terms)
    ]


def _after(last: date) -> int:
    """The first instant (milliseconds) after a legal day."""
    return int(datetime.combine(last + timedelta(days=1), time(), SHANGHAI).timestamp() * 1000)
