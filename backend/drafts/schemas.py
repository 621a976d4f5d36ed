"""Drafts on the wire."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

ItemKey = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,63}$")]
Hash = Annotated[str, Meta(pattern="^[0-9A-Za-z:_-]{1,100}$")]
Key = Annotated[str, Meta(min_length=1, max_length=64)]


class DraftFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that the draft names; its bytes may still be on the phone only."""

    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    name: Annotated[str, Meta(max_length=255)]
    size: Annotated[int, Meta(ge=0, le=10 * 1024 * 1024)]
    media_type: Annotated[str, Meta(max_length=100)]


class DraftContent(msgspec.Struct, frozen=True):
    """What is sealed: everything a person typed or chose. Values may be incomplete; they are bounded, not validated."""

    values: Annotated[dict[str, Any], Meta(max_length=200)]
    files: Annotated[dict[Key, Annotated[list[DraftFile], Meta(max_length=20)]], Meta(max_length=50)]
    device: Annotated[str, Meta(max_length=40)]


class DraftPut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One change of a draft; `operation` is the client's own id for it, the same whenever it is sent again."""

    operation: Annotated[
        str, Meta(pattern="^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$")
    ]
    item: ItemKey
    guide_hash: Hash
    form_hash: Hash
    values: Annotated[dict[str, Any], Meta(max_length=200)]
    files: Annotated[dict[Key, Annotated[list[DraftFile], Meta(max_length=20)]], Meta(max_length=50)]
    step: Annotated[int, Meta(ge=0, le=100)]
    device: Annotated[str, Meta(max_length=40)]

    def content(self) -> DraftContent:
        """The part that is sealed."""
        return DraftContent(self.values, self.files, self.device)


class DraftSummary(msgspec.Struct, frozen=True):
    """A draft in the list: all of it but the values."""

    id: str
    item: str
    guide_hash: str
    form_hash: str
    files: dict[str, list[DraftFile]]
    step: int
    device: str
    revision: int
    updated_at: str


class Draft(msgspec.Struct, frozen=True):
    """A draft as stored."""

    id: str
    item: str
    guide_hash: str
    form_hash: str
    values: dict[str, Any]
    files: dict[str, list[DraftFile]]
    step: int
    device: str
    revision: int
    updated_at: str


class DraftList(msgspec.Struct, frozen=True):
    """The caller's drafts, newest first."""

    drafts: list[DraftSummary]


class DraftStored(msgspec.Struct, frozen=True):
    """The answer to a change."""

    id: str
    revision: int
    updated_at: str
