"""Turns a record of exchange fields into the two files of an item, or says field by field why it cannot be. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import msgspec
from pypinyin import Style, lazy_pinyin

from backend.city.importing.records import Record
from backend.foundation.identifiers import check_imported_item_code

MAXIMUM_CODE = 55
MAXIMUM_NAME = 1_000
MAXIMUM_MATERIAL = 200
MAXIMUM_WORDS = 2_000
MAXIMUM_MATERIALS = 100
SHOWN = 60
"""Characters of a value that a report repeats."""

_UNITS = {"1": "workday", "工作日": "workday", "g": "workday"} | dict.fromkeys(["2", "自然日", "日", "天", "z"], "day")
_LEVELS = {"1", "2", "3", "4", "5", "6", "7"}
_OBJECTS = {"1", "2", "3", "4", "5", "6", "9"}
_KINDS = {"1": "instant", "2": "promised"}
_DEPTHS = {"1": 1, "2": 2, "3": 3, "4": 4, "Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4}
_LAW = re.compile(r"《(?P<title>[^》]+)》(?P<article>[^《；;\n]*)")
_NECESSITIES = {"": "required", "1": "required", "2": "optional", "3": "tolerant"}
_YES_NO = {"0": False, "1": True, "否": False, "是": True}
FIELDS = frozenset(
    [
        "row_guid",
        "task_name",
        "catalog_code",
        "local_catalog_code",
        "task_type",
        "by_law",
        "power_source",
        "use_level",
        "task_code",
        "local_task_code",
        "task_handle_item",
        "task_state",
        "task_version",
        "plan_effective_date",
        "plan_cancel_date",
        "dept_name",
        "dept_type",
        "dept_code",
        "anticipate_day",
        "anticipate_type",
        "anticipate_explain",
        "promise_day",
        "promise_type",
        "promise_explain",
        "accept_condition",
        "handle_flow",
        "special_procedure",
        "is_fee",
        "fee_basis",
        "server_type",
        "project_type",
        "handle_type",
        "limit_scene_num",
        "limit_scene_explain",
        "transact_addr",
        "transact_time",
        "link_way",
        "supervise_way",
        "result_name",
        "online_handle_depth",
        "user_topic_type",
        "corp_topic_type",
    ]
)
"""The exchange fields that are known; others are told and left out."""


class Fault(msgspec.Struct, frozen=True):
    """Why an item was not taken: the field, the limit it broke and what was given (shortened)."""

    line: int
    code: str
    field: str
    rule: str
    limit: str
    actual: str


class Taken(msgspec.Struct, frozen=True):
    """An item that can be written: its key and the data of its two files."""

    line: int
    code: str
    key: str
    base: dict[str, Any]
    office: dict[str, Any]


class Place(msgspec.Struct, frozen=True):
    """What the pack says that records refer to: departments by code and by name (key), regimes by task type, topics."""

    departments: Mapping[str, str]
    names: Mapping[str, str]
    divisions: Mapping[str, str]
    regimes: Mapping[str, str]
    persons: frozenset[str]
    organisations: frozenset[str]
    today: str


def item_key(name: str, code: str) -> str:
    """A readable key that depends on nothing but the item's name and code, so that it is the same on each import."""
    words: list[str] = []
    for syllable in lazy_pinyin(name, style=Style.NORMAL):
        word = re.sub(r"[^a-z0-9]", "", syllable.lower().replace("ü", "v"))
        if not word:
            continue
        if len("-".join([*words, word])) > 48:
            break
        words.append(word)
    start = "-".join(words) or "item"
    if not start[0].isalpha():
        start = f"item-{start}"
    return f"{start}-{hashlib.sha256(code.encode()).hexdigest()[:8]}"


class _Judge:
    """One record on its way: collects every fault, so that a list need not be imported once for each."""

    def __init__(self, record: Record, place: Place) -> None:
        self.record, self.place = record, place
        self.faults: list[Fault] = []
        self.code = self.value("task_code")

    def value(self, field: str) -> str:
        return self.record.values.get(field, "")

    def fault(self, field: str, rule: str, limit: str, actual: str | None = None) -> None:
        given = self.value(field) if actual is None else actual
        shown = given if len(given) <= SHOWN else f"{given[:SHOWN]}… ({len(given)} characters)"
        self.faults.append(Fault(self.record.line, self.code[:SHOWN], field, rule, limit, shown))

    def text(self, field: str, longest: int = MAXIMUM_WORDS, *, required: bool = True) -> str:
        found = self.value(field)
        if not found and required:
            self.fault(field, "missing", "must be given")
        elif len(found) > longest:
            self.fault(field, "too-long", f"at most {longest} characters")
        return found

    def choice(self, field: str, choices: Mapping[str, Any], default: str = "") -> Any:
        found = (self.value(field) or default).lower()
        if found in choices:
            return choices[found]
        self.fault(field, "unknown-value" if found else "missing", f"one of {', '.join(list(choices)[:12])}")
        return None

    def whole(self, field: str, most: int, default: str = "") -> int:
        found = self.value(field) or default
        if found.isascii() and found.isdigit() and int(found[:9]) <= most and len(found) < 9:
            return int(found)
        self.fault(field, "not-a-number" if found else "missing", f"a whole number from 0 to {most}")
        return 0


