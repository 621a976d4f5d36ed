"""The zhangban command: one subcommand a duty, each loaded only when it is called."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

# Named here too, so that asking for help loads nothing of the house.
ADMINISTRATOR_ROLES = ("system_administrator", "security_administrator", "audit_administrator")
Command = Callable[[argparse.Namespace], int]


def _serve(arguments: argparse.Namespace) -> int:
    from backend.commands.serve import serve

    return serve(arguments)


def _worker(arguments: argparse.Namespace) -> int:
    from backend.commands.serve import work

    return work(arguments)


def _migrate(arguments: argparse.Namespace) -> int:
    from backend.commands.setup import migrate_command

    return migrate_command(arguments)


def _demo(arguments: argparse.Namespace) -> int:
    from backend.commands.setup import demo_command

    return demo_command(arguments)


def _openapi(arguments: argparse.Namespace) -> int:
    from backend.commands.setup import openapi_command

    return openapi_command(arguments)


def _keys(arguments: argparse.Namespace) -> int:
    from backend.commands.keys import keys_command, rotate_command

    return rotate_command(arguments) if arguments.action == "rotate" else keys_command(arguments)


def _audit(arguments: argparse.Namespace) -> int:
    from backend.commands.audit import audit_command

    return audit_command(arguments)


def _staff(arguments: argparse.Namespace) -> int:
    from backend.commands.staff import create_command, reset_command

    return create_command(arguments) if arguments.action == "create" else reset_command(arguments)


def _permissions(arguments: argparse.Namespace) -> int:
    from backend.commands.permission_page import permissions_command

    return permissions_command(arguments)


def _conform(_arguments: argparse.Namespace) -> int:
    from backend.conform import main as conform

    return int(conform() or 0)


def _city(arguments: argparse.Namespace) -> int:
    if arguments.action == "check":
        from backend.city.command import check_command

        return check_command(arguments.path, as_json=arguments.json, plan=arguments.plan)
    if arguments.action == "rules":
        from backend.city.command import rules_command

        return rules_command(arguments.out)
    if arguments.action == "lifecycles":
        from backend.cases.lifecycles_page import lifecycles_command

        return lifecycles_command(arguments.path, arguments.out)
    if arguments.action == "import":
        from backend.commands.import_items import import_command

        return import_command(arguments)
    if arguments.action == "drift":
        from backend.commands.drift import drift_command

        return drift_command(arguments)
    from backend.commands.publish import publish_command

    return publish_command(arguments)


def _calendar(arguments: argparse.Namespace) -> int:
    from backend.commands.calendar import import_command, show_command

    return import_command(arguments) if arguments.action == "import" else show_command(arguments)


def _cases(arguments: argparse.Namespace) -> int:
    from backend.commands.rebuild import rebuild_command

    return rebuild_command(arguments)


def _document(arguments: argparse.Namespace) -> int:
    from backend.commands.documents import root_command, verify_command

    return verify_command(arguments) if arguments.action == "verify" else root_command(arguments)


def build_parser() -> argparse.ArgumentParser:
    """All subcommands and their options."""
    parser = argparse.ArgumentParser(prog="zhangban", description="掌上办: government services in the palm of a hand")
    parser.add_argument("--settings", type=Path, help="the settings file (default: litestar.yaml)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Command, words: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=words, description=words)
        command.set_defaults(run=run)
        return command

    serve = add("serve", _serve, "serve the app and the API")
    serve.add_argument("--host", help="address to listen on (default: server.host)")
    serve.add_argument("--port", type=int, help="port to listen on (default: server.port)")
    serve.add_argument("--workers", type=int, help="processes; more than one needs PostgreSQL")
    serve.add_argument("--tls", action="store_true", help="make a local authority and serve https")
    add("worker", _worker, "deliver the outbox and run timers apart from `serve` (PostgreSQL)")
    add("migrate", _migrate, "bring the database to the schema of this release")
    add("demo", _demo, "prepare the database with the personas of the demo city; running it again changes nothing")
    openapi = add("openapi", _openapi, "print the OpenAPI document")
    openapi.add_argument("--out", type=Path, help="write to this file instead")
    keys = add("keys", _keys, "make the keys that are missing and list them; `rotate` the master key of people's data")
    rotate = keys.add_subparsers(dest="action", metavar="ACTION").add_parser(
        "rotate", help="add a new master key and wrap every data key with it; safe while the house serves"
    )
    choice = rotate.add_mutually_exclusive_group()
    choice.add_argument("--status", action="store_true", help="say which master keys there are, and change nothing")
    choice.add_argument("--retire", action="store_true", help="add none; remove at once those that are not needed")
    audit = add("audit", _audit, "verify the audit trail, or export it for an auditor")
    audits = audit.add_subparsers(required=True, dest="action", metavar="ACTION")
    verify = audits.add_parser("verify", help="compute the chain anew and say the first place that is wrong")
    verify.add_argument("--file", type=Path, help="verify an exported file, with nothing else at hand")
    verify.add_argument("--key", metavar="FINGERPRINT", help="with --file: the key that must have signed it")
    export = audits.add_parser("export", help="write lines, hashes and a signed head to a new file")
    export.add_argument("path", type=Path, metavar="FILE")
    export.add_argument("--after", type=int, default=0, metavar="POSITION", help="only what follows this position")
    staff = add("staff", _staff, "make the first administrators; help one whom no other can help")
    duties = staff.add_subparsers(required=True, dest="action", metavar="ACTION")
    first = duties.add_parser("create", help="make an administrator; only while there is none of that kind")
    first.add_argument("--number", required=True, help="staff number")
    first.add_argument("--name", required=True, help="official name")
    first.add_argument("--phone", required=True)
    first.add_argument("--department", required=True, help="its key in the city pack")
    first.add_argument("--role", required=True, choices=ADMINISTRATOR_ROLES)
    duties.add_parser("reset", help="give an administrator a new first password and second factor").add_argument(
        "--number", required=True, help="staff number"
    )
    permissions = add("permissions", _permissions, "print the table of permissions by role")
    permissions.add_argument("--out", type=Path, help="write to this file instead")
    permissions.add_argument("--check", type=Path, help="fail when this file is not what would be written")
    add("conform", _conform, "answer the published conformance questions, one JSON line each")
    city = add("city", _city, "check, publish or compare a city pack, or import items into it")
    actions = city.add_subparsers(required=True, dest="action", metavar="ACTION")
    check = actions.add_parser("check", help="judge a pack like a compiler")
    check.add_argument("path", type=Path)
    check.add_argument("--json", action="store_true", help="print the findings as JSON")
    check.add_argument("--plan", metavar="KEY", help="say also how far the pack is from the targets of plans/KEY.yaml")
    rules = actions.add_parser("rules", help="print what `city check` refuses, by which article, and what cures it")
    rules.add_argument("--out", type=Path, help="write to this file instead")
    lifecycles = actions.add_parser("lifecycles", help="print who may do what in which state, under every regime")
    lifecycles.add_argument("path", type=Path, nargs="?", default=Path("city"), help="the folder of the pack")
    lifecycles.add_argument("--out", type=Path, help="write to this file instead")
    publish = actions.add_parser("publish", help="put a pack in force; in production another person reviews it first")
    what = publish.add_mutually_exclusive_group(required=True)
    what.add_argument("path", type=Path, nargs="?", help="the folder of the pack")
    what.add_argument("--hash", help="roll back: a version published before, by its hash or the beginning of it")
    publish.add_argument(
        "--from", dest="from_", metavar="DAY", help="in force from this day (or RFC 3339 instant) instead of at once"
    )
    publish.add_argument(
        "--by", metavar="STAFF_NUMBER", help="the editor who proposes it (password and code are asked for)"
    )
    publish.add_argument("--review", action="store_true", help="have it reviewed in demo and test mode too")
    drift = actions.add_parser("drift", help="tell which pages and feeds show an old guide")
    drift.add_argument("url", nargs="+", metavar="URL", help="a page, a guide as JSON or a feed, by http or https")
    drift.add_argument("--feed", metavar="URL", help="compare with the signed feed of a house, not with this database")
    drift.add_argument("--key", type=Path, metavar="FILE", help="with --feed: the house's root key as a JWK")
    drift.add_argument("--json", action="store_true", help="print what was found as JSON")
    taking = actions.add_parser("import", help="take an item list of another system (CSV or JSON) into a pack")
    taking.add_argument("file", type=Path, metavar="FILE")
    taking.add_argument("--into", type=Path, required=True, metavar="PATH", help="the folder of the pack")
    taking.add_argument("--materials", type=Path, metavar="FILE", help="a second list: materials by task_code")
    taking.add_argument("--json", action="store_true", help="print the report as JSON")
    taking.add_argument("--dry-run", action="store_true", help="report, and write nothing")
    calendar = add("calendar", _calendar, "import a published year of working days, or show the years that are known")
    years = calendar.add_subparsers(required=True, dest="action", metavar="ACTION")
    years.add_parser("import", help="put one year's holidays and worked weekend days in force").add_argument(
        "file", type=Path, metavar="FILE", help="YAML or JSON: year, source (title, date), holidays, workdays"
    )
    years.add_parser("show", help="print the years that are known and their notices").add_argument(
        "year", type=int, nargs="?", metavar="YEAR", help="print the days of this year"
    )
    cases = add("cases", _cases, "make what lists and queues read anew from the events of the cases")
    rebuilding = cases.add_subparsers(required=True, dest="action", metavar="ACTION").add_parser(
        "rebuild", help="compare every case's rows with its events and bring them in line"
    )
    rebuilding.add_argument("--check", action="store_true", help="write nothing; exit code 1 when a row differs")
    document = add("document", _document, "check the signature of a document's PDF, or print the root it leads to")
    checks = document.add_subparsers(required=True, dest="action", metavar="ACTION")
    checking = checks.add_parser("verify", help="say who signed a PDF, when, and whether every byte is as it was")
    checking.add_argument("file", type=Path, metavar="FILE")
    checking.add_argument("--root", type=Path, metavar="PEM", help="the root's certificate instead of this house's own")
    checks.add_parser("root", help="print the root's certificate as PEM").add_argument(
        "--out", type=Path, help="write to this file instead"
    )
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a subcommand and gives its exit code; what an operator did wrong is one line on stderr."""
    from backend.commands.refusal import Refusal

    arguments = build_parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except Refusal as refusal:
        print(f"zhangban: {refusal}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
