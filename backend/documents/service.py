"""The documents room's use cases: an applicant's own documents, and those that staff in scope read on record."""

from __future__ import annotations

from backend.cases.records import Case, Entry, names_in, own, private_part, private_submission, shared_in_scope
from backend.cases.sight import sight_of
from backend.certificates.keys import SigningKeys
from backend.city.structures import Command, Text
from backend.documents.pdf import Language, pdf_of
from backend.documents.rules import PLAIN, document_of, documented, named, number_of
from backend.documents.schemas import CaseDocument, DocumentList
from backend.foundation import audit
from backend.foundation.errors import Forbidden, NotFound
from backend.house import House
from backend.identity.actor import Actor
from backend.parties.service import on_record
from backend.signatures.service import Document, Mark, SignedFile, kept_file, sign_file

_CAPACITIES = {
    "legal_representative": Text("法定代表人", "legal representative"),
    "agent": Text("代理人", "agent"),
    "guardian": Text("监护人", "guardian"),
    "helper": Text("代办人", "helper"),
}


async def readable_case(house: House, actor: Actor, case_id: str, action: str = "desk.read-document") -> Case:
    """A case whose documents the actor may read; the read is on record.

    A resident's own, or within the mandate under which they act; at the desk one in scope, for whoever handles cases:
    documents name people, and who sees no personal data of a case gets none. Raises NotFound, Forbidden.
    """
    if actor.staff is None:
        case = await own(house, actor, case_id)
        await on_record(house, actor, "acting.read", case_id)
        return case
    # The office that received it for another one hands over the notices that it makes.
    case, share = await shared_in_scope(house, actor, case_id)
    if share == "task":
        raise NotFound("没有找到这个办件，或它不归您的部门办理。")
    if sight_of(actor.staff.roles) != "all":
        raise Forbidden("文书里有申请人的信息，只有办理这件申请的岗位可以看。")
    line = audit.record(
        at=house.time.now(), actor=actor.account_id, action=action, subject=case.subject_id, target=case.id
    )
    await house.database.commit([line])
    return case


async def list_documents(house: House, actor: Actor, case_id: str) -> DocumentList:
    """The documents of a case by name. Raises NotFound, Forbidden."""
    return DocumentList(named(await readable_case(house, actor, case_id)))


async def read_document(house: House, actor: Actor, case_id: str, sequence: int) -> CaseDocument:
    """The document that an event of a case made. Raises NotFound, Forbidden, Erased."""
    case = await readable_case(house, actor, case_id)
    return await made(house, case, *_found(case, sequence))


async def read_pdf(
    house: House, keys: SigningKeys, actor: Actor, case_id: str, sequence: int, language: Language
) -> tuple[str, bytes]:
    """A document's number and its signed PDF.

    Raises NotFound, Forbidden, Erased, FontMissing, SigningKeyMissing.
    """
    case = await readable_case(house, actor, case_id)
    entry, command = _found(case, sequence)
    signed = await signed_pdf(house, keys, case, entry, command, language)
    return number_of(case.row["number"], sequence), signed.content


async def signed_pdf(
    house: House, keys: SigningKeys, case: Case, entry: Entry, command: Command, language: Language = "zh"
) -> SignedFile:
    """The PDF of a document of a case that the caller may read, signed when it is first asked for, and kept.

    Raises Erased, FontMissing, SigningKeyMissing.
    """
    wanted = Document(case.id, case.subject_id, entry.sequence, language)
    kept = await kept_file(house, wanted)
    if kept is not None:
        return kept
    document = await made(house, case, entry, command)

    def draw(mark: Mark) -> bytes:
        return pdf_of(document, language, mark=mark)

    return await sign_file(
        house, keys, wanted, document.department.code, f"{document.title.zh} {document.number}", draw
    )


def _found(case: Case, sequence: int) -> tuple[Entry, Command]:
    for entry, command in documented(case):
        if entry.sequence == sequence:
            return entry, command
    raise NotFound("这个办件里没有这份文书。请从办件里重新打开。")


async def made(house: House, case: Case, entry: Entry, command: Command) -> CaseDocument:
    """The document of an event of a case that the caller may read. Raises Erased."""
    submission = await private_submission(house, case)
    names = await names_in(house, case, entry)
    behalf = entry.fact.data.get("on_behalf")
    representative = None
    if names and behalf:
        representative = f"{names[0]}（{_CAPACITIES[behalf['capacity']].zh}）"
    pinned = case.lifecycle.documents.get(entry.fact.type)
    current = house.city.document_templates.documents.get(entry.fact.type)
    return document_of(
        case,
        entry,
        command,
        part=await private_part(house, case, entry),
        applicant=submission.name,
        representative=representative,
        template=pinned or current or PLAIN,
        calendar=house.calendar,
    )
