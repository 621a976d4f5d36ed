"""Signs a PDF (PAdES baseline B-B) and checks one, offline, with pyHanko."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any, Final

import msgspec
from asn1crypto import cms
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from backend.foundation.time_source import SHANGHAI
from backend.signatures.authority import Authority, fingerprint_of

FORMAT: Final = "PAdES-B-B"
FIELD: Final = "Signature"
_MOST_BYTES: Final = 64 * 1024 * 1024


class NotSigned(Exception):
    """A file that is no PDF, or one without exactly one signature; the message says which."""


class Checked(msgspec.Struct, frozen=True):
    """What a signed file says of itself and whether it holds.

    `whole`: no byte was changed, and the signature covers every byte. `trusted`: the signer's certificate leads to the
    root that was asked about, and was valid at the instant that the signer claims. `at` is that claim: there is no
    time stamp of a third party.
    """

    signer: str
    signer_code: str
    issuer: str
    at: datetime | None
    root_fingerprint: str
    whole: bool
    trusted: bool

    @property
    def holds(self) -> bool:
        """Whether the file is what the issuing authority signed."""
        return self.whole and self.trusted


class _At(PdfSigner):
    """Signs at an instant of the house's clock, not the machine's."""

    moment: datetime

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> Any:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.moment
        return session


def sign(pdf: bytes, authority: Authority, at: int, reason: str) -> bytes:
    """The file with a signature over all of it that allows no later change. `at` is in milliseconds.

    Blocks for some hundredths of a second: call it in a thread.
    """
    key = authority.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signer = SimpleSigner(
        _asn1(authority.certificate),
        asn1_keys.PrivateKeyInfo.load(key),
        # Only the signer's: a root that came with the file would prove nothing.
        SimpleCertificateStore(),
        embed_roots=False,
    )
    signing = _At(
        PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            reason=reason,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        ),
        signer,
    )
    signing.moment = datetime.fromtimestamp(at // 1000, SHANGHAI)
    signed: BytesIO = signing.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)))
    return signed.getvalue()


def check(pdf: bytes, root: x509.Certificate) -> Checked:
    """Checks the one signature of a file against a root, without asking anything over the network.

    Blocks for some hundredths of a second: call it in a thread. Raises NotSigned.
    """
    if len(pdf) > _MOST_BYTES:
        raise NotSigned("the file is larger than any document")
    try:
        signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
        if len(signatures) != 1:
            raise NotSigned(f"the file has {len(signatures) or 'no'} signature{'s' * (len(signatures) > 1)}, not one")
        signature = signatures[0]
        at = signature.self_reported_timestamp
        context = ValidationContext(trust_roots=[_asn1(root)], moment=at, allow_fetching=False)
        status = validate_pdf_signature(signature, context)
    except NotSigned:
        raise
    except Exception as error:
        # A parser that meets bytes made to break it raises anything.
        raise NotSigned(f"not a signed PDF that can be read: {error}") from None
    name = status.signing_cert.subject.native
    whole = status.intact and status.valid and status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    return Checked(
        signer=name.get("organization_name", name.get("common_name", "")),
        signer_code=name.get("serial_number", ""),
        issuer=status.signing_cert.issuer.native.get("common_name", ""),
        at=at,
        root_fingerprint=fingerprint_of(root),
        whole=whole and status.docmdp_ok is not False and _unfilled(signature),
        trusted=status.trusted,
    )


def _unfilled(signature: EmbeddedPdfSignature) -> bool:
    """Whether nothing was put into the room behind the signature, which no signature can cover."""
    room: bytes = signature.pkcs7_content
    return not room[len(cms.ContentInfo.load(room).dump()) :].strip(b"\0")


def _asn1(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