def judge(record: Record, place: Place) -> Taken | list[Fault]:
    """The item of a record, or every reason why it cannot be taken."""
    of = _Judge(record, place)
    if record.fault:
        of.fault("", "row", "a whole row", record.fault)
        return of.faults
    name, code = of.text("task_name", MAXIMUM_NAME), of.text("task_code", MAXIMUM_CODE)
    catalog_code = of.text("catalog_code", MAXIMUM_CODE, required=False) or code
    if code and len(code) <= MAXIMUM_CODE and check_imported_item_code(code) is not None:
        of.fault("task_code", "code-characters", "letters, digits and hyphens only")
    department = _department(of)
    task_type, level = of.value("task_type"), of.value("use_level")
    regime = of.choice("task_type", place.regimes)
    of.choice("use_level", {each: each for each in sorted(_LEVELS)})
    laws = _laws(of)
    kind = of.choice("project_type", _KINDS)
    statutory, promised = _limits(of, kind, laws)
    conditions, steps = (
        _parts(of, "accept_condition", r"[\n；;]+"),
        _parts(of, "handle_flow", r"\s*(?:→|->|[\n；;])\s*"),
    )
    visits, reason = of.whole("limit_scene_num", 20, "0"), of.text("limit_scene_explain", required=False)
    if visits and not reason:
        of.fault("limit_scene_explain", "visits-without-reason", "needed where limit_scene_num is above 0")
    charged, fee_basis = of.choice("is_fee", _YES_NO), of.text("fee_basis", required=False)
    if charged and not fee_basis:
        of.fault("fee_basis", "fee-without-basis", "needed where is_fee is 1")
    objects = re.findall(r"\d+", of.text("server_type"))
    if not objects or set(objects) - _OBJECTS:
        of.fault("server_type", "unknown-value", f"codes of {', '.join(sorted(_OBJECTS))}")
    depth = of.choice("online_handle_depth", {each.lower(): depth for each, depth in _DEPTHS.items()}, "1")
    if depth == 4 and visits:
        of.fault("online_handle_depth", "depth-with-visits", "depth 4 needs limit_scene_num 0")
    consult, complaint = of.text("link_way"), of.text("supervise_way")
    if consult and consult == complaint:
        of.fault("supervise_way", "same-phone", "another one than link_way")
    handling = sorted(set(re.findall(r"[12349]", of.value("handle_type")))) or ["1"]
    result = of.text("result_name", MAXIMUM_MATERIAL, required=False) or "办理结果"
    topic, corporate = _topics(of, objects)
    materials = _materials(of, visits)
    where = [of.text(field, required=False) for field in ("transact_addr", "transact_time")]
    note = "；".join([*(each for each in where if each), f"咨询：{consult}", f"投诉：{complaint}"])
    if len(note) > MAXIMUM_WORDS:
        of.fault("transact_addr", "too-long", f"address, time and phones together at most {MAXIMUM_WORDS} characters")
    if of.faults:
        return of.faults
    key = item_key(name, code)
    base = {
        "key": key,
        "origin": "import",
        "catalog_code": catalog_code,
        "name": _both(name),
        "summary": _both(name),
        "task_type": task_type,
        "regime": regime,
        "kind": kind,
        "use_level": level,
        "service_objects": list(dict.fromkeys(objects)),
        "topic": topic,
        "corporate_topic": corporate,
        "statutory": statutory,
        "no_statutory": None if statutory else {"zh": "清单没有写法定时限", "en": "The list names no limit by law"},
        "legal_basis": laws,
        "conditions": [_both(each) for each in conditions],
        "steps": [{"key": f"step-{number}", "name": _both(each)} for number, each in enumerate(steps, 1)],
        "materials": materials,
        "result": {"kind": "document", "name": _both(result), "confidence": "L"},
    }
    office = {
        "item": key,
        "effective": _effective(of),
        "offices": [{"department": department, "divisions": [place.divisions[department]], "item_code": code}],
        "promised": {**promised, "confidence": "L"},
        "visits": visits,
        "visits_reason": _both(reason) if visits else None,
        "visits_note": _both(note),
        "depth": depth,
        "handle_types": handling,
        "fee": {"charged": charged, "basis": _both(fee_basis) if charged else None, "confidence": "L"},
    }
    return Taken(record.line, code, key, base, office)


def _both(text: str) -> dict[str, str]:
    # Lists from elsewhere are in Chinese only; the words stand in for the English ones until somebody translates them.
    return {"zh": text, "en": text}


