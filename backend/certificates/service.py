"""Certificates: recorded with the decision, minted as credentials when a device asks, shown by the phone."""

from __future__ import annotations

import base64
from datetime import date
from typing import Literal

import msgspec

from backend.certificates import renewing
from backend.certificates.errors import (
    CertificateEnded,
    CertificateRevoked,
    CertificateSuperseded,
    DeviceKeyInvalid,
    DeviceTaken,
    TooManyDevices,
    ViewUnknown,
)
from backend.certificates.keys import SigningKeys
from backend.certificates.rules import (
    DAY,
    end_of_day,
    fields_of,
    identifier,
    next_version,
    renewal_due,
    renewed_until,
    valid_until,
    version_of,
    view_fields,
)
from backend.certificates.schemas import (
    BoundDevice,
    CertificateSummary,
    CredentialText,
    DeviceBinding,
    FieldLabel,
    RenewalOffer,
    Trust,
    TypeLabels,
    TypeName,
    ViewLabels,
    ViewSummary,
)
from backend.city.structures import CertificateType, View
from backend.foundation.database import Row, Statement, UniqueViolation, sql
from backend.foundation.encryption import Place
from backend.foundation.errors import NotFound
from backend.foundation.identifiers import new_id
from backend.foundation.time_source import legal_day, rfc3339
from backend.house import House
from backend.identity.actor import Actor
from backend.parties.errors import MandateScope
from backend.parties.rules import OF_REGISTERS
from backend.parties.service import on_record, subjects_of
from qr.credential import issue, new_claims
from qr.errors import KeyMaterialError
from qr.keys import from_jwk

MAX_DEVICES = 10
MAX_CERTIFICATES = 200


class Grant(msgspec.Struct, frozen=True):
    """A granted case, as the certificates room needs it; `at` is the decision's instant in milliseconds.

    `applicant` and `form` are the values that a type's fields may come from, by name. `rule` is the version of the
    table that decided the case without a person, None for a person's decision. `renews` is the certificate whose next
    version it makes, its time counted from that one's end or from the decision.
    """

    case_id: str
    case_number: str
    subject_id: str
    type_hash: str
    issuer: str
    applicant: dict[str, str]
    form: dict[str, str]
    at: int
    rule: str | None = None
    renews: str | None = None
    counts_from: Literal["end", "decision"] = "end"


async def record(house: House, grant: Grant) -> list[Statement]:
    """The statements that write a certificate's record; they belong into the batch of the decision.

    A renewed one ends: it is the older version then. Raises RenewalRefused when it was revoked meanwhile.
    """
    city = house.city
    kind = city.certificates[grant.type_hash]
    issued_on = legal_day(grant.at)
    until = valid_until(issued_on, kind.validity.months)
    number = identifier(kind.type_code, grant.issuer, grant.case_number)
    replaced: list[Statement] = []
    if grant.renews is not None:
        old = await renewing.to_renew(house, grant.renews)
        old_until = date.fromisoformat(old["valid_until"])
        until = renewed_until(old_until, issued_on, kind.validity.months, grant.counts_from)
        number = next_version(await renewing.latest_version(house, old))
        replaced.append(
            sql(
                "UPDATE certificate SET state = {}, renewal_case = NULL WHERE id = {} AND state = {}",
                "superseded",
                grant.renews,
                "valid",
                expect=1,
            )
        )
    certificate = {
        "identifier": number,
        "issuer": city.departments[grant.issuer].name.zh,
        "issued_on": issued_on.isoformat(),
        "valid_until": until.isoformat(),
    }
    fields = fields_of(kind, grant.applicant, grant.form, certificate)
    certificate_id = new_id()
    sealed = await house.vault.seal(grant.subject_id, certificate_place(certificate_id), msgspec.json.encode(fields))
    return [
        *replaced,
        sql(
            "INSERT INTO certificate (id, case_id, subject_id, type_hash, identifier, issuer, state, issued_at,"
            " issued_on, valid_until, sealed, rule, replaces)"
            " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
            certificate_id,
            grant.case_id,
            grant.subject_id,
            grant.type_hash,
            number,
            grant.issuer,
            "valid",
            grant.at,
            certificate["issued_on"],
            certificate["valid_until"],
            sealed,
            grant.rule,
            grant.renews,
            expect=1,
        ),
    ]


