"""Rules on time limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from backend.city.guide import statutory_of
from backend.city.rules.rule import Article, At, rule
from backend.city.rules.view import PackView, Pair
from backend.city.structures import DepartmentTask, LifecycleFile, Limit, StatutoryLimit

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


def _by_law(pack: PackView, pair: Pair) -> StatutoryLimit | None:
    """The limit that the law sets for an item, by its own law or because it is handled jointly."""
    regime = pack.regime_by_key.get(pair.base.regime)
    return statutory_of(pair.base, regime) if regime else pair.base.statutory


def _beyond(pack: PackView, how: Excess) -> Iterator[At]:
    for pair in pack.pairs:
        statutory = _by_law(pack, pair)
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
        if _by_law(pack, pair) is None and pair.base.no_statutory is None:
            yield At(pair.path, "/statutory", "no statutory limit, and nothing that says there is none")


@rule(
    "limit-and-none",
    refuses="An item with a statutory limit that says there is none.",
    cure="Keep one of statutory and no_statutory.",
)
def limit_and_none(pack: PackView) -> Iterable[At]:
    """Items that say both."""
    for pair in pack.pairs:
        if _by_law(pack, pair) is not None and pair.base.no_statutory is not None:
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


_JOINT = Article("行政许可法第二十六条、第四十二条第二款", "H")
_JOINT_MOST, _JOINT_EXTENSION = 45, 15


def critical_path(tasks: Sequence[DepartmentTask]) -> int | None:
    """The most days that a chain of tasks takes, one after another; None when they wait for each other in a circle.

    Names of unknown tasks are passed over.
    """
    by_key = {each.key: each for each in tasks}
    ends: dict[str, int] = {}
    while len(ends) < len(by_key):
        ready = [
            each for key, each in by_key.items() if key not in ends and set(each.after) & by_key.keys() <= ends.keys()
        ]
        if not ready:
            return None
        for each in ready:
            ends[each.key] = each.limit.value + max((ends[key] for key in each.after if key in by_key), default=0)
    return max(ends.values(), default=0)


@rule(
    "task-circle",
    refuses="Tasks of departments that wait for each other in a circle or for a task that is not there, and two tasks"
    " with one key.",
    cure="Name in `after` only tasks of the item that can be done before.",
)
def task_circle(pack: PackView) -> Iterable[At]:
    """Every task can be reached."""
    for pair in pack.pairs:
        keys = [each.key for each in pair.base.tasks]
        for position, task in enumerate(pair.base.tasks):
            if keys.count(task.key) > 1:
                yield At(pair.path, f"/tasks/{position}/key", f"two tasks are called {task.key}")
            if unknown := sorted(set(task.after) - set(keys)):
                yield At(pair.path, f"/tasks/{position}/after", f"no task is called {', '.join(unknown)}")
        if critical_path(pair.base.tasks) is None:
            yield At(pair.path, "/tasks", "the tasks wait for each other in a circle")


@rule(
    "tasks-beyond-limit",
    refuses="Tasks of departments that take longer, one after another, than the item has by law; or that count in"
    " another unit.",
    cure="Shorten the limits of the tasks, or let them run side by side.",
    article=_JOINT,
)
def tasks_beyond_limit(pack: PackView) -> Iterable[At]:
    """The longest chain of tasks fits into the item's own limit."""
    for pair in pack.pairs:
        limit, tasks = _by_law(pack, pair), pair.base.tasks
        if not tasks:
            continue
        if limit is None:
            yield At(pair.path, "/tasks", "the item has tasks of other departments and no limit by law")
            continue
        for position, task in enumerate(tasks):
            if task.limit.unit != limit.unit:
                yield At(pair.path, f"/tasks/{position}/limit/unit", f"{task.limit.unit} is not {limit.unit}")
        longest = critical_path(tasks)
        if longest is not None and longest > limit.value:
            yield At(pair.path, "/tasks", f"the tasks take {longest} {limit.unit}, the law gives {limit.value}")


@rule(
    "joint-limit",
    refuses="A permit handled by several departments together with more than 45 working days by law, or more than 15 to"
    " extend it by.",
    cure="Lower statutory to at most 45 workdays and its extension to at most 15.",
    article=_JOINT,
)
def joint_limit(pack: PackView) -> Iterable[At]:
    """Joint handling keeps to its own limit."""
    for path, regime in pack.regimes.items():
        most = regime.joint
        if most is not None and (most.value > _JOINT_MOST or most.extension > _JOINT_EXTENSION):
            yield At(
                path, "/joint", f"{most.value} {most.unit} and {most.extension} more exceed 45 workdays and 15 more"
            )
    for pair in pack.pairs:
        limit = pair.base.statutory
        together = bool(pair.base.tasks) or pair.base.joint_handling is not None
        if not together or pair.base.regime != "permit" or limit is None:
            continue
        if limit.value > _JOINT_MOST or limit.extension > _JOINT_EXTENSION:
            detail = f"{limit.value} {limit.unit} and {limit.extension} more exceed 45 workdays and 15 more"
            yield At(pair.path, "/statutory", detail)


