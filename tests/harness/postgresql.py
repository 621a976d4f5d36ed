"""A PostgreSQL server of the tests' own: made, started and removed by them, never as root, with fsync on."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import asyncpg

SUPERUSER = "zhangban"


class PostgresServer:
    """One cluster in a temporary directory, on a socket and a loopback port; every database in it is thrown away."""

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        self.directory = Path(tempfile.mkdtemp(prefix="zhangban-pg-", dir="/tmp"))
        self.directory.chmod(0o755)
        self.port = free_port()
        # initdb and postgres refuse to run as root.
        self._prefix = ["runuser", "-u", "nobody", "--"] if os.getuid() == 0 else []
        if self._prefix:
            shutil.chown(self.directory, "nobody")
        self._run(
            "initdb", "--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", f"--username={SUPERUSER}"
        )
        self.start()

    @classmethod
    def find(cls) -> Path | None:
        """The newest directory with PostgreSQL's programs, or None when it is not installed."""
        known = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
        on_path = shutil.which("initdb")
        return known[-1].parent if known else Path(on_path).parent if on_path else None

    def url(self, name: str) -> str:
        """The address of one of its databases."""
        return f"postgresql://{SUPERUSER}@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        """Starts the server and waits until it answers; after `kill` also until the old server's children are gone."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200"
        for last in (False, False, False, True):
            if self._run("pg_ctl", "-w", "-l", str(self.directory / "log"), "-o", options, "start", check=last) == 0:
                return
            time.sleep(1)

    def kill(self) -> None:
        """Ends the server as a crash would (SIGKILL to the postmaster, its children go with it)."""
        process = int((self.directory / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(process, signal.SIGKILL)

    def stop(self) -> None:
        """Stops the server and removes all it stored."""
        self._run("pg_ctl", "-w", "-m", "immediate", "stop", check=False)
        shutil.rmtree(self.directory, ignore_errors=True)

    async def create_database(self, name: str, template: str = "template0") -> str:
        """Makes a database, as a copy of another that nobody is connected to, and returns its address."""
        await self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    async def drop_database(self, name: str) -> None:
        """Removes a database with whatever is still connected to it."""
        await self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.url("postgres"))
        try:
            await connection.execute(statement)
        finally:
            await asyncio.wait_for(connection.close(), 5)

    def _run(self, program: str, *arguments: str, check: bool = True) -> int:
        command = [*self._prefix, str(self._binaries / program), "-D", str(self.directory / "data"), *arguments]
        # Not a pipe: the server inherits it and a reader would wait for the server's end.
        with (self.directory / "harness.log").open("ab") as log:
            done = subprocess.run(command, check=False, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/tmp")
        if check and done.returncode:
            raise RuntimeError(f"{program} failed:\n{(self.directory / 'harness.log').read_text()[-2000:]}")
        return done.returncode


def free_port() -> int:
    """A loopback port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