def revoke(case_id: str) -> list[Statement]:
    """The statements that take back the certificate of a case; they belong into the batch of the revocation.

    No new credential is made of it; one that a device already has ends by itself within the type's days. The older
    version that it had renewed counts again, for as long as it would have, unless a later one took its place already.
    """
    older = "(SELECT replaces FROM certificate WHERE case_id = {} AND state = 'valid')"
    return [
        sql(
            f"UPDATE certificate SET state = {{}} WHERE id = {older} AND state = {{}}",  # noqa: S608 fixed text
            "valid",
            case_id,
            "superseded",
        ),
        sql("UPDATE certificate SET state = {}, renewal_case = NULL WHERE case_id = {}", "revoked", case_id),
    ]


async def certificate_of_case(house: House, case_id: str) -> str | None:
    """The id of the certificate that a case led to, or None. The caller has checked who may see the case."""
    rows = await house.database.read(sql("SELECT id FROM certificate WHERE case_id = {}", case_id))
    return rows[0]["id"] if rows else None


async def identifier_of_case(house: House, case_id: str) -> str | None:
    """The national identifier of the certificate that a case led to, or None. The caller has checked who may see it."""
    rows = await house.database.read(sql("SELECT identifier FROM certificate WHERE case_id = {}", case_id))
    return rows[0]["identifier"] if rows else None


async def identifier_of(house: House, certificate_id: str) -> str:
    """The national identifier of a certificate. The caller has checked who may see it. Raises NotFound."""
    row = await _own(house, sql("SELECT identifier FROM certificate WHERE id = {}", certificate_id))
    return str(row["identifier"])


async def _subjects_of_holder(house: House, actor: Actor) -> list[str]:
    """Under whose keys the certificates lie that the actor may hold: the person's own, of all their accounts.

    Of those who act for others only guardians and legal representatives hold the certificates too: to carry someone's
    certificate is to pass for them, which no agent or helper is asked to do. Raises MandateScope.
    """
    acting = actor.acting
    if acting is not None and (acting.capacity not in OF_REGISTERS or not acting.covers_everything):
        raise MandateScope("代理人和代办人不能持有对方的证照。请由本人在自己的手机上出示。")
    return await subjects_of(house, actor)


async def own_certificates(house: House, actor: Actor) -> list[CertificateSummary]:
    """The certificates of the signed-in person, or of whom they act for by law, newest first. Raises MandateScope."""
    subjects = await _subjects_of_holder(house, actor)
    await on_record(house, actor, "acting.certificates", actor.applicant_party)
    rows = await house.database.read(
        sql(
            f"SELECT * FROM certificate WHERE subject_id IN ({_marks(subjects)})"  # noqa: S608 only marks
            " ORDER BY issued_at DESC, id DESC LIMIT {}",
            *subjects,
            MAX_CERTIFICATES,
        )
    )
    newer = {row["replaces"]: row["id"] for row in rows if row["replaces"] and row["state"] != "revoked"}
    return [await _summary(house, row, newer.get(row["id"])) for row in rows]


async def bind_device(house: House, actor: Actor, device_id: str, binding: DeviceBinding) -> BoundDevice:
    """Registers a device key; the same again is a no-op.

    Raises DeviceKeyInvalid, DeviceTaken (another key under this id), TooManyDevices.
    """
    jwk = msgspec.to_builtins(binding.key)
    try:
        from_jwk(jwk)
    except KeyMaterialError:
        raise DeviceKeyInvalid("这台设备的公钥不是 P-256 曲线上的点。请重新打开应用再试。") from None
    key = msgspec.json.encode(jwk).decode()
    rows = await house.database.read(
        sql("SELECT id, public_key, name_sealed, bound_at FROM device WHERE subject_id = {}", actor.subject_id)
    )
    known = next((row for row in rows if row["id"] == device_id), None)
    if known is None and len(rows) >= MAX_DEVICES:
        raise TooManyDevices(
            f"您已登记 {len(rows)} 台设备，最多 {MAX_DEVICES} 台。", limit=MAX_DEVICES, actual=len(rows)
        )
    if known is None:
        now = house.time.now()
        sealed = await house.vault.seal(actor.subject_id, device_place(device_id), binding.name.encode())
        try:
            await house.database.commit(
                [
                    sql(
                        "INSERT INTO device (id, subject_id, public_key, name_sealed, bound_at)"
                        " VALUES ({}, {}, {}, {}, {})",
                        device_id,
                        actor.subject_id,
                        key,
                        sealed,
                        now,
                    )
                ]
            )
        except UniqueViolation:
            raise _taken() from None
        return BoundDevice(device_id, binding.name, rfc3339(now))
    if known["public_key"] != key:
        raise _taken()
    name = await house.vault.open(actor.subject_id, device_place(device_id), known["name_sealed"])
    return BoundDevice(device_id, name.decode(), rfc3339(known["bound_at"]))


