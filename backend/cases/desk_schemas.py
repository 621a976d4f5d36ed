"""What the desk's people keep for their work, on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from backend.cases.counter_schemas import Visit
from backend.cases.due import Light
from backend.cases.schemas import CaseHolder, Hash, ShortKey
from backend.cases.tables import Tab

StaffId = Annotated[str, Meta(pattern="^[0-9a-f-]{36}$")]
_Words = Annotated[str, Meta(min_length=1, max_length=200)]


class ViewQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a list is narrowed to."""

    light: Light | None = None
    item: Annotated[str, Meta(max_length=64)] | None = None
    step: Annotated[str, Meta(max_length=64)] | None = None


class NewView(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A view to keep under a name; one of that name is replaced."""

    name: Annotated[str, Meta(min_length=1, max_length=20)]
    section: Tab
    query: ViewQuery


class SavedView(msgspec.Struct, frozen=True):
    """A view of the queue that somebody saved."""

    id: str
    name: str
    section: Tab
    query: ViewQuery


class SavedViews(msgspec.Struct, frozen=True):
    """The caller's saved views, the oldest first."""

    views: list[SavedView]


class Holding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is to hold a case (`to`, null for nobody), against the holder that was seen."""

    to: StaffId | None = None
    seen: StaffId | None = None


class Colleague(msgspec.Struct, frozen=True):
    """Somebody of the staff who can be given a case."""

    id: str
    name: str
    roles: list[Literal["clerk", "reviewer", "approver"]]


class Colleagues(msgspec.Struct, frozen=True):
    """Who else may handle a case, by name."""

    colleagues: list[Colleague]


class Presence(msgspec.Struct, frozen=True):
    """Who else looks at a case now, who holds it, and at which version it is."""

    others: list[str]
    holder: CaseHolder | None
    version: int


class NewMark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A note to pin to a place of a page (a picture is one page), in ten-thousandths of its width and height."""

    material: ShortKey
    sha256: Hash
    page: Annotated[int, Meta(ge=1, le=1000)]
    across: Annotated[int, Meta(ge=0, le=10_000)]
    down: Annotated[int, Meta(ge=0, le=10_000)]
    text: _Words


class ListExport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which list is to be taken out, and why; the applicants can read the reason."""

    section: Tab
    reason: Annotated[str, Meta(min_length=4, max_length=200)]
    query: ViewQuery = msgspec.field(default_factory=ViewQuery)


class CounterCode(msgspec.Struct, frozen=True):
    """What is shown at the counter in place of a draft, once and for a few minutes."""

    code: str
    ends_at: str


class CounterCodeShown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The code as scanned or typed."""

    code: Annotated[str, Meta(min_length=1, max_length=60)]


class CounterDraft(msgspec.Struct, frozen=True):
    """A resident's draft at the counter: a visit of theirs, and what they had filled in. What is known is masked
    in `visit` and left out of `values`; `files_missing` counts pictures that are still on the phone only.
    """

    visit: Visit
    guide_hash: str
    form_hash: str
    values: dict[str, object]
    files: dict[str, list[CounterDraftFile]]
    files_missing: int


class CounterDraftFile(msgspec.Struct, frozen=True):
    """A picture of the draft."""

    sha256: str
    name: str
    size: int
    media_type: str
