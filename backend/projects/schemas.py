"""Projects on the wire."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from backend.city.structures import Text

TwoDigits = Annotated[str, Meta(pattern=r"^\d{2}$")]
MAXIMUM_INVESTMENT = 1_000_000_000


class NewProject(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A project as its organisation registers it. `investment` is the total in units of 10,000 yuan (万元)."""

    name: Annotated[str, Meta(min_length=2, max_length=100)]
    kind: TwoDigits
    industry: TwoDigits
    division: Annotated[str, Meta(pattern=r"^\d{6}$")]
    investment: Annotated[int, Meta(ge=1, le=MAXIMUM_INVESTMENT)]


class Named(msgspec.Struct, frozen=True):
    """A code and what it stands for."""

    code: str
    name: Text


class ProjectChoices(msgspec.Struct, frozen=True):
    """Out of what a project's kind, industry and place are chosen."""

    kinds: list[Named]
    industries: list[Named]
    divisions: list[Named]


class Project(msgspec.Struct, frozen=True):
    """A registered project. `investment` is in units of 10,000 yuan."""

    code: str
    name: str
    kind: Named
    industry: Named
    division: Named
    investment: int
    registered_at: str


class ProjectList(msgspec.Struct, frozen=True):
    """A page of an organisation's projects, newest first."""

    projects: list[Project]
    next: str | None
