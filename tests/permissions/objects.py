"""The things that addresses name, of whomever the walk asks for, and bodies that fit.

A new address with a parameter needs a line in FACTORIES (by the parameter's name, or `template name` where the name
alone does not say what it is of), and one in BODIES when it takes a body.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import httpx
import msgspec

from backend.bundles import tables as filings
from backend.cases import counter_tables as visits
from backend.cases import desk_tables as desk_work
from backend.certificates.service import Grant, record
from backend.city.city import City
from backend.city.pack import Document
from backend.city.store import publish
from backend.drafts import tables as drafts
from backend.editing import tables as catalogue_drafts
from backend.feedback import tables as feedback
from backend.files.service import store_whole
from backend.foundation.database import sql
from backend.foundation.identifiers import new_id
from backend.house import House
from backend.identity.actor import Actor
from backend.identity.passkeys import tables as passkeys
from backend.identity.service import account_for, open_session, subject_of
from backend.identity.unified import tables as unified
from backend.parties.window import find_applicant
from backend.projects import tables as projects
from backend.publication.service import propose_pack
from backend.staff import tables
from backend.staff.passwords import Passwords
from backend.staff.service import secret_statements
from tests.api.case_builders import application, key
from tests.api.conftest import API
from tests.api.filing_builders import submission as filing_submission
from tests.api.mandate_builders import held_mandate
from tests.api.test_certificates import bound, device_key, public
from tests.api.test_drafts import body as draft_body
from tests.api.test_uploads import TUS, begin, picture, send, sha256
from tests.harness.authenticator import Authenticator
from tests.permissions.callers import AWAY, AWAY_STREET, HOME, HOME_STREET

Factory = Callable[["Holder"], Awaitable[str]]
Values = Mapping[str, str]
_NUMBERS = itertools.count(1)
_VISITOR = {"name": "吴海燕", "id_number": "990522200104123648"}
_CHANGED = "items/residence-permit/base.yaml"


class Holder:
    """An account and its things, each made when it is first asked for; `browser` is signed in as the account."""

    def __init__(self, house: House, city: City, account_id: str, browser: httpx.AsyncClient, *, at_home: bool) -> None:
        self.house, self.city, self.account_id, self.browser = house, city, account_id, browser
        self.street = HOME_STREET if at_home else AWAY_STREET
        self.department = city.department_by_key(HOME if at_home else AWAY).code
        self.photo = self.shown = ""
        self._made: dict[str, str] = {}

    async def thing(self, template: str, name: str) -> str:
        """The id for a parameter of an address. Raises KeyError when no factory makes it."""
        place = f"{template} {name}" if f"{template} {name}" in FACTORIES else name
        if place not in self._made:
            self._made[place] = await FACTORIES[place](self)
        return self._made[place]

    def used_up(self, template: str) -> None:
        """Forgets what a change that was carried out may have taken away."""
        self._made = {place: made for place, made in self._made.items() if place in _LASTING or place not in template}


async def case_of(holder: Holder) -> str:
    """A case with two whole pictures, at the office of the holder's street."""
    body = await application(
        holder.house, holder.browser, holder.city, street=holder.street, district=holder.street[:6]
    )
    holder.photo = await file_of(holder)
    body["files"] = {"photo": [holder.photo], "proof": [await file_of(holder)]}
    made = await holder.browser.post(f"{API}/cases", json=body, headers=key())
    assert made.status_code == 201, made.text
    return str(made.json()["case"]["id"])


async def filing_of(holder: Holder) -> str:
    """A bundle's filing of the holder's, of which their case is the one member."""
    case, filing, house = await holder.thing("", "case_id"), new_id(), holder.house
    subject = await subject_of(house, holder.account_id)
    guide = holder.city.items["residence-permit"].guide
    at = house.time.now()
    await house.database.commit(
        [
            filings.add_filing(
                filing,
                bundle="newborn",
                account_id=holder.account_id,
                subject_id=subject,
                party_id=None,
                capacity="self",
                at=at,
            ),
            filings.add_member(
                filing,
                guide.key,
                place=0,
                state="filed",
                waits_for="",
                guide_hash=guide.hash,
                case_id=case,
                at=at,
                sealed=None,
            ),
            sql("UPDATE case_record SET filing_id = {} WHERE id = {}", filing, case),
        ]
    )
    return filing


