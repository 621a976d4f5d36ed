"""The class of every column of both databases, declared once; a test walks the migrated schema and holds it complete.

* public: anyone may see it.
* internal: of the house and its staff; identifiers, states, instants, digests and keyed digests of secrets.
* personal: says something of a person. It is stored sealed under that person's key, or as a blind index of it.
* sensitive: personal, and its leak endangers dignity, safety or property (PIPL art. 28): identity numbers, what forms
  and files hold, certificates, secrets that stand for a person. Stored as personal data is.

A new column is added to its table below, in the class it has. What is personal and not sealed has no place in a table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

FieldClass = Literal["public", "internal", "personal", "sensitive"]
Stored = Literal["plain", "sealed", "index"]


class Field(msgspec.Struct, frozen=True):
    """A column's class, and how it is stored: `plain`, `sealed` (BYTEA) or as a blind `index` (TEXT)."""

    level: FieldClass
    stored: Stored


class UndeclaredField(LookupError):
    """A column that nobody gave a class; the message says where to add it."""


def _columns(
    *,
    public: str = "",
    internal: str = "",
    personal_sealed: str = "",
    personal_index: str = "",
    sensitive_sealed: str = "",
    sensitive_index: str = "",
) -> dict[str, Field]:
    """A table's columns, the names of each class separated by spaces."""
    groups = (
        (public, Field("public", "plain")),
        (internal, Field("internal", "plain")),
        (personal_sealed, Field("personal", "sealed")),
        (personal_index, Field("personal", "index")),
        (sensitive_sealed, Field("sensitive", "sealed")),
        (sensitive_index, Field("sensitive", "index")),
    )
    names = [name for group, _field in groups for name in group.split()]
    if len(names) != len(set(names)):
        raise ValueError(f"a column is declared twice: {', '.join(sorted(names))}")
    return {name: field for group, field in groups for name in group.split()}


_MIGRATION = _columns(internal="number name applied_at")

