"""`city check --plan` says what a pack would miss of a city's plan, by item, and what it cannot know."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from shutil import copytree
from typing import Any

import msgspec
import pytest

from backend.city.check import judge
from backend.city.city import City
from backend.city.command import check_command
from backend.city.structures import Limit, Plan, Text
from backend.city.targets import LATER, MEASURED, NOT_OURS, Outcome, outcomes, workdays
from tests.harness.broken_packs import TINY

PACK = Path(__file__).parents[3] / "city"
TODAY = date(2026, 11, 27)
PLAN = """
key: bailu
city: {zh: 白鹭市, en: Bailu}
document: {zh: 白鹭市方案, en: Bailu plan}
year: 2026
targets:
"""


def plan_of(*targets: tuple[str, int, str, bool, str]) -> str:
    return PLAN + "".join(
        f"  - measure: {measure}\n    name: {{zh: 指标, en: Target}}\n    value: {value}\n    unit: {unit}\n"
        f'    by: "2026-12-31"\n    quote: 原文\n    at_least: {"yes" if at_least else "no"}\n'
        + (f"    scope: {{zh: {scope}, en: scope}}\n" if scope else "")
        for measure, value, unit, at_least, scope in targets
    )


@pytest.fixture
def measured(tmp_path: Path) -> Any:
    def measure(*targets: tuple[str, int, str, bool, str]) -> list[Outcome]:
        pack = copytree(TINY, tmp_path / "pack", dirs_exist_ok=True)
        (pack / "plans").mkdir(exist_ok=True)
        (pack / "plans" / "bailu.yaml").write_text(plan_of(*targets), encoding="utf-8")
        judged = judge(pack, TODAY)
        assert judged.findings == []
        assert judged.city is not None
        return outcomes(judged.city, judged.city.plans["bailu"])

    return measure


@pytest.mark.parametrize(
    ("target", "value", "met", "missing"),
    [
        (("online-share", 60, "percent", True, ""), 50, False, ["market-pitch"]),
        (("online-share", 100, "percent", True, "依申请办理的六类事项"), 100, True, []),
        (("full-online-share", 50, "percent", True, ""), 50, True, []),
        (("one-visit-share", 100, "percent", True, ""), 100, True, []),
        (("zero-visit-share", 90, "percent", True, "涉企审批事项"), 0, False, ["market-pitch"]),
        (("city-wide-share", 99, "percent", True, "个人事项"), 0, False, ["market-pitch", "street-stall"]),
        (("hall-share", 70, "percent", True, ""), 50, False, ["street-stall"]),
        (("materials-reduction", 60, "percent", True, ""), 40, False, ["market-pitch", "street-stall"]),
        (("bundle-count", 2, "bundles", True, ""), 1, False, []),
        (("public-service-limit", 1, "workdays", False, ""), 0, True, []),
    ],
)
def test_what_the_catalogue_knows_is_measured_and_what_falls_short_is_named(
    measured: Any, target: tuple[str, int, str, bool, str], value: int, met: bool, missing: list[str]
) -> None:
    (outcome,) = measured(target)
    assert (outcome.state, outcome.value, outcome.met, outcome.missing) == ("measured", value, met, missing)


def test_what_cases_or_others_must_say_is_not_made_up(measured: Any) -> None:
    found = measured(
        ("one-window-share", 50, "percent", True, ""),
        ("fibre-share", 80, "percent", True, ""),
        ("real-estate-limit", 5, "workdays", False, ""),
        ("happiness", 1, "percent", True, ""),
    )
    assert [each.state for each in found] == ["later", "not-ours", "later", "later"]
    assert all(each.value is None and each.met is None and each.note for each in found)


def test_a_limit_in_days_is_counted_in_working_days_rounded_up() -> None:
    assert [workdays(Limit(value, "day")) for value in (0, 1, 7, 8, 15)] == [0, 1, 5, 6, 11]
    assert workdays(Limit(5, "workday")) == 5


def test_every_measure_of_the_five_plans_has_an_answer() -> None:
    plans = City.load(PACK).plans.values()
    known = {*MEASURED, *LATER, *NOT_OURS}
    assert {target.measure for plan in plans for target in plan.targets} <= known
    assert all(isinstance(plan, Plan) and isinstance(plan.city, Text) for plan in plans)


def test_the_command_says_what_a_pack_would_miss_and_still_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_command(PACK, as_json=False, plan="shanwei") == 0
    said = capsys.readouterr().out
    assert "汕尾市" in said
    assert "网上可办率 (online-share): ≥ 60 % by 2018-12-31" in said
    assert check_command(PACK, as_json=True, plan="shanwei") == 0
    plan = msgspec.json.decode(capsys.readouterr().out)["plan"]
    assert {each["state"] for each in plan} <= {"measured", "later", "not-ours"}


def test_a_plan_that_the_pack_does_not_have_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_command(PACK, as_json=False, plan="atlantis") == 1
    assert "no plan is called atlantis" in capsys.readouterr().err