def _department(of: _Judge) -> str:
    code, name = of.value("dept_code"), of.value("dept_name")
    if not code and not name:
        of.fault("dept_code", "missing", "dept_code or dept_name must be given")
        return ""
    found = of.place.departments.get(code) or (None if code else of.place.names.get(name))
    if found is None:
        field = "dept_code" if code else "dept_name"
        of.fault(field, "department-unknown", "a department of departments.yaml")
    return found or ""


def _laws(of: _Judge) -> list[dict[str, Any]]:
    given = of.text("by_law")
    laws = []
    for found in _LAW.finditer(given):
        article = found["article"].strip(" ，,、。.") or "未注明条款"
        laws.append({"title": _both(found["title"].strip()), "article": _both(article), "confidence": "L"})
    if given and not laws:
        of.fault("by_law", "no-law-named", "at least one text in 《》")
    return laws


def _limits(of: _Judge, kind: str | None, laws: list[dict[str, Any]]) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    statutory: dict[str, Any] | None = None
    if of.value("anticipate_day") not in ("", "0"):
        days, unit = of.whole("anticipate_day", 3650), of.choice("anticipate_type", _UNITS)
        if laws:
            first = laws[0]
            article = _both(f"{first['title']['zh']}{first['article']['zh']}"[:MAXIMUM_WORDS])
            statutory = {"value": days, "unit": unit, "article": article, "confidence": "L"}
    promised = {"value": of.whole("promise_day", 3650), "unit": "workday"}
    if promised["value"] or of.value("promise_type"):
        promised["unit"] = of.choice("promise_type", _UNITS)
    if kind == "promised" and of.value("promise_day") in ("0", "00"):
        of.fault("promise_day", "promised-without-days", "above 0 where project_type is 2")
    if kind == "instant" and promised["value"]:
        of.fault("promise_day", "instant-with-days", "0 where project_type is 1")
    if statutory and statutory["unit"] == promised["unit"] and promised["value"] > statutory["value"]:
        of.fault("promise_day", "promised-beyond-statutory", f"at most anticipate_day ({statutory['value']})")
    return statutory, promised


def _parts(of: _Judge, field: str, between: str) -> list[str]:
    return [part for each in re.split(between, of.text(field)) if (part := each.strip())][:50]


def _topics(of: _Judge, objects: list[str]) -> tuple[str, str | None]:
    persons, organisations = "1" in objects, bool(set(objects) - {"1"})

    def topic(field: str, known: frozenset[str]) -> str:
        given = of.value(field)
        if given and given not in known:
            of.fault(field, "topic-unknown", "a code of topics.yaml")
        return given or ("999" if "999" in known else min(known, default="999"))

    person = topic("user_topic_type", of.place.persons) if persons else None
    organisation = topic("corp_topic_type", of.place.organisations) if organisations else None
    return (person or organisation or "999"), (organisation if persons else None)


def _effective(of: _Judge) -> str:
    given = of.value("plan_effective_date")[:10].replace("/", "-")
    return given if re.fullmatch(r"\d{4}-\d{2}-\d{2}", given) else of.place.today


def _materials(of: _Judge, visits: int) -> list[dict[str, Any]]:
    if len(of.record.materials) > MAXIMUM_MATERIALS:
        of.fault("materials", "too-many", f"at most {MAXIMUM_MATERIALS}", str(len(of.record.materials)))
    taken, names = [], set()
    for number, given in enumerate(of.record.materials[:MAXIMUM_MATERIALS], 1):
        name = given.get("material_name") or given.get("name", "")
        if not name or len(name) > MAXIMUM_MATERIAL:
            of.fault("materials", "material-name", f"a name of at most {MAXIMUM_MATERIAL} characters", name)
        if name in names:
            of.fault("materials", "material-twice", "each material once", name)
        names.add(name)
        necessity = _NECESSITIES.get(given.get("necessity", given.get("is_need", "")))
        if necessity is None:
            of.fault("materials", "unknown-value", "is_need 1, 2 or 3", given.get("is_need", ""))
        counts = [given.get(field, "0") or "0" for field in ("original_num", "copy_num")]
        if not all(each.isdigit() and len(each) < 3 for each in counts):
            of.fault("materials", "not-a-number", "original_num and copy_num from 0 to 99", "/".join(counts))
            counts = ["0", "0"]
        originals, copies = (int(each) for each in counts)
        hint = (given.get("fill_explain") or given.get("hint") or name)[:MAXIMUM_WORDS]
        material: dict[str, Any] = {
            "key": f"material-{number}",
            "name": _both(name),
            "hint": _both(hint),
            "necessity": necessity,
            "form": "both",
            "handover": "show" if visits else "upload",
            "originals": originals,
            "copies": copies,
        }
        if necessity == "optional":
            material["condition"] = _both(hint)
        if not visits:
            material |= {"accept": ["image/jpeg", "image/png"], "max_bytes": 10_485_760, "max_files": 9}
        taken.append(material)
    return taken
