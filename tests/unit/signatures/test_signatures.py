"""A signature holds for the file that was signed, under the root that vouches for its signer, and for nothing else."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from reportlab.pdfgen.canvas import Canvas

from backend.certificates.errors import SigningKeyMissing
from backend.certificates.keys import KEY_LIFE, SigningKeys
from backend.cli import main
from backend.signatures.authority import Authority, authority_of, fingerprint_of, pem_of, root_certificate
from backend.signatures.pades import FIELD, NotSigned, check, sign

NOW = 1_795_000_000
OFFICE, NAME, CITY = "11990300MB1E000001", "安和市公安局", "安和市"


@pytest.fixture
def keys(tmp_path: Path) -> SigningKeys:
    return SigningKeys(tmp_path / "keys", create=True)


@pytest.fixture
def authority(keys: SigningKeys) -> Authority:
    return authority_of(keys, OFFICE, NAME, CITY, NOW)


@pytest.fixture
def signed(authority: Authority) -> bytes:
    return sign(page(), authority, NOW * 1000, "受理通知书")


def page(words: str = "a page") -> bytes:
    made = BytesIO()
    canvas = Canvas(made)
    canvas.drawString(100, 100, words)
    canvas.save()
    return made.getvalue()


def room_of(signed: bytes) -> tuple[int, int]:
    """Where the signature itself lies in the file, which no signature covers."""
    fields = pypdf.PdfReader(BytesIO(signed)).get_fields() or {}
    start, before, after, rest = fields[FIELD]["/V"]["/ByteRange"]
    assert (start, after + rest) == (0, len(signed))
    return before, after


def test_a_signed_file_says_who_signed_it_and_when_and_holds(signed: bytes, authority: Authority) -> None:
    found = check(signed, authority.root)
    assert found.holds
    assert (found.signer, found.signer_code) == (NAME, OFFICE)
    assert found.at is not None
    assert found.at.timestamp() == NOW
    assert found.root_fingerprint == fingerprint_of(authority.root)
    assert signed.startswith(page()[:500]), "the file itself is not rewritten"


def test_no_byte_of_the_file_can_be_changed(signed: bytes, authority: Authority) -> None:
    first, last = room_of(signed)
    places = [at for at in range(0, len(signed), 23) if not first <= at < last]
    assert len(places) > 50
    for at in places:
        changed = bytearray(signed)
        changed[at] ^= 1
        try:
            assert not check(bytes(changed), authority.root).holds, at
        except NotSigned:
            continue


def test_nothing_can_be_put_behind_the_file_or_into_the_room_of_its_signature(
    signed: bytes, authority: Authority
) -> None:
    assert not check(signed + b"\n% more", authority.root).holds
    _, last = room_of(signed)
    filled = bytearray(signed)
    assert filled[last - 3 : last - 1] == b"00"
    filled[last - 3 : last - 1] = b"41"
    assert not check(bytes(filled), authority.root).holds


def test_another_root_does_not_vouch_for_it(signed: bytes, tmp_path: Path) -> None:
    other = root_certificate(SigningKeys(tmp_path / "other", create=True), NOW)
    found = check(signed, other)
    assert (found.whole, found.trusted, found.holds) == (True, False, False)


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.4\n", page()], ids=["empty", "text", "stub", "unsigned"])
def test_what_is_no_signed_pdf_is_said_to_be_none(content: bytes, authority: Authority) -> None:
    with pytest.raises(NotSigned):
        check(content, authority.root)


def test_every_process_makes_the_same_certificates_and_they_chain(keys: SigningKeys, tmp_path: Path) -> None:
    authority = authority_of(keys, OFFICE, NAME, CITY, NOW)
    again = authority_of(SigningKeys(tmp_path / "keys", create=False), OFFICE, NAME, CITY, NOW + 5)
    assert (again.certificate, again.root) == (authority.certificate, authority.root)
    authority.certificate.verify_directly_issued_by(authority.root)
    authority.root.verify_directly_issued_by(authority.root)
    renamed = authority_of(keys, OFFICE, "安和市公安分局", "新安和市", NOW)
    assert renamed.root == authority.root, "a new name of the city breaks no old signature"
    assert renamed.certificate.serial_number != authority.certificate.serial_number
    assert x509.load_pem_x509_certificate(pem_of(authority.root)) == authority.root


def test_a_department_cannot_vouch_for_another(keys: SigningKeys, authority: Authority) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    root = authority.root
    forged = (
        x509.CertificateBuilder()
        .subject_name(authority.certificate.subject)
        .issuer_name(authority.certificate.subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(authority.certificate.not_valid_before_utc)
        .not_valid_after(authority.certificate.not_valid_after_utc)
        .add_extension(authority.certificate.extensions.get_extension_for_class(x509.KeyUsage).value, critical=True)
        .sign(authority.key, hashes.SHA256())
    )
    made = sign(page(), Authority(key, forged, root), NOW * 1000, "受理通知书")
    assert not check(made, root).trusted


@pytest.mark.parametrize("at", [NOW - 2 * 86_400, NOW + KEY_LIFE])
def test_a_key_signs_only_in_its_time(keys: SigningKeys, at: int) -> None:
    authority_of(keys, OFFICE, NAME, CITY, NOW)
    with pytest.raises(SigningKeyMissing):
        authority_of(keys, OFFICE, NAME, CITY, at)


def test_the_command_says_whether_a_file_holds(
    signed: bytes, authority: Authority, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "litestar.yaml").write_text(f"mode: test\nkeys: {{directory: {tmp_path / 'keys'}}}\n", encoding="utf-8")
    house = ["--settings", str(tmp_path / "litestar.yaml"), "document"]
    file, root = tmp_path / "letter.pdf", tmp_path / "root.pem"
    file.write_bytes(signed)
    assert main([*house, "verify", str(file)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("holds\n")
    assert f"{NAME} {OFFICE}" in said
    assert main([*house, "root", "--out", str(root)]) == 0
    assert fingerprint_of(authority.root) in capsys.readouterr().out
    (tmp_path / "empty.yaml").write_text(f"mode: test\nkeys: {{directory: {tmp_path / 'none'}}}\n", encoding="utf-8")
    elsewhere = ["--settings", str(tmp_path / "empty.yaml"), "document", "verify", str(file)]
    assert main(elsewhere) == 2
    assert "--root" in capsys.readouterr().err
    assert main([*elsewhere, "--root", str(root)]) == 0
    file.write_bytes(signed.replace(b"/Reason", b"/Reasom"))
    capsys.readouterr()
    assert main([*house, "verify", str(file)]) == 1
    assert "does NOT hold" in capsys.readouterr().out
    assert main([*house, "verify", str(tmp_path / "nothing.pdf")]) == 2
    assert main([*elsewhere, "--root", str(file)]) == 2
