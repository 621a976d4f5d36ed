"""A document's PDF is signed once by the issuing department and is the same file for everybody ever after."""

from __future__ import annotations

import asyncio
import json
import zipfile
from io import BytesIO

import pypdf
import pytest
from cryptography import x509

from backend.cases.personal import seal_again
from backend.city.city import City
from backend.documents import service as documents
from backend.foundation.database import sql
from backend.house import House
from backend.signatures.authority import fingerprint_of
from backend.signatures.pades import check
from backend.signatures.service import Document, kept_file
from tests.api.case_builders import APPROVER, CLERK, RESIDENT, application, key
from tests.api.conftest import API, Client, SignIn
from tests.api.test_cases import give, submitted
from tests.api.test_documents import sent

pytestmark = pytest.mark.anyio


async def root_of(client: Client) -> x509.Certificate:
    reply = await client.get(f"{API}/trust/root")
    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/x-pem-file")
    return x509.load_pem_x509_certificate(reply.content)


async def file(client: Client, case: str, path: str = "documents/1/pdf") -> bytes:
    reply = await client.get(f"{API}/{path}" if "/" in case else f"{API}/cases/{case}/{path}")
    assert reply.status_code == 200, reply.text
    return reply.content


async def test_the_file_is_signed_by_the_issuing_department_under_the_public_root(
    house: House, sign_in: SignIn, city: City, client: Client
) -> None:
    resident, case = await submitted(house, sign_in, city)
    content = await file(resident, case)
    root = await root_of(client)
    found = await asyncio.to_thread(check, content, root)
    document = (await resident.get(f"{API}/cases/{case}/documents/1")).json()
    assert found.holds
    assert (found.signer, found.signer_code) == (
        document["department"]["name"]["zh"],
        document["department"]["code"],
    )
    text = "".join(pypdf.PdfReader(BytesIO(content)).pages[0].extract_text().split())
    for said in ("数字签名", found.signer, document["sha256"], fingerprint_of(root).replace(" ", "")):
        assert said in text
    english = await file(resident, case, "documents/1/pdf?language=en")
    assert (await asyncio.to_thread(check, english, root)).holds
    pages = pypdf.PdfReader(BytesIO(english)).pages
    assert "Digital signature" in "".join(page.extract_text() for page in pages)


async def test_the_file_stays_as_it_was_signed_whoever_asks_and_whatever_changes(
    house: House, sign_in: SignIn, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    resident, case = await submitted(house, sign_in, city)
    first = await file(resident, case)
    house.time.set(house.time.now() + 40 * 86_400_000)
    clerk = await sign_in(CLERK)
    monkeypatch.setattr(documents, "pdf_of", None)
    assert (await clerk.get(f"{API}/desk/cases/{case}/documents/1/pdf")).content == first
    rows = await house.database.read(sql("SELECT sequence, language, file_sealed FROM document_file"))
    assert [(row["sequence"], row["language"]) for row in rows] == [(1, "zh")]
    assert first[:200] not in bytes(rows[0]["file_sealed"]), "it names people and lies sealed"


async def test_of_many_who_ask_first_all_get_one_file(house: House, sign_in: SignIn, city: City) -> None:
    resident, case = await submitted(house, sign_in, city)
    given = await asyncio.gather(*(file(resident, case) for _ in range(6)))
    assert len(set(given)) == 1
    assert len(await house.database.read(sql("SELECT id FROM document_file"))) == 1


async def test_the_archive_holds_the_signed_files_and_all_that_checks_them(
    house: House, sign_in: SignIn, city: City, client: Client
) -> None:
    resident = await sign_in(RESIDENT)
    body = await application(house, resident, city)
    body["files"] = {"photo": [await sent(resident, 40)], "proof": [await sent(resident, 50)]}
    case = (await resident.post(f"{API}/cases", json=body, headers=key())).json()["case"]["id"]
    given = await file(resident, case)
    clerk, approver = await sign_in(CLERK), await sign_in(APPROVER)
    assert (await give(clerk, case, "accept", 1)).status_code == 200
    assert (await give(approver, case, "refuse", 2, "居住时间不满半年")).status_code == 200
    packed = await approver.get(f"{API}/desk/cases/{case}/archive")
    with zipfile.ZipFile(BytesIO(packed.content)) as archive:
        assert archive.read("documents/01.pdf") == given
        root = x509.load_pem_x509_certificate(archive.read("root.pem"))
        assert root == await root_of(client)
        members = json.loads(archive.read("manifest.json"))["files"]
        signed = {each["name"]: each["signature"] for each in members if "signature" in each}
        assert sorted(signed) == [f"documents/0{n}.pdf" for n in (1, 2, 3)]
        for name, signature in signed.items():
            found = await asyncio.to_thread(check, archive.read(name), root)
            assert found.holds
            assert signature["signer"] == found.signer_code
            assert signature["format"] == "PAdES-B-B"
            assert signature["root_sha256"] == fingerprint_of(root).replace(" ", "")


async def test_a_record_that_is_kept_for_another_subject_keeps_its_file(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, case = await submitted(house, sign_in, city)
    given = await file(resident, case)
    owner = (await house.database.read(sql("SELECT subject_id FROM case_record WHERE id = {}", case)))[0]["subject_id"]
    kept = await house.vault.create_subject()
    await house.database.commit(await seal_again(house, case, owner, kept))
    await house.vault.shred(owner)
    found = await kept_file(house, Document(case, kept, 1, "zh"))
    assert found is not None
    assert found.content == given


async def test_an_export_holds_the_files_that_were_given(house: House, sign_in: SignIn, city: City) -> None:
    resident, case = await submitted(house, sign_in, city)
    given = await file(resident, case)
    packed = await (await sign_in(RESIDENT)).post(f"{API}/me/export")
    assert packed.status_code == 200, packed.text
    with zipfile.ZipFile(BytesIO(packed.content)) as archive:
        names = [name for name in archive.namelist() if name.startswith("documents/")]
        assert [archive.read(name) for name in names] == [given]