async def credential(
    house: House, keys: SigningKeys, actor: Actor, certificate_id: str, device_id: str, view: str
) -> CredentialText:
    """The credential of a view for a device: the one it has until that nears its end, then a new one.

    The device is the actor's own, also for a certificate of whom they act for by law. Raises NotFound (certificate or
    device of somebody else), MandateScope, ViewUnknown, CertificateEnded, CertificateRevoked, CertificateSuperseded,
    SigningKeyMissing.
    """
    subjects = await _subjects_of_holder(house, actor)
    certificate = await _own(
        house,
        sql(
            f"SELECT * FROM certificate WHERE id = {{}} AND subject_id IN ({_marks(subjects)})",  # noqa: S608 only marks
            certificate_id,
            *subjects,
        ),
    )
    device = await _own(
        house, sql("SELECT * FROM device WHERE id = {} AND subject_id = {}", device_id, actor.subject_id)
    )
    if certificate["state"] == "revoked":
        raise CertificateRevoked("这张证照已被撤销，不能再出示。请到办件里看理由和救济途径。")
    if certificate["state"] == "superseded":
        raise CertificateSuperseded("这张证照已延续，请出示新的一张。")
    kind = house.city.certificates[certificate["type_hash"]]
    now = house.time.now() // 1000
    last = end_of_day(date.fromisoformat(certificate["valid_until"]))
    if now >= last:
        raise CertificateEnded("这张证照已过有效期，不能再出示。请先办理续期。", valid_until=certificate["valid_until"])
    subject = certificate["subject_id"]
    plain = await house.vault.open(subject, certificate_place(certificate_id), certificate["sealed"])
    shown = view_fields(kind, view, msgspec.json.decode(plain, type=dict[str, str]))
    if shown is None:
        raise ViewUnknown("这张证照没有这种出示方式。请回到证照页重选。")
    latest = await _latest(house, certificate_id, device_id, view)
    if latest and (latest["expires_at"] >= last or not renewal_due(latest["issued_at"], latest["expires_at"], now)):
        return await _opened(house, subject, latest)
    expires_at = min(now + kind.credential_days * DAY, last)
    claims = new_claims(
        certificate["issuer"],
        now,
        expires_at,
        {key: value for key, value in shown.items()},
        device=from_jwk(msgspec.json.decode(device["public_key"])),
    )
    text = issue(claims, keys.of(certificate["issuer"], now))
    minted = new_id()
    sealed = await house.vault.seal(subject, _credential_place(minted), text.encode())
    try:
        await house.database.commit(
            [
                sql(
                    "INSERT INTO credential (id, certificate_id, device_id, view, round, sealed, issued_at, expires_at)"
                    " VALUES ({}, {}, {}, {}, {}, {}, {}, {})",
                    minted,
                    certificate_id,
                    device_id,
                    view,
                    latest["round"] + 1 if latest else 0,
                    sealed,
                    now,
                    expires_at,
                    expect=1,
                )
            ]
        )
    except UniqueViolation:
        # A twin of this request was quicker; what it minted is as good.
        twin = await _latest(house, certificate_id, device_id, view)
        if twin is None:
            raise
        return await _opened(house, subject, twin)
    return CredentialText(text, view, rfc3339(expires_at * 1000))


def trust(house: House, keys: SigningKeys) -> Trust:
    """The public trust list with the words for every type that was ever published here."""
    city = house.city
    now = house.time.now() // 1000
    names = {code: department.name.zh for code, department in city.departments.items()}
    signed = keys.trust_list(city.name.zh, names, now)
    root, kid = keys.root_jwk(now)
    types = {kind.key: kind for kind in city.certificates.values()}
    return Trust(
        root=root,
        root_kid=kid.hex(),
        types=[_labels(kind) for kind in types.values()],
        signed=base64.urlsafe_b64encode(signed).rstrip(b"=").decode(),
    )


def certificate_place(certificate_id: str) -> Place:
    """Where the fields of a certificate are sealed."""
    return Place("certificate", "sealed", certificate_id)


