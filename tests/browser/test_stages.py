"""A case at every stage, as its applicant and the office see it, is accessible and never wider than the screen."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.furnished_city import remember
from tests.browser.served_city import ServedCity
from tests.browser.stages import DRESSED, Looks, every_stage
from tests.browser.test_accessibility import sideways, violations
from tests.browser.visitors import Visitor, Visitors


def test_a_case_has_no_violation_at_any_stage_on_the_phone_and_at_the_desk(
    tmp_path: Path, built_app: Path, chromium: Browser
) -> None:
    city = ServedCity(tmp_path)
    try:
        stages = every_stage(city)
        visitors = Visitors(chromium, city.url)
        looks, found = Looks(visitors, city), dict[str, list[str]]()

        def look(visitor: Visitor, name: str) -> None:
            found[name] = violations(visitor.page)
            if wide := sideways(visitor.page):
                found[f"{name}, 320 px"] = [f"wide by {wide}"]

        for name, stage in stages.items():
            home = looks.at_home(stage)
            look(home, name)
            if name in DRESSED:
                remember(home, size="elder")
                look(home, f"{name}, elder")
                remember(home, size="standard", language="en")
                look(home, f"{name}, English")
                remember(home, language="zh")
            look(looks.at_desk(stage), f"{name} at the desk")
        assert {where: what for where, what in found.items() if what} == {}
        assert visitors.close() == []
    finally:
        city.stop()
