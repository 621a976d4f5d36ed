"""What an item's guide and the calendar say to a case: the ground on which its commands are judged. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from backend.cases.automatic_rules import version_of
from backend.city.guide import Guide, GuideTask
from backend.foundation.clock_rules import Calendar


class Terms(msgspec.Struct, frozen=True):
    """Which materials the guide lists, which of them are sent and which may come later; what stops the clock; by how
    many days the limit may be extended once, and whether as the law has it for what is handled jointly; which offices
    handle the item; whether its result is handed over on paper; of which materials a picture was sent and the original
    is compared when the result is handed over; what other departments have to do in it; the version of the table by
    which it may be decided without a person, and its conditions; the rows of its discretion benchmark, each with the
    commands that decide so.
    """

    materials: frozenset[str] = frozenset()
    sent: frozenset[str] = frozenset()
    tolerant: frozenset[str] = frozenset()
    procedures: frozenset[str] = frozenset()
    extension: int = 0
    jointly: bool = False
    originals: frozenset[str] = frozenset()
    offices: frozenset[str] = frozenset()
    paper_result: bool = False
    rule: str | None = None
    conditions: frozenset[str] = frozenset()
    calendar: Calendar = Calendar({})
    tasks: tuple[GuideTask, ...] = ()
    benchmark: Mapping[str, frozenset[str]] = {}


def tolerant_of(guide: Guide) -> frozenset[str]:
    """The materials that may come later (容缺). What the form itself asks for is there with the form."""
    return frozenset(
        each.key
        for each in guide.materials
        if guide.tolerant_acceptance and each.necessity == "tolerant" and each.handover in ("upload", "share")
    )


def originals_of(guide: Guide) -> frozenset[str]:
    """The materials of which a picture is sent and the original is compared when the result is handed over."""
    return frozenset(each.key for each in guide.materials if each.handover == "upload" and each.originals)


def terms_of(guide: Guide, calendar: Calendar) -> Terms:
    """The terms of a case under its guide."""
    return Terms(
        materials=frozenset(each.key for each in guide.materials),
        sent=frozenset(each.key for each in guide.materials if each.handover in ("upload", "share")),
        tolerant=tolerant_of(guide),
        procedures=frozenset(each.key for each in guide.procedures),
        originals=originals_of(guide),
        extension=guide.statutory.extension if guide.statutory else 0,
        jointly=guide.joint is not None,
        offices=frozenset(each.department.code for each in guide.offices),
        paper_result=guide.certificate_hash is None and guide.result.kind != "payment",
        rule=version_of(guide.automatic) if guide.automatic else None,
        conditions=frozenset(each.key for each in guide.automatic.grant) if guide.automatic else frozenset(),
        calendar=calendar,
        tasks=tuple(guide.tasks),
        benchmark={each.key: frozenset(each.commands) for each in guide.benchmark.rows} if guide.benchmark else {},
    )
