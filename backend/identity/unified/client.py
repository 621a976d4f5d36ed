"""The relying party: one object a process that speaks with the provider and gives back only what is believed."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote_plus

import msgspec
from msgspec import Meta

from backend.foundation.settings import Settings, SettingsError, UnifiedIdentitySettings
from backend.identity.unified.authorization import Attempt, authorization_address, check_response
from backend.identity.unified.discovery import Metadata, description_address, read_metadata
from backend.identity.unified.errors import Refusal
from backend.identity.unified.fetching import Answer, Fetcher
from backend.identity.unified.refreshed import Refreshed
from backend.identity.unified.tokens import (
    LOGOUT_TYPES,
    Expected,
    IdToken,
    Jwk,
    LogoutToken,
    header_of,
    keys_for,
    read_id_token,
    read_key_set,
    read_logout_token,
)

RETURN_PATH = "/sign-in/return"
FRESH_SECONDS = 3600.0
STALE_SECONDS = 86_400.0
# How often keys may be asked for again because a token names one that we do not have.
KEY_PAUSE_SECONDS = 30.0
_DESCRIPTION_PAUSE_SECONDS = 5.0
_MOST_SECRET_BYTES = 4096


class Proven(msgspec.Struct, frozen=True):
    """Who the provider says has signed in: its stable name for them, its session, and what else it told.

    `proved_at` is when the person proved who they are there (milliseconds), None where the provider does not say.
    """

    subject: str
    sid: str | None
    proved_at: int | None
    claims: dict[str, Any]


class _Tokens(msgspec.Struct, frozen=True):
    id_token: Annotated[str, Meta(max_length=20_000)]
    access_token: Annotated[str, Meta(max_length=20_000)] | None = None
    token_type: Annotated[str, Meta(max_length=100)] = ""


class _TokenError(msgspec.Struct, frozen=True):
    error: Annotated[str, Meta(max_length=200)]


class RelyingParty:
    """Signs residents in with one provider, whose issuer is pinned by the settings: nothing else is ever asked."""

    def __init__(
        self,
        settings: UnifiedIdentitySettings,
        *,
        redirect_uri: str,
        secret: str | None,
        allow_loopback: bool,
        now: Callable[[], int],
        clock: Callable[[], float] = time.monotonic,
        seconds: float = 5.0,
        most_age_seconds: int = 2_592_000,
    ) -> None:
        """`now` tells milliseconds since the epoch, `clock` seconds that never go back; `seconds` bounds a request.

        A sign-in at the provider that is older than `most_age_seconds` is asked for anew.
        """
        self._settings = settings
        self._redirect_uri = redirect_uri
        self._secret = secret
        self._allow_loopback = allow_loopback
        self._now = now
        self._most_age_seconds = most_age_seconds
        self._fetcher = Fetcher(allow_loopback=allow_loopback, seconds=seconds)
        self._metadata = Refreshed(
            self._load_metadata,
            fresh_seconds=FRESH_SECONDS,
            stale_seconds=STALE_SECONDS,
            pause_seconds=_DESCRIPTION_PAUSE_SECONDS,
            clock=clock,
        )
        self._keys = Refreshed(
            self._load_keys,
            fresh_seconds=FRESH_SECONDS,
            stale_seconds=STALE_SECONDS,
            pause_seconds=KEY_PAUSE_SECONDS,
            clock=clock,
        )

    @property
    def issuer(self) -> str:
        """The provider's name, which with a subject names one person."""
        return self._settings.issuer

    async def authorization_address(self, attempt: Attempt, *, again: bool) -> str:
        """Where the browser goes to sign in. Raises Refusal."""
        return authorization_address(
            await self._metadata.get(),
            attempt,
            client_id=self._settings.client_id,
            redirect_uri=self._redirect_uri,
            scopes=self._settings.scopes,
            again=again,
            most_age_seconds=self._most_age_seconds,
        )

    async def check_response(self, issuer_named: str | None) -> None:
        """Raises Refusal when the response that a browser brought names another issuer (RFC 9207)."""
        check_response(await self._metadata.get(), issuer_named)

    async def prove(self, code: str, attempt: Attempt) -> Proven:
        """Exchanges a code for who signed in. Raises Refusal; nothing of an unbelieved answer is given back."""
        tokens = await self._exchange(code, attempt)
        token = await self._believed(tokens, attempt)
        further = await self._further_claims(token, tokens)
        claims = {**further, **token.claims}
        # A number and whether it was verified are believed from one source only: mixed they would say what nobody said.
        phone, verified = self._settings.phone_claim, f"{self._settings.phone_claim}_verified"
        claims[verified] = (token.claims if phone in token.claims else further).get(verified)
        return Proven(token.subject, token.sid, token.authenticated_at, claims)

    async def read_logout(self, token: str) -> LogoutToken:
        """A believed logout token. Raises Refusal."""
        keys = await self._keys_of(token, LOGOUT_TYPES)
        return read_logout_token(token, keys, self._expected())

    async def close(self) -> None:
        """Closes the connections; calling it again is a no-op."""
        await self._fetcher.close()

    async def _load_metadata(self) -> Metadata:
        answer = await self._fetcher.get(description_address(self.issuer))
        return read_metadata(_ok(answer), self.issuer, allow_loopback=self._allow_loopback)

    async def _load_keys(self) -> list[Jwk]:
        metadata = await self._metadata.get()
        return read_key_set(_ok(await self._fetcher.get(metadata.jwks_uri)))

    async def _exchange(self, code: str, attempt: Attempt) -> _Tokens:
        metadata = await self._metadata.get()
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": attempt.verifier,
        }
        headers: dict[str, str] = {}
        client_id, methods = self._settings.client_id, metadata.token_endpoint_auth_methods_supported
        if self._secret is None:
            fields["client_id"] = client_id
        elif "client_secret_basic" in methods:
            # Form-encoded before base64 (RFC 6749 §2.3.1): a secret may hold a colon.
            pair = f"{quote_plus(client_id)}:{quote_plus(self._secret)}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        elif "client_secret_post" in methods:
            fields |= {"client_id": client_id, "client_secret": self._secret}
        else:
            raise Refusal("provider-unfit")
        answer = await self._fetcher.post_form(metadata.token_endpoint, fields, headers)
        if answer.status != 200:
            raise Refusal(_exchange_refused(answer))
        try:
            return msgspec.json.decode(answer.body, type=_Tokens)
        except msgspec.DecodeError:
            raise Refusal("reply-malformed") from None

    async def _believed(self, tokens: _Tokens, attempt: Attempt) -> IdToken:
        keys = await self._keys_of(tokens.id_token, ("JWT",))
        return read_id_token(
            tokens.id_token, keys, self._expected(), nonce=attempt.nonce, access_token=tokens.access_token
        )

    async def _keys_of(self, token: str, types: tuple[str, ...]) -> list[Jwk]:
        """The provider's keys, asked for again when the token names one that is not among them."""
        header = header_of(token, types)
        keys = await self._keys.get()
        return keys if keys_for(header, keys) else await self._keys.renewed()

    async def _further_claims(self, token: IdToken, tokens: _Tokens) -> dict[str, Any]:
        """What the provider tells at its userinfo endpoint (Core §5.3): names and phones are often there only."""
        metadata = await self._metadata.get()
        wanted = {each for each in self._claim_names() if each}
        if metadata.userinfo_endpoint is None or tokens.access_token is None or wanted <= token.claims.keys():
            return {}
        if tokens.token_type.lower() != "bearer" or not _is_header_text(tokens.access_token):
            raise Refusal("reply-malformed")
        headers = {"Authorization": f"Bearer {tokens.access_token}"}
        body = _ok(await self._fetcher.get(metadata.userinfo_endpoint, headers))
        try:
            claims = msgspec.json.decode(body, type=dict[str, Any])
        except msgspec.DecodeError:
            raise Refusal("reply-malformed") from None
        # Without this another person's answer could be put under this token (§5.3.2).
        if claims.get("sub") != token.subject:
            raise Refusal("wrong-subject")
        return claims

    def _claim_names(self) -> tuple[str, ...]:
        of = self._settings
        return (
            of.phone_claim,
            f"{of.phone_claim}_verified" if of.phone_claim else "",
            of.name_claim,
            of.id_number_claim,
        )

    def _expected(self) -> Expected:
        return Expected(
            issuer=self.issuer,
            client_id=self._settings.client_id,
            now=self._now(),
            skew=self._settings.clock_skew_seconds * 1000,
        )


