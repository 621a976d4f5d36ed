"""The keys that sign: one for each issuing department, and the root that vouches for them in the trust list.

They lie in `certificates/` below the key directory as private JWKs, readable by the server alone. In demo and test they
are made when first needed; in production they are made by `zhangban keys` and a missing one is an error.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from backend.certificates.errors import SigningKeyMissing
from backend.city.city import City
from qr.keys import SigningKey, signing_key
from qr.trust import USAGE_CREDENTIAL, TrustedKey, sign_list

ROOT = "root"
KEY_LIFE = 2 * 365 * 86_400
LIST_LIFE = 30 * 86_400
LIST_RENEWAL = 3_600


def needed_keys(city: City) -> list[str]:
    """The names of all keys that a city signs with: the root, and every department that issues certificates."""
    return [ROOT, *sorted({office.department.code for item in city.items.values() for office in item.guide.offices})]


class StoredKey(msgspec.Struct, frozen=True):
    """A private P-256 key as a JWK, with its time in POSIX seconds."""

    x: str
    y: str
    d: str
    valid_from: int
    valid_until: int
    kty: str = "EC"
    crv: str = "P-256"

    def signing_key(self, *, deterministic: bool = False) -> SigningKey:
        """The key, ready to sign; `deterministic` gives the same signature for the same message (RFC 6979)."""
        return signing_key(msgspec.to_builtins(self), deterministic=deterministic)

    def private_key(self) -> ec.EllipticCurvePrivateKey:
        """The key as X.509 and CMS use it."""
        public = ec.EllipticCurvePublicNumbers(_number(self.x), _number(self.y), ec.SECP256R1())
        return ec.EllipticCurvePrivateNumbers(_number(self.d), public).private_key()

    def public_jwk(self) -> dict[str, str]:
        """The public half."""
        return {"kty": self.kty, "crv": self.crv, "x": self.x, "y": self.y}


class SigningKeys:
    """Opens, and where allowed makes, the keys below a directory; keeps the signed trust list fresh."""

    def __init__(self, directory: Path, *, create: bool) -> None:
        self._directory = directory / "certificates"
        self._create = create
        self._keys: dict[str, tuple[StoredKey, SigningKey]] = {}
        self._list: tuple[int, frozenset[str], bytes] | None = None

    def of(self, department: str, now: int) -> SigningKey:
        """The signing key of a department (USCC) or of the root. Raises SigningKeyMissing."""
        return self._open(department, now)[1]

    def stored(self, name: str, now: int) -> StoredKey:
        """The key of a department (USCC) or of the root with its time. Raises SigningKeyMissing."""
        return self._open(name, now)[0]

    def feed_key(self, now: int) -> SigningKey:
        """The root, as it signs the guide feed: every process gives the same bytes. Raises SigningKeyMissing."""
        return self._open(ROOT, now)[0].signing_key(deterministic=True)

    def root_jwk(self, now: int) -> tuple[dict[str, str], bytes]:
        """The root's public key and its kid."""
        stored, key = self._open(ROOT, now)
        return stored.public_jwk(), key.public.kid

    def missing(self, names: Iterable[str]) -> list[str]:
        """Those of `names` (departments, or `root`) that have no key here."""
        return sorted(name for name in names if not self.path(name).exists())

    def make(self, names: Iterable[str], now: int) -> None:
        """Makes the keys that are missing, valid from a day before `now` (POSIX seconds); the others stay."""
        for name in self.missing(names):
            self._make(self.path(name), now)

    def valid_until(self, name: str, now: int) -> int:
        """When a key ends, in POSIX seconds. Raises SigningKeyMissing."""
        return self._open(name, now)[0].valid_until

    def trust_list(self, keeper: str, departments: dict[str, str], now: int) -> bytes:
        """The trust list of the departments (USCC to name) that have keys, signed by the root; at most an hour old."""
        named = frozenset(departments)
        if self._list and self._list[1] == named and 0 <= now - self._list[0] < LIST_RENEWAL:
            return self._list[2]
        entries = []
        for department, name in sorted(departments.items()):
            try:
                stored, key = self._open(department, now)
            except SigningKeyMissing:
                continue
            entries.append(
                TrustedKey(
                    key.public.kid,
                    key.public,
                    frozenset({USAGE_CREDENTIAL}),
                    department,
                    name,
                    stored.valid_from,
                    stored.valid_until,
                )
            )
        signed = sign_list(keeper, now, now + LIST_LIFE, entries, self.of(ROOT, now))
        self._list = (now, named, signed)
        return signed

    def _open(self, name: str, now: int) -> tuple[StoredKey, SigningKey]:
        if name in self._keys:
            return self._keys[name]
        path = self.path(name)
        if not path.exists():
            if not self._create:
                raise SigningKeyMissing("签发部门的签名密钥还没有装好，请稍后再来。")
            self._make(path, now)
        stored = msgspec.json.decode(path.read_bytes(), type=StoredKey)
        self._keys[name] = stored, stored.signing_key()
        return self._keys[name]

    def path(self, name: str) -> Path:
        """Where a key lies or would lie."""
        return self._directory / f"{name}.jwk"

    def _make(self, path: Path, now: int) -> None:
        numbers = ec.generate_private_key(ec.SECP256R1()).private_numbers()
        public = numbers.public_numbers
        key = StoredKey(
            _text(public.x), _text(public.y), _text(numbers.private_value), now - 86_400, now - 86_400 + KEY_LIFE
        )
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Written aside and linked, so that two processes that start together agree on one key.
        draft = path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(key))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()


def _text(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()


def _number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "="), "big")
