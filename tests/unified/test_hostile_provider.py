"""A provider that lies in every way we thought of: each lie is refused with its own reason."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web

from backend.identity.unified.authorization import new_attempt
from backend.identity.unified.client import KEY_PAUSE_SECONDS, Proven, RelyingParty
from backend.identity.unified.errors import Refusal
from tests.unified.conftest import HandClock, party_of
from tests.unified.hostile import CLIENT_ID, LOGOUT_EVENT, HostileProvider, Key

pytestmark = pytest.mark.anyio


async def sign_in(party: RelyingParty, provider: HostileProvider) -> Proven:
    """A whole sign-in as a browser goes through it. Raises Refusal."""
    attempt = new_attempt()
    back = provider.sign_in(await party.authorization_address(attempt, again=False))
    assert back["state"] == attempt.state
    await party.check_response(back.get("iss"))
    return await party.prove(back["code"], attempt)


async def refused(party: RelyingParty, provider: HostileProvider) -> str:
    """The reason for which a sign-in is refused."""
    with pytest.raises(Refusal) as caught:
        await sign_in(party, provider)
    return caught.value.reason


async def test_an_honest_provider_is_believed(party: RelyingParty, provider: HostileProvider) -> None:
    provider.told["person-1"] = {"phone_number": "13700000001", "phone_number_verified": True}
    proven = await sign_in(party, provider)
    assert proven.subject == "person-1"
    assert proven.sid is not None
    assert proven.claims["phone_number"] == "13700000001"


@pytest.mark.parametrize("methods", [["client_secret_basic"], ["client_secret_post"], None])
async def test_the_secret_is_sent_as_the_provider_takes_it(
    party: RelyingParty, provider: HostileProvider, methods: list[str] | None
) -> None:
    provider.metadata["token_endpoint_auth_methods_supported"] = methods or ["client_secret_basic", "private_key_jwt"]
    assert (await sign_in(party, provider)).subject == "person-1"
    assert ("client_secret" in provider.forms[0]) == (methods == ["client_secret_post"])


async def test_a_public_client_sends_no_secret(provider: HostileProvider, hand_clock: HandClock) -> None:
    party = party_of(provider.issuer, hand_clock, secret=None)
    assert (await sign_in(party, provider)).subject == "person-1"
    assert provider.forms[0]["client_id"] == CLIENT_ID
    await party.close()


async def test_a_wrong_secret_is_the_operators_mistake(provider: HostileProvider, hand_clock: HandClock) -> None:
    party = party_of(provider.issuer, hand_clock, secret="wrong")
    assert await refused(party, provider) == "client-refused"
    await party.close()


LIES: list[tuple[str, dict[str, Any]]] = [
    ("wrong-nonce", {"nonce": "another"}),
    ("wrong-nonce", {"nonce": None}),
    ("wrong-audience", {"aud": "another-client"}),
    ("wrong-audience", {"aud": []}),
    ("wrong-audience", {"aud": [CLIENT_ID, "another-client"], "azp": CLIENT_ID}),
    ("wrong-party", {"azp": "another-client"}),
    ("wrong-issuer", {"iss": "https://another.example"}),
    ("wrong-access-token-hash", {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}),
    ("wrong-subject", {"sub": None}),
    ("token-malformed", {"sub": ""}),
    ("token-malformed", {"sub": "x" * 256}),
    ("token-malformed", {"sub": 17}),
    ("token-malformed", {"exp": "tomorrow"}),
    ("token-malformed", {"exp": None}),
    ("token-malformed", {"iat": None}),
    ("token-malformed", {"iss": None}),
]


@pytest.mark.parametrize(("reason", "claims"), LIES)
async def test_a_claim_that_is_wrong_is_refused_with_its_reason(
    party: RelyingParty, provider: HostileProvider, reason: str, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    assert await refused(party, provider) == reason


@pytest.mark.parametrize(
    ("reason", "claims"),
    [
        ("expired", {"exp": -31}),
        ("from-the-future", {"iat": 35, "exp": 300}),
        ("from-the-future", {"nbf": 35}),
        ("issued-long-ago", {"iat": -635}),
    ],
)
async def test_a_token_of_another_time_is_refused(
    party: RelyingParty, provider: HostileProvider, reason: str, claims: dict[str, int]
) -> None:
    now = int(time.time())
    provider.claims = {name: now + seconds for name, seconds in claims.items()}
    assert await refused(party, provider) == reason


async def test_clocks_may_differ_by_what_the_settings_allow(party: RelyingParty, provider: HostileProvider) -> None:
    now = int(time.time())
    provider.claims = {"iat": now + 20, "nbf": now + 20, "exp": now - 20}
    assert (await sign_in(party, provider)).subject == "person-1"


@pytest.mark.parametrize(
    ("reason", "signer"),
    [
        ("wrong-algorithm", HostileProvider.unsigned),
        ("bad-signature", HostileProvider.signed_by_another),
        ("token-malformed", lambda _header, _claims: "not a token"),
        ("token-malformed", lambda _header, _claims: "a.b"),
        ("token-malformed", lambda _header, _claims: "e30.e30.é"),
        ("token-malformed", lambda _header, _claims: "W10.e30."),
        ("token-malformed", lambda _header, _claims: "." * 2 + "x" * 17_000),
    ],
)
async def test_a_signature_that_is_not_the_providers_is_refused(
    party: RelyingParty, provider: HostileProvider, reason: str, signer: Callable[..., str]
) -> None:
    provider.sign = signer
    assert await refused(party, provider) == reason


async def test_a_token_signed_with_the_public_key_as_a_secret_is_refused(
    party: RelyingParty, provider: HostileProvider
) -> None:
    provider.sign = provider.signed_with_the_public_key
    assert await refused(party, provider) == "wrong-algorithm"


@pytest.mark.parametrize(
    ("reason", "header"),
    [
        ("wrong-algorithm", {"alg": "HS256"}),
        ("wrong-algorithm", {"alg": "ES512"}),
        ("wrong-algorithm", {"alg": ["ES256"]}),
        ("unknown-key", {"alg": "RS256"}),
        ("unknown-key", {"alg": "EdDSA"}),
        ("unknown-key", {"kid": "another"}),
        ("token-malformed", {"kid": 7}),
        ("unknown-critical", {"crit": ["b64"], "b64": True}),
        ("unknown-critical", {"crit": []}),
        ("unknown-critical", {"b64": False}),
        ("wrong-type", {"typ": "logout+jwt"}),
        ("wrong-type", {"typ": "at+jwt"}),
    ],
)
async def test_a_header_that_is_wrong_is_refused_with_its_reason(
    party: RelyingParty, provider: HostileProvider, reason: str, header: dict[str, Any]
) -> None:
    provider.header = header
    assert await refused(party, provider) == reason


@pytest.mark.parametrize(
    "member",
    [
        {"use": "enc"},
        {"alg": "ES384"},
        {"key_ops": ["sign"]},
        {"crv": "P-384"},
        {"kty": "oct", "k": "AAAA"},
        {"d": "x"},
    ],
)
async def test_a_key_that_is_not_for_signatures_verifies_none(
    party: RelyingParty, provider: HostileProvider, member: dict[str, Any]
) -> None:
    async def keys(_request: web.Request) -> web.Response:
        return web.json_response({"keys": [{**provider.keys[0].published, **member}]})

    provider.answers["/keys"] = keys
    assert await refused(party, provider) == "unknown-key"


async def test_a_broken_key_verifies_nothing(party: RelyingParty, provider: HostileProvider) -> None:
    async def keys(_request: web.Request) -> web.Response:
        return web.json_response({"keys": [{**provider.keys[0].published, "x": "AAAA"}]})

    provider.answers["/keys"] = keys
    assert await refused(party, provider) == "bad-signature"


async def test_a_code_is_good_once(party: RelyingParty, provider: HostileProvider) -> None:
    attempt = new_attempt()
    back = provider.sign_in(await party.authorization_address(attempt, again=False))
    await party.prove(back["code"], attempt)
    with pytest.raises(Refusal) as caught:
        await party.prove(back["code"], attempt)
    assert caught.value.reason == "code-refused"


async def test_a_code_of_another_attempt_is_refused(party: RelyingParty, provider: HostileProvider) -> None:
    back = provider.sign_in(await party.authorization_address(new_attempt(), again=False))
    with pytest.raises(Refusal) as caught:
        await party.prove(back["code"], new_attempt())
    assert caught.value.reason == "code-refused"


@pytest.mark.parametrize("named", ["https://another.example", None])
async def test_a_response_of_another_issuer_is_refused_before_its_code_is_sent(
    party: RelyingParty, provider: HostileProvider, named: str | None
) -> None:
    provider.names_itself = named
    assert await refused(party, provider) == "wrong-issuer"
    assert provider.asked["/token"] == 0


async def test_a_provider_that_does_not_name_itself_may_leave_it_out(
    party: RelyingParty, provider: HostileProvider
) -> None:
    provider.metadata["authorization_response_iss_parameter_supported"] = False
    provider.names_itself = None
    assert (await sign_in(party, provider)).subject == "person-1"


async def test_userinfo_of_another_person_is_refused(party: RelyingParty, provider: HostileProvider) -> None:
    provider.told["person-1"] = {"sub": "person-2", "phone_number": "13700000002"}
    assert await refused(party, provider) == "wrong-subject"


async def test_userinfo_cannot_change_what_the_signed_token_says(
    party: RelyingParty, provider: HostileProvider
) -> None:
    provider.claims = {"phone_number": "13700000001"}
    provider.told["person-1"] = {"phone_number": "13700000002", "name": "甲"}
    claims = (await sign_in(party, provider)).claims
    assert (claims["phone_number"], claims["name"]) == ("13700000001", "甲")


@pytest.mark.parametrize(
    ("reason", "metadata"),
    [
        ("wrong-issuer", {"issuer": "https://another.example"}),
        ("wrong-issuer", {"issuer": ""}),
        ("provider-unfit", {"token_endpoint": "http://provider.example/token"}),
        ("provider-unfit", {"jwks_uri": "http://169.254.169.254/keys"}),
        ("provider-unfit", {"authorization_endpoint": "javascript:alert(1)"}),
        ("provider-unfit", {"authorization_endpoint": "https://a@b.example/"}),
        ("provider-unfit", {"userinfo_endpoint": "file:///etc/passwd"}),
        ("provider-unfit", {"code_challenge_methods_supported": ["plain"]}),
        ("provider-unfit", {"response_types_supported": ["id_token"]}),
        ("provider-unfit", {"id_token_signing_alg_values_supported": ["HS256", "none"]}),
        ("provider-unfit", {"token_endpoint_auth_methods_supported": ["private_key_jwt"]}),
        ("reply-malformed", {"token_endpoint": None}),
        ("reply-malformed", {"jwks_uri": 7}),
    ],
)
async def test_a_description_that_cannot_be_used_is_refused(
    party: RelyingParty, provider: HostileProvider, reason: str, metadata: dict[str, Any]
) -> None:
    provider.metadata = metadata
    assert await refused(party, provider) == reason


async def _redirect(_request: web.Request) -> web.Response:
    raise web.HTTPFound("https://elsewhere.example/")


async def _large(_request: web.Request) -> web.Response:
    return web.Response(body=b" " * 300_000 + b"{}", content_type="application/json")


async def _packed(_request: web.Request) -> web.Response:
    return web.Response(body=b"\x1f\x8b", headers={"Content-Encoding": "gzip"})


async def _slow(_request: web.Request) -> web.Response:
    await asyncio.sleep(8)
    return web.Response()


async def _dripping(request: web.Request) -> web.StreamResponse:
    reply = web.StreamResponse()
    await reply.prepare(request)
    for _ in range(80):
        await reply.write(b" ")
        await asyncio.sleep(0.1)
    return reply


async def _broken(_request: web.Request) -> web.Response:
    return web.Response(status=500)


async def _nonsense(_request: web.Request) -> web.Response:
    return web.Response(text="<html>")


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token", "/userinfo"])
@pytest.mark.parametrize(
    ("reason", "answer"),
    [
        ("provider-redirects", _redirect),
        ("reply-too-large", _large),
        ("reply-malformed", _packed),
        ("provider-too-slow", _slow),
        ("provider-too-slow", _dripping),
        ("provider-unreachable", _broken),
        ("reply-malformed", _nonsense),
    ],
)
async def test_a_reply_that_is_wrong_slow_or_endless_is_refused_wherever_it_comes(
    hand_clock: HandClock, provider: HostileProvider, path: str, reason: str, answer: Any
) -> None:
    provider.answers[path] = answer
    started = time.monotonic()
    # Only who is late on purpose is waited for so shortly; an honest answer may take its time on a busy machine.
    party = party_of(provider.issuer, hand_clock, seconds=0.5 if reason == "provider-too-slow" else 5.0)
    assert await refused(party, provider) == reason
    # Whoever is late answers only after that.
    assert time.monotonic() - started < 7
    await party.close()


async def test_a_provider_that_is_not_there_is_unreachable(hand_clock: HandClock, provider: HostileProvider) -> None:
    party = party_of("http://127.0.0.1:1", hand_clock)
    assert await refused(party, provider) == "provider-unreachable"
    await party.close()


async def test_rotated_keys_are_fetched_when_a_token_names_one(
    party: RelyingParty, provider: HostileProvider, hand_clock: HandClock
) -> None:
    await sign_in(party, provider)
    provider.rotate()
    hand_clock.at += KEY_PAUSE_SECONDS
    assert (await sign_in(party, provider)).subject == "person-1"
    assert provider.asked["/keys"] == 2


async def test_a_key_that_was_withdrawn_is_refused_once_the_keys_are_an_hour_old(
    party: RelyingParty, provider: HostileProvider, hand_clock: HandClock
) -> None:
    await sign_in(party, provider)
    stolen, published = provider.keys[0], Key("second")
    provider.keys = [published, stolen]

    async def keys(_request: web.Request) -> web.Response:
        return web.json_response({"keys": [published.published]})

    provider.answers["/keys"] = keys
    hand_clock.at += 3600
    assert await refused(party, provider) == "unknown-key"


async def test_a_flood_of_unknown_keys_asks_the_provider_once_in_thirty_seconds(
    party: RelyingParty, provider: HostileProvider, hand_clock: HandClock
) -> None:
    await sign_in(party, provider)
    hand_clock.at += KEY_PAUSE_SECONDS

    async def flood() -> set[str]:
        tokens = [provider.logout_token({"kid": f"kid-{number}"}, sid="x") for number in range(50)]
        replies = await asyncio.gather(*(party.read_logout(token) for token in tokens), return_exceptions=True)
        return {reply.reason for reply in replies if isinstance(reply, Refusal)}

    assert await flood() == {"unknown-key"}
    assert provider.asked["/keys"] == 2
    hand_clock.at += KEY_PAUSE_SECONDS - 1
    assert await flood() == {"unknown-key"}
    assert provider.asked["/keys"] == 2
    assert (await sign_in(party, provider)).subject == "person-1"


async def test_known_keys_serve_on_while_the_provider_publishes_none(
    party: RelyingParty, provider: HostileProvider, hand_clock: HandClock
) -> None:
    await sign_in(party, provider)
    provider.answers["/keys"] = _broken
    hand_clock.at += 3601
    assert (await sign_in(party, provider)).subject == "person-1"
    hand_clock.at += 86_400
    assert await refused(party, provider) == "provider-unreachable"


async def test_a_logout_is_believed_with_a_session_or_a_subject(party: RelyingParty, provider: HostileProvider) -> None:
    ended = await party.read_logout(provider.logout_token(sid="sid-1"))
    assert (ended.sid, ended.subject) == ("sid-1", None)
    ended = await party.read_logout(provider.logout_token({"typ": "JWT"}, sub="person-1"))
    assert (ended.sid, ended.subject) == (None, "person-1")
    assert ended.remember_until > time.time() * 1000 + 600_000


@pytest.mark.parametrize(
    ("reason", "claims"),
    [
        ("not-a-logout", {"nonce": "any"}),
        ("not-a-logout", {"events": None}),
        ("not-a-logout", {"events": {"another": {}}}),
        ("not-a-logout", {"events": {LOGOUT_EVENT: True}}),
        ("not-a-logout", {"jti": None}),
        ("wrong-subject", {"sid": None}),
        ("wrong-audience", {"aud": "another-client"}),
        ("wrong-issuer", {"iss": "https://another.example"}),
        ("token-malformed", {"iat": None}),
        ("token-malformed", {"exp": None}),
        ("expired", {"exp": 1}),
        ("issued-long-ago", {"iat": 1}),
    ],
)
async def test_a_logout_that_breaks_a_rule_is_refused_with_its_reason(
    party: RelyingParty, provider: HostileProvider, reason: str, claims: dict[str, Any]
) -> None:
    with pytest.raises(Refusal) as caught:
        await party.read_logout(provider.logout_token(**{"sid": "sid-1", **claims}))
    assert caught.value.reason == reason
