"""A rule of `city check`: what it refuses, by which article, what cures it, and how it finds it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import Literal

from backend.city.pack import Finding
from backend.city.rules.view import PackView
from backend.city.structures import Confidence

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class At:
    """A place where a rule is broken: a file of the pack, a JSON Pointer into it, and what is wrong there."""

    path: str
    pointer: str
    detail: str


@dataclass(frozen=True)
class Article:
    """The text that a rule follows; `confidence` as in packs (H read, M from memory, L differs)."""

    text: str
    confidence: Confidence = "M"


Find = Callable[[PackView], Iterable[At]]


@dataclass(frozen=True)
class Rule:
    """One rule. `refuses` and `cure` are sentences for whoever writes a pack.

    A rule without `find` is judged by whoever reads the files, before there is a pack to look at.
    """

    id: str
    refuses: str
    cure: str
    article: Article | None = None
    severity: Severity = "error"
    find: Find | None = None

    def findings(self, pack: PackView) -> Iterable[Finding]:
        """Every place of a pack where the rule is broken."""
        for at in self.find(pack) if self.find else ():
            yield self.finding(at, pack.line(at.path, at.pointer))

    def finding(self, at: At, line: int) -> Finding:
        """The finding of one place."""
        article = self.article.text if self.article else None
        return Finding(at.path, line, self.id, at.detail, self.cure, article, self.severity)


def rule(
    name: str, *, refuses: str, cure: str, article: Article | None = None, severity: Severity = "error"
) -> Callable[[Find], Rule]:
    """Makes a rule of the function that finds where it is broken."""

    def made(find: Find) -> Rule:
        return Rule(name, refuses, cure, article, severity, find)

    return made


def rules_in(*modules: ModuleType) -> tuple[Rule, ...]:
    """The rules that modules define, in the order in which they are written."""
    return tuple(value for module in modules for value in vars(module).values() if isinstance(value, Rule))
