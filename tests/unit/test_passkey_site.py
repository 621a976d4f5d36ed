"""The name that passkeys are bound to."""

from __future__ import annotations

from typing import Literal

import msgspec
import pytest

from backend.foundation.settings import Settings
from backend.identity.passkeys.ceremony import RelyingParty, relying_party


def settings(origin: str, mode: Literal["demo", "test", "production"] = "demo", port: int = 8000) -> Settings:
    made = Settings(mode=mode)
    return msgspec.structs.replace(made, server=msgspec.structs.replace(made.server, public_origin=origin, port=port))


def test_a_city_binds_passkeys_to_its_own_name_and_address() -> None:
    found = relying_party(settings("https://zwfw.example.gov.cn", "production", 8443))
    assert found == RelyingParty("zwfw.example.gov.cn", ("https://zwfw.example.gov.cn",))


def test_a_demonstration_on_its_own_machine_is_known_as_localhost() -> None:
    assert relying_party(settings("http://127.0.0.1:8000")) == RelyingParty("localhost", ("http://localhost:8000",))
    elsewhere = relying_party(settings("https://127.0.0.1:8000", port=9000))
    assert elsewhere == RelyingParty("localhost", ("https://localhost:8000", "https://localhost:9000"))


@pytest.mark.parametrize(
    ("origin", "mode"),
    [
        ("https://192.0.2.7", "demo"),
        ("https://127.0.0.1", "production"),
        ("https://[2001:db8::1]", "demo"),
        ("", "demo"),
    ],
)
def test_an_address_of_numbers_has_no_passkeys(origin: str, mode: Literal["demo", "production"]) -> None:
    assert relying_party(settings(origin, mode)) is None