def build_relying_party(settings: Settings, now: Callable[[], int]) -> RelyingParty | None:
    """The relying party of the settings, or None where no issuer is set. Raises SettingsError for a missing secret."""
    of = settings.unified_identity
    if not of.issuer:
        return None
    return RelyingParty(
        of,
        redirect_uri=settings.server.public_origin.rstrip("/") + RETURN_PATH,
        secret=_read_secret(of.client_secret_file),
        allow_loopback=settings.mode != "production",
        now=now,
        most_age_seconds=settings.sessions.total_minutes * 60,
    )


def _read_secret(file: str) -> str | None:
    if not file:
        return None
    try:
        content = Path(file).read_bytes()
        secret = content.decode().strip() if len(content) <= _MOST_SECRET_BYTES else ""
    except (OSError, UnicodeError) as error:
        # The text of the error may quote what is in the file.
        raise SettingsError(f"unified_identity.client_secret_file: {type(error).__name__}") from None
    if not secret:
        raise SettingsError("unified_identity.client_secret_file: the file must hold the secret and nothing else")
    return secret


def _ok(answer: Answer) -> bytes:
    if answer.status != 200:
        raise Refusal("provider-unreachable")
    return answer.body


def _exchange_refused(answer: Answer) -> Any:
    try:
        error = msgspec.json.decode(answer.body, type=_TokenError).error
    except msgspec.DecodeError:
        error = ""
    # These two are a mistake of the operator's, not of the resident's.
    return "client-refused" if error in ("invalid_client", "unauthorized_client") else "code-refused"


def _is_header_text(text: str) -> bool:
    return all("!" <= each <= "~" for each in text)
