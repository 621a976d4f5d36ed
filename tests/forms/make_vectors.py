"""Writes tests/vectors/forms.json: filled forms of the tests' own item with their errors. Run after a change of rules.

    .venv/bin/python -m tests.forms.make_vectors

The errors are the server's; what changed in them is read in the difference before it is committed.
"""

from __future__ import annotations

import copy
import json
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from backend.city.city import City
from tests.forms.judging import By, Judges
from tests.forms.overlay import ITEM, VALUES, pack_at
from tests.harness.served import ROOT

TARGET = ROOT / "tests" / "vectors" / "forms.json"
PERSON = {"name": "林晓舟", "id_number": "990321199508162421", "phone": "13900000001"}
FACTS = {**PERSON, "birth_date": "1995-08-16", "sex": "女", "home": "静川省安平县", "representative": None}
CASES: dict[str, dict[str, Any]] = {
    "whole": {},
    "an answer left out": {"income": None},
    "a commitment not given": {"promise": False},
    "a commitment left out": {"promise": None},
    "the name typed over": {"name": "林小舟"},
    "a fact in a group typed over": {"sex": "男"},
    "an agent who is asked for": {"agent_needed": "friend"},
    "an agent without a name": {"agent_needed": "lawyer", "agent": {"id_number": "99032119880203117X"}},
    "an agent who is not asked for": {"agent": {"name": "周志远", "id_number": "99032119880203117X"}},
    "a wrong number of an agent": {
        "agent_needed": "friend",
        "agent": {"name": "周志远", "id_number": "99032119880203117x"},
    },
    "no row": {"members": []},
    "too many rows": {"members": [{"name": "何", "relation": "child"}] * 4},
    "an empty row": {"members": [{}]},
    "a row that calls for more": {
        "members": [{"name": "何", "relation": "other"}, {"name": "何", "relation": "child", "works": True}]
    },
    "a row that says too much": {"members": [{"name": "何", "relation": "child", "which": "表兄", "employer": "云海"}]},
    "a wrong number in a row": {"members": [{"name": "何", "relation": "child", "id_number": "990422195104120270"}]},
    "rows that are none": {"members": {"name": "何"}},
    "a row that is none": {"members": ["何"]},
    "the same help twice": {"helped": ["rent", "rent"]},
    "a help that is not listed": {"helped": ["food"]},
    "a number as text": {"income": "3200"},
    "a fraction": {"income": 0.5},
    "a right card": {"card": "6222020000000000000"},
    "a wrong card": {"card": "6222020000000000001"},
    "a card in letters": {"card": "62220200000000000A"},
    "a short card": {"card": "62220200000"},
    "a wrong postcode": {"postcode": "9901O0"},
    "a landline": {"landline": "010-12345678"},
    "a wrong phone": {"landline": "1390000"},
    "a wrong credit code": {"code": "91990102MA1YH0010K"},
    "an answer to nothing": {"hobby": "钓鱼"},
    "a name of every object": {"constructor": 1},
}  # fmt: skip


def made() -> dict[str, Any]:
    """The form, what it is judged by, and the cases."""
    with tempfile.TemporaryDirectory() as directory, Judges() as judges:
        city = City.load(pack_at(Path(directory) / "city"))
        form = city.forms[city.items[ITEM].guide.form_hash or ""]
        by = By("2026-11-27", FACTS, ["promise"])  # type: ignore[arg-type]
        cases = []
        for name, changes in CASES.items():
            values: dict[str, Any] = {**PERSON, **copy.deepcopy(VALUES), **changes}
            values = {key: value for key, value in values.items() if value is not None}
            cases.append({"name": name, "values": values, "errors": judges.server(form, values, by)})
        layout = msgspec.to_builtins(form.layout)
        return {"schema": form.schema, "layout": layout, "by": msgspec.to_builtins(by), "cases": cases}


if __name__ == "__main__":
    TARGET.write_text(json.dumps(made(), ensure_ascii=False, indent=1) + "\n")
