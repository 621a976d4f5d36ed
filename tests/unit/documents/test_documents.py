"""Every command that makes a document makes it whole: numbered, in both languages, as page and as PDF."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import msgspec
import pypdf
import pytest

from backend.cases.engine import command_of
from backend.city.canonical import content_hash
from backend.city.structures import Command, Lifecycle
from backend.documents.errors import FontMissing
from backend.documents.pdf import pdf_of
from backend.documents.rules import PLAIN, document_of
from backend.documents.schemas import CaseDocument
from backend.foundation.calendar_published import published_calendar
from tests.unit.cases.histories import LIFECYCLES
from tests.unit.documents.cases import NUMBER, REASON, case_at, guide_under, part_of

APPLICANT = "林晓舟"
MADE = [
    pytest.param(lifecycle, command, id=f"{name}/{command.key}")
    for name, lifecycle in LIFECYCLES.items()
    for command in lifecycle.commands
    if command.document is not None
]
EVERY = pytest.mark.parametrize(("lifecycle", "command"), MADE)


def document(lifecycle: Lifecycle, command: Command) -> CaseDocument:
    case = case_at(lifecycle, command)
    return document_of(
        case,
        case.entries[-1],
        command,
        part=part_of(command, case.guide),
        applicant=APPLICANT,
        representative=None,
        template=lifecycle.documents.get(command.event, PLAIN),
        calendar=published_calendar(),
    )


def one(key: str, command: str) -> CaseDocument:
    lifecycle = LIFECYCLES[key]
    found = command_of(lifecycle, command)
    assert found is not None
    return document(lifecycle, found)


def text_of(pdf: bytes) -> str:
    """The text of a PDF as one line: where lines break is a matter of looks."""
    return "".join("".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages).split())


@EVERY
def test_every_document_has_words_of_its_own_a_number_and_its_checksum(lifecycle: Lifecycle, command: Command) -> None:
    assert command.event in lifecycle.documents, "the words are pinned by the case"
    made = document(lifecycle, command)
    assert (made.title, made.addressee) == (command.document, APPLICANT)
    assert made.number == f"{NUMBER}-{made.sequence:02d}"
    assert made.paragraphs
    for each in (*made.paragraphs, *made.ending):
        assert "{" not in each.zh + each.en
        assert each.zh != each.en
    members = msgspec.to_builtins(made)
    assert members.pop("sha256") == content_hash(members)
    assert made == document(lifecycle, command)


@EVERY
def test_every_document_is_a_pdf_whose_text_can_be_read_and_which_comes_out_the_same_again(
    lifecycle: Lifecycle, command: Command
) -> None:
    made = document(lifecycle, command)
    pdf = pdf_of(made)
    assert pdf == pdf_of(made)
    assert len(pdf) < 200_000
    reader = pypdf.PdfReader(BytesIO(pdf))
    assert reader.metadata is not None
    assert reader.metadata.title == f"{made.title.zh} {made.number}"
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
    text = text_of(pdf)
    said = [
        made.title.zh,
        made.number,
        APPLICANT,
        made.department.name.zh,
        made.sha256,
        *(t.zh for t in made.paragraphs),
    ]
    if made.reason:
        said.append(made.reason)
    if made.remedies:
        said.append(made.remedies.zh)
    for table in made.tables:
        said += [cell.zh for row in table.rows for cell in row]
    for words in said:
        assert "".join(words.split()) in text


def test_a_notice_of_correction_says_what_is_wrong_how_it_is_right_until_when_and_by_which_article() -> None:
    made = one("promised/permit", "request-correction")
    assert [len(row) for table in made.tables for row in table.rows] == [3, 3]
    assert made.tables[0].rows[0][1].zh == "日期看不清，请重拍"
    assert [str(each.day) for each in made.dates] == ["2026-02-03"]
    assert made.basis[0].zh == "行政许可法第三十二条第四项"


def test_an_extension_of_what_is_handled_jointly_names_who_approved_it_and_cites_that_paragraph_only() -> None:
    made = one("promised/permit/joint", "extend")
    assert any("本级人民政府负责人批准" in each.zh for each in made.paragraphs)
    assert [each.zh for each in made.basis] == ["行政许可法第四十二条第二款"]
    alone = one("promised/permit", "extend")
    assert not any("人民政府" in each.zh for each in alone.paragraphs)
    assert [each.zh for each in alone.basis] == ["行政许可法第四十二条"]


def test_a_receipt_says_what_each_last_day_is_for_and_by_which_article() -> None:
    made = one("promised/permit", "submit")
    assert [(each.label.zh, each.article.zh if each.article else None) for each in made.dates] == [
        ("预审完成", None),
        ("告知是否受理", "行政许可法第三十二条第四项"),
    ]
    instant = one("instant/permit", "submit")
    assert [each.label.zh for each in instant.dates] == ["告知是否受理"]


@pytest.mark.parametrize("name", LIFECYCLES)
def test_every_last_day_in_a_document_is_called_by_what_it_is_for(name: str) -> None:
    lifecycle = LIFECYCLES[name]
    for command in lifecycle.commands:
        if command.document is not None:
            said = [each.label.zh for each in document(lifecycle, command).dates]
            assert "这一步的最后一天" not in said, (name, command.key)
            assert len(said) == len(set(said)), (name, command.key)


def test_a_refusal_says_why_by_which_law_and_where_to_turn() -> None:
    made = one("promised/permit", "refuse")
    assert made.reason == REASON
    assert "行政复议" in (made.remedies.zh if made.remedies else "")
    guide = guide_under(LIFECYCLES["promised/permit"])
    assert {f"{law.title.zh}{law.article.zh}" for law in guide.legal_basis} <= {each.zh for each in made.basis}


def test_a_notice_of_a_special_procedure_says_how_long_it_takes() -> None:
    made = one("promised/permit", "suspend")
    assert "2026年3月20日" in made.paragraphs[0].zh
    assert [str(each.day) for each in made.dates] == ["2026-03-20"]


def test_not_accepting_names_the_body_that_is_competent() -> None:
    made = one("promised/permit", "decline")
    assert any("安平县公安局" in each.zh for each in made.paragraphs)


def test_only_the_law_of_the_regime_is_cited() -> None:
    for name, lifecycle in LIFECYCLES.items():
        if name.endswith("/permit"):
            continue
        for command in lifecycle.commands:
            if command.document is not None:
                cited = "".join(each.zh for each in document(lifecycle, command).basis)
                laws = "".join(law.title.zh for law in guide_under(lifecycle).legal_basis)
                assert "行政许可法" not in cited or "行政许可法" in laws, (name, command.key)


def test_an_english_pdf_speaks_english() -> None:
    made = one("promised/permit", "accept")
    text = text_of(pdf_of(made, "en"))
    assert "".join(made.title.en.split()) in text
    assert "Legalbasis" in text


def test_a_long_reason_goes_on_over_the_page() -> None:
    made = msgspec.structs.replace(one("promised/permit", "refuse"), reason="很长的理由。" * 800)
    assert len(pypdf.PdfReader(BytesIO(pdf_of(made))).pages) > 2


def test_without_a_chinese_font_the_answer_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(FontMissing) as raised:
        pdf_of(one("promised/permit", "accept"), fonts=[tmp_path / "none.ttc"])
    assert raised.value.members["package"] == "fonts-wqy-microhei"
