"""What is found while a pack is read, before there is anything that the other rules could look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backend.city.pack import MAXIMUM_DEPTH, MAXIMUM_FILE, MAXIMUM_FILES, Document, Finding
from backend.city.rules.rule import Article, At, Rule

PACK = Rule(
    "pack",
    f"A folder without a YAML file, or with more than {MAXIMUM_FILES}.",
    "Name a folder with city.yaml in it.",
)
SIZE = Rule("size", f"A file of more than {MAXIMUM_FILE} bytes.", "Split the file.")
YAML = Rule(
    "yaml",
    "A file that is not the plain YAML of packs: text, whole numbers and yes/no, every key once, no aliases, one"
    f" document, at most {MAXIMUM_DEPTH} levels, UTF-8.",
    "Correct the YAML at the line named.",
)
MISSING_FILE = Rule("missing-file", "A file that every pack needs is not there.", "Add the file named.")
STRUCTURE = Rule(
    "structure",
    "A member that is missing, unknown or of another kind than backend/city/structures.py says.",
    "Correct the value named.",
)
REFERENCE = Rule("reference", "A key that names nothing in the pack.", "Use a key that is defined, or define it.")
LIMIT_WITHOUT_UNIT = Rule(
    "limit-without-unit",
    "A time limit without its unit: ten what?",
    "Add unit: workday or day.",
    Article("行政许可法第八十二条", "H"),
)


def limits_without_unit(documents: Mapping[str, Document]) -> Iterator[Finding]:
    """Limits of items that do not say their unit, found in the files themselves."""
    for path, document in documents.items():
        if not path.startswith("items/") or not isinstance(document.data, dict):
            continue
        for name in ("statutory", "promised"):
            limit = document.data.get(name)
            if isinstance(limit, dict) and limit.get("unit") is None:
                at = At(path, f"/{name}", f"the {name} limit has no unit")
                yield LIMIT_WITHOUT_UNIT.finding(at, document.line(at.pointer))
