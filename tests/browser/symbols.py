"""Codes on a screen: reading one back, making a forged one, holding one before a camera."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from qr.base45 import decode, encode
from tests.harness.served import ROOT

_READER = """
import { readFileSync } from 'node:fs'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
const wasmBinary = readFileSync('node_modules/zxing-wasm/dist/reader/zxing_reader.wasm')
await prepareZXingModule({ overrides: { wasmBinary: wasmBinary.buffer }, fireImmediately: true })
const found = await readBarcodes(new Blob([readFileSync(0)]), { formats: ['QRCode'] })
process.stdout.write(found[0]?.text ?? '')
"""


def picture_of_code(page: Page) -> bytes:
    """The certificate's code as another phone's camera sees it, with the quiet zone that the paper around it gives."""
    code = page.get_by_role("img", name="证照二维码，请对方扫")
    code.wait_for()
    box = code.bounding_box()
    assert box is not None
    return page.screenshot(
        clip={"x": box["x"] - 16, "y": box["y"] - 16, "width": box["width"] + 32, "height": box["height"] + 32}
    )


def read_symbol(png: bytes) -> str:
    """The text of the QR code in a picture; empty when there is none. Read by another program than shows it."""
    command = ["node", "--input-type=module", "--eval", _READER]
    done = subprocess.run(command, input=png, capture_output=True, cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def forged(text: str) -> str:
    """The same code with one bit of its last byte, which belongs to the signature, changed."""
    prefix, body = text[:4], decode(text[4:])
    return prefix + encode(body[:-1] + bytes([body[-1] ^ 1]))


def camera_file(png: bytes, path: Path) -> Path:
    """A video of two frames in which the picture lies before the camera, as Chromium's fake camera reads it."""
    frame = Image.new("L", (960, 720), 150)
    code = Image.open(io.BytesIO(png)).convert("L").resize((600, 600))
    frame.paste(code, (180, 60))
    grey = bytes([128]) * (480 * 360)
    picture = b"FRAME\n" + frame.tobytes() + grey + grey
    path.write_bytes(b"YUV4MPEG2 W960 H720 F10:1 Ip A1:1 C420jpeg\n" + picture * 2)
    return path
