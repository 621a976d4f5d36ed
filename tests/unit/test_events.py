"""The leaf hash of an event is the published one, and only what has one spelling gets into an event."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from backend.foundation.events import SALT_BYTES, leaf_hash, make, public_part

VECTOR = json.loads((Path(__file__).parents[1] / "vectors/ledger_leaf.json").read_text(encoding="utf-8"))


def test_the_vector_of_the_ledger_leaf_is_met() -> None:
    event = VECTOR["event"]
    public = public_part(**{"event_id": event["id"], **{key: event[key] for key in event if key != "id"}})
    salt, private = bytes.fromhex(VECTOR["salt"]), bytes.fromhex(VECTOR["private"])
    assert public.hex() == VECTOR["public"]
    assert leaf_hash(public, salt, private).hex() == VECTOR["leaf_hash"]
    assert leaf_hash(public, salt, b"").hex() == VECTOR["leaf_hash_without_private"]
    assert VECTOR["leaf_hash"] == hashlib.sha256(b"\0" + public + hashlib.sha256(salt + private).digest()).hexdigest()


def test_an_event_without_a_private_part_keeps_its_salt() -> None:
    event, beside = make("case", 1, "case.accepted@1", 5, "system", {"b": 1, "a": None})
    assert beside is None
    assert len(event.salt) == SALT_BYTES
    public = public_part(event.id, "case", 1, "case.accepted@1", 5, "system", {"a": None, "b": 1})
    assert event.leaf_hash == leaf_hash(public, event.salt, b"")


def test_the_salt_of_a_private_part_is_only_beside_it() -> None:
    event, beside = make("case", 1, "case.submitted@1", 5, "a", {}, "李雪".encode())
    assert event.salt == b""
    assert beside is not None
    salt, private = beside[:SALT_BYTES], beside[SALT_BYTES:]
    assert private == "李雪".encode()
    assert event.leaf_hash == leaf_hash(public_part(event.id, "case", 1, event.type, 5, "a", {}), salt, private)


@pytest.mark.parametrize("value", [1.5, 2**53, -(2**53), b"bytes", {1: "key"}, {"deep": {"set": {1}}}])
def test_data_with_more_than_one_spelling_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="one spelling"):
        make("case", 1, "case.submitted@1", 5, "system", {"value": value})


def test_data_nested_too_deep_is_refused() -> None:
    data: dict[str, object] = {}
    for _level in range(20):
        data = {"in": data}
    with pytest.raises(ValueError, match="nested deeper"):
        make("case", 1, "case.submitted@1", 5, "system", data)
