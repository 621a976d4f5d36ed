"""The published Python conformance adapter: one JSON request a line in, one JSON reply a line out, in order."""

import json
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

from backend.conform import credentials, rules
from backend.conform.errors import BadRequest
from backend.conform.request import MAX_LINE_BYTES, Operation, read_request, request_id

OPERATIONS: dict[str, Operation] = {**rules.OPERATIONS, **credentials.OPERATIONS}


def answer(line: bytes) -> dict[str, Any]:
    """The reply to one line; never raises. A fault of our own is ``internal``, so that the next line is still read."""
    found_id: str | int | None = None
    try:
        request = read_request(line)
        found_id = request_id(request)
        name = request.get("op")
        operation = OPERATIONS.get(name) if isinstance(name, str) else None
        if operation is None:
            raise BadRequest("op is not a known operation")
        return {"id": found_id, **operation(request)}
    except BadRequest as refused:
        return {"id": found_id, "ok": False, "error": "bad-request", "detail": refused.detail}
    except Exception as fault:
        return {"id": found_id, "ok": False, "error": "internal", "detail": type(fault).__name__}


def _lines(source: BinaryIO) -> Iterator[bytes]:
    """Lines without their end; of a line beyond the bound only so much is kept that it is seen to be too long."""
    while line := source.readline(MAX_LINE_BYTES + 2):
        rest = line
        while not rest.endswith(b"\n") and (rest := source.readline(1 << 20)):
            pass
        yield line.removesuffix(b"\n")


def main(stdin: BinaryIO | None = None, stdout: BinaryIO | None = None) -> int:
    """Answer each line of ``stdin`` until it ends, flushing replies, or until nobody reads any more; exit code 0."""
    source = sys.stdin.buffer if stdin is None else stdin
    sink = sys.stdout.buffer if stdout is None else stdout
    try:
        for line in _lines(source):
            reply = json.dumps(answer(line), ensure_ascii=False, separators=(",", ":"))
            sink.write(reply.encode() + b"\n")
            sink.flush()
    except BrokenPipeError:
        # Python would complain once more when it closes the stream at exit.
        sys.stdout = None
    return 0