def device_place(device_id: str) -> Place:
    """Where the name of a device is sealed."""
    return Place("device", "name_sealed", device_id)


def _credential_place(credential_id: str) -> Place:
    return Place("credential", "sealed", credential_id)


def _taken() -> DeviceTaken:
    return DeviceTaken("这个设备编号已用另一把密钥登记。请在本机退出后重新登录，会换一个编号。")


async def _own(house: House, query: Statement) -> Row:
    """The one row of the actor's own. Raises NotFound for anything else, so that nobody can probe."""
    rows = await house.database.read(query)
    if not rows:
        raise NotFound("没有找到。它可能不属于这个账号。")
    return rows[0]


async def _latest(house: House, certificate_id: str, device_id: str, view: str) -> Row | None:
    rows = await house.database.read(
        sql(
            "SELECT * FROM credential WHERE certificate_id = {} AND device_id = {} AND view = {}"
            " ORDER BY round DESC LIMIT 1",
            certificate_id,
            device_id,
            view,
        )
    )
    return rows[0] if rows else None


def _marks(values: list[str]) -> str:
    return ", ".join("{}" for _ in values)


async def _opened(house: House, subject_id: str, row: Row) -> CredentialText:
    text = await house.vault.open(subject_id, _credential_place(row["id"]), row["sealed"])
    return CredentialText(text.decode(), row["view"], rfc3339(row["expires_at"] * 1000))


def _renewal_offer(house: House, row: Row, kind: CertificateType) -> RenewalOffer | None:
    """Whether and until when a certificate's renewal is applied for; None where it is not renewed."""
    guide = renewing.guide_to_renew(house.city, kind.key)
    if guide is None or guide.renewal is None or row["state"] != "valid":
        return None
    today, until = house.time.today(), date.fromisoformat(row["valid_until"])
    window = renewing.window_of(guide.renewal, until, house.calendar)
    state: Literal["early", "open", "late", "filed"] = "open"
    if row["renewal_case"] is not None:
        state = "filed"
    elif today > window.closes:
        state = "late"
    elif window.opens is not None and today < window.opens:
        state = "early"
    return RenewalOffer(
        item=guide.key,
        name=guide.name,
        state=state,
        opens=window.opens,
        closes=window.closes,
        basis="estimate" if window.estimate else "published",
        article=guide.renewal.article,
        case_id=row["renewal_case"],
    )


async def _summary(house: House, row: Row, renewed_by: str | None) -> CertificateSummary:
    city = house.city
    kind = city.certificates[row["type_hash"]]
    plain = await house.vault.open(row["subject_id"], certificate_place(row["id"]), row["sealed"])
    fields = msgspec.json.decode(plain, type=dict[str, str])
    ended = house.time.now() // 1000 >= end_of_day(date.fromisoformat(row["valid_until"]))
    return CertificateSummary(
        id=row["id"],
        type=TypeName(kind.key, kind.name),
        identifier=row["identifier"],
        issued_on=row["issued_on"],
        valid_until=row["valid_until"],
        issuer=city.departments[row["issuer"]].name,
        holder_name=fields["holder"],
        state=row["state"] if row["state"] != "valid" else "expired" if ended else "valid",
        case_id=row["case_id"],
        by_rule=row["rule"] is not None,
        version=version_of(row["identifier"]),
        replaces=row["replaces"],
        renewed_by=renewed_by,
        renewal=_renewal_offer(house, row, kind),
        views=[_view_summary(kind, view) for view in kind.views],
    )


def _view_summary(kind: CertificateType, view: View) -> ViewSummary:
    # Of fields that share a key the first says most; where a view shows a lesser one, the first is what it hides.
    fullest = {field.key: field.name for field in reversed(kind.fields)}
    return ViewSummary(
        key=view.key,
        name=view.name,
        shows=[field.label for field in kind.fields if field.name in view.fields],
        hides=[
            field.label for field in kind.fields if field.name not in view.fields and fullest[field.key] == field.name
        ],
    )


def _labels(kind: CertificateType) -> TypeLabels:
    by_name = {field.name: field for field in kind.fields}
    return TypeLabels(
        kind.key,
        kind.name,
        [
            ViewLabels(
                view.key,
                view.name,
                [FieldLabel(by_name[name].key, by_name[name].label) for name in view.fields],
            )
            for view in kind.views
        ],
    )
