"""A resident's main job ends with a receipt in each of three engines."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.served_city import ServedCity
from tests.browser.visitors import PHONE
from tests.engines.drivers import Chromium, Firefox, WebKit
from tests.engines.main_job import main_job


def test_the_main_job_is_done_in_chromium(chromium: Browser, served: ServedCity, tmp_path: Path) -> None:
    driver = Chromium(chromium.new_context(viewport=PHONE, locale="zh-CN", has_touch=True).new_page())
    try:
        main_job(driver, served, tmp_path)
    finally:
        driver.close()


def test_the_main_job_is_done_in_firefox(served: ServedCity, tmp_path: Path) -> None:
    driver = Firefox()
    try:
        main_job(driver, served, tmp_path)
    finally:
        driver.close()


def test_the_main_job_is_done_in_webkit(served_by_tls: ServedCity, tmp_path: Path, display: str) -> None:
    driver = WebKit(display)
    try:
        main_job(driver, served_by_tls, tmp_path)
    finally:
        driver.close()
