"""A PDF as a material: taken where the guide says so, shown as pictures of its pages, and to nobody as it is."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from PIL import Image

from backend.city.city import City
from backend.house import House
from tests.api.case_builders import APPROVER, CLERK, RESIDENT, application, key
from tests.api.conftest import API, Client, SignIn
from tests.api.test_documents import give
from tests.api.test_uploads import begin, code, picture, send, sha256
from tests.harness import pdfs

pytestmark = pytest.mark.anyio


async def sent(client: Client, content: bytes) -> str:
    """Uploads a file; gives its SHA-256."""
    assert (await send(client, await begin(client, len(content)), 0, content)).status_code == 204
    return sha256(content)


async def test_a_pdf_where_pictures_alone_are_taken_is_refused_at_that_material_and_nothing_is_filed(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident = await sign_in(RESIDENT)
    body = await application(house, resident, city)
    pdf = await sent(resident, pdfs.pdf())
    body["files"] = {"photo": [pdf], "proof": [pdf]}
    reply = await resident.post(f"{API}/cases", json=body, headers=key())
    assert (reply.status_code, code(reply)) == (422, "form-invalid")
    assert reply.json()["errors"] == [{"path": "/files/photo", "keyword": "accept"}]
    assert "本人照片只收照片" in reply.json()["detail"]
    assert (await resident.get(f"{API}/cases")).json()["cases"] == []


async def test_a_pdf_is_seen_as_pictures_of_its_pages_by_applicant_desk_and_archive(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident = await sign_in(RESIDENT)
    body = await application(house, resident, city)
    content = pdfs.pdf(3)
    body["files"] = {"photo": [await sent(resident, picture())], "proof": [await sent(resident, content)]}
    filed = await resident.post(f"{API}/cases", json=body, headers=key())
    assert filed.status_code == 201, filed.text
    case = filed.json()["case"]["id"]
    shown = {each["key"]: each["files"] for each in (await resident.get(f"{API}/cases/{case}")).json()["materials"]}
    assert [each["pages"] for each in shown["proof"]] == [3]
    assert [each["pages"] for each in shown["photo"]] == [1]
    clerk, approver = await sign_in(CLERK), await sign_in(APPROVER)
    address = f"{API}/desk/cases/{case}/files/{sha256(content)}"
    for page in (1, 2, 3):
        looked = await clerk.get(address, params={"page": page})
        assert looked.headers["content-type"] == "image/jpeg"
        assert Image.open(io.BytesIO(looked.content)).format == "JPEG"
    assert (await clerk.get(address, params={"page": 4})).status_code == 404
    assert (await give(clerk, case, "accept", 1)).status_code == 200
    assert (await give(approver, case, "refuse", 2, "居住时间不满半年")).status_code == 200
    packed = await approver.get(f"{API}/desk/cases/{case}/archive")
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        pages = [each for each in json.loads(archive.read("manifest.json"))["files"] if each.get("material") == "proof"]
        assert [each["name"] for each in pages] == [f"materials/proof-1-0-0{page}.jpg" for page in (1, 2, 3)]
        assert {each["original_sha256"] for each in pages} == {sha256(content)}
        assert not any(archive.read(each).startswith(b"%PDF") for each in archive.namelist() if "materials/" in each)
