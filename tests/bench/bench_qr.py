"""Ratios of COSE to the bare primitives, and of QR symbols to qrcode. Run it; it is no timed test.

`.venv/bin/python tests/bench/bench_qr.py` prints each figure as the median of interleaved rounds.
"""

import io
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from qrcode import QRCode, constants
from qrcode.image.svg import SvgPathImage

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from qr import cose, keys, symbol


def ratio(peer: Callable[[], object], ours: Callable[[], object], count: int, rounds: int = 15) -> float:
    """Return the median of time(peer) / time(ours): 1 is as fast as the peer, more is faster."""
    found = []
    for _ in range(rounds):
        spans = []
        for work in (peer, ours):
            start = time.perf_counter()
            for _ in range(count):
                work()
            spans.append(time.perf_counter() - start)
        found.append(spans[0] / spans[1])
    return statistics.median(found)


def cose_ratios() -> dict[str, float]:
    """COSE sign and verify against the primitive of cryptography over the same bytes."""
    payload, suite = bytes(300), ec.ECDSA(hashes.SHA256())
    ec_private, ed_private = ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()
    result = {}
    for name, private in (("ES256", ec_private), ("EdDSA", ed_private)):
        key = keys.from_private(private)
        message = cose.sign1(payload, key, typ="application/zb+cwt", kid=key.public.kid)
        bare_sign: Callable[[], bytes]
        if isinstance(private, ec.EllipticCurvePrivateKey):
            public, der = private.public_key(), private.sign(message, suite)
            bare_sign = lambda private=private: private.sign(message, suite)  # noqa: B023, E731
            bare_verify = lambda public=public, der=der: public.verify(der, message, suite)  # noqa: B023, E731
        else:
            ed_public, raw = private.public_key(), private.sign(message)
            bare_sign = lambda private=private: private.sign(message)  # noqa: B023, E731
            bare_verify = lambda public=ed_public, raw=raw: public.verify(raw, message)  # noqa: B023, E731
        result[f"{name} sign"] = ratio(
            bare_sign, lambda key=key: cose.sign1(payload, key, typ="application/zb+cwt", kid=b"12345678"), 200
        )
        result[f"{name} verify"] = ratio(
            bare_verify, lambda key=key, message=message: cose.verify1(message, key.public), 200
        )
    return result


def symbol_ratios() -> dict[str, float]:
    """A symbol of 600 characters, 15-M, against qrcode's default SVG and its own matrix for the same mask."""
    text = ("ZB1:6BF+70790T9WJWG.FKY*4GO0.O1CV2 O5 N2FBBRW1*70HS8WY04AC" * 11)[:600]

    def default() -> None:
        code = QRCode(error_correction=constants.ERROR_CORRECT_M)
        code.add_data(text)
        code.make_image(image_factory=SvgPathImage).save(io.BytesIO())

    def fixed() -> None:
        code = QRCode(error_correction=constants.ERROR_CORRECT_M, mask_pattern=2)
        code.add_data(text)
        code.make()

    symbol.make(text)
    return {
        "SVG / qrcode's default SVG": ratio(default, lambda: symbol.svg(symbol.make(text)), 2, 9),
        "PNG / qrcode's default SVG": ratio(default, lambda: symbol.png(symbol.make(text)), 2, 9),
        "matrix / qrcode, same mask": ratio(fixed, lambda: symbol.make(text), 5, 9),
    }


if __name__ == "__main__":
    for label, value in {**cose_ratios(), **symbol_ratios()}.items():
        print(f"{label:30} {value:6.2f}")