async def case_of_filing(holder: Holder) -> str:
    """A case that belongs to a bundle's filing."""
    await holder.thing("", "filing_id")
    return await holder.thing("", "case_id")


async def draft_of(holder: Holder) -> str:
    """A draft at revision 1."""
    draft = str(uuid.uuid4())
    stored = await holder.browser.put(f"{API}/drafts/{draft}", json=draft_body(), headers={"If-Match": '"0"'})
    assert stored.status_code == 200, stored.text
    return draft


async def upload_of(holder: Holder) -> str:
    """An unfinished upload of ten bytes."""
    return (await begin(holder.browser, 10)).rpartition("/")[2]


async def file_of(holder: Holder) -> str:
    """A whole picture."""
    content = picture(size=(40, 30))
    sent = await send(holder.browser, await begin(holder.browser, len(content)), 0, content)
    assert sent.status_code == 204, sent.text
    return sha256(content)


async def photo_of_case(holder: Holder) -> str:
    """The photo of the holder's case."""
    await holder.thing("", "case_id")
    return holder.photo


async def receipt_of_case(holder: Holder) -> str:
    """The receipt, the first document of every case."""
    await holder.thing("", "case_id")
    return "1"


async def link_of(holder: Holder) -> str:
    """A link to the holder's case."""
    address = f"{API}/cases/{await holder.thing('', 'case_id')}/links"
    made = await holder.browser.post(address, json={"days": 7}, headers=key())
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def feedback_of(holder: Holder) -> str:
    """What somebody said of a page: nobody's own."""
    feedback_id = new_id()
    added = feedback.add(feedback_id, "/search", "unclear", "zh", "看不懂", holder.house.time.now())
    await holder.house.database.commit([added])
    return feedback_id


async def certificate_of(holder: Holder) -> str:
    """A granted certificate, as the decision of a case makes it."""
    house, number = holder.house, next(_NUMBERS)
    grant = Grant(
        case_id=new_id(),
        case_number=f"11990100990100018P399079900100020261122{number:04}",
        subject_id=await subject_of(house, holder.account_id),
        type_hash=holder.city.items["residence-permit"].guide.certificate_hash,
        issuer="11990100990100026J",
        applicant={"name": "林晓舟", "id_number": "990102199203080022", "id_number_tail": "0022"},
        form={"address": "云海市临江区望潮街道", "division": "云海市临江区望潮街道"},
        at=house.time.now(),
    )
    await house.database.commit(await record(house, grant))
    return str((await holder.browser.get(f"{API}/certificates")).json()["certificates"][0]["id"])


async def session_of(holder: Holder) -> str:
    """One more session."""
    return (await open_session(holder.house, holder.account_id, method="code")).session_id


async def device_of(holder: Holder) -> str:
    """A bound device."""
    return (await bound(holder.browser))[0]


async def staff_account(holder: Holder) -> str:
    """A reviewer whom administrators may do anything to; nobody of the walk."""
    house = holder.house
    account_id, code = await account_for(house, "13912000009"), house.city.department_by_key(HOME).code
    await house.database.commit(
        [
            tables.put_staff(account_id, "WALK9", code, ["reviewer"], "WALK9"),
            *await secret_statements(house, Passwords("test"), account_id, "Morning-tide-2026", bytes(20), first=True),
        ]
    )
    return account_id


async def proposal_of(holder: Holder) -> str:
    """A changed city pack that waits for review, proposed by nobody of the walk."""
    house, city = holder.house, holder.city
    await publish(house.database, city, at=house.time.now(), actor="system")
    documents = dict(city.documents)
    base = msgspec.json.decode(msgspec.json.encode(documents[_CHANGED].data))
    base["summary"]["zh"] = f"说明 {next(_NUMBERS)}"
    changed = City.assemble({**documents, _CHANGED: Document(_CHANGED, base, {})})
    return await propose_pack(house, changed, await account_for(house, "13912000007"))


async def item_key(holder: Holder) -> str:
    """A published item."""
    return "residence-permit"


async def bundle_key(holder: Holder) -> str:
    """A published bundle."""
    return "newborn"


async def form_hash(holder: Holder) -> str:
    """A published form."""
    return str(holder.city.items["residence-permit"].guide.form_hash)


