"""Trusted keys and the signed list that carries them: docs/formats.md, "Trust list"."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qr import cbor, cose
from qr.errors import CborError, KeyMaterialError, TrustListError
from qr.keys import PublicKey, SigningKey, from_cose_key

TYP = "application/zt+cwt"
USAGE_CREDENTIAL = "credential"
USAGE_STATUS_LIST = "status-list"
USAGE_TRUST = "trust"
MAX_ENTRIES = 1000
_ISS, _EXP, _IAT, _ENTRIES = 1, 4, 6, -65539


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A key that somebody vouches for. What is None is not restricted.

    ``usage``: what it may sign; ``issuer``: the only ``iss`` it may sign for; ``valid_from`` (inclusive) and
    ``valid_until`` (exclusive): POSIX seconds.
    """

    kid: bytes
    public: PublicKey
    usage: frozenset[str] | None = None
    issuer: str | None = None
    issuer_name: str = ""
    valid_from: float | None = None
    valid_until: float | None = None

    def allows(self, usage: str | None, now: float) -> bool:
        """Say whether the key may sign for ``usage`` (None: whatever it is) at ``now``."""
        return (
            (self.usage is None or usage is None or usage in self.usage)
            and (self.valid_from is None or now >= self.valid_from)
            and (self.valid_until is None or now < self.valid_until)
        )


@dataclass(frozen=True, slots=True)
class TrustList:
    """A verified trust list; instants are POSIX seconds."""

    keeper: str
    issued_at: float
    expires_at: float
    keys: tuple[TrustedKey, ...]


def select(message: cose.Sign1, trust: Iterable[TrustedKey], usage: str, now: float) -> list[TrustedKey]:
    """Return the trusted keys that the message's kid, algorithm and usage allow."""
    kid = message.protected.get(cose.KID)
    return [key for key in trust if key.kid == kid and key.public.algorithm == message.alg and key.allows(usage, now)]


def sign_list(keeper: str, issued_at: int, expires_at: int, keys: Sequence[TrustedKey], root: SigningKey) -> bytes:
    """Return the signed list. Raises TrustListError ``claims`` when a key lacks usage, issuer or its time."""
    entries = []
    for key in keys:
        if not key.usage or not key.issuer or key.valid_from is None or key.valid_until is None:
            raise TrustListError("claims", "a listed key has usage, issuer and time")
        entries.append(
            {
                1: key.kid,
                2: key.public.cose_key,
                3: key.issuer,
                4: key.issuer_name,
                5: sorted(key.usage),
                6: key.valid_from,
                7: key.valid_until,
            }
        )
    if len(entries) > MAX_ENTRIES:
        raise TrustListError("claims", f"more than {MAX_ENTRIES} keys")
    payload = cbor.encode({_ISS: keeper, _IAT: issued_at, _EXP: expires_at, _ENTRIES: entries})
    return cose.sign1(payload, root, typ=TYP, kid=root.public.kid)


def open_list(data: bytes, roots: Sequence[PublicKey]) -> TrustList:
    """Return the list when one of the root keys signed it. No clock: the caller judges its age.

    Raises CoseError when it is malformed, and TrustListError: ``typ``, ``root`` or ``claims``. Keys of kinds unknown
    here are left out.
    """
    message = cose.parse1(data, cwt=True)
    if message.unprotected or message.protected.get(cose.TYP) != TYP:
        raise TrustListError("typ", "not a trust list")
    if not any(message.verified_by(root) for root in roots):
        raise TrustListError("root", "not signed by a root key")
    try:
        claims = cbor.decode(message.payload)
    except CborError as error:
        raise TrustListError("claims", error.detail) from None
    if not isinstance(claims, dict):
        raise TrustListError("claims", "the payload is not a map")
    keeper, entries = claims.get(_ISS), claims.get(_ENTRIES)
    if not isinstance(keeper, str) or not isinstance(entries, list) or len(entries) > MAX_ENTRIES:
        raise TrustListError("claims", "iss or entries are missing")
    keys = tuple(key for key in map(_entry, entries) if key is not None)
    return TrustList(keeper, _instant(claims.get(_IAT)), _instant(claims.get(_EXP)), keys)


def _instant(value: cbor.Value) -> float:
    instant = cbor.number(value)
    if instant is None:
        raise TrustListError("claims", "an instant is not a number")
    return instant


def _entry(entry: cbor.Value) -> TrustedKey | None:
    if not isinstance(entry, dict):
        raise TrustListError("claims", "an entry is not a map")
    kid, issuer, name, usage = entry.get(1), entry.get(3), entry.get(4), entry.get(5)
    if not isinstance(kid, bytes) or not isinstance(issuer, str) or not isinstance(name, str):
        raise TrustListError("claims", "an entry lacks kid, issuer or name")
    if not isinstance(usage, list):
        raise TrustListError("claims", "an entry lacks its usage")
    usages = frozenset(item for item in usage if isinstance(item, str))
    valid_from, valid_until = _instant(entry.get(6)), _instant(entry.get(7))
    try:
        public = from_cose_key(entry.get(2))
    except KeyMaterialError:
        return None
    return TrustedKey(kid, public, usages, issuer, name, valid_from, valid_until)
