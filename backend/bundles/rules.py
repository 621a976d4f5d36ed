"""One form out of several, and the answers of one form back into several: pure, over guides and forms of the City.

Names in the merged form depend on the bundle alone and not on what was chosen, so that nothing typed is lost when an
answer of the questionnaire changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from backend.cases.filled import ABSENT, holds, member_at
from backend.city.bundle_fields import meet
from backend.city.canonical import content_hash
from backend.city.city import City, Form
from backend.city.guide import Guide, GuideMaterial
from backend.city.questionnaire import ITEM, QUESTION, in_order
from backend.city.structures import Bundle, Field, Layout, Option, Page, Text, When
from backend.foundation.forms import Form as Validator

_FIRST: Final = Text("先选一选", "First, a few questions")
_CHOOSE: Final = Text("请选一个", "Please choose one")


@dataclass(frozen=True)
class Member:
    """An item of a bundle with its form."""

    item: str
    guide: Guide
    form: Form


@dataclass
class Placing:
    """Where the fields and materials of a member's form are in the merged one.

    `names` are its top-level names, `rows` the members of its repeated parts, each by its own name; `answers` are given
    by the bundle, `results` come from an earlier member, `later` are known once its applicant is there: none is asked.
    """

    names: dict[str, str] = field(default_factory=dict)
    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    materials: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    results: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()

    @property
    def unasked(self) -> frozenset[str]:
        """The names that nobody is asked for."""
        return frozenset(self.answers) | self.results | self.later


def members_of(city: City, bundle: Bundle, items: Iterable[str] | None = None) -> list[Member]:
    """The members that can be filed here, in order: of these items, or all."""
    wanted = in_order(bundle) if items is None else list(items)
    guides = [city.items[key].guide for key in wanted if key in city.items]
    return [Member(guide.key, guide, city.forms[guide.form_hash]) for guide in guides if guide.form_hash]


def hash_of(bundle: Bundle, every: Sequence[Member]) -> str:
    """Names the bundle with everything that its merged forms are made of."""
    return content_hash({"bundle": msgspec.to_builtins(bundle), "guides": [each.guide.hash for each in every]})


def _own(item: str, name: str) -> str:
    return f"{item.replace('-', '_')}_{name}"


def _top(pointer: str) -> str:
    return pointer.split("/")[1]


def every_field(fields: Iterable[Field]) -> Iterator[Field]:
    """Fields and those in their groups; not those of rows."""
    for each in fields:
        yield each
        if each.control == "group":
            yield from every_field(each.fields)


def _schema_of(form: Form) -> Mapping[str, Any]:
    schema: Any = form.schema
    return schema if isinstance(schema, Mapping) else {}


def fields_of(form: Form) -> Iterator[Field]:
    """Every field of a form and its groups, in order."""
    for page in form.layout.pages:
        yield from every_field(page.fields)


def placings(bundle: Bundle, every: Sequence[Member]) -> dict[str, Placing]:
    """Where everything of each member is; `every` are all of the bundle's members that have a form, chosen or not."""
    placed = {member.item: Placing() for member in every}
    later = {each.item for each in bundle.applicants}
    for member in every:
        placing = placed[member.item]
        for name in _schema_of(member.form)["properties"]:
            placing.names[name] = _own(member.item, name)
        known = {_top(each.pointer): each.known for each in fields_of(member.form) if each.known}
        if member.item in later:
            placing.later = frozenset(known)
        else:
            placing.names.update({name: fact for name, fact in known.items() if fact is not None})
        placing.results = frozenset(
            _top(each.pointer) for each in bundle.results if each.item == member.item and each.pointer
        )
        placing.answers = {_top(each.pointer): each.value for each in bundle.answers if each.item == member.item}
        for material in member.guide.materials:
            placing.materials[material.key] = f"{member.item}-{material.key}"
    for group in bundle.same:
        steps = [(each.item, *each.pointer.split("/")[1:]) for each in group if each.item in placed]
        for step in steps[1:]:
            first = steps[0]
            if len(step) == 2:
                placed[step[0]].names[step[1]] = placed[first[0]].names[first[1]]
            else:
                rows = placed[step[0]].rows.setdefault(step[1], {})
                rows[step[2]] = placed[first[0]].rows.get(first[1], {}).get(first[2], first[2])
    _same_materials(bundle, every, placed, later)
    return placed


