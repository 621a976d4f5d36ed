"""Status links on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from backend.cases.schemas import StageView
from backend.city.structures import Text

MakerRole = Literal["resident", "staff"]


class LinkRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how many days a link shall work."""

    days: Annotated[int, Meta(ge=1, le=30)]


class NewLink(msgspec.Struct, frozen=True):
    """A link just made; `url` is shown this once and cannot be found out again from what is stored."""

    id: str
    url: str
    expires_at: str


class LinkView(msgspec.Struct, frozen=True):
    """A link as those who may end it see it."""

    id: str
    created_at: str
    by: MakerRole
    expires_at: str
    visits: int
    last_visit_at: str | None
    revoked_at: str | None


class LinkList(msgspec.Struct, frozen=True):
    """The links of a case, newest first."""

    links: list[LinkView]


class LinkOpening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The token from a link's fragment."""

    token: Annotated[str, Meta(max_length=200)]


class StatusView(msgspec.Struct, frozen=True):
    """How far a case has come, for whoever holds the link."""

    item: Text
    applicant_masked: str
    query_code_tail: str
    state: str
    stage_sentence: Text
    stages: list[StageView]
    due: date | None
    basis: Literal["published", "estimate"] | None
    department: Text
    expires_at: str
