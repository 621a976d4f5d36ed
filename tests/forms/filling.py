"""Fills a form from its own schema and layout, the same for the same seed, and spoils what it has filled."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from re import _constants as code  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from backend.cases.filled import ABSENT, holds, member_at
from backend.city.city import Form
from backend.city.structures import Field
from tests.forms.judging import By, Judges

NUMBERS = {
    "id-number": ["990102196202110158", "99032119910808046X", "990103200005200643"],
    "credit-code": ["91990102MA1YH0010J", "92990102MA1YH00377"],
    "mobile": ["13900000005", "18600000006"],
    "phone": ["13900000005", "010-12345678"],
    "postcode": ["990100"],
    "bank-card": ["6222020000000000000", "4000000000000002"],
}
TEXTS = [
    "叶青",
    "临江区海棠路 18 号 3 栋 502 室",
    "云海听涛软件有限公司",
    "静A12345",
    "3 栋 502 室",
    "说明文字，写得长一些",
]
JUNK: list[Any] = ["", "x", "３", "99032119910808046x", "9" * 300, 0, -1, 1.5, 10**9, True, False, None, [], {}, ["x"]]


def sample(pattern: str, random: Random) -> str:
    """A text that a pattern of the published grammar matches."""

    def of(parsed: Any) -> str:
        return "".join(one(operation, argument) for operation, argument in parsed)

    def member(members: Any) -> str:
        operation, argument = random.choice([each for each in members if each[0] is not code.NEGATE])
        if operation is code.RANGE:
            return chr(random.randint(argument[0], min(argument[1], argument[0] + 60)))
        return chr(argument) if operation is code.LITERAL else random.choice("0123456789")

    def one(operation: Any, argument: Any) -> str:
        if operation is code.LITERAL:
            return chr(argument)
        if operation is code.IN:
            return member(argument) if argument[0][0] is not code.NEGATE else "甲"
        if operation is code.SUBPATTERN:
            return of(argument[-1])
        if operation is code.BRANCH:
            return of(random.choice(argument[1]))
        if operation in (code.MAX_REPEAT, code.MIN_REPEAT):
            least, most, inner = argument
            times = random.randint(least, min(int(most), least + 4))
            return "".join(of(inner) for _ in range(times))
        return "" if operation is code.AT else "甲"

    return of(parser.parse(pattern))


def schema_at(schema: Any, pointer: str) -> dict[str, Any]:
    """The schema of what stands at a pointer through properties and rows."""
    for step in pointer.split("/")[1:]:
        schema = schema.get("properties", {}).get(step) or schema.get("items", {})
    return dict(schema)


class Filler:
    """Fills one form; `judges` say which of several answers may stand beside what is filled already."""

    def __init__(self, form: Form, by: By, judges: Judges, seed: str) -> None:
        self.form, self.by, self.judges, self.random = form, by, judges, Random(seed)

    def fill(self) -> dict[str, Any]:
        """Values for every question that is asked."""
        values: dict[str, Any] = {}
        for page in self.form.layout.pages:
            self._fields(page.fields, values, values, "")
        return values

    def _fields(self, fields: Sequence[Field], scope: dict[str, Any], values: dict[str, Any], base: str) -> None:
        for field in fields:
            if field.control == "file" or not holds(field.when, scope):
                continue
            if field.control == "group":
                self._fields(field.fields, scope, values, base)
            elif field.control == "rows":
                rows = put(scope, field.pointer, [])
                schema = schema_at(self.form.schema, base + field.pointer)
                for index in range(min(schema.get("maxItems", 2), max(2, schema.get("minItems", 0)))):
                    rows.append({})
                    self._fields(field.fields, rows[index], values, f"{base}{field.pointer}/{index}")
            else:
                self._answer(field, scope, values, base)

    def _answer(self, field: Field, scope: dict[str, Any], values: dict[str, Any], base: str) -> None:
        path = base + field.pointer
        wrong: set[str] = set()
        for candidate in self._candidates(field, schema_at(self.form.schema, path), in_row=base != ""):
            put(scope, field.pointer, candidate)
            faults = self.judges.server(self.form, values, self.by)
            found = {each["keyword"] for each in faults if each["path"] == path or each["path"].startswith(f"{path}/")}
            if not found:
                return
            wrong |= found
        raise AssertionError(f"nothing fits {path}: {sorted(wrong)}")

    def _candidates(self, field: Field, schema: dict[str, Any], *, in_row: bool) -> Iterator[Any]:
        fact = self.by.facts.get(field.known) if field.known and not in_row else None
        if fact is not None:
            yield fact
            return
        if field.control == "checkbox":
            yield from (True, False)
        options = [option.value for option in field.options or []]
        self.random.shuffle(options)
        if field.control == "checkboxes":
            least = max(1, schema.get("minItems", 1))
            yield from (options[: max(least, size)] for size in (2, 1, len(options)))
        yield from options
        yield from self._sorted(schema.get("enum", []))
        if field.check:
            yield from NUMBERS[field.check]
        today = date.fromisoformat(self.by.today)
        if field.control == "date":
            yield from ((today + timedelta(days)).isoformat() for days in (-400, 0, 30, -9000))
        if schema.get("type") in ("integer", "number"):
            least, most = schema.get("minimum", 0), schema.get("maximum", 1_000_000)
            step = schema.get("multipleOf", 1)
            yield from (least + step, least, most, (least + most) // 2, 1, step)
        if "pattern" in schema:
            yield from (sample(schema["pattern"], self.random) for _ in range(60))
        yield from TEXTS
        yield "文" * schema.get("minLength", 1)

    def _sorted(self, values: list[Any]) -> list[Any]:
        return self.random.sample(values, len(values))

    def spoiled(self, values: dict[str, Any]) -> dict[str, Any]:
        """The values with one to three places removed, replaced, or added to."""
        spoilt = copy.deepcopy(values)
        for _ in range(self.random.randint(1, 3)):
            places = list(places_in(spoilt))
            if not places:
                break
            holder, name = self.random.choice(places)
            act = self.random.randrange(5)
            if act == 0:
                del holder[name]
            elif act == 1:
                holder[name] = copy.deepcopy(self.random.choice(JUNK))
            elif act == 2 and isinstance(holder[name], str):
                at = self.random.randint(0, len(holder[name]))
                holder[name] = holder[name][:at] + self.random.choice("0X９文a ") + holder[name][at + 1 :]
            elif act == 3 and isinstance(holder[name], list):
                holder[name] = holder[name] * self.random.choice((0, 2, 30))
            else:
                other_holder, other = self.random.choice(places)
                holder[name] = copy.deepcopy(other_holder[other])
        if self.random.random() < 0.1:
            spoilt[self.random.choice(["extra", "constructor", "__proto__"])] = 1
        return spoilt


def put(scope: dict[str, Any], pointer: str, value: Any) -> Any:
    """Sets a value at a pointer, making objects on the way; gives the value."""
    *above, last = pointer.split("/")[1:]
    for step in above:
        scope = scope.setdefault(step, {})
    scope[last] = value
    return value


def places_in(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every holder and name or index within a value."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in list(entries):
        yield value, name
        yield from places_in(inner)


def answers(fields: Sequence[Field], scope: Any, base: str = "") -> Iterator[tuple[Any, str, str]]:
    """Every answer given: its form or row, its pointer there, its path."""
    for field in fields:
        if field.control == "group":
            yield from answers(field.fields, scope, base)
        elif field.control != "file" and member_at(scope, field.pointer) is not ABSENT:
            yield scope, field.pointer, base + field.pointer
            if field.control == "rows":
                for index, row in enumerate(member_at(scope, field.pointer)):
                    yield from answers(field.fields, row, f"{base}{field.pointer}/{index}")


def without(form: Form, values: dict[str, Any], path: str) -> dict[str, Any]:
    """The values without one answer, and without those to questions that are then no longer asked, as the app sends."""
    left = copy.deepcopy(values)
    _remove(left, path)
    while True:
        gone = next(_unasked([field for page in form.layout.pages for field in page.fields], left), None)
        if gone is None:
            return left
        _remove(left, gone)


def _remove(values: Any, path: str) -> None:
    *above, last = path.split("/")[1:]
    for step in above:
        values = values[int(step)] if re.fullmatch(r"\d+", step) else values[step]
    del values[last]


def _unasked(fields: Sequence[Field], scope: Any, base: str = "", *, shown: bool = True) -> Iterator[str]:
    for field in fields:
        active = shown and holds(field.when, scope)
        if field.control == "group":
            yield from _unasked(field.fields, scope, base, shown=active)
        elif field.control != "file" and member_at(scope, field.pointer) is not ABSENT:
            if not active:
                yield base + field.pointer
            elif field.control == "rows":
                for index, row in enumerate(member_at(scope, field.pointer)):
                    yield from _unasked(field.fields, row, f"{base}{field.pointer}/{index}")
