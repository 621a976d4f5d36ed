"""Every column of both databases has a declared class, and what is personal is sealed or a blind index."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from backend.foundation.database import Database, open_database
from backend.foundation.field_classes import HOUSE, KEYS, Field, UndeclaredField, classify, field_of
from backend.foundation.settings import Settings
from backend.foundation.stored_vault import StoredVault
from tests.harness.schema import Columns, schema_of

pytestmark = pytest.mark.anyio
WHERE = "backend/foundation/field_classes.py"


def differences(schema: Mapping[str, Columns], declared: Mapping[str, Mapping[str, Field]], name: str) -> list[str]:
    """What to do, a line each, so that the declaration and the migrated schema say the same."""
    lines = []
    for table, columns in sorted(schema.items()):
        if table not in declared:
            lines.append(f'{WHERE}: add to {name} a line "{table}": _columns(…) with: {" ".join(columns)}')
            continue
        lines += [
            f"{WHERE}: add {column!r} to one of public, internal, personal_sealed, personal_index, sensitive_sealed,"
            f' sensitive_index of {name}["{table}"]'
            for column in columns
            if column not in declared[table]
        ]
    for table, fields in sorted(declared.items()):
        lines += [
            f'{WHERE}: remove {column!r} from {name}["{table}"]: no migration makes it'
            for column in fields
            if column not in schema.get(table, {})
        ]
    return lines


def unsealed(schema: Mapping[str, Columns], declared: Mapping[str, Mapping[str, Field]]) -> list[str]:
    """The columns that are not stored as their class demands, or whose name says otherwise."""
    lines = []
    for table, columns in schema.items():
        for column, (kind, _nullable) in columns.items():
            field = declared[table][column]
            place = f"{table}.{column} ({kind}, declared {field.level}, {field.stored})"
            if field.level in ("personal", "sensitive") and field.stored == "plain":
                lines.append(f"{place}: personal data is sealed or a blind index")
            if field.stored == "sealed" and kind != "BYTEA":
                lines.append(f"{place}: what is sealed is BYTEA; seal it with house.vault.seal")
            if field.stored == "index" and kind != "TEXT":
                lines.append(f"{place}: a blind index is TEXT; make it with house.vault.blind_index")
            if column.endswith("_sealed") and field.stored != "sealed":
                lines.append(f"{place}: its name says that it is sealed: declare it so")
            if column.endswith("_index") and field.stored != "index":
                lines.append(f"{place}: its name says that it is a blind index: declare it so")
    return lines


async def both(database: Database, settings: Settings) -> list[tuple[dict[str, Columns], str]]:
    store = await open_database(settings.database.keys_url, bind=False)
    found = [(await schema_of(database), "HOUSE"), (await schema_of(store), "KEYS")]
    await store.close()
    return found


async def test_every_column_is_declared_and_every_declared_column_exists(
    database: Database, vault: StoredVault, house_settings: Settings
) -> None:
    found = await both(database, house_settings)
    lines = [line for schema, name in found for line in differences(schema, {"HOUSE": HOUSE, "KEYS": KEYS}[name], name)]
    assert not lines, "\n" + "\n".join(lines)


async def test_what_is_personal_is_sealed_or_a_blind_index(
    database: Database, vault: StoredVault, house_settings: Settings
) -> None:
    for schema, name in await both(database, house_settings):
        lines = unsealed(schema, {"HOUSE": HOUSE, "KEYS": KEYS}[name])
        assert not lines, "\n" + "\n".join(lines)


def test_an_undeclared_a_left_over_and_an_unsealed_column_are_each_told_with_the_cure() -> None:
    declared = {"account": {"id": Field("internal", "plain"), "phone": Field("personal", "plain")}}
    schema: dict[str, Columns] = {
        "account": {"id": ("TEXT", False), "name_sealed": ("TEXT", True)},
        "party": {"id": ("TEXT", False)},
    }
    assert differences(schema, declared, "HOUSE") == [
        f"{WHERE}: add 'name_sealed' to one of public, internal, personal_sealed, personal_index, sensitive_sealed,"
        ' sensitive_index of HOUSE["account"]',
        f'{WHERE}: add to HOUSE a line "party": _columns(…) with: id',
        f"{WHERE}: remove 'phone' from HOUSE[\"account\"]: no migration makes it",
    ]
    table: dict[str, Columns] = {"account": {"phone": ("TEXT", False)}}
    assert len(unsealed(table, declared)) == 1
    assert len(unsealed(table, {"account": {"phone": Field("personal", "sealed")}})) == 1


def test_a_column_is_classed_by_its_name() -> None:
    assert classify("account", "phone_sealed") == "personal"
    assert field_of("account", "id_number_index") == Field("sensitive", "index")
    assert classify("subject_key", "wrapped") == "internal"
    with pytest.raises(UndeclaredField, match=r"account.shoe_size has no class: .*field_classes.py"):
        classify("account", "shoe_size")