async def unified_identity_of(holder: Holder) -> str:
    """A link to an account of a province's platform."""
    house, identity_id = holder.house, new_id()
    place = unified.subject_place(identity_id)
    sealed = await house.vault.seal(await subject_of(house, holder.account_id), place, b"walk")
    issuer, now = "https://identity.example", house.time.now()
    await house.database.commit(
        [unified.add_identity(identity_id, issuer, identity_id, holder.account_id, sealed, now)]
    )
    return identity_id


async def consent_purpose(holder: Holder) -> str:
    """A purpose that everyone is asked about; consents to it are told apart by who calls."""
    return "reminders"


async def passkey_of(holder: Holder) -> str:
    """A passkey, whose key nobody holds."""
    passkey_id = new_id()
    subject_id = await subject_of(holder.house, holder.account_id)
    name = await holder.house.vault.seal(subject_id, passkeys.name_place(passkey_id), b"phone")
    await holder.house.database.commit(
        [
            passkeys.add_holder(holder.account_id, passkey_id.encode()),
            passkeys.count_one_more(holder.account_id, 1000),
            passkeys.add_passkey(passkey_id, holder.account_id, passkey_id, b"", b"", name, 0, 0, backed_up=False),
        ]
    )
    return passkey_id


async def mandate_of(holder: Holder) -> str:
    """A mandate that the account holds."""
    return await held_mandate(holder.house, holder.account_id)


async def catalogue_draft_of(holder: Holder) -> str:
    """A draft of the pack in force that the account began."""
    draft_id = new_id()
    await publish(holder.house.database, holder.city, at=holder.house.time.now(), actor="system")
    await holder.house.database.commit(
        [catalogue_drafts.add(draft_id, "改摘要", holder.city.hash, holder.account_id, holder.house.time.now())]
    )
    return draft_id


async def visit_of(holder: Holder) -> str:
    """A visit to the counter that the account opened."""
    house, visit_id, now = holder.house, new_id(), holder.house.time.now()
    found = await find_applicant(house, _VISITOR["name"], _VISITOR["id_number"], None)
    sealed = await house.vault.seal(found.subject_id, visits.phone_place(visit_id), b"13912000009")
    added = visits.add_visit(
        visit_id,
        account_id=holder.account_id,
        party_id=found.party_id,
        subject_id=found.subject_id,
        item="residence-permit",
        phone_sealed=sealed,
        at=now,
        ends_at=now + 1000 * 3600,
    )
    await house.database.commit([added])
    return visit_id


async def visit_with_draft(holder: Holder) -> str:
    """A visit to the counter that the account opened by a shown draft, with a picture."""
    house, content, draft_id = holder.house, picture(size=(44, 31)), str(uuid.uuid4())
    visit_id = await visit_of(holder)
    subject = (await find_applicant(house, _VISITOR["name"], _VISITOR["id_number"], None)).subject_id

    async def stream() -> AsyncIterator[bytes]:
        yield content

    hand = Actor(account_id=holder.account_id, subject_id=subject, session_id=visit_id)
    holder.shown = await store_whole(house, hand, len(content), stream())
    file = {"sha256": holder.shown, "name": "照片.jpg", "size": len(content), "media_type": "image/jpeg"}
    written = msgspec.json.encode({"values": {}, "files": {"photo": [file]}, "device": "手机"})
    sealed = await house.vault.seal(subject, drafts.content_place(draft_id), written)
    added = drafts.add(
        draft_id, holder.account_id, "", subject, "residence-permit", "a", "b", sealed, 0, house.time.now()
    )
    shown = sql("UPDATE counter_visit SET draft_id = {} WHERE id = {}", draft_id, visit_id)
    await house.database.commit([added, shown])
    return visit_id


async def photo_of_draft(holder: Holder) -> str:
    """The picture of that draft."""
    return holder.shown


async def view_of(holder: Holder) -> str:
    """A saved view of the queue."""
    view_id = new_id()
    put = desk_work.put_view(view_id, holder.account_id, f"视图{next(_NUMBERS)}", "open", "{}", holder.house.time.now())
    await holder.house.database.commit([put])
    return view_id


