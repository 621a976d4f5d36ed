"""`zhangban document verify` and `root`: whether a PDF is what an office of this house signed, with no network."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from cryptography import x509

from backend.certificates.errors import SigningKeyMissing
from backend.certificates.keys import SigningKeys
from backend.commands.refusal import Refusal, settings_of
from backend.foundation.outbox import machine_time
from backend.signatures.authority import fingerprint_of, pem_of, root_certificate


def verify_command(arguments: argparse.Namespace) -> int:
    """Says who signed a file, when, and whether every byte is as it was; 1 when it does not hold. Raises Refusal."""
    from backend.signatures.pades import NotSigned, check

    # What the library finds wrong is in its answer; it would tell of it as a fault of its own.
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    root = _root(arguments)
    try:
        found = check(arguments.file.read_bytes(), root)
    except OSError as error:
        raise Refusal(f"{arguments.file} cannot be read: {error.strerror}") from None
    except NotSigned as error:
        print(f"does NOT hold: {error}")
        return 1
    print("holds" if found.holds else "does NOT hold")
    print(f"signer     {found.signer} {found.signer_code}")
    at = found.at.isoformat() if found.at else "not said"
    print(f"signed at  {at} (the signer's own clock)")
    print(f"content    {'as it was signed' if found.whole else 'CHANGED after it was signed'}")
    print(f"root       {found.root_fingerprint}")
    print(
        f"chain      {'leads to this root' if found.trusted else 'does NOT lead to this root, or was not valid then'}"
    )
    return 0 if found.holds else 1


def root_command(arguments: argparse.Namespace) -> int:
    """Prints the root's certificate as PEM, or writes it to a file. Raises Refusal."""
    root = _root(arguments)
    if arguments.out is None:
        print(pem_of(root).decode(), end="")
    else:
        arguments.out.write_bytes(pem_of(root))
        print(f"{arguments.out}  {fingerprint_of(root)}")
    return 0


def _root(arguments: argparse.Namespace) -> x509.Certificate:
    path: Path | None = getattr(arguments, "root", None)
    if path is not None:
        try:
            return x509.load_pem_x509_certificate(path.read_bytes())
        except (OSError, ValueError) as error:
            raise Refusal(f"{path} is no certificate in PEM: {error}") from None
    directory = Path(settings_of(arguments).keys.directory)
    try:
        return root_certificate(SigningKeys(directory, create=False), machine_time() // 1000)
    except SigningKeyMissing:
        raise Refusal(f"there is no root key below {directory}: name the root's certificate with --root") from None
