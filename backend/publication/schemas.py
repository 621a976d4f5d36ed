"""Proposals and their review on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from backend.city.pack import Finding
from backend.city.structures import Text
from backend.publication.rules import FileDifference

Decision = Literal["publish", "reject"]
ProposalState = Literal["waiting", "stale", "published", "rejected"]
VersionState = Literal["in-force", "coming", "past", "replaced"]


class ReviewRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reviewer's decision; publishing asks for `secrecy_checked`, rejecting for a reason."""

    decision: Decision
    secrecy_checked: bool = False
    reason: Annotated[str, Meta(max_length=500)] = ""


class VersionProposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From when an earlier version shall be in force again: a day, an RFC 3339 instant, or at once."""

    in_force_from: Annotated[str, Meta(max_length=40)] | None = None


class ReviewRule(msgspec.Struct, frozen=True):
    """Why the caller may not publish this now: the rule's code, its article if a text sets it, and a sentence."""

    code: str
    article: Text | None
    sentence: Text


class ProposalSummary(msgspec.Struct, frozen=True):
    """A proposal in the list. `mine` says that the caller made it; `in_force_from` is null when it is meant at once."""

    id: str
    kind: str
    title: Text
    subject_hash: str
    state: ProposalState
    proposed_by: str
    proposed_at: str
    mine: bool
    decided_by: str | None
    decided_at: str | None
    reason: str
    in_force_from: str | None


class ProposalList(msgspec.Struct, frozen=True):
    """Proposals, newest first."""

    publications: list[ProposalSummary]
    next: str | None


class Version(msgspec.Struct, frozen=True):
    """A publication: `replaced` is one that another for the same instant took the place of before it was in force.

    `published_by` is empty where no person did it (the first pack, demos).
    """

    number: int
    hash: str
    state: VersionState
    published_at: str
    in_force_from: str
    published_by: str


class VersionList(msgspec.Struct, frozen=True):
    """Publications, newest first; `next` names the number to go on after."""

    versions: list[Version]
    next: str | None


class VersionProposed(msgspec.Struct, frozen=True):
    """The proposal that was made of an earlier version."""

    publication_id: str


class ProposalView(msgspec.Struct, frozen=True):
    """A proposal with what it would change. `against` is the hash it is compared with, null when nothing was in force.

    A finding's `line` counts in the text as the difference shows it. `files` is what changes, at most a bounded number;
    `files_left_out` counts the rest. `rule` says why the caller may not publish it now, `secrecy_checked` whether the
    reviewer said so. `coming` is what is published to come into force later and would take its place then.
    """

    proposal: ProposalSummary
    against: str | None
    files: list[FileDifference]
    files_left_out: int
    findings: list[Finding]
    secrecy_checked: bool
    rule: ReviewRule | None
    can_reject: bool
    coming: list[Version]
