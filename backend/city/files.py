"""Which structure each file of a pack has, and how a file is written so that people can read it."""

from __future__ import annotations

import re
from typing import Any

import yaml
from msgspec import inspect

from backend.city.structures import (
    Bundle,
    CertificateType,
    CityFacts,
    Credit,
    Departments,
    Divisions,
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
    Properties,
    Regime,
    Regulations,
    Topics,
)

STRUCTURES: dict[str, type[Part]] = {
    r"city\.yaml": CityFacts,
    r"divisions\.yaml": Divisions,
    r"departments\.yaml": Departments,
    r"locations\.yaml": Locations,
    r"topics\.yaml": Topics,
    r"life-events\.yaml": LifeEvents,
    r"duties\.yaml": Duties,
    r"regulations\.yaml": Regulations,
    r"messages\.yaml": Messages,
    r"privacy\.yaml": Privacy,
    r"personas\.yaml": Personas,
    r"registers/population\.yaml": Population,
    r"registers/enterprises\.yaml": Enterprises,
    r"registers/properties\.yaml": Properties,
    r"registers/credit\.yaml": Credit,
    r"registers/certificates\.yaml": HeldCertificates,
    r"regimes/[^/]+\.yaml": Regime,
    r"lifecycles/[^/]+\.yaml": LifecycleFile,
    r"forms/[^/]+\.yaml": FormFile,
    r"certificates/[^/]+\.yaml": CertificateType,
    r"bundles/[^/]+\.yaml": Bundle,
    r"plans/[^/]+\.yaml": Plan,
    r"items/[^/]+/base\.yaml": ItemBase,
    r"items/[^/]+/office\.yaml": ItemOffice,
}
"""Every file that a pack may have, by the pattern of its path."""


def structure_of(path: str) -> type[Part] | None:
    """The structure of a file, or None for a file that no pack has."""
    return next((structure for pattern, structure in STRUCTURES.items() if re.fullmatch(pattern, path)), None)


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