async def mark_of(holder: Holder) -> str:
    """A note that the holder wrote on the photo of the holder's case."""
    case_id, house, mark_id = await holder.thing("", "case_id"), holder.house, new_id()
    subject = await subject_of(house, holder.account_id)
    sealed = await house.vault.seal(subject, desk_work.mark_place(mark_id), "有反光".encode())
    added = desk_work.add_mark(
        mark_id,
        case_id=case_id,
        material="photo",
        sha256=holder.photo or "0" * 64,
        page=1,
        across=100,
        down=100,
        account_id=holder.account_id,
        subject_id=subject,
        text_sealed=sealed,
        at=house.time.now(),
    )
    await house.database.commit([added])
    return mark_id


async def guide_hash(holder: Holder) -> str:
    """The hash of a guide in force."""
    return holder.city.items["residence-permit"].guide.hash


async def earlier_version(holder: Holder) -> str:
    """A version that was in force before another one."""
    await publish(holder.house.database, holder.city, at=holder.house.time.now(), actor="system")
    data = msgspec.json.decode(msgspec.json.encode(holder.city.documents[_CHANGED].data))
    data["summary"]["zh"] = f"另一份说明 {next(_NUMBERS)}"
    other = City.assemble({**holder.city.documents, _CHANGED: Document(_CHANGED, data, {})})
    await publish(holder.house.database, other, at=holder.house.time.now(), actor="system")
    return holder.city.hash


async def task_of(holder: Holder) -> str:
    """The name of a task: whose it is, is judged after the case."""
    return "site"


async def project_of(holder: Holder) -> str:
    """A project of the holder's own party, with their case under it at the office of their street."""
    case_id = await holder.thing("", "case_id")
    found = sql("SELECT party_id, subject_id FROM account WHERE id = {}", holder.account_id)
    account = (await holder.house.database.read(found))[0]
    project_id, subject = new_id(), account["subject_id"]
    stem = f"2611-990102-61-{next(_NUMBERS) % 100:02d}-"
    name = await holder.house.vault.seal(subject, projects.name_place(project_id), "海滨酒店新建项目".encode())
    added = projects.add_project(
        project_id=project_id,
        stem=stem,
        party_id=account["party_id"],
        subject_id=subject,
        account_id=holder.account_id,
        kind="04",
        industry="61",
        division="990102",
        investment=5000,
        name_sealed=name,
        at=holder.house.time.now(),
    )
    named = sql(
        "UPDATE case_record SET project = (SELECT code FROM project WHERE id = {}) WHERE id = {}", project_id, case_id
    )
    await holder.house.database.commit([projects.count_project(stem), added, named])
    return str((await holder.house.database.read(projects.project_by_id(project_id)))[0]["code"])


FACTORIES: Mapping[str, Factory] = {
    "task": task_of,
    "case_id": case_of,
    "sequence": receipt_of_case,
    "code": project_of,
    f"{API}/desk/cases/{{case_id}}/filing case_id": case_of_filing,
    "filing_id": filing_of,
    "item": item_key,
    f"{API}/bundles/{{key}}/form key": bundle_key,
    f"{API}/bundles/{{key}}/filings key": bundle_key,
    "draft_id": draft_of,
    "upload_id": upload_of,
    "sha256": file_of,
    f"{API}/desk/cases/{{case_id}}/files/{{sha256}} sha256": photo_of_case,
    "link_id": link_of,
    "feedback_id": feedback_of,
    "certificate_id": certificate_of,
    "session_id": session_of,
    "device_id": device_of,
    "identity_id": unified_identity_of,
    "passkey_id": passkey_of,
    "mandate_id": mandate_of,
    "account_id": staff_account,
    "publication_id": proposal_of,
    "visit_id": visit_of,
    "view_id": view_of,
    "mark_id": mark_of,
    f"{API}/desk/counter/visits/{{visit_id}}/files/{{sha256}} visit_id": visit_with_draft,
    f"{API}/desk/counter/visits/{{visit_id}}/files/{{sha256}} sha256": photo_of_draft,
    "catalogue_draft_id": catalogue_draft_of,
    "pack_hash": earlier_version,
    f"{API}/guides/{{hash_}} hash_": guide_hash,
    "key": item_key,
    "hash_": form_hash,
    "purpose": consent_purpose,
}
_LASTING = frozenset(
    {"case_id", "certificate_id", "account_id", "key", "hash_", "device_id", "sha256", "purpose", "sequence"}
)

