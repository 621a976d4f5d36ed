"""`zhangban permissions`: docs/permissions.md, made from the table that the gate judges by."""

from __future__ import annotations

import argparse

from backend.commands.refusal import Refusal
from backend.identity.permissions import API, PERMISSIONS, Permission, Scope, StaffRole

ROLE_NAMES: dict[StaffRole, str] = {
    "clerk": "窗口受理",
    "reviewer": "审查",
    "approver": "决定",
    "agent": "话务员",
    "supervisor": "督查",
    "editor": "事项编辑",
    "system_administrator": "系统管理员",
    "security_administrator": "安全管理员",
    "audit_administrator": "审计管理员",
}
SCOPE_NAMES: dict[Scope, str] = {
    "public": "nobody's data",
    "own": "the caller's own",
    "department": "the department and those below it, within the division",
    "house": "the whole installation",
}
_HEAD = """# Permissions

Made from `backend/identity/permissions.py` by `zhangban permissions --out docs/permissions.md`; `make check` compares.
The gate refuses by this table before a body is read: 401 without a session, 403 for the wrong kind of session, the
wrong role or too old a proof of identity. An address that is not in it is not served. `tests/permissions` walks every
address with every kind of caller. Whose a thing is every room checks on each read: what is out of scope is 404, as if
it were not there.

**Fresh** asks for a proof of identity within `sessions.fresh_minutes`. Addresses are below `/api/v1`.
"""


def permission_page() -> str:
    """The page: what anyone, residents and all staff may call, then each role's own calls."""
    parts = [_HEAD]
    parts += _section("Anyone, without a session", [each for each in PERMISSIONS.items() if each[1].is_open])
    residents = [each for each in PERMISSIONS.items() if "resident" in each[1].who]
    parts += _section("A resident's session", residents)
    everyone = [each for each in PERMISSIONS.items() if "staff" in each[1].who and not each[1].roles]
    parts += _section("Every staff session, also without roles", everyone)
    for role, name in ROLE_NAMES.items():
        calls = [each for each in PERMISSIONS.items() if role in each[1].roles]
        parts += _section(f"{name} (`{role}`)", calls)
    return "\n".join(parts)


def permissions_command(arguments: argparse.Namespace) -> int:
    """Prints or writes the page. Raises Refusal when the file of `--check` is another."""
    page = permission_page()
    if arguments.check is not None:
        if not arguments.check.exists() or arguments.check.read_text(encoding="utf-8") != page:
            raise Refusal(f"{arguments.check} is out of date: zhangban permissions --out {arguments.check}")
    elif arguments.out is not None:
        arguments.out.write_text(page, encoding="utf-8")
    else:
        print(page, end="")
    return 0


def _section(title: str, calls: list[tuple[tuple[str, str], Permission]]) -> list[str]:
    shown = [each for each in calls if "/_test/" not in each[0][1]]
    if not shown:
        return [f"## {title}\n", "Nothing beside what every staff session may do.\n"]
    lines = [f"## {title}\n", "| call | reaches | fresh |", "|---|---|---|"]
    for (method, template), permission in shown:
        fresh = "yes" if permission.fresh else ""
        lines.append(f"| `{method} {template.removeprefix(API)}` | {SCOPE_NAMES[permission.scope]} | {fresh} |")
    return [*lines, ""]
