"""The pictures of members that wait: no case holds them yet, and they stay until their member is filed or dropped."""

from __future__ import annotations

from backend.bundles import tables
from backend.bundles.kept import opened
from backend.foundation.encryption import Erased
from backend.house import House


async def files_named(house: House, subject_id: str) -> set[str]:
    """The hashes of all files that a subject's members which are no case yet will be filed with."""
    found: set[str] = set()
    for member in await house.database.read(tables.waiting_of_subject(subject_id)):
        try:
            kept = await opened(house, subject_id, member["filing_id"], member)
        except Erased:
            return set()
        found.update(sha256 for hashes in kept.files.values() for sha256 in hashes)
    return found