# What names nothing, where an id of no account does not fit.
NOWHERE: Mapping[str, str] = {
    "sha256": "0" * 64,
    "hash_": "0" * 64,
    "pack_hash": "0" * 64,
    "key": "no-such-item",
    "item": "no-such-item",
    "purpose": "no-such-purpose",
    "sequence": "999999",
    "task": "no-such-task",
}

_PERSON = {"name": "林晓舟", "id_number": "990321199508162421"}
_DEVICE_KEY = public(device_key())
_DEVICE, _CHALLENGE = Authenticator(), "018f0000-0000-7000-8000-000000000001"
_OPTIONS = {"challenge": "AAAA", "user": {"id": "AAAA"}}


async def _filing(holder: Holder) -> dict[str, Any]:
    return await filing_submission(holder.house, holder.browser)


async def _draft(holder: Holder) -> dict[str, Any]:
    return draft_body()


async def _credential(holder: Holder) -> dict[str, Any]:
    return {"device_id": await holder.thing("", "device_id"), "view": "full"}


async def _consent(holder: Holder) -> dict[str, Any]:
    asked = (await holder.browser.get(f"{API}/me/consents")).json()["consents"]
    return {"version": next(each["purpose"]["version"] for each in asked if each["purpose"]["key"] == "reminders")}


async def _application(holder: Holder) -> dict[str, Any]:
    return await application(holder.house, holder.browser, holder.city, street=holder.street)


async def _counter_filing(holder: Holder) -> dict[str, Any]:
    guide = holder.city.items["residence-permit"].guide
    return {"guide_hash": guide.hash, "form_hash": guide.form_hash, "values": {}, "files": {}}


async def _mark(holder: Holder) -> dict[str, Any]:
    await holder.thing("", "case_id")
    return {
        "material": "photo",
        "sha256": holder.photo or "0" * 64,
        "page": 1,
        "across": 1,
        "down": 2,
        "text": "有反光",
    }


async def _newcomer(holder: Holder) -> dict[str, Any]:
    number = next(_NUMBERS)
    phone, code = f"139130{number:05}", holder.city.department_by_key(HOME).code
    return {"number": f"NEW{number}", "name": "新来的", "phone": phone, "department": code}


async def _place(holder: Holder) -> dict[str, Any]:
    return {"roles": ["reviewer"], "department": holder.city.department_by_key(HOME).code}


