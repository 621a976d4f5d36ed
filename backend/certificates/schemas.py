"""What the certificates room says and hears."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from backend.city.structures import Text

Coordinate = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}$")]


class ViewSummary(msgspec.Struct):
    """A view: what the other side sees of it and what stays hidden, in labels."""

    key: str
    name: Text
    shows: list[Text]
    hides: list[Text]


class TypeName(msgspec.Struct):
    """A certificate type's key and name."""

    key: str
    name: Text


class RenewalOffer(msgspec.Struct):
    """The renewal of a certificate: in which item, from when (null: any time) until when, and how that stands today.

    `case_id` is the case that is to renew it. Days that rest on holidays not published yet are an `estimate`.
    """

    item: str
    name: Text
    state: Literal["early", "open", "late", "filed"]
    opens: date | None
    closes: date
    basis: Literal["published", "estimate"]
    article: Text
    case_id: str | None


class CertificateSummary(msgspec.Struct):
    """One certificate of its holder."""

    id: str
    type: TypeName
    identifier: str
    issued_on: str
    valid_until: str
    issuer: Text
    holder_name: str
    # All that the trust service knows; suspending and revoking come with the status lists.
    state: Literal["valid", "expired", "suspended", "revoked", "superseded"]
    case_id: str
    # Whether the item's own table granted it, without a person; its case tells the reasons and whom to ask.
    by_rule: bool
    views: list[ViewSummary]
    # Of its identifier; a later one than 1 renewed (延续) the certificate that `replaces` names.
    version: int
    replaces: str | None
    renewed_by: str | None
    renewal: RenewalOffer | None


class CertificateList(msgspec.Struct):
    """All certificates of the signed-in person, newest first."""

    certificates: list[CertificateSummary]


class DeviceKey(msgspec.Struct, forbid_unknown_fields=True):
    """The public half of a device key as a JWK."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: Coordinate
    y: Coordinate


class DeviceBinding(msgspec.Struct, forbid_unknown_fields=True):
    """A device's key and the name its owner knows it by."""

    key: DeviceKey
    name: Annotated[str, Meta(min_length=1, max_length=40)]


class BoundDevice(msgspec.Struct):
    """A bound device."""

    id: str
    name: str
    bound_at: str


class CredentialRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Which view, for which device."""

    device_id: Annotated[str, Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    view: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,40}$")]


class CredentialText(msgspec.Struct):
    """A minted credential (`ZB1:`)."""

    text: str
    view: str
    expires_at: str


class FieldLabel(msgspec.Struct):
    """The label of a field key in a view."""

    key: int
    label: Text


class ViewLabels(msgspec.Struct):
    """A view's name and the labels of its fields, in order."""

    key: str
    name: Text
    fields: list[FieldLabel]


class TypeLabels(msgspec.Struct):
    """What a verifier needs to put a type's credentials into words, offline."""

    key: str
    name: Text
    views: list[ViewLabels]


class Trust(msgspec.Struct):
    """The signed trust list (COSE_Sign1, base64url), the root key that signed it, and the words for what is shown."""

    root: dict[str, str]
    root_kid: str
    types: list[TypeLabels]
    signed: str = msgspec.field(name="list")
