"""What the registers hold, on the wire."""

from __future__ import annotations

from typing import Literal

import msgspec

from backend.city.structures import Text
from backend.registers.sources import Entry, RegisterName


class RegisterRecords(msgspec.Struct, frozen=True, kw_only=True):
    """What one register holds. When it is `unavailable`, `as_of` is null and nothing is said about `entries`."""

    register: RegisterName
    source: Text
    state: Literal["ok", "unavailable"]
    as_of: str | None
    entries: list[Entry]


class RecordList(msgspec.Struct, frozen=True):
    """Every register, in the order in which they are shown."""

    registers: list[RegisterRecords]
