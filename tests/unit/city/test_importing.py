"""Item lists of other systems: what has a fault stays out and is told exactly, everything else is whole."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from backend.city.check import check
from backend.city.city import City
from backend.city.importing.records import ListUnreadable, read_list
from backend.city.importing.rules import item_key
from backend.cli import main

ROOT = Path(__file__).parents[3]
Row = dict[str, str]


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    made = tmp_path / "pack"
    shutil.copytree(ROOT / "city", made)
    return made


def row(number: int, **values: str) -> Row:
    return {
        "task_name": f"公共停车场备案第{number}号",
        "catalog_code": "000120001000",
        "task_code": f"ABC-{number:06}",
        "task_type": "20",
        "use_level": "3",
        "by_law": "《城市停车场管理办法》第十二条；《优化营商环境条例》第三十六条",
        "dept_name": "云海市公安局",
        "anticipate_day": "20",
        "anticipate_type": "1",
        "promise_day": "5",
        "promise_type": "1",
        "accept_condition": "在云海经营停车场；场地合法",
        "handle_flow": "申请→受理→审查→办结",
        "is_fee": "0",
        "server_type": "1,2",
        "project_type": "2",
        "limit_scene_num": "1",
        "limit_scene_explain": "要核对原件",
        "transact_addr": "海天路 8 号",
        "transact_time": "周一至周五 9:00-17:00",
        "link_way": "0990-8600001",
        "supervise_way": "0990-8600009",
        "materials": json.dumps(
            [{"material_name": "停车场平面图", "is_need": "1", "copy_num": "1"}], ensure_ascii=False
        ),
        **values,
    }


FAULTS: list[tuple[Row, str, str]] = [
    ({"task_name": ""}, "task_name", "missing"),
    ({"task_name": "长" * 1001}, "task_name", "too-long"),
    ({"task_code": "9" * 56}, "task_code", "too-long"),
    ({"task_type": "02"}, "task_type", "unknown-value"),
    ({"use_level": "8"}, "use_level", "unknown-value"),
    ({"dept_name": "没有这个局"}, "dept_name", "department-unknown"),
    ({"promise_day": "21"}, "promise_day", "promised-beyond-statutory"),
    ({"is_fee": "1"}, "fee_basis", "fee-without-basis"),
    ({"limit_scene_explain": ""}, "limit_scene_explain", "visits-without-reason"),
    ({"promise_day": "五"}, "promise_day", "not-a-number"),
]


def csv_of(rows: list[Row]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(row(0)) + sorted({name for each in rows for name in each} - set(row(0))))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def thousand() -> tuple[list[Row], list[tuple[int, str, str]]]:
    """1,000 items; every tenth has one of ten faults. And what must be reported."""
    rows, expected = [], []
    for number in range(1, 1001):
        change, field, rule = FAULTS[number // 10 % 10]
        faulty = number % 10 == 0
        if change.get("task_name"):
            change = {"task_name": f"{number}{change['task_name']}"}
        rows.append(row(number, **(change if faulty else {})))
        if faulty and not change.get("task_code"):
            expected.append((number + 1, field, rule))
        elif faulty:
            rows[-1]["task_code"] = f"{number:056}"
            expected.append((number + 1, field, rule))
    return rows, expected


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def run(pack: Path, content: bytes, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, dict[str, Any]]:
    file = pack.parent / "list"
    file.write_bytes(content)
    code = main(["city", "import", str(file), "--into", str(pack), "--json", *more])
    return code, json.loads(capsys.readouterr().out)


def test_of_a_thousand_items_with_faults_in_every_tenth_exactly_these_stay_out(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows, expected = thousand()
    before = contents(pack)
    code, report = run(pack, csv_of(rows).encode(), capsys)
    assert [(each["line"], each["field"], each["rule"]) for each in report["faults"]] == expected
    assert (code, report["items"], len(report["taken"]), report["written"]) == (1, 1000, 900, True)
    after = contents(pack)
    assert {path: after[path] for path in before} == before
    assert len(after) == len(before) + 1800
    assert not [each for each in check(pack, date.today()) if each.severity == "error"]
    city = City.load(pack)
    taken: dict[str, str] = report["taken"]
    guide = city.items[taken["ABC-000001"]].guide
    assert (guide.code, guide.fillable, guide.promised.value, guide.visits) == ("ABC-000001", False, 5, 1)
    assert [law.title.zh for law in guide.legal_basis] == ["城市停车场管理办法", "优化营商环境条例"]
    assert [step.name.zh for step in guide.steps] == ["申请", "受理", "审查", "办结"]
    # Importing the same again changes nothing: keys come from name and code alone.
    rows.reverse()
    run(pack, csv_of(rows).encode(), capsys)
    assert contents(pack) == after


@pytest.mark.parametrize("moment", range(4))
def test_an_import_that_is_killed_leaves_the_pack_as_it_was_or_whole(pack: Path, moment: int) -> None:
    rows, _ = thousand()
    file = pack.parent / "list.csv"
    file.write_text(csv_of(rows), encoding="utf-8")
    before = contents(pack)
    command = [sys.executable, "-m", "backend.cli", "city", "import", str(file), "--into", str(pack)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    aside = pack.parent / ".pack.importing"
    end = time.monotonic() + 120
    while process.poll() is None and not aside.exists() and time.monotonic() < end:
        time.sleep(0.005)
    time.sleep(random.Random(moment).random() * 0.6)
    process.send_signal(signal.SIGKILL)
    process.wait()
    after = contents(pack)
    assert after == before or (len(after) == len(before) + 1800 and after.items() >= before.items())
    main(["city", "import", str(file), "--into", str(pack)])
    assert len(contents(pack)) == len(before) + 1800
    assert not aside.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_lists_are_read_in_the_encodings_that_offices_save(
    pack: Path, capsys: pytest.CaptureFixture[str], encoding: str
) -> None:
    code, report = run(pack, csv_of([row(1)]).encode(encoding), capsys)
    assert (code, list(report["taken"])) == (0, ["ABC-000001"])
    key = report["taken"]["ABC-000001"]
    assert "公共停车场备案第1号" in (pack / "items" / key / "base.yaml").read_text(encoding="utf-8")


def test_json_is_taken_as_csv_is_and_long_names_and_codes_are(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    long = row(1, task_name="名" * 999, task_code="A" * 55, surprise="x")
    given = {**long, "materials": json.loads(long["materials"]), "promise_day": 5}
    code, report = run(pack, json.dumps({"items": [given]}).encode(), capsys)
    assert (code, list(report["taken"])) == (0, ["A" * 55])
    assert [each["rule"] for each in report["warnings"]] == ["unknown-field", "no-english"]


def test_duplicates_by_code_and_by_name_and_office_are_told_with_the_line_of_the_first(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [row(1), row(2, task_code="ABC-000001"), row(3, task_name=row(1)["task_name"])]
    _, report = run(pack, csv_of(rows).encode(), capsys)
    assert [(each["line"], each["rule"], each["actual"]) for each in report["faults"]] == [
        (3, "duplicate-code", "line 2"),
        (4, "duplicate-name", "line 2"),
    ]


def test_what_the_compiler_would_refuse_is_not_taken(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [row(1, materials=json.dumps([{"material_name": "其他材料"}])), row(2)]
    _, report = run(pack, csv_of(rows).encode(), capsys)
    assert [each["rule"] for each in report["faults"]] == ["catch-all-material"]
    assert list(report["taken"]) == ["ABC-000002"]


def test_an_item_of_the_city_itself_is_never_replaced(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = "11990100990100026J4990799001000"
    before = contents(pack)
    _, report = run(pack, csv_of([row(1, task_code=own)]).encode(), capsys)
    assert [each["rule"] for each in report["faults"]] == ["own-item"]
    assert contents(pack) == before


def test_a_dry_run_writes_nothing_and_a_second_list_brings_the_materials(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    second = pack.parent / "materials.csv"
    second.write_text("task_code,material_name\nABC-000001,营业场所照片\n", encoding="utf-8")
    before = contents(pack)
    content = csv_of([row(1, materials="")]).encode()
    _, report = run(pack, content, capsys, "--materials", str(second), "--dry-run")
    assert (report["written"], contents(pack)) == (False, before)
    _, report = run(pack, content, capsys, "--materials", str(second))
    key = report["taken"]["ABC-000001"]
    assert [each.name.zh for each in City.load(pack).items[key].guide.materials] == ["营业场所照片"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no column|no item|names no"),
        (b"a,b\n1,2\n", "names no column task_name"),
        (b"[1", "not JSON"),
        (b"[]", "no item"),
        (b"\xff\xff\xff\xff", "neither UTF-8 nor GB18030"),
        (b"task_name,task_name\nx,y\n", "twice"),
        (b'task_name\n"x', "line"),
    ],
)
def test_what_is_no_list_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(ListUnreadable, match=words):
        read_list(content)


def test_a_row_with_too_many_cells_is_not_taken(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, report = run(pack, (csv_of([row(1)]).rstrip() + ",more\r\n").encode(), capsys)
    assert [each["rule"] for each in report["faults"]] == ["row"]


def test_keys_can_be_read_and_are_the_same_each_time() -> None:
    key = item_key("居住证申领（首次）", "X1")
    assert key.startswith("ju-zhu-zheng-shen-ling-shou-ci-")
    assert key == item_key("居住证申领（首次）", "X1") != item_key("居住证申领（首次）", "X2")
    for name in ("A" * 1000, "123号", "。。", "绿" * 500, "ü"):
        assert len(item_key(name, "1")) <= 64
