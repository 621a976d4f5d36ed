"""Who may call what: the one table, by method and address template.

The gate refuses by it before a body is read. An address of the API that is not in it is not served at all. What the
table cannot know, whose a thing is, every room checks on each read: `scope` says by which rule. `docs/permissions.md`
is printed from it, and a test walks every address with every role.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from backend.city.structures import StaffRole

ADMINISTRATORS: frozenset[StaffRole] = frozenset(
    {"system_administrator", "security_administrator", "audit_administrator"}
)
"""Separated powers (GB/T 22239 8.1.5): whoever has one of these has no other role."""

Who = Literal["anyone", "resident", "staff"]
Scope = Literal["public", "own", "department", "house"]
"""public: nobody's data. own: the caller's, or the party's it acts for. department: cases of the department and those
below it, within the staff member's division. house: the whole installation."""


class Permission(msgspec.Struct, frozen=True):
    """Which sessions may call an address, in which staff roles (any when empty), and what it then reaches.

    `fresh` asks for a proof of identity within `sessions.fresh_minutes`; `rate` names a limit of its own
    (`backend/foundation/action_rates.py`).
    """

    who: frozenset[Who]
    scope: Scope
    roles: frozenset[StaffRole] = frozenset()
    fresh: bool = False
    rate: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether no session is needed."""
        return "anyone" in self.who


_HANDLERS: tuple[StaffRole, ...] = ("clerk", "reviewer", "approver")
_LOOKERS: tuple[StaffRole, ...] = (*_HANDLERS, "agent", "supervisor")
_STAFF_LOOKERS: tuple[StaffRole, ...] = ("system_administrator", "security_administrator")


def _anyone(rate: str | None = None) -> Permission:
    return Permission(frozenset({"anyone"}), "public", rate=rate)


def _resident(*, fresh: bool = False, rate: str | None = None) -> Permission:
    return Permission(frozenset({"resident"}), "own", fresh=fresh, rate=rate)


def _account(*, fresh: bool = False, rate: str | None = None) -> Permission:
    return Permission(frozenset({"resident", "staff"}), "own", fresh=fresh, rate=rate)


def _staff(*roles: StaffRole, scope: Scope = "department", fresh: bool = False, rate: str | None = None) -> Permission:
    return Permission(frozenset({"staff"}), scope, frozenset(roles), fresh, rate)


def _with_staff(*roles: StaffRole, rate: str | None = None) -> Permission:
    """An address that an applicant and the staff in scope share."""
    return Permission(frozenset({"resident", "staff"}), "department", frozenset(roles), rate=rate)


API = "/api/v1"

PERMISSIONS: Mapping[tuple[str, str], Permission] = {
    (method, f"{API}{path}"): permission
    for (method, path), permission in {
        # Signing in
        ("GET", "/session"): _anyone(),
        ("DELETE", "/session"): _anyone(),
        ("POST", "/sign-in"): _anyone(),
        ("POST", "/sign-in/codes"): _anyone(),
        ("GET", "/sign-in/methods"): _anyone(),
        ("POST", "/sign-in/unified"): _anyone(),
        ("POST", "/sign-in/unified/return"): _anyone(),
        ("POST", "/sign-in/unified/logout"): _anyone(),
        ("POST", "/sign-in/passkeys/options"): _anyone(),
        ("POST", "/sign-in/passkeys"): _anyone(),
        ("GET", "/demo/personas"): _anyone(),
        ("POST", "/_test/clock"): _anyone(),
        ("POST", "/_test/otp"): _anyone(),
        ("POST", "/_test/totp"): _anyone(),
        ("POST", "/re-authentication/codes"): _resident(),
        ("POST", "/re-authentication"): _resident(),
        ("POST", "/re-authentication/passkeys"): _resident(),
        ("POST", "/desk/sign-in"): _anyone(),
        ("POST", "/desk/re-authentication"): _staff(scope="own"),
        ("PUT", "/desk/password"): _staff(scope="own", fresh=True),
        # The account
        ("GET", "/me"): _account(),
        ("PUT", "/me/identity"): _resident(),
        ("PUT", "/me/phone"): _resident(fresh=True),
        ("GET", "/me/sessions"): _account(),
        ("DELETE", "/me/sessions"): _account(),
        ("DELETE", "/me/sessions/{session_id}"): _account(),
        ("GET", "/me/unified-identities"): _resident(),
        ("DELETE", "/me/unified-identities/{identity_id}"): _resident(fresh=True),
        # Rights over one's data
        ("GET", "/privacy"): _anyone(),
        ("GET", "/me/reads"): _resident(),
        ("GET", "/me/consents"): _resident(),
        ("PUT", "/me/consents/{purpose}"): _resident(),
        ("DELETE", "/me/consents/{purpose}"): _resident(),
        ("POST", "/me/export"): _resident(fresh=True),
        ("GET", "/me/erasure/preview"): _resident(),
        ("POST", "/me/erasure"): _resident(fresh=True),
        ("GET", "/me/passkeys"): _account(),
        ("POST", "/me/passkeys/options"): _account(fresh=True),
        ("POST", "/me/passkeys"): _account(fresh=True),
        ("DELETE", "/me/passkeys/{passkey_id}"): _account(fresh=True),
        # Parties and mandates
        ("GET", "/me/applicant"): _resident(),
        ("GET", "/me/records"): _resident(),
        ("GET", "/me/parties"): _resident(),
        ("POST", "/me/parties/organisations"): _resident(),
        ("POST", "/me/parties/children"): _resident(),
        ("GET", "/mandates"): _resident(),
        ("POST", "/mandates"): _resident(fresh=True, rate="grant"),
        ("POST", "/mandates/{mandate_id}/acceptance"): _resident(),
        ("DELETE", "/mandates/{mandate_id}"): _resident(),
        # City and catalogue
        ("GET", "/city"): _anyone(),
        ("GET", "/items"): _anyone(),
        ("GET", "/directory"): _anyone(),
        ("GET", "/bundles/{key}/form"): _anyone(),
        ("GET", "/regulations"): _anyone(),
        ("GET", "/search"): _anyone(),
        ("GET", "/popular"): _anyone(),
        ("GET", "/items/{key}"): _anyone(),
        ("GET", "/items/{key}/known"): _resident(),
        ("GET", "/forms/{hash_}"): _anyone(),
        ("GET", "/guides/{hash_}"): _anyone(),
        ("GET", "/changes"): _anyone(),
        ("GET", "/calendar"): _anyone(),
        # Drafts and files
        ("GET", "/drafts"): _resident(),
        ("GET", "/drafts/{draft_id}"): _resident(),
        ("PUT", "/drafts/{draft_id}"): _resident(),
        ("DELETE", "/drafts/{draft_id}"): _resident(),
        ("POST", "/drafts/{draft_id}/counter-code"): _resident(),
        ("OPTIONS", "/uploads"): _anyone(),
        ("POST", "/uploads"): _resident(rate="upload-create"),
        ("HEAD", "/uploads/{upload_id}"): _resident(),
        ("PATCH", "/uploads/{upload_id}"): _resident(),
        ("POST", "/uploads/{upload_id}"): _resident(),
        ("DELETE", "/uploads/{upload_id}"): _resident(),
        ("HEAD", "/files/{sha256}"): _resident(),
        ("GET", "/files/{sha256}"): _resident(),
        # Cases
        ("POST", "/bundles/{key}/filings"): _resident(rate="submit"),
        ("GET", "/filings"): _resident(),
        ("GET", "/filings/{filing_id}"): _resident(),
        ("GET", "/filings/{filing_id}/members/{item}"): _resident(),
        ("POST", "/filings/{filing_id}/members/{item}/cases"): _resident(rate="submit"),
        ("POST", "/cases"): _resident(rate="submit"),
        ("GET", "/cases"): _resident(),
        ("GET", "/cases/{case_id}"): _resident(),
        ("GET", "/cases/{case_id}/answers"): _resident(),
        ("POST", "/cases/{case_id}/commands"): _resident(),
        ("GET", "/cases/{case_id}/documents"): _resident(),
        ("GET", "/cases/{case_id}/documents/{sequence}"): _resident(),
        ("GET", "/cases/{case_id}/documents/{sequence}/pdf"): _resident(),
        ("POST", "/cases/{case_id}/links"): _with_staff(*_HANDLERS, "agent", rate="link-create"),
        ("GET", "/cases/{case_id}/links"): _with_staff(*_HANDLERS, "agent"),
        ("DELETE", "/links/{link_id}"): _with_staff(*_HANDLERS, "agent"),
        ("POST", "/links/open"): _anyone(rate="link-open"),
        # Investment projects
        # Feedback
        ("PUT", "/feedback/{feedback_id}"): _anyone(rate="feedback"),
        ("GET", "/desk/feedback"): _staff("editor", "clerk", "supervisor", scope="house"),
        ("PUT", "/desk/feedback/{feedback_id}/state"): _staff("editor", "clerk", scope="house"),
        ("POST", "/projects"): _resident(rate="submit"),
        ("GET", "/projects"): _resident(),
        ("GET", "/projects/choices"): _resident(),
        ("GET", "/projects/{code}"): _with_staff(*_HANDLERS, "supervisor"),
        # Certificates and news
        ("GET", "/certificates"): _resident(),
        ("PUT", "/devices/{device_id}"): _resident(),
        ("POST", "/certificates/{certificate_id}/credentials"): _resident(),
        ("GET", "/trust"): _anyone(),
        ("GET", "/trust/root"): _anyone(),
        ("GET", "/inbox"): _resident(),
        ("POST", "/inbox/read"): _resident(),
        ("GET", "/push/key"): _anyone(),
        ("PUT", "/push/subscriptions"): _resident(),
        ("DELETE", "/push/subscriptions"): _resident(),
        # The desk
        ("GET", "/desk/queue"): _staff(*_LOOKERS),
        ("GET", "/desk/cases/{case_id}"): _staff(*_LOOKERS),
        ("GET", "/desk/cases/{case_id}/filing"): _staff(*_HANDLERS, "supervisor"),
        ("GET", "/desk/cases/{case_id}/files/{sha256}"): _staff(*_HANDLERS),
        ("GET", "/desk/cases/{case_id}/documents"): _staff(*_HANDLERS),
        ("GET", "/desk/cases/{case_id}/documents/{sequence}"): _staff(*_HANDLERS),
        ("GET", "/desk/cases/{case_id}/documents/{sequence}/pdf"): _staff(*_HANDLERS),
        ("GET", "/desk/cases/{case_id}/archive"): _staff(*_HANDLERS, fresh=True),
        ("POST", "/desk/cases/{case_id}/commands"): _staff(*_HANDLERS),
        ("GET", "/desk/tasks"): _staff(*_HANDLERS),
        ("POST", "/desk/cases/{case_id}/hand-over"): _staff(*_HANDLERS),
        ("POST", "/desk/cases/{case_id}/tasks/{task}/opinion"): _staff("reviewer"),
        ("POST", "/desk/commands"): _staff(*_HANDLERS),
        ("GET", "/desk/views"): _staff(*_LOOKERS, scope="own"),
        ("POST", "/desk/views"): _staff(*_LOOKERS, scope="own"),
        ("DELETE", "/desk/views/{view_id}"): _staff(*_LOOKERS, scope="own"),
        ("POST", "/desk/queue/export"): _staff(*_HANDLERS, "supervisor", fresh=True, rate="list-export"),
        ("GET", "/desk/cases/{case_id}/colleagues"): _staff(*_HANDLERS),
        ("PUT", "/desk/cases/{case_id}/holder"): _staff(*_HANDLERS),
        ("POST", "/desk/cases/{case_id}/presence"): _staff(*_HANDLERS),
        ("POST", "/desk/cases/{case_id}/marks"): _staff(*_HANDLERS),
        ("DELETE", "/desk/cases/{case_id}/marks/{mark_id}"): _staff(*_HANDLERS),
        ("POST", "/desk/counter/drafts"): _staff("clerk", rate="counter-visit"),
        ("GET", "/desk/counter/visits/{visit_id}/files/{sha256}"): _staff("clerk", scope="own"),
        ("POST", "/desk/identity-checks"): _staff("clerk", scope="house", fresh=True, rate="identity-check"),
        ("POST", "/desk/recoveries"): _staff("clerk", scope="house", fresh=True, rate="recovery"),
        ("POST", "/desk/cases/{case_id}/unmask"): _staff(*_HANDLERS, "agent", fresh=True, rate="unmask"),
        ("POST", "/desk/counter/visits"): _staff("clerk", rate="counter-visit"),
        ("POST", "/desk/counter/visits/{visit_id}/files"): _staff("clerk", scope="own", rate="upload-create"),
        ("POST", "/desk/counter/visits/{visit_id}/cases"): _staff("clerk", scope="own", rate="submit"),
        # Administration: three powers, none of which can do another's work
        ("GET", "/desk/staff"): _staff(*_STAFF_LOOKERS, scope="house"),
        ("POST", "/desk/staff"): _staff("system_administrator", scope="house", fresh=True),
        ("POST", "/desk/staff/{account_id}/reset"): _staff("system_administrator", scope="house", fresh=True),
        ("PUT", "/desk/staff/{account_id}/state"): _staff("system_administrator", scope="house", fresh=True),
        ("PUT", "/desk/staff/{account_id}/roles"): _staff("security_administrator", scope="house", fresh=True),
        ("POST", "/desk/staff/{account_id}/unlock"): _staff("security_administrator", scope="house", fresh=True),
        ("GET", "/desk/security-events"): _staff("security_administrator", scope="house"),
        ("GET", "/desk/audit"): _staff("audit_administrator", scope="house"),
        ("GET", "/desk/audit/export"): _staff("audit_administrator", scope="house", fresh=True),
        # Drafting changes of the pack
        ("GET", "/desk/catalogue/files"): _staff("editor", scope="house"),
        ("GET", "/desk/catalogue/file"): _staff("editor", scope="house"),
        ("GET", "/desk/catalogue/drafts"): _staff("editor", scope="house"),
        ("POST", "/desk/catalogue/drafts"): _staff("editor", scope="house"),
        ("GET", "/desk/catalogue/drafts/{catalogue_draft_id}"): _staff("editor", scope="house"),
        ("PUT", "/desk/catalogue/drafts/{catalogue_draft_id}"): _staff("editor", scope="house"),
        ("DELETE", "/desk/catalogue/drafts/{catalogue_draft_id}"): _staff("editor", scope="house"),
        ("POST", "/desk/catalogue/drafts/{catalogue_draft_id}/proposal"): _staff("editor", scope="house", fresh=True),
        # Two-person review
        ("GET", "/desk/versions"): _staff("editor", "supervisor", scope="house"),
        ("POST", "/desk/versions/{pack_hash}/proposals"): _staff("editor", scope="house", fresh=True),
        ("GET", "/desk/publications"): _staff("editor", "supervisor", scope="house"),
        ("GET", "/desk/publications/{publication_id}"): _staff("editor", "supervisor", scope="house"),
        ("POST", "/desk/publications/{publication_id}/review"): _staff(
            "editor", "supervisor", scope="house", fresh=True
        ),
    }.items()
}
