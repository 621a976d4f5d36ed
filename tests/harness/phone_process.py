"""The phone's own code in a process of its own, asked by one line of JSON and answering with one."""

from __future__ import annotations

import json
import subprocess
from typing import Any, Self

from tests.harness.served import ROOT


class PhoneProcess:
    """Runs `pwa/scripts/<script>` with Node; leaving the context ends it."""

    def __init__(self, script: str) -> None:
        command = ["node", str(ROOT / "pwa" / "scripts" / script)]
        self._node = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._node.stdin
        assert self._node.stdout
        self._node.stdin.close()
        self._node.stdout.close()
        assert self._node.wait(timeout=20) == 0

    def ask(self, question: Any) -> Any:
        """What the phone answers."""
        assert self._node.stdin
        assert self._node.stdout
        self._node.stdin.write(json.dumps(question).encode() + b"\n")
        self._node.stdin.flush()
        return json.loads(self._node.stdout.readline())
