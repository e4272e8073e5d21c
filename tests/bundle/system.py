"""A clean Debian without Python, in a folder: made once by debootstrap, copied for each test."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BASE = ROOT / "build" / "clean-system"
HOME = "/home/clerk"
DATA = f"{HOME}/.local/share/mingzhang"
LEDGER = f"{DATA}/practice.db"
GUARDED = f"{DATA}/ledger.db"
CHIEF = "孙"
_IN_IT = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"'

POSTING = {
    "key": "k1",
    "patient": {"id_type": "01", "id": "220102195001010011", "name": "王秀英"},
    "operator": "赵",
    "request": {
        "region": "jilin/example",
        "benefit": "inpatient",
        "hospital_level": "level_2",
        "admitted": "2026-03-01",
        "discharged": "2026-03-10",
        "eligible": "20000.00",
    },
}


class System:
    """A root folder, and what is done in it. Mounts are private: they end with each command."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def run(
        self, *command: str, user: str = "", stdin: str = "", wait: int = 300, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Runs a command in the system, as root or as a user."""
        home = f"/home/{user}" if user else "/root"
        known = {"HOME": home, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", **variables}
        setting = ["env", "-i", *(f"{name}={value}" for name, value in known.items())]
        become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"] if user else []
        return subprocess.run(
            ["unshare", "--mount", "sh", "-c", _IN_IT, str(self.root), *setting, *become, *command],
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=wait,
            check=False,
        )

    def do(self, *command: str, **more: Any) -> str:
        """Runs a command that has to succeed; what it prints."""
        done = self.run(*command, **more)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def install(self, package: Path) -> None:
        """Installs a package of ours, and what it depends on."""
        shutil.copy(package, self.root / "tmp" / package.name)
        self.do(
            *("apt-get", "install", "--yes", "--no-install-recommends", "--allow-downgrades"),
            f"/tmp/{package.name}",
            DEBIAN_FRONTEND="noninteractive",
        )
        (self.root / "tmp" / package.name).unlink()

    def ledger(self, *command: str, stdin: str = "", guarded: bool = False) -> list[dict[str, Any]]:
        """What the installed console says about the clerk's ledger, the plain one or the encrypted one."""
        flags = ["--portable", "--operator", CHIEF] if guarded else ["--plain"]
        said = self.do(
            *("mingzhang-cli", "ledger", "--db", GUARDED if guarded else LEDGER, *flags, *command),
            user="clerk",
            stdin=stdin,
            MINGZHANG_PIN="long-passphrase",
        )
        return [json.loads(line) for line in said.splitlines()]

    def trial(self, name: str, **variables: str) -> dict[str, Any]:
        """What the installed window says of a whole settlement."""
        said = self.do("mingzhang", "--trial", f"{HOME}/{name}", user="clerk", wait=120, **variables)
        found: dict[str, Any] = json.loads(said.splitlines()[-1])
        return found


def new_system(folder: Path) -> System:
    """A system of its own, with a user named clerk."""
    if not (BASE / "etc" / "debian_version").exists():
        half = BASE.with_suffix(".part")
        shutil.rmtree(half, ignore_errors=True)
        half.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["debootstrap", "--variant=minbase", "bookworm", half],
            check=True,
            capture_output=True,
            timeout=900,
        )
        system = System(half)
        system.do("useradd", "--create-home", "clerk")
        system.do("apt-get", "update")
        half.rename(BASE)
    root = folder / "system"
    subprocess.run(["cp", "--archive", "--reflink=auto", BASE, root], check=True)
    shutil.copy("/etc/resolv.conf", root / "etc" / "resolv.conf")
    return System(root)
