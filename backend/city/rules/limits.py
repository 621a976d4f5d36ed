"""Rules on time limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from backend.city.rules.rule import Article, At, rule
from backend.city.rules.view import PackView, Pair
from backend.city.structures import Limit, StatutoryLimit

_PROMISE = Article("优化营商环境条例第三十六条")
_DAYS = Article("行政许可法第八十二条", "H")
Excess = Literal["always", "sometimes", "never"]


def _span(days: int, weekday: int) -> int:
    """Calendar days that `days` working days take from a weekday, in weeks without holidays."""
    span = 0
    while days:
        span += 1
        days -= (weekday + span) % 7 < 5
    return span


def _exceeds(promised: Limit, statutory: Limit) -> Excess:
    if promised.unit == statutory.unit:
        return "always" if promised.value > statutory.value else "never"
    if promised.unit == "workday" and statutory.unit == "day":
        over = [_span(promised.value, weekday) > statutory.value for weekday in range(5)]
    elif promised.unit == "day" and statutory.unit == "workday":
        over = [_span(statutory.value, weekday) < promised.value for weekday in range(5)]
    else:
        return "never"
    return "always" if all(over) else "sometimes" if any(over) else "never"


def _promises(pair: Pair) -> Iterator[tuple[str, Limit]]:
    """The promise of an item and those of single offices, with their pointers."""
    yield "/promised", pair.office.promised
    for position, office in enumerate(pair.office.offices):
        if office.promised is not None:
            yield f"/offices/{position}/promised", office.promised


def _beyond(pack: PackView, how: Excess) -> Iterator[At]:
    for pair in pack.pairs:
        statutory: StatutoryLimit | None = pair.base.statutory
        if statutory is None:
            continue
        for pointer, promised in _promises(pair):
            if _exceeds(promised, statutory) == how:
                detail = (
                    f"{promised.value} {promised.unit} {how} exceed {statutory.value} {statutory.unit} by law"
                    f" ({statutory.article.zh})"
                )
                yield At(pair.office_path, pointer, detail)


@rule(
    "promised-beyond-statutory",
    refuses="A promise longer than the law's own limit, in a week without holidays.",
    cure="Shorten the promised limit.",
    article=_PROMISE,
)
def promised_beyond_statutory(pack: PackView) -> Iterable[At]:
    """Promises that every week breaks the law with."""
    return _beyond(pack, "always")


@rule(
    "promised-sometimes-beyond-statutory",
    refuses="A promise that only some weeks make longer than the law's limit; at run time the earlier date is due.",
    cure="Shorten the promised limit, or leave it to the earlier date.",
    article=_PROMISE,
    severity="warning",
)
def promised_sometimes_beyond_statutory(pack: PackView) -> Iterable[At]:
    """Promises that fit the law only when the days fall well."""
    return _beyond(pack, "sometimes")


@rule(
    "limit-unit",
    refuses="A limit in a unit that the legal clock does not count in: months or years.",
    cure="Resolve it to workdays or days, as the text of the law counts.",
    article=_DAYS,
)
def limit_unit(pack: PackView) -> Iterable[At]:
    """Limits that cannot be counted."""
    for pair in pack.pairs:
        said: list[tuple[str, str, Limit]] = [(pair.office_path, pointer, limit) for pointer, limit in _promises(pair)]
        if pair.base.statutory is not None:
            said.append((pair.path, "/statutory", pair.base.statutory))
        for path, pointer, limit in said:
            if limit.unit not in ("workday", "day"):
                yield At(path, f"{pointer}/unit", f"{limit.unit} is not counted")


@rule(
    "no-limit-unsaid",
    refuses="An item without a statutory limit that does not say so.",
    cure="Add statutory, or no_statutory with the sentence that residents read.",
    article=Article("行政许可法第四十二条", "H"),
)
def no_limit_unsaid(pack: PackView) -> Iterable[At]:
    """Items that pass over the law's limit in silence."""
    for pair in pack.pairs:
        if pair.base.statutory is None and pair.base.no_statutory is None:
            yield At(pair.path, "/statutory", "no statutory limit, and nothing that says there is none")


@rule(
    "limit-and-none",
    refuses="An item with a statutory limit that says there is none.",
    cure="Keep one of statutory and no_statutory.",
)
def limit_and_none(pack: PackView) -> Iterable[At]:
    """Items that say both."""
    for pair in pack.pairs:
        if pair.base.statutory is not None and pair.base.no_statutory is not None:
            yield At(pair.path, "/no_statutory", "there is a statutory limit, and a sentence that there is none")


@rule(
    "instant-promise",
    refuses="An item done on the spot (即办件) that promises days, or one with a promise (承诺件) of none.",
    cure="Make kind instant and the promise 0 go together.",
)
def instant_promise(pack: PackView) -> Iterable[At]:
    """Kinds and promises that disagree (standards §2.4)."""
    for pair in pack.pairs:
        for pointer, promised in _promises(pair):
            if (pair.base.kind == "instant") != (promised.value == 0):
                yield At(pair.office_path, pointer, f"{pair.base.kind}, and {promised.value} {promised.unit} promised")