HOUSE: Mapping[str, Mapping[str, Field]] = {
    # Foundation.
    "migration": _MIGRATION,
    "calendar_day": _columns(public="day kind"),
    "calendar_year": _columns(public="year source title dated imported_at"),
    "lease": _columns(internal="name holder token until position"),
    "outbox": _columns(
        internal="id kind payload due unique_key attempts lease_token lease_until done_at dead_at last_error"
    ),
    "idempotency": _columns(internal="account_id key fingerprint reply at"),
    # `reason` is what staff typed to justify an act: internal, and shown to the person it concerns. An `address` is in
    # clear because the law wants it at hand (网络安全法 art. 21(3)); only the administrators' screens show it.
    "audit": _columns(internal="id at actor action subject target reason result address"),
    "audit_waiting": _columns(internal="audit_id"),
    "audit_chain": _columns(internal="position audit_id hash"),
    "audit_checkpoint": _columns(internal="id at position hash whole"),
    "security_event": _columns(internal="id kind severity actor address details minute times first_at last_at"),
    # `data` is structure only; words and answers lie sealed in event_private.
    "event": _columns(internal="id case_id sequence type at actor data salt leaf_hash position"),
    "event_private": _columns(internal="event_id subject_id", sensitive_sealed="sealed"),
    # City.
    "city_object": _columns(public="hash kind body"),
    "city_publication": _columns(public="number pack_hash at effective_at", internal="actor"),
    "city_index": _columns(public="pack_hash guides"),
    # What is proposed is of the house until somebody has checked it for secrets and published it.
    "publication_review": _columns(
        internal="id kind subject_hash title content base_number base_hash proposed_by proposed_at decided_by"
        " decided_at decision secrecy_checked reason effective_at"
    ),
    "catalogue_draft": _columns(
        internal="id title base_hash files revision created_by created_at changed_by changed_at proposal_id"
    ),
    # Identity.
    "account": _columns(
        internal="id subject_id identified_at created_at party_id in_person_at erased_at",
        personal_sealed="phone_sealed name_sealed",
        personal_index="phone_index",
        sensitive_sealed="id_number_sealed",
        sensitive_index="id_number_index",
    ),
    # `device` is a browser's family and its system's, of a closed list.
    "session": _columns(
        internal="id token_hash account_id created_at seen_at kind method authenticated_at shared device",
        personal_index="unified_sid_index unified_subject_index",
    ),
    "passkey_holder": _columns(internal="account_id handle passkeys"),
    "passkey": _columns(
        internal="id account_id credential_hash credential_id public_key sign_count backed_up created_at used_at",
        personal_sealed="name_sealed",
    ),
    "webauthn_challenge": _columns(internal="id challenge purpose account_id browser_hash expires_at used_at"),
    "unified_identity": _columns(
        internal="id issuer account_id linked_at", personal_sealed="subject_sealed", personal_index="subject_index"
    ),
    "unified_login": _columns(
        internal="state_hash browser_hash next shared link_account_id created_at expires_at used_at"
    ),
    "unified_logout": _columns(internal="token_hash remember_until"),
    "one_time_code": _columns(internal="code_hash created_at expires_at tries used_at", personal_index="phone_index"),
    # Parties. An organisation's name and code are sealed as a person's are: who acts for which is personal.
    "party": _columns(
        internal="id kind subject_id created_at",
        personal_sealed="name_sealed",
        personal_index="window_phone_index",
        sensitive_sealed="code_sealed",
        sensitive_index="code_index",
    ),
    "mandate": _columns(
        internal="id party_id capacity account_id items cases basis granted_by created_at starts_at ends_at"
        " invited_until accepted_at revoked_at revoked_by consent_version consented_at",
        personal_sealed="phone_sealed name_sealed",
        personal_index="phone_index",
        sensitive_index="holder_index",
    ),
    # Staff. A public servant's name and number in office are known to those they serve.
    "staff": _columns(internal="account_id department roles name number division disabled_at"),
    "staff_secret": _columns(
        internal="account_id password_hash password_set_at must_change totp_step failures locked_until",
        sensitive_sealed="totp_sealed",
    ),
    "staff_old_password": _columns(internal="account_id at password_hash"),
    # Files.
    "upload": _columns(
        internal="id account_id subject_id length received sha256 created_at expires_at", personal_sealed="metadata"
    ),
    "file": _columns(internal="subject_id sha256 storage media_type size width height created_at pages"),
    "file_part": _columns(internal="storage first length name"),
    # Drafts.
    "draft": _columns(
        internal="id account_id subject_id item guide_hash form_hash step revision updated_at case_id party_id",
        sensitive_sealed="content",
    ),
    "draft_operation": _columns(internal="account_id operation fingerprint draft_id revision at"),
    "draft_revision": _columns(internal="draft_id minute revision", sensitive_sealed="content"),
    # Cases. `street` is the district of a case: an address to the township, which is shown unmasked (standards §9).
    "case_record": _columns(
        internal="id number query_code account_id subject_id item guide_hash form_hash lifecycle_hash department street"
        " state stage version submitted_at started_at ended_at updated_at due accepted_by draft"
        " party_id capacity received_department project filing_id next_due next_soon next_step next_days next_unit",
        personal_sealed="summary_sealed",
    ),
    "filing": _columns(internal="id bundle account_id subject_id party_id capacity submitted_at"),
    "filing_member": _columns(
        internal="filing_id item place state waits_for guide_hash case_id problem changed_at", sensitive_sealed="sealed"
    ),
    "case_file": _columns(internal="case_id material place sha256 version pages"),
    "case_task": _columns(internal="case_id task department due opened_at done_at outcome"),
    "case_counter": _columns(internal="item_code day value"),
    # Investment projects. What may be read of one is in its code; the name of a sole trader's may name a person.
    "project": _columns(
        internal="id code party_id subject_id account_id kind industry division investment registered_at",
        personal_sealed="name_sealed",
    ),
    "project_counter": _columns(internal="stem value"),
    "counter_visit": _columns(
        internal="id account_id party_id subject_id item created_at ends_at draft_id", personal_sealed="phone_sealed"
    ),
    "counter_code": _columns(
        internal="draft_id code_hash account_id party_id subject_id ends_at", personal_sealed="phone_sealed"
    ),
    # What the desk's people keep for their work. A note on a picture may say anything of whom it shows.
    "desk_view": _columns(internal="id account_id name section query created_at"),
    "case_holder": _columns(internal="case_id account_id given_by since"),
    "case_presence": _columns(internal="case_id account_id seen_at"),
    "case_mark": _columns(
        internal="id case_id material sha256 across down account_id subject_id at", sensitive_sealed="text_sealed"
    ),
    # Certificates. `identifier` is the number of the record, not of its holder.
    "certificate": _columns(
        internal="id case_id subject_id type_hash identifier issuer state issued_at issued_on valid_until rule"
        " replaces renewal_case",
        sensitive_sealed="sealed",
    ),
    "device": _columns(internal="id subject_id public_key bound_at", personal_sealed="name_sealed"),
    "credential": _columns(
        internal="id certificate_id device_id view round issued_at expires_at", sensitive_sealed="sealed"
    ),
    # Documents as they were signed. The hash is that of a file with a random signature in it: it tells nothing.
    "document_file": _columns(
        internal="id case_id sequence language subject_id issuer signed_at root_sha256 sha256 size",
        personal_sealed="file_sealed",
    ),
    # Notify and links.
    "inbox_message": _columns(internal="id account_id case_id sequence kind params created_at read_at"),
    "push_subscription": _columns(
        internal="id account_id subject_id language created_at",
        personal_sealed="content",
        personal_index="endpoint_index",
    ),
    "status_link": _columns(
        internal="id token_hash case_id account_id made_by created_at expires_at revoked_at visits last_visit_at"
    ),
    "status_link_visit": _columns(internal="id link_id at", personal_index="visitor"),
    # Words about a page of the app; nobody's name, and numbers in them are masked before they are stored.
    "feedback": _columns(internal="id page kind language words sent_at done_at done_by"),
    # Rights. Which words were agreed to is known by their hash; `kept` names items, days and texts of the law.
    "consent": _columns(internal="id subject_id account_id purpose version channel given_by given_at withdrawn_at"),
    "erasure": _columns(internal="id account_id subject_id state requested_at done_at kept"),
    "kept_record": _columns(internal="case_id erasure_id subject_id kept_until ended_at"),
}
"""The house's database, by table."""

KEYS: Mapping[str, Mapping[str, Field]] = {
    "migration": _MIGRATION,
    "subject_key": _columns(internal="subject_id generation master_key wrapped created_at shredded_at"),
    "master_key": _columns(internal="name"),
    "retired_master_key": _columns(internal="name retired_at"),
}
"""The store of data keys, by table."""


def classify(table: str, column: str) -> FieldClass:
    """The class of a column of either database. Raises UndeclaredField."""
    return field_of(table, column).level


def field_of(table: str, column: str) -> Field:
    """How a column of either database is classed and stored. Raises UndeclaredField."""
    columns = HOUSE.get(table) or KEYS.get(table) or {}
    if column not in columns:
        raise UndeclaredField(f"{table}.{column} has no class: declare it in backend/foundation/field_classes.py")
    return columns[column]
