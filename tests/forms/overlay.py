"""The demo pack with the tests' own item of every control."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.harness.served import ROOT

ITEM = "household-help"
OVERLAY = Path(__file__).parent / "pack"
# The certificates of the demo register are of the season it was written for.
VALUES = {
    "district": "990102",
    "income": 3200,
    "helped": ["rent"],
    "agent_needed": "no",
    "members": [{"name": "何建军", "relation": "child"}],
    "promise": True,
}
"""A whole answer but for what is known of the applicant."""


def pack_at(directory: Path) -> Path:
    """Writes the pack into a directory that does not exist yet; gives it."""
    shutil.copytree(ROOT / "city", directory)
    shutil.copytree(OVERLAY, directory, dirs_exist_ok=True)
    return directory
