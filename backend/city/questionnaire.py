"""What a bundle (一件事) is asked for, by the answers to its questionnaire: pure, over its description."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from backend.city.structures import Bundle, BundleOption

QUESTION: Final = "about_"
"""What the names of the questionnaire's answers begin with."""
ITEM: Final = "bundle-"
"""What stands before a bundle's key where an item is named: in drafts and submissions."""


def in_order(bundle: Bundle, items: Iterable[str] | None = None) -> list[str]:
    """These items of a bundle, or all, optional ones too, each after what goes first; a circle is left as listed."""
    wanted = None if items is None else set(items)
    left = [*bundle.members, *(each.item for each in bundle.optional_members)]
    left = [key for key in left if wanted is None or key in wanted]
    found: list[str] = []
    while left:
        free = next((key for key in left if not any(before in left for before in predecessors(bundle, key))), left[0])
        left.remove(free)
        found.append(free)
    return found


def predecessors(bundle: Bundle, item: str) -> list[str]:
    """The items of a bundle that have to be granted before one of them is filed."""
    return [first for first, then in bundle.order if then == item]


def chosen(bundle: Bundle, answers: Mapping[str, Any]) -> list[str]:
    """The items that the questionnaire's answers leave, in order; `answers` are by the names in the merged form.

    An unanswered question adds and drops nothing.
    """
    items = set(bundle.members)
    picked = [
        option
        for question in bundle.questions
        if (option := _picked(question.options, answers, question.key)) is not None
    ]
    for option in picked:
        items |= set(option.adds)
    for option in picked:
        items -= set(option.drops)
    return in_order(bundle, items)


def certain(bundle: Bundle, answers: Mapping[str, Any]) -> list[str]:
    """The items that are chosen whatever is answered to the questions that are still open, in order."""
    still_open = [each for each in bundle.questions if _picked(each.options, answers, each.key) is None]
    may_go = {item for question in still_open for option in question.options for item in option.drops}
    return [item for item in chosen(bundle, answers) if item not in may_go]


def _picked(options: Iterable[BundleOption], answers: Mapping[str, Any], question: str) -> BundleOption | None:
    return next((each for each in options if each.value == answers.get(QUESTION + question)), None)
