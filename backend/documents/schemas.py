"""Documents on the wire."""

from __future__ import annotations

from datetime import date

import msgspec

from backend.city.guide import DepartmentName
from backend.city.structures import Text


class DocumentName(msgspec.Struct, frozen=True):
    """A document as lists name it."""

    sequence: int
    number: str
    title: Text
    date: date


class DocumentList(msgspec.Struct, frozen=True):
    """The documents of a case, in the order in which they were made."""

    documents: list[DocumentName]


class DocumentGrid(msgspec.Struct, frozen=True):
    """A table of a document."""

    heading: Text
    columns: list[Text]
    rows: list[list[Text]]


class DocumentDay(msgspec.Struct, frozen=True):
    """A day that a document states, with the article that sets it; an estimate until that year's calendar is out."""

    label: Text
    day: date
    article: Text | None
    estimate: bool


class CaseDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A document. `sha256` is that of the canonical JSON of every other member."""

    sequence: int
    number: str
    title: Text
    date: date
    case_number: str
    addressee: str
    item: Text
    paragraphs: list[Text]
    tables: list[DocumentGrid]
    dates: list[DocumentDay]
    reason_heading: Text | None
    reason: str | None
    remedies: Text | None
    ending: list[Text]
    basis: list[Text]
    department: DepartmentName
    phone: str
    sha256: str = ""