def _same_materials(
    bundle: Bundle, every: Sequence[Member], placed: Mapping[str, Placing], later: frozenset[str] | set[str]
) -> None:
    shares: dict[tuple[str, str], str] = {}
    for member in every:
        for material in member.guide.materials:
            if material.handover == "share" and member.item not in later:
                paper = (material.share_register or "", material.shared_certificate or material.name.zh)
                mine = placed[member.item].materials
                mine[material.key] = shares.setdefault(paper, mine[material.key])
    for group in bundle.same_materials:
        there = [each for each in group if each.item in placed]
        for each in there[1:]:
            placed[each.item].materials[each.material] = placed[there[0].item].materials[there[0].material]


class _Merge:
    def __init__(self, bundle: Bundle, members: Sequence[Member], placed: Mapping[str, Placing]) -> None:
        self.bundle, self.members, self.placed = bundle, members, placed
        self.properties: dict[str, Any] = {}
        self.required: list[str] = []
        self.conditions: list[Any] = []
        self.pages: list[Page] = []
        self.fields: dict[str, list[Field]] = {}

    def form(self) -> tuple[dict[str, Any], Layout]:
        self._questions()
        for member in self.members:
            self._schema(member)
            for page in member.form.layout.pages:
                for each in every_field(page.fields):
                    if each.control != "group" and (renamed := self._renamed(member, each)) is not None:
                        self.fields.setdefault(renamed.pointer, []).append(renamed)
        asked: set[str] = set()
        for member in self.members:
            for page in member.form.layout.pages:
                fields = list(self._laid_out(member, page.fields, asked))
                same = next((at for at, each in enumerate(self.pages) if each.title == page.title), None)
                if fields and same is not None:
                    kept = self.pages[same]
                    self.pages[same] = msgspec.structs.replace(kept, fields=[*kept.fields, *fields])
                elif fields:
                    self.pages.append(Page(f"{member.item}-{page.key}"[:64].rstrip("-"), page.title, fields))
        schema = {
            "type": "object",
            "additionalProperties": False,
            "required": list(dict.fromkeys(self.required)),
            "properties": self.properties,
            **({"allOf": self.conditions} if self.conditions else {}),
        }
        return schema, Layout(self.pages)

    def _questions(self) -> None:
        fields = []
        for question in self.bundle.questions:
            name = QUESTION + question.key
            self.properties[name] = {"type": "string", "enum": [each.value for each in question.options]}
            self.required.append(name)
            options = [Option(each.value, each.label) for each in question.options]
            fields.append(
                Field(
                    pointer=f"/{name}",
                    label=question.text,
                    hint=question.hint,
                    control="radio",
                    options=options,
                    errors={"required": _CHOOSE},
                )
            )
        if fields:
            self.pages.append(Page("questions", _FIRST, list(fields)))

    def _schema(self, member: Member) -> None:
        placing, schema = self.placed[member.item], _schema_of(member.form)
        for name, own in schema["properties"].items():
            if name in placing.unasked:
                continue
            merged, renamed = placing.names[name], _rows_renamed(own, placing.rows.get(name, {}))
            before = self.properties.get(merged)
            met = renamed if before is None else meet(before, renamed)
            # City check refuses a bundle whose fields cannot meet; an old one keeps what came first.
            self.properties[merged] = met if met is not None else before
        self.required += [placing.names[name] for name in schema.get("required", []) if name not in placing.unasked]
        for condition in schema.get("allOf", []):
            self.conditions += self._condition(placing, condition)

    def _condition(self, placing: Placing, condition: Mapping[str, Any]) -> list[Any]:
        """A condition of a member in the merged form's names; one that the bundle's own answers decide is decided."""
        asked = set(condition.get("if", {}).get("properties", {}))
        if asked & (placing.results | placing.later) or (asked & set(placing.answers) and asked - set(placing.answers)):
            return []
        if asked and asked <= set(placing.answers):
            then = "then" if Validator(condition["if"]).is_valid(placing.answers) else "else"
            kept = condition.get(then)
            return [_renamed_schema(placing, kept)] if kept else []
        return [{keyword: _renamed_schema(placing, part) for keyword, part in condition.items()}]

    def _laid_out(self, member: Member, fields: Iterable[Field], asked: set[str]) -> Iterator[Field]:
        for each in fields:
            if each.control == "group":
                inner = list(self._laid_out(member, each.fields, asked))
                when, shown = self._when(member, each.when)
                if inner and shown:
                    pointer = f"/{_own(member.item, each.pointer[1:].replace('/', '_'))}"
                    yield msgspec.structs.replace(each, pointer=pointer, when=when, fields=inner)
                continue
            renamed = self._renamed(member, each)
            if renamed is None or renamed.pointer in asked:
                continue
            asked.add(renamed.pointer)
            yield self._together(renamed.pointer)

    def _together(self, pointer: str) -> Field:
        """What several members ask, as one question: shown whenever one of them needs it."""
        first, *others = self.fields[pointer]
        if not others:
            return first
        when = first.when if all(each.when == first.when for each in others) else None
        errors = dict(first.errors)
        rows = list(first.fields)
        for each in others:
            errors = {**each.errors, **errors}
            there = {row.pointer for row in rows}
            rows += [row for row in each.fields if row.pointer not in there]
        options = first.options
        if options is not None:
            allowed = self.properties.get(_top(pointer), {}).get("enum")
            options = [each for each in options if allowed is None or each.value in allowed]
        return msgspec.structs.replace(first, when=when, errors=errors, fields=rows, options=options)

    def _renamed(self, member: Member, each: Field) -> Field | None:
        """A field under its merged pointer, or None where nobody is asked."""
        placing = self.placed[member.item]
        when, shown = self._when(member, each.when)
        if not shown:
            return None
        if each.control == "file":
            key = placing.materials.get(each.material or "")
            taken = {found.material for found in self.bundle.results if found.item == member.item}
            if key is None or each.material in taken:
                return None
            return msgspec.structs.replace(each, pointer=f"/files/{key.replace('-', '_')}", material=key, when=when)
        name, _, rest = each.pointer[1:].partition("/")
        if name in placing.unasked:
            return None
        inner = placing.rows.get(name, {})
        fields = [
            msgspec.structs.replace(
                row,
                pointer="/" + inner.get(row.pointer[1:], row.pointer[1:]),
                when=_rewhen(row.when, inner),
            )
            for row in each.fields
        ]
        return msgspec.structs.replace(
            each,
            pointer=f"/{placing.names[name]}" + (f"/{rest}" if rest else ""),
            material=placing.materials.get(each.material) if each.material else None,
            when=when,
            fields=fields,
        )

    def _when(self, member: Member, when: When | None) -> tuple[When | None, bool]:
        """A condition in the merged form's names, and whether it can hold at all."""
        if when is None:
            return None, True
        placing, name = self.placed[member.item], _top(when.pointer)
        if name in placing.answers:
            return None, holds(when, placing.answers)
        if name in placing.unasked:
            return None, True
        rest = when.pointer[1 + len(name) :]
        return msgspec.structs.replace(when, pointer=f"/{placing.names[name]}{rest}"), True