@rule(
    "tasks-without-opinion",
    refuses="An item with tasks of other departments whose lifecycle has no command for their opinions, or grants"
    " without them.",
    cure="Use a lifecycle with a command that asks for opinion, and needs: [opinions-given] where it grants.",
)
def tasks_without_opinion(pack: PackView) -> Iterable[At]:
    """Whoever has a task can do it, and it counts."""
    for pair in pack.pairs:
        lifecycle = pack.lifecycle_by_key.get(pair.base.lifecycle or pair.base.kind)
        if not pair.base.tasks or lifecycle is None:
            continue
        speaks = any("opinion" in each.asks for each in lifecycle.commands)
        heard = all("opinions-given" in each.needs for each in lifecycle.commands if each.key == "grant")
        if not speaks or not heard:
            yield At(pair.path, "/tasks", f"the lifecycle {lifecycle.key} does not hear other departments")


@rule(
    "joint-handling",
    refuses="An item that is said to be handled jointly without tasks of other departments, or under a law that does"
    " not know that.",
    cure="Name the other departments' tasks, or remove joint_handling.",
    article=_JOINT,
)
def joint_handling(pack: PackView) -> Iterable[At]:
    """The longer limit is there only for what several departments do."""
    for pair in pack.pairs:
        regime = pack.regime_by_key.get(pair.base.regime)
        if pair.base.joint_handling is None or regime is None:
            continue
        if regime.joint is None:
            yield At(pair.path, "/joint_handling", f"under {regime.key} no law sets a limit for handling jointly")
        elif not pair.base.tasks:
            yield At(pair.path, "/joint_handling", "no other department has a task in it")


_FIRST_REVIEW = "first-review"


@rule(
    "first-review",
    refuses="A lower authority's first review that takes longer than 20 working days from acceptance, that waits for"
    " another task or names no article; that is not by an office below the one that decides; or under a law that does"
    " not know it.",
    cure="Give it at most 20 workdays with the article, no `after`, and a department below those that decide.",
    article=Article("行政许可法第三十五条、第四十三条", "H"),
)
def first_review(pack: PackView) -> Iterable[At]:
    """The lower authority is done in time, and hands up before anything is decided."""
    for pair in pack.pairs:
        regime = pack.regime_by_key.get(pair.base.regime)
        for position, task in enumerate(pair.base.tasks):
            if not task.first_review or regime is None:
                continue
            at, most = f"/tasks/{position}", regime.limits.get(_FIRST_REVIEW)
            if most is None:
                yield At(pair.path, f"{at}/first_review", f"{regime.key} knows no review by a lower authority first")
            elif task.limit.unit != most.unit or task.limit.value > most.value:
                detail = f"{task.limit.value} {task.limit.unit} exceed {most.value} {most.unit} from acceptance"
                yield At(pair.path, f"{at}/limit", detail)
            if task.limit.article is None:
                yield At(pair.path, f"{at}/limit/article", "no article says that a lower authority reviews it first")
            if task.after:
                yield At(pair.path, f"{at}/after", "it counts from acceptance and waits for nothing")
            for place in pair.office.offices:
                if place.department not in _above(pack, task.department):
                    detail = f"{task.department} is not below {place.department}, which decides"
                    yield At(pair.path, f"{at}/department", detail)


def _above(pack: PackView, department: str) -> set[str]:
    """The departments above one, by key."""
    found: set[str] = set()
    at = pack.department_by_key.get(department)
    while at is not None and at.parent is not None and at.parent not in found:
        found.add(at.parent)
        at = pack.department_by_key.get(at.parent)
    return found


@rule(
    "material-asked-again",
    refuses="A lifecycle in which something is sent back to the applicant after acceptance, for an item that a lower"
    " authority reviews first.",
    cure="Ask for corrections before acceptance only.",
    article=Article("行政许可法第三十五条", "H"),
)
def material_asked_again(pack: PackView) -> Iterable[At]:
    """The higher authority works with what the lower one hands up."""
    said = set[tuple[str, int]]()
    for pair in pack.pairs:
        lifecycle = pack.lifecycle_by_key.get(pair.base.lifecycle or pair.base.kind)
        if lifecycle is None or not any(each.first_review for each in pair.base.tasks):
            continue
        path = next(path for path, each in pack.lifecycles.items() if each is lifecycle)
        accepted = _after_acceptance(lifecycle)
        for position, command in enumerate(lifecycle.commands):
            if "defects" in command.asks and accepted & set(command.from_) and (path, position) not in said:
                said.add((path, position))
                yield At(path, f"/commands/{position}", f"{command.key} sends something back after acceptance")


def _after_acceptance(lifecycle: LifecycleFile) -> set[str]:
    """The states in which a case may stand once it was accepted."""
    reached = {key for each in lifecycle.commands if each.clock in ("start", "receipt") for key in each.targets}
    while more := {key for each in lifecycle.commands if reached & set(each.from_) for key in each.targets} - reached:
        reached |= more
    return reached
