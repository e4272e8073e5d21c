"""A PostgreSQL of the tests' own, run by a user without rights; and a proxy that cuts the way to it."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

_ACTING = 0.5
"""How long a server has to do what it was asked before its answer is lost (seconds)."""

_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/local/bin", "/usr/pgsql-*/bin")


def programs() -> Path | None:
    """The folder of the programs of a PostgreSQL, None where none is found."""
    found = shutil.which("initdb")
    if found and Path(found).with_name("postgres").exists():
        return Path(found).resolve().parent
    for pattern in _PLACES:
        for folder in sorted(Path("/").glob(pattern[1:]), reverse=True):
            if (folder / "initdb").exists():
                return folder
    return None


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Cluster:
    """One cluster; ``dsn`` reaches it. It can be killed and started again."""

    def __init__(self, folder: Path, bin_: Path, durable: bool = False) -> None:
        self.folder, self._bin = folder, bin_
        self.port = free_port()
        self._fsync = "on" if durable else "off"
        self.dsn = f"host=127.0.0.1 port={self.port} user=mingzhang dbname=postgres"
        self._user = (
            ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.getuid() == 0 else []
        )
        if self._user:
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        self._run("initdb", "-D", "data", "-U", "mingzhang", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        self.start()

    def _run(self, program: str, *arguments: str) -> None:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C"}
        with (self.folder / "out").open("ab") as out:
            subprocess.run(
                [*self._user, str(self._bin / program), *arguments],
                cwd=self.folder, check=True, env=environment, stdout=out, stderr=out, timeout=120,
            )  # fmt: skip

    def start(self) -> None:
        options = (
            f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync={self._fsync}"
            " -c max_connections=60"
        )
        self._run("pg_ctl", "-D", "data", "-l", "log", "-w", "-o", options, "start")

    def cpu(self) -> float:
        """Milliseconds that its processes have taken of the processors so far, those that ended too."""
        first = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        ticks = 0
        for file in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                parts = file.read_text().rpartition(")")[2].split()  # from the state on
                if first == int(file.parent.name):
                    ticks += sum(map(int, parts[11:15]))
                elif first == int(parts[1]):
                    ticks += sum(map(int, parts[11:13]))
        return 1000 * ticks / os.sysconf("SC_CLK_TCK")

    def checkpoint(self) -> None:
        """Write everything into the files of the tables."""
        import psycopg

        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute("CHECKPOINT")

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "-D", "data", "-m", mode, "-w", "stop")


@contextlib.contextmanager
def running(durable: bool = False) -> Iterator[Cluster | None]:
    """A running cluster, None where this machine has no PostgreSQL; ``durable``: on the disk at a commit."""
    bin_ = programs()
    if bin_ is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="mingzhang-server-"))
    try:
        cluster = Cluster(folder, bin_, durable)
        try:
            yield cluster
        finally:
            with contextlib.suppress(subprocess.CalledProcessError):
                cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Proxy:
    """A way to the cluster that can be cut: every connection through it breaks, and none is made."""

    def __init__(self, port: int) -> None:
        self._to, self._cut = port, False
        self._swallowing, self._passed = "", 0
        self._sockets: list[socket.socket] = []
        self._silent: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._cut = True
        there, self._sockets = self._sockets, []
        for each in there:
            _ended(each)

    def mend(self) -> None:
        self._cut = False

    def swallow(self, word: str = "COMMIT", after: int = 0) -> None:
        """Bring the server the next bytes that hold a word, let it act, and break before its answer comes.

        ``after`` so many others that hold it: a new connection begins with a commit of its own.
        """
        self._swallowing, self._passed = word, after

    def _pump(self, came: socket.socket, there: socket.socket, *, asking: bool) -> None:
        with contextlib.suppress(OSError):
            while data := came.recv(65536):
                if asking and self._swallowing and self._swallowing.encode() in data:
                    self._passed -= 1
                if asking and self._swallowing and self._passed < 0:
                    self._swallowing, self._passed = "", 0
                    self._silent.append(there)
                    there.sendall(data)
                    time.sleep(_ACTING)
                    break
                if came not in self._silent:
                    there.sendall(data)
        for each in (came, there):
            _ended(each)

    def close(self) -> None:
        self.cut()
        _ended(self._listener)

    def _accept(self) -> None:
        while True:
            try:
                came, _ = self._listener.accept()
            except OSError:
                return
            if self._cut:
                came.close()
                continue
            try:
                there = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                came.close()
                continue
            self._sockets += [came, there]
            for one, other in ((came, there), (there, came)):
                asking = {"asking": one is came}
                threading.Thread(target=self._pump, args=(one, other), kwargs=asking, daemon=True).start()


def _ended(each: socket.socket) -> None:
    with contextlib.suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
