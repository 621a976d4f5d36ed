"""Documents over HTTP: each transition's, for whose case it is, and for the staff who handle it, on record."""

from __future__ import annotations

import hashlib
import json
import zipfile
from io import BytesIO

import pypdf
import pytest

from backend.city.city import City
from backend.foundation.database import sql
from backend.house import House
from tests.api.case_builders import APPROVER, CLERK, OTHER, RESIDENT, application, key
from tests.api.conftest import API, Client, SignIn
from tests.api.test_cases import give, submitted
from tests.api.test_procedure import BLURRED, sent_back
from tests.api.test_uploads import begin, picture, send, sha256

pytestmark = pytest.mark.anyio


async def sent(resident: Client, width: int) -> str:
    """The hash of a picture that was uploaded."""
    content = picture(size=(width, 30))
    assert (await send(resident, await begin(resident, len(content)), 0, content)).status_code == 204
    return sha256(content)


async def test_an_applicant_reads_each_document_of_their_case_as_page_and_as_pdf(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, _, case = await sent_back(house, sign_in, city)
    listed = (await resident.get(f"{API}/cases/{case}/documents")).json()["documents"]
    assert [each["title"]["zh"] for each in listed] == ["收件凭证", "一次性补正告知书"]
    assert len({each["number"] for each in listed}) == 2
    read = await resident.get(f"{API}/cases/{case}/documents/2")
    assert read.status_code == 200, read.text
    notice = read.json()
    assert notice["tables"][0]["rows"][0][1]["zh"] == BLURRED
    assert notice["addressee"]
    pdf = await resident.get(f"{API}/cases/{case}/documents/2/pdf")
    assert (pdf.status_code, pdf.headers["content-type"]) == (200, "application/pdf")
    assert pdf.headers["cache-control"] == "private, no-store"
    assert f"{notice['number']}.pdf" in pdf.headers["content-disposition"]
    assert pdf.content == (await resident.get(f"{API}/cases/{case}/documents/2/pdf")).content
    text = "".join(pypdf.PdfReader(BytesIO(pdf.content)).pages[0].extract_text().split())
    assert BLURRED in text
    assert notice["sha256"] in text
    english = await resident.get(f"{API}/cases/{case}/documents/2/pdf?language=en")
    assert "Notice of correction" in pypdf.PdfReader(BytesIO(english.content)).pages[0].extract_text()
    for nothing in (3, 10):
        assert (await resident.get(f"{API}/cases/{case}/documents/{nothing}")).status_code == 404


async def test_nobody_else_reads_a_document(house: House, sign_in: SignIn, city: City) -> None:
    _, case = await submitted(house, sign_in, city)
    stranger = await sign_in(OTHER)
    for path in ("documents", "documents/1", "documents/1/pdf"):
        assert (await stranger.get(f"{API}/cases/{case}/{path}")).status_code == 404
        assert (await stranger.get(f"{API}/desk/cases/{case}/{path}")).status_code == 403
    assert (await stranger.get(f"{API}/desk/cases/{case}/archive")).status_code == 403


async def test_the_desk_reads_documents_on_record_and_who_sees_no_personal_data_gets_none(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, case = await submitted(house, sign_in, city)
    clerk = await sign_in(CLERK)
    for path in ("documents", "documents/1", "documents/1/pdf"):
        assert (await clerk.get(f"{API}/desk/cases/{case}/{path}")).status_code == 200
    rows = await house.database.read(sql("SELECT target FROM audit WHERE action = 'desk.read-document'"))
    assert [row["target"] for row in rows] == [case] * 3
    reads = (await resident.get(f"{API}/me/reads")).json()["reads"]
    assert "desk.read-document" in {each["action"] for each in reads}
    for role in ("agent", "supervisor"):
        phone = next(each.phone for each in city.personas if each.role == role)
        looker = await sign_in(phone)
        assert (await looker.get(f"{API}/desk/cases/{case}")).status_code in (200, 404)
        assert (await looker.get(f"{API}/desk/cases/{case}/documents/1")).status_code == 403


async def test_a_refusal_reads_its_reason_and_remedies_and_the_archive_holds_every_byte_its_manifest_names(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident = await sign_in(RESIDENT)
    body = await application(house, resident, city)
    body["files"] = {"photo": [await sent(resident, 40)], "proof": [await sent(resident, 50)]}
    case = (await resident.post(f"{API}/cases", json=body, headers=key())).json()["case"]["id"]
    clerk, approver = await sign_in(CLERK), await sign_in(APPROVER)
    early = await clerk.get(f"{API}/desk/cases/{case}/archive")
    assert (early.status_code, early.json()["type"].rpartition(":")[2]) == (409, "case-not-closed")
    assert (await give(clerk, case, "accept", 1)).status_code == 200
    assert (await give(approver, case, "refuse", 2, "居住时间不满半年")).status_code == 200
    refusal = (await resident.get(f"{API}/cases/{case}/documents/3")).json()
    assert refusal["reason"] == "居住时间不满半年"
    assert "行政复议" in refusal["remedies"]["zh"]
    packed = await approver.get(f"{API}/desk/cases/{case}/archive")
    assert (packed.status_code, packed.headers["content-type"]) == (200, "application/zip")
    with zipfile.ZipFile(BytesIO(packed.content)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        names = {each["name"] for each in manifest["files"]}
        assert {*names, "manifest.json"} == set(archive.namelist())
        assert {
            "events.json",
            "form.json",
            *(f"documents/0{n}.{end}" for n in (1, 2, 3) for end in ("json", "pdf")),
        } <= names
        assert sum(name.startswith("materials/") for name in names) == 2
        for each in manifest["files"]:
            assert hashlib.sha256(archive.read(each["name"])).hexdigest() == each["sha256"]
        assert json.loads(archive.read("documents/03.json")) == refusal
        events = json.loads(archive.read("events.json"))
        assert [each["sequence"] for each in events] == [1, 2, 3]
        assert events[2]["said"]["reason"] == "居住时间不满半年"
    again = await approver.get(f"{API}/desk/cases/{case}/archive")
    assert again.content == packed.content
    rows = await house.database.read(sql("SELECT target FROM audit WHERE action = 'desk.archive'"))
    assert case in [row["target"] for row in rows]


async def test_a_document_keeps_its_words_when_the_city_changes_them(house: House, sign_in: SignIn, city: City) -> None:
    resident, case = await submitted(house, sign_in, city)
    before = (await resident.get(f"{API}/cases/{case}/documents/1")).json()
    # What the city says now is not what the case pins.
    city.document_templates.documents.clear()
    assert (await resident.get(f"{API}/cases/{case}/documents/1")).json() == before
