"""docs/permissions.md is what the table says, and the table has no line without an address."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.app import create_app
from backend.cli import ADMINISTRATOR_ROLES, main
from backend.commands.permission_page import ROLE_NAMES, permission_page
from backend.foundation.settings import Settings
from backend.identity.permissions import ADMINISTRATORS, API, PERMISSIONS

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == permission_page(), "zhangban permissions --out docs/permissions.md"


def test_every_role_of_the_table_has_a_name_and_a_section() -> None:
    named = {role for permission in PERMISSIONS.values() for role in permission.roles}
    assert named <= set(ROLE_NAMES)
    assert all(f"{name} (`{role}`)" in permission_page() for role, name in ROLE_NAMES.items())


def test_the_command_line_knows_the_administrators() -> None:
    assert set(ADMINISTRATOR_ROLES) == ADMINISTRATORS


def test_a_stale_page_fails_the_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "permissions.md"
    assert main(["permissions", "--out", str(page)]) == 0
    assert main(["permissions", "--check", str(page)]) == 0
    page.write_text("", encoding="utf-8")
    assert main(["permissions", "--check", str(page)]) == 2
    assert "out of date" in capsys.readouterr().err


def test_the_table_has_no_line_without_an_address() -> None:
    application = create_app(Settings(mode="test"))
    served = {
        (method, route.path_format)
        for route in application.routes
        for method in getattr(route, "route_handler_map", {})
    }
    assert [f"{method} {path}" for method, path in PERMISSIONS if (method, path) not in served] == []


def test_no_role_has_both_administration_and_the_desks_work() -> None:
    for (method, template), permission in PERMISSIONS.items():
        administrators = permission.roles & ADMINISTRATORS
        assert not administrators or permission.roles == administrators, f"{method} {template.removeprefix(API)}"


def test_no_two_administrators_may_change_the_same_thing() -> None:
    for (method, template), permission in PERMISSIONS.items():
        if method != "GET":
            assert len(permission.roles & ADMINISTRATORS) <= 1, f"{method} {template}"
