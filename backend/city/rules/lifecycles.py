"""Rules on lifecycles, and on what they tell people."""

from __future__ import annotations

import re
from collections.abc import Iterable

from backend.city.rules.rule import Article, At, rule
from backend.city.rules.view import PackView
from backend.city.structures import LifecycleFile

_PLACEHOLDER = re.compile(r"\{([^{}]{0,40})\}")
_FILLED_IN = {"item", "query_code", "due", "was", "department", "reason"}


def _reached(lifecycle: LifecycleFile) -> set[str]:
    """The states to which some sequence of commands leads."""
    reached: set[str] = set()
    while (
        more := {
            key
            for command in lifecycle.commands
            if not command.from_ or reached & set(command.from_)
            for key in command.targets
        }
        - reached
    ):
        reached |= more
    return reached


def _left(lifecycle: LifecycleFile) -> set[str]:
    return {key for command in lifecycle.commands for key in command.from_}


@rule(
    "state-unknown",
    refuses="A command from or to a state that the lifecycle does not have.",
    cure="Name a state of the lifecycle.",
)
def state_unknown(pack: PackView) -> Iterable[At]:
    """Commands between states that are."""
    for path, lifecycle in pack.lifecycles.items():
        states = {state.key for state in lifecycle.states}
        for position, command in enumerate(lifecycle.commands):
            if unknown := sorted({*command.from_, *command.targets} - states):
                yield At(path, f"/commands/{position}", f"no state is called {', '.join(unknown)}")


@rule(
    "state-unreachable",
    refuses="A state that no sequence of commands leads to.",
    cure="Add a command to it, or remove it.",
)
def state_unreachable(pack: PackView) -> Iterable[At]:
    """Every state can be reached."""
    for path, lifecycle in pack.lifecycles.items():
        reached = _reached(lifecycle)
        for position, state in enumerate(lifecycle.states):
            if state.key not in reached:
                yield At(path, f"/states/{position}", f"no sequence of commands leads to {state.key}")


@rule(
    "state-unleavable",
    refuses="A state that is not final and that no command leaves: a case would be stuck in it.",
    cure="Add a command that leaves it, or set final: yes.",
)
def state_unleavable(pack: PackView) -> Iterable[At]:
    """Every state is left or final."""
    for path, lifecycle in pack.lifecycles.items():
        left = _left(lifecycle)
        for position, state in enumerate(lifecycle.states):
            if not state.final and state.key not in left:
                yield At(path, f"/states/{position}", f"no command leaves {state.key}, which is not final")


@rule(
    "state-not-final",
    refuses="A final state that a command leaves, other than a revocation, which leads to another final state.",
    cure="Set final: no, or remove the command.",
)
def state_not_final(pack: PackView) -> Iterable[At]:
    """What is final stays, unless the decision itself is taken back."""
    for path, lifecycle in pack.lifecycles.items():
        final = {state.key for state in lifecycle.states if state.final}
        left = {
            key
            for command in lifecycle.commands
            if "revocation" not in command.effects or not final.issuperset(command.targets)
            for key in command.from_
        }
        for position, state in enumerate(lifecycle.states):
            if state.final and state.key in left:
                yield At(path, f"/states/{position}", f"{state.key} is final and yet left")


@rule(
    "command-nobody-may-give",
    refuses="A command that nobody can ever give: from states never reached, or forbidden to whoever may give it.",
    cure="Correct its from, who or not_by.",
)
def command_nobody_may_give(pack: PackView) -> Iterable[At]:
    """Every command can be given by somebody."""
    for path, lifecycle in pack.lifecycles.items():
        reached, keys = _reached(lifecycle), {command.key for command in lifecycle.commands}
        for position, command in enumerate(lifecycle.commands):
            stuck = command.from_ and not reached & set(command.from_)
            if stuck or command.key in command.not_by or not keys >= set(command.not_by):
                yield At(path, f"/commands/{position}", f"nobody can ever give {command.key}")


@rule(
    "acceptor-decides",
    refuses="A promised item in which whoever accepted it may also decide it.",
    cure="Set not_by to the commands that start the clock.",
)
def acceptor_decides(pack: PackView) -> Iterable[At]:
    """Two people stand behind a decision with a promise."""
    promised = {pair.base.lifecycle or "promised" for pair in pack.pairs if pair.base.kind == "promised"}
    for path, lifecycle in pack.lifecycles.items():
        if lifecycle.key not in promised:
            continue
        starts = {each.key for each in lifecycle.commands if each.clock == "start" and each.who != "rule"}
        for position, command in enumerate(lifecycle.commands):
            if command.who in ("rule", "timer"):
                # No person stands behind it, and none may bend it.
                continue
            decides = command.is_decision or "certificate" in command.effects
            if decides and not starts <= set(command.not_by):
                yield At(path, f"/commands/{position}", f"{command.key} may be given by whoever accepted")


@rule(
    "message-missing",
    refuses="A command that tells people something for which there are no words.",
    cure="Add the event to messages.yaml.",
)
def message_missing(pack: PackView) -> Iterable[At]:
    """Whatever tells a resident something has words for it."""
    for path, lifecycle in pack.lifecycles.items():
        for position, command in enumerate(lifecycle.commands):
            if command.tells and command.event not in pack.messages.messages:
                detail = f"{command.event} tells people, but messages.yaml has no words for it"
                yield At(path, f"/commands/{position}/event", detail)


@rule(
    "message-placeholder",
    refuses="A message with a placeholder that nothing fills in: residents would read the braces.",
    cure=f"Use {', '.join('{' + name + '}' for name in sorted(_FILLED_IN))}.",
)
def message_placeholder(pack: PackView) -> Iterable[At]:
    """Messages say only what is known when they are shown."""
    for kind, messages in (("messages", pack.messages.messages), ("push", pack.messages.push)):
        for event, message in messages.items():
            for name, text in (("title", message.title), ("body", message.body)):
                for language, words in (("zh", text.zh), ("en", text.en)):
                    if unknown := sorted(set(_PLACEHOLDER.findall(words)) - _FILLED_IN):
                        pointer = f"/{kind}/{event}/{name}/{language}"
                        yield At("messages.yaml", pointer, f"nothing fills in {', '.join(unknown)}")


@rule(
    "permit-steps",
    refuses="An administrative permit whose steps leave out acceptance, review, decision or delivery"
    " (受理、审查、决定、送达): fewer than three steps that do not name them.",
    cure="Say the steps in plain words.",
    article=Article("行政许可法第三十二条、第三十四条、第三十八条、第四十四条", "H"),
)
def permit_steps(pack: PackView) -> Iterable[At]:
    """Permits go through the steps of the law."""
    for pair in pack.pairs:
        if pair.base.regime != "permit" or not pair.own:
            continue
        lifecycle = pack.lifecycle_by_key.get(pair.base.lifecycle or pair.base.kind)
        steps = pair.base.steps or (lifecycle.stages if lifecycle else [])
        said = "".join(step.name.zh for step in steps)
        if len(steps) < 3 and not all(word in said for word in ("受理", "审查", "决定", "送达")):
            yield At(
                pair.path, "/steps", f"{len(steps)} steps, which do not name acceptance, review, decision, delivery"
            )


@rule(
    "permit-without-question",
    refuses="An administrative permit without a single question and answer.",
    cure="Answer at least one question that people really ask.",
)
def permit_without_question(pack: PackView) -> Iterable[At]:
    """Permits answer what people ask (standards §2.4)."""
    for pair in pack.pairs:
        if pair.base.regime == "permit" and pair.own and not pair.office.questions:
            yield At(pair.office_path, "/questions", "a permit with no question and answer")
