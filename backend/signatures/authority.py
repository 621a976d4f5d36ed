"""X.509 certificates for the keys that sign: one of the root, and one that it gives to each department.

They are made from the stored keys whenever they are needed and stored nowhere: serial, times and signature follow from
the keys and names, so every process gives the same bytes.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from backend.certificates.errors import SigningKeyMissing
from backend.certificates.keys import ROOT, SigningKeys, StoredKey


class Authority(msgspec.Struct, frozen=True):
    """Who signs: the department's key with its certificate, and the root's certificate that vouches for it."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    root: x509.Certificate


def root_certificate(keys: SigningKeys, now: int) -> x509.Certificate:
    """The root's certificate of itself; its name is its key's, so that renaming a city breaks no chain.

    `now` is in POSIX seconds. Raises SigningKeyMissing.
    """
    stored = keys.stored(ROOT, now)
    name = _name([(NameOID.COMMON_NAME, f"Zhangban root {keys.of(ROOT, now).public.kid.hex()}")])
    return _certificate(stored, name, stored, name, authority=True)


def authority_of(keys: SigningKeys, department: str, name: str, city: str, now: int) -> Authority:
    """The signing department (USCC) under its name and that of its city, at an instant in POSIX seconds.

    Raises SigningKeyMissing, also when one of the two keys is past its time.
    """
    stored, root = keys.stored(department, now), keys.stored(ROOT, now)
    if not max(stored.valid_from, root.valid_from) <= now < min(stored.valid_until, root.valid_until):
        raise SigningKeyMissing("签发部门的签名密钥已过有效期，暂时不能签发文书。请稍后再来。")
    above = root_certificate(keys, now)
    subject = _name(
        [
            (NameOID.COUNTRY_NAME, "CN"),
            (NameOID.LOCALITY_NAME, city),
            (NameOID.ORGANIZATION_NAME, name),
            (NameOID.SERIAL_NUMBER, department),
            (NameOID.COMMON_NAME, name),
        ]
    )
    return Authority(stored.private_key(), _certificate(stored, subject, root, above.subject, authority=False), above)


def pem_of(certificate: x509.Certificate) -> bytes:
    """A certificate as PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def fingerprint_of(certificate: x509.Certificate) -> str:
    """The SHA-256 of a certificate in hexadecimal, four digits a group, as people compare it."""
    digits = certificate.fingerprint(hashes.SHA256()).hex()
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def _name(parts: list[tuple[x509.ObjectIdentifier, str]]) -> x509.Name:
    return x509.Name([x509.NameAttribute(kind, text[:64]) for kind, text in parts])


def _certificate(
    stored: StoredKey, subject: x509.Name, issuer: StoredKey, issuer_name: x509.Name, *, authority: bool
) -> x509.Certificate:
    key, above = stored.private_key().public_key(), issuer.private_key()
    until = min(stored.valid_until, issuer.valid_until)
    said = subject.public_bytes() + f"{stored.x}.{stored.valid_from}.{until}".encode()
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(key)
        # The first bit stays 0 and the second is 1: positive, and of the same length always.
        .serial_number(int.from_bytes(hashlib.sha256(said).digest()[:16], "big") >> 2 | 1 << 125)
        .not_valid_before(datetime.fromtimestamp(stored.valid_from, UTC))
        .not_valid_after(datetime.fromtimestamp(until, UTC))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(_usage(authority=authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )
    if not authority:
        above_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key())
        builder = builder.add_extension(above_key, critical=False)
    return builder.sign(above, hashes.SHA256(), ecdsa_deterministic=True)


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
