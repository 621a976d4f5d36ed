"""Drafts of the catalogue on the wire."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from backend.city.city import Form
from backend.city.guide import Guide
from backend.city.pack import Finding
from backend.city.structures import Text

FilePath = Annotated[str, Meta(max_length=160, pattern=r"^[a-z][a-z0-9-]*(/[a-z][a-z0-9-]*){0,2}\.yaml$")]
FileText = Annotated[str, Meta(max_length=262_144)]


class PackFile(msgspec.Struct, frozen=True):
    """A file of the pack in force; `name` is what it is about, where it has a name."""

    path: str
    name: Text | None


class PackFiles(msgspec.Struct, frozen=True):
    """All files of the pack in force."""

    hash: str
    files: list[PackFile]


class PackFileText(msgspec.Struct, frozen=True):
    """A file of the pack in force as text."""

    hash: str
    path: str
    text: str


class NewCatalogueDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a draft is for, in a few words."""

    title: Annotated[str, Meta(min_length=1, max_length=100)]


class CatalogueDraftPut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A draft's title and the files it changes, as text; null removes a file. `rebase` puts it on the pack in force."""

    title: Annotated[str, Meta(min_length=1, max_length=100)]
    files: Annotated[dict[FilePath, FileText | None], Meta(max_length=64)]
    rebase: bool = False


class DraftProposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From when what a draft changes shall be in force: a day, an RFC 3339 instant, or at once when it is published."""

    in_force_from: Annotated[str, Meta(max_length=40)] | None = None


class CatalogueDraftSummary(msgspec.Struct, frozen=True):
    """A draft in the list. `stale`: another pack is in force than the one it began with."""

    id: str
    title: str
    revision: int
    stale: bool
    created_by: str
    created_at: str
    changed_by: str
    changed_at: str
    publication_id: str | None


class CatalogueDraftList(msgspec.Struct, frozen=True):
    """Drafts, newest first."""

    drafts: list[CatalogueDraftSummary]
    next: str | None


class Preview(msgspec.Struct, frozen=True):
    """What residents would see of an item that the draft changes; `form` is null where it cannot be filed online."""

    guide: Guide
    form: Form | None


class CatalogueDraftView(msgspec.Struct, frozen=True):
    """A draft with its files, what the checks say of the pack it makes, and what residents would see.

    A finding's `line` counts in the text of the draft.

    `previews` is empty while the pack cannot be read; `previews_left_out` counts those beyond a bounded number.
    """

    draft: CatalogueDraftSummary
    files: dict[str, str | None]
    findings: list[Finding]
    findings_left_out: int
    previews: list[Preview]
    previews_left_out: int


class Proposed(msgspec.Struct, frozen=True):
    """The proposal that a draft has become."""

    publication_id: str
