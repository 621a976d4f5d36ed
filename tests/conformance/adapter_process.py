"""A conformance adapter as a running program: lines in, replies out."""

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).parent.parent.parent
PYTHON = [sys.executable, "-m", "backend.conform"]
TYPESCRIPT = ["node", str(ROOT / "pwa" / "scripts" / "conform.mjs")]


class AdapterProcess:
    """One adapter, started once and asked many times. Leaving the context ends its input and checks that it exits 0."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self) -> "AdapterProcess":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        assert self.process.wait(timeout=20) == 0

    def send_line(self, line: bytes) -> dict[str, Any]:
        """The reply to one raw line (without its end)."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()
        reply = self.process.stdout.readline()
        assert reply.endswith(b"\n"), f"no reply to {line[:200]!r}"
        return dict(json.loads(reply))

    def ask(self, op: str, **fields: Any) -> dict[str, Any]:
        """The reply to one operation, without the id; ``in_`` stands for the field ``in``."""
        request = {"id": 1, "op": op, **{name.rstrip("_"): value for name, value in fields.items()}}
        reply = self.send_line(json.dumps(request).encode())
        assert reply.pop("id") == 1
        return reply
