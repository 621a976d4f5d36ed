"""An OpenID Connect provider on this machine that is honest until a test tells it how to lie."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm

CLIENT_ID = "zhangban-test"
CLIENT_SECRET = "a secret: with + and % in it"
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"

Answerer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def packed(value: object) -> str:
    return base64url(json.dumps(value).encode())


@dataclass
class Key:
    """A signing key and what is published of it."""

    kid: str
    private: Any = field(default_factory=lambda: generate_private_key(SECP256R1()))

    @property
    def published(self) -> dict[str, Any]:
        shown = json.loads(ECAlgorithm.to_jwk(self.private.public_key()))
        return {**shown, "kid": self.kid, "use": "sig", "alg": "ES256"}


@dataclass
class Grant:
    """What a code stands for."""

    query: dict[str, str]
    subject: str
    sid: str
    access_token: str = field(default_factory=lambda: secrets.token_urlsafe(24))


class HostileProvider:
    """Start with `async with HostileProvider() as provider`.

    `claims` overrides claims of the next ID tokens (None leaves one out), `header` their header; `sign` makes the token
    instead of the key; `metadata` overrides the description; `answers` answers a path itself. `told` holds what
    userinfo tells of each subject.
    """

    def __init__(self) -> None:
        self.keys = [Key("first")]
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.sign: Callable[[dict[str, Any], dict[str, Any]], str] | None = None
        self.metadata: dict[str, Any] = {}
        self.answers: dict[str, Answerer] = {}
        self.told: dict[str, dict[str, Any]] = {}
        self.asked: Counter[str] = Counter()
        self.forms: list[dict[str, str]] = []
        self.names_itself: str | None = ""
        self.sid: str | None = None
        self.origin = ""
        # The clock of the house under test may be set; tokens are made for its time.
        self.now: Callable[[], float] = time.time
        self._codes: dict[str, Grant] = {}
        self._grants: dict[str, Grant] = {}

    async def __aenter__(self) -> HostileProvider:
        application = web.Application()
        for path, answerer in (
            ("/.well-known/openid-configuration", self._describe),
            ("/keys", self._publish_keys),
            ("/token", self._exchange),
            ("/userinfo", self._tell),
        ):
            application.router.add_route("*", path, self._counted(path, answerer))
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.origin = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    @property
    def issuer(self) -> str:
        return self.origin

    def sign_in(self, address: str, subject: str = "person-1") -> dict[str, str]:
        """What the browser brings back from `address` after `subject` signed in there."""
        query = dict(parse_qsl(urlsplit(address).query))
        assert address.startswith(f"{self.origin}/authorize?")
        assert (query["client_id"], query["response_type"]) == (CLIENT_ID, "code")
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(24)
        self._codes[code] = Grant(query, subject, self.sid or f"sid-{secrets.token_urlsafe(8)}")
        back = {"code": code, "state": query["state"]}
        return back if self.names_itself is None else {**back, "iss": self.names_itself or self.issuer}

    def rotate(self, kid: str = "second") -> None:
        """Signs with a new key from now on, and publishes it alone."""
        self.keys = [Key(kid)]

    def logout_token(self, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A logout token; a claim that is None is left out."""
        now = int(self.now())
        whole = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 120,
            "jti": secrets.token_urlsafe(12),
            "events": {LOGOUT_EVENT: {}},
            **claims,
        }
        kept = {name: value for name, value in whole.items() if value is not None}
        return self._signed({"typ": "logout+jwt", **(header or {})}, kept)

    def _signed(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        key = self.keys[-1]
        whole = {"alg": "ES256", "kid": key.kid, **header}
        if self.sign is not None:
            return self.sign(whole, claims)
        signing = f"{packed(whole)}.{packed(claims)}".encode()
        return f"{signing.decode()}.{base64url(ECAlgorithm(ECAlgorithm.SHA256).sign(signing, key.private))}"

    def signed_with_the_public_key(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        """HS256 with the published key as its secret: the oldest trick."""
        pem = self.keys[-1].private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        signing = f"{packed({**header, 'alg': 'HS256'})}.{packed(claims)}"
        return f"{signing}.{base64url(hmac.digest(pem, signing.encode(), 'sha256'))}"

    @staticmethod
    def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
        """alg none."""
        return f"{packed({**header, 'alg': 'none'})}.{packed(claims)}."

    @staticmethod
    def signed_by_another(header: dict[str, Any], claims: dict[str, Any]) -> str:
        """A good signature of a key that the provider does not have, under the kid of one that it has."""
        other = generate_private_key(SECP256R1())
        return jwt.encode(claims, other, algorithm="ES256", headers=header)

    def _counted(self, path: str, answerer: Answerer) -> Answerer:
        async def answer(request: web.Request) -> web.StreamResponse:
            self.asked[path] += 1
            return await self.answers.get(path, answerer)(request)

        return answer

    async def _describe(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.origin}/authorize",
                "token_endpoint": f"{self.origin}/token",
                "jwks_uri": f"{self.origin}/keys",
                "userinfo_endpoint": f"{self.origin}/userinfo",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["ES256"],
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": True,
                **self.metadata,
            }
        )

    async def _publish_keys(self, _request: web.Request) -> web.Response:
        return web.json_response({"keys": [key.published for key in self.keys]})

    async def _exchange(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.forms.append(form)
        if not self._is_client(request, form):
            return web.json_response({"error": "invalid_client"}, status=401)
        # A code is good once.
        grant = self._codes.pop(form.get("code", ""), None)
        if grant is None or form["redirect_uri"] != grant.query["redirect_uri"]:
            return web.json_response({"error": "invalid_grant"}, status=400)
        if base64url(hashlib.sha256(form["code_verifier"].encode()).digest()) != grant.query["code_challenge"]:
            return web.json_response({"error": "invalid_grant"}, status=400)
        now = int(self.now())
        half = hashlib.sha256(grant.access_token.encode()).digest()[:16]
        whole = {
            "iss": self.issuer,
            "sub": grant.subject,
            "aud": CLIENT_ID,
            "exp": now + 300,
            "iat": now,
            "nonce": grant.query["nonce"],
            "at_hash": base64url(half),
            "sid": grant.sid,
            **self.claims,
        }
        self._grants[grant.access_token] = grant
        token = self._signed(self.header, {name: value for name, value in whole.items() if value is not None})
        return web.json_response({"access_token": grant.access_token, "token_type": "Bearer", "id_token": token})

    @staticmethod
    def _is_client(request: web.Request, form: dict[str, str]) -> bool:
        if "client_secret" in form:
            return (form["client_id"], form["client_secret"]) == (CLIENT_ID, CLIENT_SECRET)
        scheme, _, pair = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Basic":
            return form.get("client_id") == CLIENT_ID
        client_id, _, secret = base64.b64decode(pair).decode().partition(":")
        return dict(parse_qsl(f"i={client_id}&s={secret}")) == {"i": CLIENT_ID, "s": CLIENT_SECRET}

    async def _tell(self, request: web.Request) -> web.Response:
        grant = self._grants.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        if grant is None:
            return web.Response(status=401)
        return web.json_response({"sub": grant.subject, **self.told.get(grant.subject, {})})