# Bodies that fit, so that it is the room that answers. A function is asked for the things of whoever calls.
BODIES: Mapping[str, dict[str, Any] | Callable[[Holder], Awaitable[dict[str, Any]]]] = {
    "POST /re-authentication": {"code": "000000"},
    "POST /desk/re-authentication": {"password": "wrong", "totp": "000000"},
    "PUT /desk/password": {"password": "wrong", "new_password": "Morning-tide-2026"},
    "POST /re-authentication/passkeys": {"challenge_id": _CHALLENGE, "credential": _DEVICE.show(_OPTIONS)},
    "POST /me/passkeys": {"challenge_id": _CHALLENGE, "credential": _DEVICE.make(_OPTIONS), "name": "手机"},
    "PUT /me/identity": _PERSON,
    "PUT /me/phone": {"phone": "13912000008", "code": "000000"},
    "POST /me/parties/organisations": {"uscc": "91990102MA1YH0010J", "name": "云海听涛软件有限公司"},
    "POST /me/parties/children": {"name": "林安然", "id_number": "990321201806140247", "consent": None},
    "POST /mandates": {
        "party_id": None,
        "capacity": "agent",
        "phone": "13912000007",
        "name": "何秀兰",
        "items": [],
        "cases": [],
        "days": 30,
    },
    "POST /cases": _application,
    "POST /desk/identity-checks": {**_PERSON, "reason": "本人持身份证到窗口"},
    "POST /desk/recoveries": {**_PERSON, "phone": "13912000008", "code": "000000", "reason": "本人持身份证到窗口"},
    "POST /desk/counter/visits": {"item": "residence-permit", **_VISITOR, "phone": "13912000009"},
    "POST /desk/counter/visits/{visit_id}/cases": _counter_filing,
    "POST /desk/staff": _newcomer,
    "POST /inbox/read": {"ids": None},
    "PUT /feedback/{feedback_id}": {"page": "/search", "kind": "unclear", "language": "zh", "words": "看不懂"},
    "PUT /desk/feedback/{feedback_id}/state": {"done": True},
    "PUT /me/consents/{purpose}": _consent,
    "PUT /push/subscriptions": {
        "endpoint": "https://push.example.com/1",
        "keys": {"p256dh": "A" * 87, "auth": "A" * 22},
        "language": "zh",
    },
    "DELETE /push/subscriptions": {"endpoint": "https://push.example.com/1"},
    "PUT /drafts/{draft_id}": _draft,
    "POST /projects": {
        "name": "海滨酒店新建项目",
        "kind": "04",
        "industry": "61",
        "division": "990102",
        "investment": 5000,
    },
    "POST /bundles/{key}/filings": _filing,
    "POST /filings/{filing_id}/members/{item}/cases": {},
    "POST /cases/{case_id}/commands": {"command": "withdraw"},
    "POST /cases/{case_id}/links": {"days": 1},
    "PUT /devices/{device_id}": {"key": _DEVICE_KEY, "name": "手机"},
    "POST /certificates/{certificate_id}/credentials": _credential,
    "POST /desk/cases/{case_id}/commands": {"command": "accept", "version": 1, "reason": "材料齐全"},
    "POST /desk/cases/{case_id}/tasks/{task}/opinion": {"opinion": "agree"},
    "POST /desk/views": {"name": "快到期", "section": "open", "query": {"light": "amber"}},
    "POST /desk/queue/export": {"section": "open", "reason": "月底统计"},
    "PUT /desk/cases/{case_id}/holder": {},
    "POST /desk/cases/{case_id}/marks": _mark,
    "POST /desk/counter/drafts": {"code": "7K3M-Q2XH-9PAD"},
    "POST /desk/commands": {
        "command": "accept",
        "cases": [{"case_id": "00000000-0000-7000-8000-000000000000", "version": 1}],
    },
    "POST /desk/cases/{case_id}/unmask": {"fields": ["phone"], "reason": "核对补正电话"},
    "PUT /desk/staff/{account_id}/roles": _place,
    "PUT /desk/staff/{account_id}/state": {"disabled": False},
    "POST /desk/catalogue/drafts": {"title": "改摘要"},
    "PUT /desk/catalogue/drafts/{catalogue_draft_id}": {"title": "改摘要", "files": {}},
    "POST /desk/publications/{publication_id}/review": {"decision": "reject", "reason": "摘要写错了"},
}
CONTENT: Mapping[str, bytes] = {
    "PATCH /uploads/{upload_id}": b"1",
    "POST /uploads/{upload_id}": b"1",
    "POST /desk/counter/visits/{visit_id}/files": b"1",
}
HEADERS: Mapping[str, str] = {
    **TUS,
    "If-Match": '"1"',
    "Upload-Length": "10",
    "Upload-Offset": "0",
    "X-HTTP-Method-Override": "PATCH",
}

# Where somebody else's thing, or one that is not there, is told otherwise than by 404, and why that tells nothing.
TOLD_OTHERWISE: Mapping[str, Mapping[str, frozenset[int]]] = {
    # The phone makes these ids up: one that is not there is made, and one that is taken is refused as taken.
    "PUT /devices/{device_id}": {"other": frozenset({409}), "missing": frozenset({200})},
    # The phone makes this id up, too, and what it names is nobody's; an address may say only so much.
    "PUT /feedback/{feedback_id}": {"missing": frozenset({204, 429})},
    # An item is everyone's: what is known is the caller's own.
    "GET /items/{key}/known": {"other": frozenset({200})},
    # A bundle is everyone's: what is filed is the caller's own.
    "POST /bundles/{key}/filings": {"other": frozenset({201, 409, 422})},
    # A purpose is nobody's: everyone agrees for themselves, and to withdraw what was never given changes nothing.
    "PUT /me/consents/{purpose}": {"other": frozenset({200}), "missing": frozenset({404, 422})},
    "DELETE /me/consents/{purpose}": {"other": frozenset({204}), "missing": frozenset({204, 404})},
}
# What would end the walk when it is carried out: an answer of the room to a body that does not fit is enough.
NOT_CARRIED_OUT = frozenset({"POST /me/erasure"})