def _rewhen(when: When | None, names: Mapping[str, str]) -> When | None:
    if when is None:
        return None
    return msgspec.structs.replace(when, pointer="/" + names.get(when.pointer[1:], when.pointer[1:]))


def _names_in(schema: Mapping[str, Any], rename: Mapping[str, str], dropped: frozenset[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword == "properties":
            found[keyword] = {rename.get(name, name): each for name, each in value.items() if name not in dropped}
        elif keyword == "required":
            found[keyword] = [rename.get(name, name) for name in value if name not in dropped]
        elif keyword in ("if", "then", "else"):
            found[keyword] = _names_in(value, rename, dropped)
        elif keyword == "allOf":
            found[keyword] = [_names_in(each, rename, dropped) for each in value]
        elif keyword == "dependentRequired":
            found[keyword] = {
                rename.get(name, name): [rename.get(other, other) for other in others if other not in dropped]
                for name, others in value.items()
                if name not in dropped
            }
        else:
            found[keyword] = value
    return found


def _renamed_schema(placing: Placing, schema: Any) -> Any:
    return _names_in(schema, placing.names, placing.unasked) if isinstance(schema, Mapping) else schema


def _rows_renamed(schema: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    if not names or not isinstance(schema.get("items"), Mapping):
        return dict(schema)
    return {**schema, "items": _names_in(schema["items"], names, frozenset())}


def merged(bundle: Bundle, members: Sequence[Member], placed: Mapping[str, Placing]) -> Form:
    """The one form of the chosen members: made of the form keywords, no question in it twice."""
    schema, layout = _Merge(bundle, members, placed).form()
    return Form(content_hash({"schema": schema, "layout": msgspec.to_builtins(layout)}), schema, layout)


def split(member: Member, placing: Placing, values: Mapping[str, Any]) -> dict[str, Any]:
    """What one item's own form gets of the merged answers, and nothing that it does not ask for.

    Without what comes from an earlier member's result or from an applicant who is there later.
    """
    own: dict[str, Any] = {}
    for name in _schema_of(member.form)["properties"]:
        if name in placing.answers:
            own[name] = placing.answers[name]
        elif name not in placing.unasked and (value := values.get(placing.names[name], ABSENT)) is not ABSENT:
            own[name] = _own_rows(member, name, placing.rows.get(name, {}), value)
    _prune((each for page in member.form.layout.pages for each in page.fields), own, shown=True)
    return own


def _own_rows(member: Member, name: str, names: Mapping[str, str], value: Any) -> Any:
    """The rows of one member: of a row that several members share, what this one asks for."""
    schema = _schema_of(member.form)["properties"][name]
    inner = schema.get("items", {}).get("properties") if isinstance(schema.get("items"), Mapping) else None
    if not isinstance(value, list) or inner is None:
        return value
    return [
        {each: row[names.get(each, each)] for each in inner if names.get(each, each) in row}
        if isinstance(row, dict)
        else row
        for row in value
    ]


def _prune(fields: Iterable[Field], scope: dict[str, Any], *, shown: bool) -> None:
    """Takes out the answers to questions that this form does not ask after all."""
    for each in fields:
        active = shown and holds(each.when, scope)
        if each.control == "group":
            _prune(each.fields, scope, shown=active)
        elif each.control == "rows" and active:
            rows = member_at(scope, each.pointer)
            for row in rows if isinstance(rows, list) else []:
                if isinstance(row, dict):
                    _prune(each.fields, row, shown=True)
        elif not active and each.pointer.count("/") == 1:
            scope.pop(each.pointer[1:], None)


def merged_path(placing: Placing, path: str) -> str:
    """Where in the merged form a place of a member's own form is."""
    name, _, rest = path[1:].partition("/")
    steps = rest.split("/") if rest else []
    steps = [placing.rows.get(name, {}).get(step, step) for step in steps]
    return "/" + "/".join([placing.names.get(name, name), *steps])


def split_files(
    member: Member, placing: Placing, files: Mapping[str, list[str]], taken: Iterable[str] = ()
) -> dict[str, list[str]]:
    """The pictures of one item's own materials out of the merged ones; `taken` come from an earlier result."""
    own = {}
    for material in member.guide.materials:
        hashes = files.get(placing.materials[material.key])
        if hashes and material.handover in ("upload", "share") and material.key not in taken:
            own[material.key] = hashes[: material.max_files]
    return own


def taken_materials(bundle: Bundle, item: str) -> dict[str, str]:
    """The materials of a member that an earlier member's result is, with that member."""
    return {each.material: each.of for each in bundle.results if each.item == item and each.material}


def merged_guide(bundle: Bundle, members: Sequence[Member], placed: Mapping[str, Placing], whole: str) -> Guide:
    """What the form screens read of the whole: its name, its papers once each, the surest level that a member needs."""
    first = members[0].guide
    later = {each.item for each in bundle.applicants}
    papers: dict[str, GuideMaterial] = {}
    for member in members:
        taken = taken_materials(bundle, member.item)
        for material in member.guide.materials:
            key = placed[member.item].materials[material.key]
            looked_up_later = material.handover == "share" and member.item in later
            if material.key in taken or material.handover == "form" or looked_up_later:
                continue
            there = papers.get(key)
            need = "required" if there and "required" in (there.necessity, material.necessity) else material.necessity
            base = there or material
            papers[key] = msgspec.structs.replace(base, key=key, necessity=need)
    return msgspec.structs.replace(
        first,
        key=f"{ITEM}{bundle.key}",
        name=bundle.name,
        summary=bundle.summary,
        materials=list(papers.values()),
        level=max(each.guide.level for each in members),
        project=max((each.guide.project for each in members), key=("none", "optional", "required").index),
        route_by=None,
        form_hash=whole,
        hash=whole,
    )
