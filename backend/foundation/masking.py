"""Personal data as it may be shown: enough to recognise one's own, too little to learn another's (standards §9)."""

from __future__ import annotations

import re

_ID_NUMBER = re.compile(r"(?<!\d)(\d{3})\d{11}(\d{3}[0-9Xx])(?!\d)", re.ASCII)
_PHONE = re.compile(r"(?<!\d)(?:\+?86)?(1[3-9]\d)\d{4}(\d{4})(?!\d)", re.ASCII)
# A digit and a capital tell a random token from a long word or a function's name; UUIDs and hashes have no capital.
_TOKEN = re.compile(r"(?<![0-9A-Za-z_-])(?=[0-9A-Za-z_-]*\d)(?=[0-9A-Za-z_-]*[A-Z])[0-9A-Za-z_-]{22,}(?![0-9A-Za-z_-])")

_QUOTED = re.compile(r"'[^'\n]*'|(?<!File )\"[^\"\n]*\"")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


def mask_id_number(id_number: str) -> str:
    """`11010519491231002X` as `110***********002X`: the first three and the last four characters stay."""
    return id_number[:3] + "*" * (len(id_number) - 7) + id_number[-4:] if len(id_number) > 7 else "*" * len(id_number)


def mask_phone(phone: str) -> str:
    """`13812341234` as `138****1234`."""
    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:] if len(phone) > 7 else "*" * len(phone)


def mask_name(name: str) -> str:
    """`张小明` as `张**`: the first character stays, each other one is a star."""
    return name[:1] + "*" * (len(name) - 1) if len(name) > 1 else "*"


def mask_fault(text: str) -> str:
    """What an exception says without what it quotes: quoted parts and all text that is not ASCII may be a person's."""
    return mask_text(_NOT_ASCII.sub("…", _QUOTED.sub("'…'", text)))


def mask_text(text: str) -> str:
    """Any text with the identity numbers, phone numbers and random tokens in it masked; for logs."""
    masked = _PHONE.sub(r"\1****\2", _ID_NUMBER.sub(r"\1***********\2", text))
    return _TOKEN.sub(lambda found: found[0][:4] + "…", masked)
