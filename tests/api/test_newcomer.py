"""The newcomer's exercise of docs/city-pack.md: an empty folder and thirty lines of YAML become a city that serves."""

from __future__ import annotations

import re
import subprocess
import sys
import uuid
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
import yaml

from backend.city.check import judge
from backend.foundation.settings import CitySettings
from backend.foundation.time_source import TimeSource
from tests.harness.served import API, ROOT, ServedProduct, served_settings

_BLOCK = re.compile(r"^```yaml title=(?P<path>\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINES = 30
PHONE = "13900000077"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "qingshi"
    for block in _BLOCK.finditer((ROOT / "docs" / "city-pack.md").read_text(encoding="utf-8")):
        file = folder / block["path"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block["text"], encoding="utf-8")
    return folder


def test_the_exercise_is_thirty_lines_that_a_person_can_read(pack: Path) -> None:
    lines = [line for file in pack.rglob("*.yaml") for line in file.read_text(encoding="utf-8").splitlines()]
    assert 0 < len([line for line in lines if line.strip()]) <= _LINES
    assert max(map(len, lines)) <= 120


def test_the_city_of_the_exercise_has_nothing_to_correct(pack: Path) -> None:
    judged = judge(pack, TimeSource().today())
    assert judged.findings == []
    assert judged.city is not None
    assert judged.city.privacy is not None
    assert judged.city.privacy.notice.handler.zh == "青石市政务服务数据管理部门"
    assert "{" not in str(judged.city.privacy)


@pytest.mark.sqlite
def test_the_city_of_the_exercise_is_published_serves_its_guide_and_takes_an_application(
    pack: Path, tmp_path: Path
) -> None:
    settings = msgspec.structs.replace(
        served_settings(tmp_path), city=CitySettings(pack=str(pack), store=str(tmp_path / "city"))
    )
    served = ServedProduct(settings, tmp_path / "served")
    file = tmp_path / "served" / "litestar.yaml"
    assert yaml.safe_load(file.read_text(encoding="utf-8"))["city"]["pack"] == str(pack)
    command = [sys.executable, "-m", "backend.cli", "--settings", str(file), "city", "publish", str(pack)]
    published = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert published.returncode == 0, published.stderr
    assert "is in force now" in published.stdout
    served.start()
    try:
        with served.client() as browser:
            guide = browser.get(f"{API}/items/library-card").raise_for_status().json()
            assert guide["name"]["zh"] == "借书证申领"
            assert guide["code"] == "1299040099040001033992099101000"
        with closing(served.sign_in_by_code(PHONE)) as resident:
            application = {
                "draft": None,
                "item": "library-card",
                "guide_hash": guide["hash"],
                "form_hash": guide["form_hash"],
                "values": {"reader": "石小青"},
                "files": {},
            }
            key = {"Idempotency-Key": str(uuid.uuid4())}
            refused = resident.post(f"{API}/cases", json={**application, "values": {}}, headers=key)
            assert refused.status_code == 422
            key = {"Idempotency-Key": str(uuid.uuid4())}
            receipt = resident.post(f"{API}/cases", json=application, headers=key)
            assert receipt.status_code == 201, receipt.text
            assert receipt.json()["case"]["item"]["key"] == "library-card"
    except BaseException:
        print(served.log_tail(), file=sys.stderr)
        raise
    finally:
        served.kill()
