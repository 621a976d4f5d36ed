"""Rules on discretion benchmarks (裁量基准): every row can be followed, and every decision has a row."""

from __future__ import annotations

from collections.abc import Iterable

from backend.city.rules.rule import Article, At, rule
from backend.city.rules.view import PackView, Pair

_BENCHMARKS = Article("国务院办公厅关于进一步规范行政裁量权基准制定和管理工作的意见", "M")
_PERSONS = ("clerk", "reviewer", "approver")


def _decisions(pack: PackView, pair: Pair) -> list[str]:
    lifecycle = pack.lifecycle_by_key[pair.base.lifecycle or pair.base.kind]
    return [each.key for each in lifecycle.commands if each.is_decision and each.who in _PERSONS]


@rule(
    "benchmark-row",
    refuses="A row of a discretion benchmark that names no decision of the item's lifecycle, or two rows of one key.",
    cure="Name commands that decide (grant, refuse, or those with decides: yes).",
    article=_BENCHMARKS,
)
def benchmark_row(pack: PackView) -> Iterable[At]:
    """Every row can be followed."""
    for pair in pack.pairs:
        rows = pair.base.benchmark.rows if pair.base.benchmark else []
        decisions, seen = _decisions(pack, pair), set[str]()
        for position, row in enumerate(rows):
            if unknown := sorted(set(row.commands) - set(decisions)):
                yield At(pair.path, f"/benchmark/rows/{position}", f"{', '.join(unknown)} decides nothing")
            elif row.key in seen:
                yield At(pair.path, f"/benchmark/rows/{position}", f"there are two of {row.key}")
            seen.add(row.key)


@rule(
    "benchmark-decision-uncovered",
    refuses="A discretion benchmark without a row for one of the decisions: it could only ever be departed from.",
    cure="Add a row that says in which circumstances it is decided so.",
    article=_BENCHMARKS,
)
def benchmark_decision_uncovered(pack: PackView) -> Iterable[At]:
    """Every decision has a row."""
    for pair in pack.pairs:
        if pair.base.benchmark is None:
            continue
        covered = {key for row in pair.base.benchmark.rows for key in row.commands}
        if bare := [key for key in _decisions(pack, pair) if key not in covered]:
            yield At(pair.path, "/benchmark/rows", f"no row says when it is {', '.join(bare)}")
