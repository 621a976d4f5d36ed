"""Rules on bundles."""

from __future__ import annotations

from collections.abc import Iterable

from backend.city.rules.rule import At, rule
from backend.city.rules.view import PackView


@rule(
    "bundle-member-twice",
    refuses="A bundle that names an item twice.",
    cure="Name every item once.",
)
def bundle_member_twice(pack: PackView) -> Iterable[At]:
    """Members are members once."""
    for path, bundle in pack.bundles.items():
        named = [*bundle.members, *(each.item for each in bundle.optional_members)]
        if twice := sorted({key for key in named if named.count(key) > 1}):
            yield At(path, "/members", f"{', '.join(twice)} is named twice")


@rule(
    "bundle-order-stranger",
    refuses="An order of a bundle that names an item outside it.",
    cure="Name members or optional members of the bundle.",
)
def bundle_order_stranger(pack: PackView) -> Iterable[At]:
    """Only members go before members."""
    for path, bundle in pack.bundles.items():
        members = {*bundle.members, *(each.item for each in bundle.optional_members)}
        for position, pair in enumerate(bundle.order):
            if strangers := sorted(set(pair) - members):
                yield At(path, f"/order/{position}", f"{', '.join(strangers)} is no member")


@rule(
    "bundle-order-circle",
    refuses="An order in which items wait for each other in a circle.",
    cure="Remove one of the pairs.",
)
def bundle_order_circle(pack: PackView) -> Iterable[At]:
    """Somebody goes first."""
    for path, bundle in pack.bundles.items():
        waiting = [tuple(pair) for pair in bundle.order]
        while waiting:
            later = {second for _, second in waiting}
            free = [pair for pair in waiting if pair[0] not in later]
            if not free:
                stuck = "、".join(sorted({key for pair in waiting for key in pair}))
                yield At(path, "/order", f"each waits for another: {stuck}")
                break
            waiting = [pair for pair in waiting if pair not in free]
