"""One complete zlib stream (RFC 1950), bounded before it grows."""

import zlib

from qr.errors import InflateError


def inflate(data: bytes, limit: int) -> bytes:
    """Return the content of a zlib stream.

    Raises InflateError: ``size`` above ``limit`` bytes; ``inflate`` when the stream is malformed, cut off, fails its
    Adler-32, needs a dictionary, or is followed by anything.
    """
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(data, limit + 1)
    except zlib.error:
        raise InflateError("inflate", "not a zlib stream") from None
    if len(content) > limit:
        raise InflateError("size", f"more than {limit} bytes")
    if not stream.eof:
        raise InflateError("inflate", "the stream is cut off")
    if stream.unused_data:
        raise InflateError("inflate", "bytes follow the stream")
    return content
