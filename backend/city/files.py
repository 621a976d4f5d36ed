"""Which structure each file of a pack has, and how a file is written so that people can read it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from msgspec import inspect

from backend.city.pack import Document
from backend.city.structures import (
    Bundle,
    CertificateType,
    CityFacts,
    Credit,
    Departments,
    Divisions,
    DocumentTemplates,
    Duties,
    Enterprises,
    FormFile,
    HeldCertificates,
    ItemBase,
    ItemOffice,
    LifecycleFile,
    LifeEvents,
    Locations,
    Messages,
    Part,
    Personas,
    Plan,
    Population,
    Privacy,
    ProjectCodes,
    Properties,
    Regime,
    Regulations,
    SearchWords,
    Topics,
)

PATHS: Mapping[type[Part], str] = {
    CityFacts: r"city\.yaml",
    Divisions: r"divisions\.yaml",
    Departments: r"departments\.yaml",
    Locations: r"locations\.yaml",
    Topics: r"topics\.yaml",
    ProjectCodes: r"projects\.yaml",
    LifeEvents: r"life-events\.yaml",
    Duties: r"duties\.yaml",
    Regulations: r"regulations\.yaml",
    Messages: r"messages\.yaml",
    Privacy: r"privacy\.yaml",
    DocumentTemplates: r"documents\.yaml",
    Personas: r"personas\.yaml",
    SearchWords: r"search\.yaml",
    Population: r"registers/population\.yaml",
    Enterprises: r"registers/enterprises\.yaml",
    Properties: r"registers/properties\.yaml",
    Credit: r"registers/credit\.yaml",
    HeldCertificates: r"registers/certificates\.yaml",
    Regime: r"regimes/[^/]+\.yaml",
    LifecycleFile: r"lifecycles/[^/]+\.yaml",
    FormFile: r"forms/[^/]+\.yaml",
    CertificateType: r"certificates/[^/]+\.yaml",
    Bundle: r"bundles/[^/]+\.yaml",
    Plan: r"plans/[^/]+\.yaml",
    ItemBase: r"items/[^/]+/base\.yaml",
    ItemOffice: r"items/[^/]+/office\.yaml",
}
"""Every kind of file that a pack may have, and the pattern of its path."""


def structure_of(path: str) -> type[Part] | None:
    """The structure of a file, or None for a file that no pack has."""
    return next((structure for structure, pattern in PATHS.items() if re.fullmatch(pattern, path)), None)


def paths_of(documents: Mapping[str, Document], structure: type[Part]) -> Iterator[str]:
    """The paths of the files of a kind."""
    matches = re.compile(PATHS[structure]).fullmatch
    return (path for path in documents if matches(path))


def readable(path: str, data: Any) -> str:
    """A file's data as YAML, members in the order of its structure, short values on one line."""
    structure = structure_of(path)
    ordered = data if structure is None else _ordered(data, inspect.type_info(structure))
    text: str = yaml.dump(ordered, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=120)
    return text


class _Plain(yaml.SafeDumper):
    """Never writes aliases: a pack has none."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> yaml.SequenceNode:
        plain = not any(isinstance(each, dict | list) for each in sequence) and len(str(sequence)) < 90
        return super().represent_sequence(tag, sequence, flow_style=plain)

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        # Words in both languages read best side by side.
        short = isinstance(mapping, dict) and set(mapping) == {"zh", "en"} and len(str(mapping)) < 160
        return super().represent_mapping(tag, mapping, flow_style=short)


def _ordered(value: Any, kind: inspect.Type) -> Any:
    if isinstance(kind, inspect.UnionType):
        fitting = inspect.StructType if isinstance(value, dict) else inspect.ListType
        kind = next((each for each in kind.types if isinstance(each, fitting)), kind)
    if isinstance(kind, inspect.Metadata):
        return _ordered(value, kind.type)
    if isinstance(value, dict) and isinstance(kind, inspect.StructType):
        known = {each.encode_name: each.type for each in kind.fields}
        first = {name: _ordered(value[name], type_) for name, type_ in known.items() if name in value}
        return {**first, **{name: each for name, each in value.items() if name not in known}}
    if isinstance(value, dict) and isinstance(kind, inspect.DictType):
        return {name: _ordered(each, kind.value_type) for name, each in value.items()}
    if isinstance(value, list) and isinstance(kind, inspect.ListType):
        return [_ordered(each, kind.item_type) for each in value]
    return value
