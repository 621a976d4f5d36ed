"""docs/lifecycles.md: who may do what in which state, made from what the engine itself answers."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from backend.cases.walk import Cell, cells_of, lifecycles_of
from backend.city.city import City
from backend.city.structures import Command, Lifecycle, Regime, Role, StepLimit

_LETTERS: dict[Role, str] = {
    "applicant": "A",
    "clerk": "C",
    "reviewer": "R",
    "approver": "D",
    "timer": "T",
    "rule": "S",
}
_UNITS = {"workday": ("个工作日", "working days"), "day": ("日", "days")}
_CLOCKS = {
    "start": "starts",
    "receipt": "starts, back to receipt",
    "pause": "stops",
    "resume": "runs again",
    "extend": "longer",
    "end": "ends",
}
_HEAD = """# Lifecycles: who may do what

Made by `zhangban city lifecycles --out docs/lifecycles.md` from the answers of the engine: a case is led into every
state, and there every role tries every command. A test walks the same cells, and another compares this page.

One table a lifecycle and regime. A column is a state; a cell names who may give the command there: **A** 申请人
applicant, **C** 受理 clerk, **R** 审查 reviewer, **D** 决定 approver, **T** the passing of a limit, **S** 系统 the
item's own table. Only where the item has one, or has tasks of other departments, are these commands there. An empty
cell: nobody. Whoever has another role is refused by `not-yours`, whoever comes in another state by
`not-allowed-now`; a timer that comes before its limit by `too-early`. `≠` says who may not: whoever gave the
command named (`same-person`). Staff open a case for an applicant at the counter. Nobody handles their own case
(`own-case`) or decides what they entered. What a command has to state, and the clock, stand behind it.

"""


def lifecycles_page(city: City) -> str:
    """The page for every lifecycle of a city under every regime."""
    parts = [_HEAD]
    file_key = ""
    for file, regime, lifecycle in lifecycles_of(city):
        if file.key != file_key:
            file_key = file.key
            parts.append(f"## {file.key}\n")
        parts.append(_table(regime, lifecycle))
    parts.append("## Rules and their articles\n")
    seen: set[str] = set()
    for _, regime, _ in lifecycles_of(city):
        if regime.key not in seen:
            seen.add(regime.key)
            parts.append(_rules(regime))
    return "\n".join(parts)


def lifecycles_command(pack: Path, out: Path | None) -> int:
    """Prints docs/lifecycles.md, or writes it to `out`. Raises PackInvalid."""
    page = lifecycles_page(City.load(pack))
    if out is None:
        print(page, end="")
    else:
        out.write_text(page, encoding="utf-8")
    return 0


def _table(regime: Regime, lifecycle: Lifecycle) -> str:
    cells = cells_of(lifecycle)
    lawful: dict[tuple[str | None, str], str] = {}
    for cell in cells:
        if cell.refusal is None:
            at = (cell.state, cell.command)
            lawful[at] = lawful.get(at, "") + _LETTERS[cell.role]
    columns: list[str | None] = [None, *(each.key for each in lifecycle.states)]
    # Nothing is done in most final states; they stand in one line below instead of in empty columns.
    used = [each for each in columns if any((each, command.key) in lawful for command in lifecycle.commands)]
    names = {each.key: each.name for each in lifecycle.states}
    heads = ["–" if each is None else f"{names[each].zh}<br>`{each}`" for each in used]
    lines = [
        f"### {lifecycle.key} · {regime.name.zh} {regime.name.en}\n",
        "| command | " + " | ".join(heads) + " | leads to | states, clock |",
        "|---" * (len(used) + 3) + "|",
    ]
    for command in lifecycle.commands:
        marks = [lawful.get((each, command.key), "") for each in used]
        lines.append(
            f"| {command.name.zh} {command.name.en} `{command.key}` | "
            + " | ".join(marks)
            + f" | {' or '.join(command.targets)} | {_notes(regime, command)} |"
        )
    final = [f"{each.name.zh} `{each.key}`" for each in lifecycle.states if each.key not in used]
    if final:
        lines.append(f"\nNothing more is done in: {', '.join(final)}.")
    limits = [
        f"{each.name.zh} `{each.key}` {_limit(regime.limits[each.limit])}"
        for each in lifecycle.states
        if each.limit is not None
    ]
    if limits:
        lines.append(f"\nLimits of states: {'; '.join(limits)}.")
    lines.append(f"\n{_counted(cells)}\n")
    return "\n".join(lines)


def _notes(regime: Regime, command: Command) -> str:
    notes: list[str] = [*command.asks]
    if command.reason == "required":
        notes.append("reason")
    if command.once:
        notes.append("once")
    notes += [f"≠ {each}" for each in command.not_by]
    notes += [f"after {command.after}"] if command.after else []
    notes += [f"needs {each}" for each in command.needs]
    notes += [f"{each.when} → {each.to}" for each in command.branches]
    notes += [f"clock {_CLOCKS[command.clock]}"] if command.clock else []
    return ", ".join(notes)


def _limit(limit: StepLimit) -> str:
    zh, en = _UNITS[limit.unit]
    article = f", {limit.article.zh}" if limit.article else ""
    return f"{limit.value} {zh} {en} ({limit.confidence}{article})"


def _counted(cells: list[Cell]) -> str:
    refused = Counter(cell.refusal.rule for cell in cells if cell.refusal is not None)
    said = ", ".join(f"{number} by `{rule}`" for rule, number in sorted(refused.items()))
    lawful = len(cells) - sum(refused.values())
    return f"{len(cells)} cells: {lawful} lawful; refused {said}."


def _rules(regime: Regime) -> str:
    lines = [f"### {regime.name.zh} {regime.name.en}\n", "| rule | article | sentence |", "|---|---|---|"]
    for key, rule in regime.rules.items():
        article = f"{rule.article.zh} {rule.article.en} ({rule.confidence})" if rule.article else "–"
        lines.append(f"| `{key}` | {article} | {rule.sentence.zh} {rule.sentence.en} |")
    return "\n".join([*lines, ""])
