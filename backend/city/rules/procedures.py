"""Rules on lifecycles as they stand under each of their regimes: what keeps a case from being led outside the law."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from backend.city.city import lifecycle_under
from backend.city.rules.rule import At, rule
from backend.city.rules.view import PackView
from backend.city.structures import CERTIFICATE_ENDS, Ask, Command, Lifecycle, LifecycleFile, Regime

Clock = Literal["none", "running", "stopped", "ended"]

RULES_OF_ASKS: Mapping[Ask, tuple[str, ...]] = {
    "defects": ("statement-needed", "unlisted-material", "old-defect"),
    "correction": ("statement-needed", "not-asked-for", "correction-incomplete"),
    "ground": ("statement-needed", "body-needed"),
    "procedure": ("statement-needed", "clock-runs"),
    "days": ("no-extension", "extension-too-long"),
    "fulfilment": ("statement-needed", "not-asked-for"),
    "office": ("no-such-office",),
    "originals": ("originals-not-compared", "unlisted-material"),
    "opinion": ("statement-needed", "no-such-task", "opinion-given", "reason-needed"),
    "rule": ("statement-needed",),
    "benchmark": ("statement-needed", "reason-needed"),
}
"""The rules by which the engine may refuse what a command says; the regime has the article of each."""
_EVERY_COMMAND = ("not-allowed-now", "not-yours", "own-case")
_STATED = "procedure"
# These end on a day that the case itself names, by no limit of the regime.
_NAMED = (None, _STATED, CERTIFICATE_ENDS)
_ARTICLE = re.compile(r"第[〇零一二三四五六七八九十百千\d]{1,9}条")


def rules_of(command: Command) -> set[str]:
    """The rules by which the engine may refuse a command."""
    needed = {*_EVERY_COMMAND, *(each for ask in command.asks for each in RULES_OF_ASKS[ask])}
    circumstances = {
        "same-person": bool(command.not_by) or command.is_decision,
        # Whoever decides an item with a discretion benchmark names its row, and says why the decision departs from it.
        "statement-needed": command.is_decision,
        "reason-needed": command.reason == "required" or command.is_decision,
        "only-once": command.once,
        "commitment-open": "commitment-kept" in command.needs,
        "opinions-missing": "opinions-given" in command.needs,
        "too-early": command.after is not None,
    }
    return needed | {name for name, applies in circumstances.items() if applies}


def _under(pack: PackView) -> Iterator[tuple[str, LifecycleFile, Regime, Lifecycle]]:
    """Every lifecycle under each of its regimes: its path, the file, the regime, and what is left of it."""
    for path, file in pack.lifecycles.items():
        for key in file.regimes:
            regime = pack.regime_by_key[key]
            yield path, file, regime, lifecycle_under(file, regime, joint=True, renewable=True)


def _place(file: LifecycleFile, command: Command) -> str:
    return f"/commands/{next(at for at, each in enumerate(file.commands) if each.key == command.key)}"


def _together(found: Iterable[tuple[str, str, str, str]]) -> Iterator[At]:
    """One finding for what is wrong under several regimes: path, pointer, regime and what is wrong under it."""
    regimes: dict[tuple[str, str, str], list[str]] = {}
    for path, pointer, regime, detail in found:
        regimes.setdefault((path, pointer, detail), []).append(regime)
    for (path, pointer, detail), under in regimes.items():
        yield At(path, pointer, f"under {', '.join(under)}: {detail}")


@rule(
    "regime-stuck",
    refuses="A state from which, under one of the regimes, no sequence of commands leads to an end.",
    cure="Add a command that leads on under that regime.",
)
def regime_stuck(pack: PackView) -> Iterable[At]:
    """From wherever a case stands it can come to an end."""
    yield from _together(_stuck(pack))


def _stuck(pack: PackView) -> Iterator[tuple[str, str, str, str]]:
    for path, file, regime, lifecycle in _under(pack):
        ending = {state.key for state in lifecycle.states if state.final}
        while more := {key for each in lifecycle.commands if ending & set(each.targets) for key in each.from_} - ending:
            ending |= more
        left = {key for each in file.commands for key in each.from_}
        for position, state in enumerate(file.states):
            # A state that nothing leaves under any regime has a rule of its own.
            if (
                state.key not in ending
                and state.key in left
                and any(each.key == state.key for each in lifecycle.states)
            ):
                yield path, f"/states/{position}", regime.key, f"nothing leads from {state.key} to an end"


@rule(
    "regime-without-command",
    refuses="A command that names a regime which the lifecycle has not, or under which it can never be given.",
    cure="Correct its regimes or its from.",
)
def regime_without_command(pack: PackView) -> Iterable[At]:
    """A command is there under every regime that it names."""
    for path, file, regime, lifecycle in _under(pack):
        kept = {each.key for each in lifecycle.commands}
        for position, command in enumerate(file.commands):
            if regime.key in command.regimes and command.key not in kept:
                yield At(path, f"/commands/{position}", f"under {regime.key} {command.key} can never be given")
    for path, file in pack.lifecycles.items():
        for position, command in enumerate(file.commands):
            if unknown := sorted(set(command.regimes) - set(file.regimes)):
                yield At(path, f"/commands/{position}", f"the lifecycle has no regime {', '.join(unknown)}")


@rule(
    "rule-missing",
    refuses="A command that may be refused by a rule which one of its regimes does not have.",
    cure="Add the rule with its article and a sentence to the regime.",
)
def rule_missing(pack: PackView) -> Iterable[At]:
    """Whatever is refused is refused by a rule that can be shown."""
    yield from _together(_unruled(pack))


def _unruled(pack: PackView) -> Iterator[tuple[str, str, str, str]]:
    for path, file, regime, lifecycle in _under(pack):
        for command in lifecycle.commands:
            if missing := sorted(rules_of(command) - set(regime.rules)):
                detail = f"{command.key} may be refused by {', '.join(missing)}, which is no rule"
                yield path, _place(file, command), regime.key, detail


@rule(
    "limit-missing",
    refuses="A timer, a notice or a state that waits for a limit which the regime does not have.",
    cure="Add the limit to the regime, or leave the command out under it.",
)
def limit_missing(pack: PackView) -> Iterable[At]:
    """Time acts only by limits that somebody has set."""
    yield from _together(_unlimited(pack))
    for path, file in pack.lifecycles.items():
        known = {name for key in file.regimes for name in pack.regime_by_key[key].limits}
        for position, state in enumerate(file.states):
            if state.limit is not None and state.limit not in known:
                yield At(path, f"/states/{position}", f"none of its regimes has a limit {state.limit}")


def _unlimited(pack: PackView) -> Iterator[tuple[str, str, str, str]]:
    for path, file, regime, lifecycle in _under(pack):
        for command in lifecycle.commands:
            wanted = {command.after} if command.after not in _NAMED else set()
            wanted |= {"correction"} if "defects" in command.asks else set()
            if missing := sorted(str(each) for each in wanted - set(regime.limits)):
                detail = f"{command.key} relies on {', '.join(missing)}, which is no limit"
                yield path, _place(file, command), regime.key, detail
            if command.after == _STATED and not _stated_before(lifecycle, command):
                detail = f"no command states the time after which {command.key} comes"
                yield path, _place(file, command), regime.key, detail


def _stated_before(lifecycle: Lifecycle, timer: Command) -> bool:
    return all(
        _STATED in each.asks for each in lifecycle.commands if set(each.targets) & set(timer.from_) - set(each.from_)
    )


def _moved(clock: Clock, command: Command) -> tuple[Clock, str | None]:
    """What a command makes of the clock, and what is wrong with that."""
    effect = command.clock
    if effect is None:
        return clock, None
    if effect in ("start", "receipt"):
        return "running", None if clock == "none" else f"starts a clock that is {clock}"
    if effect == "pause":
        return "stopped", None if clock == "running" else f"stops a clock that is {clock}"
    if effect == "resume":
        return "running", None if clock == "stopped" else f"resumes a clock that is {clock}"
    if effect == "extend":
        return clock, None if clock == "running" else f"extends a clock that is {clock}"
    return "ended", None if clock != "ended" else "ends a clock that has ended"


_SAID = {"none": "not started", "running": "running", "stopped": "stopped", "ended": "at its end"}


@rule(
    "clock-unlawful",
    refuses="A clock that is started twice, stopped or extended while it does not run, resumed while it does, never"
    " resumed, or that still runs when the case is over or was decided.",
    cure="Correct the clock of the command, or the states from which it may be given.",
)
def clock_unlawful(pack: PackView) -> Iterable[At]:
    """On no path does the clock do what a clock cannot."""
    said = set[tuple[str, str, str]]()
    for path, file, _, lifecycle in _under(pack):
        for place, detail in _clock_faults(file, lifecycle):
            if (path, place, detail) not in said:
                said.add((path, place, detail))
                yield At(path, place, detail)


def _clock_faults(file: LifecycleFile, lifecycle: Lifecycle) -> Iterator[tuple[str, str]]:
    final = {state.key for state in lifecycle.states if state.final}
    open_ones: list[tuple[str | None, Clock]] = [(None, "none")]
    seen = set(open_ones)
    while open_ones:
        state, clock = open_ones.pop()
        for command in lifecycle.commands:
            if state not in command.from_ and not (state is None and not command.from_):
                continue
            after, fault = _moved(clock, command)
            place = _place(file, command)
            if fault is not None:
                yield place, f"from {state or 'nothing'}, {command.key} {fault}"
            if command.is_decision and command.clock != "end":
                yield place, f"{command.key} decides and does not end the clock"
            for target in command.targets:
                if target in final and after not in ("none", "ended"):
                    yield place, f"{command.key} leads to {target} with the clock {_SAID[after]}"
                if (target, after) not in seen:
                    seen.add((target, after))
                    open_ones.append((target, after))
    for position, each in enumerate(file.states):
        resumes = any(each.key in one.from_ and one.clock == "resume" for one in lifecycle.commands)
        if (each.key, "stopped") in seen and not resumes and not each.final:
            yield f"/states/{position}", f"the clock stands still in {each.key} and no command resumes it"


@rule(
    "procedure-without-article",
    refuses="A special procedure that stops the clock and names no article of a text.",
    cure="Name the article (第……条) of the law that says so; without one the clock does not stop.",
)
def procedure_without_article(pack: PackView) -> Iterable[At]:
    """The clock stops only by law."""
    for path, regime in pack.regimes.items():
        for position, procedure in enumerate(regime.procedures):
            if not _ARTICLE.search(procedure.article.zh):
                yield At(path, f"/procedures/{position}/article", f"{procedure.key} names no article")
    for pair in pack.pairs:
        for position, procedure in enumerate(pair.base.procedures):
            if not _ARTICLE.search(procedure.article.zh):
                yield At(pair.path, f"/procedures/{position}/article", f"{procedure.key} names no article")
