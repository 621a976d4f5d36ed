"""The documents of a case over HTTP: for its applicant, and for the desk, where also a closed case is packed."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, PathParameter
from litestar.response import Stream

from backend.certificates.keys import SigningKeys
from backend.documents import archive, service
from backend.documents.schemas import CaseDocument, DocumentList
from backend.house import House
from backend.identity.actor import Actor

Sequence = FromPath[Annotated[int, PathParameter(ge=1, le=1_000_000)]]
_PDF = {200: ResponseSpec(bytes, description="The document", media_type="application/pdf")}


def _pdf(number: str, content: bytes) -> Response[bytes]:
    disposition = f'attachment; filename="{number}.pdf"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return Response(content, media_type="application/pdf", headers=headers)


class CaseDocumentController(Controller):
    """The documents of the caller's own cases."""

    path = "/api/v1/cases/{case_id:uuid}/documents"
    tags = ("documents",)

    @get()
    async def list_documents(
        self, house: NamedDependency[House], actor: NamedDependency[Actor], case_id: FromPath[UUID]
    ) -> DocumentList:
        """The documents of a case, in the order in which they were made."""
        return await service.list_documents(house, actor, str(case_id))

    @get("/{sequence:int}")
    async def read_document(
        self,
        house: NamedDependency[House],
        actor: NamedDependency[Actor],
        case_id: FromPath[UUID],
        sequence: Sequence,
    ) -> CaseDocument:
        """A document, by the sequence of its event."""
        return await service.read_document(house, actor, str(case_id), sequence)

    @get("/{sequence:int}/pdf", media_type="application/pdf", responses=_PDF)
    async def read_pdf(
        self,
        house: NamedDependency[House],
        signing_keys: NamedDependency[SigningKeys],
        actor: NamedDependency[Actor],
        case_id: FromPath[UUID],
        sequence: Sequence,
        language: FromQuery[Literal["zh", "en"]] = "zh",
    ) -> Response[bytes]:
        """A document as PDF, signed by the issuing department; every download gives the same file."""
        return _pdf(*await service.read_pdf(house, signing_keys, actor, str(case_id), sequence, language))


class DeskDocumentController(Controller):
    """The documents of the department's cases; every read is on record."""

    path = "/api/v1/desk/cases/{case_id:uuid}"
    tags = ("documents",)

    @get("/documents")
    async def list_documents(
        self, house: NamedDependency[House], staff: NamedDependency[Actor], case_id: FromPath[UUID]
    ) -> DocumentList:
        """The documents of a case, in the order in which they were made."""
        return await service.list_documents(house, staff, str(case_id))

    @get("/documents/{sequence:int}")
    async def read_document(
        self,
        house: NamedDependency[House],
        staff: NamedDependency[Actor],
        case_id: FromPath[UUID],
        sequence: Sequence,
    ) -> CaseDocument:
        """A document, by the sequence of its event."""
        return await service.read_document(house, staff, str(case_id), sequence)

    @get("/documents/{sequence:int}/pdf", media_type="application/pdf", responses=_PDF)
    async def read_pdf(
        self,
        house: NamedDependency[House],
        signing_keys: NamedDependency[SigningKeys],
        staff: NamedDependency[Actor],
        case_id: FromPath[UUID],
        sequence: Sequence,
        language: FromQuery[Literal["zh", "en"]] = "zh",
    ) -> Response[bytes]:
        """A document as PDF, signed by the issuing department; every download gives the same file."""
        return _pdf(*await service.read_pdf(house, signing_keys, staff, str(case_id), sequence, language))

    @get(
        "/archive",
        responses={200: ResponseSpec(bytes, description="The package", media_type="application/zip")},
    )
    async def archive(
        self,
        house: NamedDependency[House],
        signing_keys: NamedDependency[SigningKeys],
        staff: NamedDependency[Actor],
        case_id: FromPath[UUID],
    ) -> Stream:
        """A closed case as one package: manifest, events, form, documents, materials; after a recent proof."""
        package = await archive.package_of(house, signing_keys, staff, str(case_id))
        headers = {
            "Content-Disposition": f'attachment; filename="{package.number}.zip"',
            "Cache-Control": "private, no-store",
        }
        return Stream(archive.pieces(package), media_type="application/zip", headers=headers)
