"""`mingzhang-cli packs …`: rule packets are signed, looked at and added. One JSON object a line."""

import argparse
import errno
import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

from core.exchange.answer import refusal
from core.exchange.jsontext import write_line
from core.messages import Fault, Message, message
from core.places import home, user_documents, user_regions
from core.policy import packets
from core.policy.in_force import Documents
from core.policy.packets import Change, Packet
from core.policy.shelf import DOCUMENTS, REGIONS, Regions, load_documents, load_regions
from core.words import Words

DONE, REFUSED, UNAVAILABLE = 0, 2, 3


def add_parser(commands: Any, common: argparse.ArgumentParser, said: Words) -> None:
    """Adds the commands around rule packets."""
    parser = commands.add_parser("packs", help=said.text("console.packs"))
    kinds = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Any) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = kinds.add_parser(
            name, parents=[common], help=said.text(f"console.packs_{name}")
        )
        made.set_defaults(run=_guarded, work=run)
        return made

    key = command("key", _key)
    key.add_argument("file", type=Path, metavar="FILE", help=said.text("console.packs_key_file"))
    trust = command("trust", _trust)
    trust.add_argument("file", type=Path, metavar="FILE", help=said.text("console.packs_public_file"))
    signing = command("sign", _sign)
    signing.add_argument("files", type=Path, metavar="FILE", nargs="+", help=said.text("console.packs_files"))
    signing.add_argument("--key", type=Path, required=True, help=said.text("console.packs_key_file"))
    signing.add_argument("--issuer", required=True, help=said.text("console.packs_issuer"))
    signing.add_argument("--number", type=int, required=True, help=said.text("console.packs_number"))
    signing.add_argument("--issued", required=True, help=said.text("console.packs_issued"))
    signing.add_argument("--out", type=Path, required=True, help=said.text("console.packs_packet"))
    for name, run in (("show", _show), ("import", _import)):
        each = command(name, run)
        each.add_argument("file", type=Path, metavar="FILE", help=said.text("console.packs_packet"))


def _guarded(args: argparse.Namespace, said: Words) -> int:
    """Runs a command; a file that cannot be used is said."""
    try:
        made = args.work(args)
    except FileExistsError as error:
        fault = Fault("file", message("fault.file_there", name=str(error.filename)))
        _print({**refusal([fault], said), "status": "unavailable"})
        return UNAVAILABLE
    except OSError as error:
        fault = Fault("file", message("fault.file_unreadable", name=str(error.filename or args.file)))
        _print({**refusal([fault], said), "status": "unavailable"})
        return UNAVAILABLE
    if isinstance(made, list):
        _print(refusal(made, said))
        return REFUSED
    _print(made)
    return DONE


def _print(made: dict[str, Any]) -> None:
    sys.stdout.write(write_line(made) + "\n")


def _key(args: argparse.Namespace) -> dict[str, Any]:
    """A new key; a file that is there is never written over."""
    secret, public = packets.new_key()
    beside = args.file.with_suffix(".pub")
    for file in (args.file, beside):
        if file.exists():
            raise FileExistsError(errno.EEXIST, "", str(file))
    with open(os.open(args.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:  # noqa: PTH123
        out.write(secret)
    with beside.open("x", encoding="ascii") as out_public:
        out_public.write(public + "\n")
    return {"key": packets.key_id(public), "fingerprint": _grouped(public), "public": str(beside)}


def _grouped(public: str) -> str:
    """A key's fingerprint as it stands on the paper that comes with its packets."""
    return " ".join(packets.fingerprint(public))


def _trust(args: argparse.Namespace) -> dict[str, Any] | list[Fault]:
    """From now on packets of this key are taken."""
    try:
        public = packets.read_public(args.file.read_text(encoding="ascii"))
    except ValueError:
        public = message("packs.not_a_key")
    if isinstance(public, Message):
        return [Fault("file", public)]
    return {"key": packets.trust(public, home()), "fingerprint": _grouped(public)}


def _sign(args: argparse.Namespace) -> dict[str, Any] | list[Fault]:
    try:
        issued = date.fromisoformat(args.issued)
    except ValueError:
        return [Fault("issued", message("fault.day.form"))]
    files = packets.names_inside(args.files)
    if isinstance(files, list):
        return files
    documents, _ = on_file()
    made = packets.sign(
        files,
        args.key.read_bytes(),
        issuer=args.issuer,
        number=args.number,
        issued=issued,
        documents=documents,
    )
    if isinstance(made, list):
        return made
    args.out.write_bytes(made)
    return {"file": str(args.out), "files": sorted(files)}


def _show(args: argparse.Namespace) -> dict[str, Any] | list[Fault]:
    looked = _look(args.file)
    return looked if isinstance(looked, list) else _described(*looked)


def _import(args: argparse.Namespace) -> dict[str, Any] | list[Fault]:
    looked = _look(args.file)
    if isinstance(looked, list):
        return looked
    packets.install(looked[0], home())
    return {**_described(*looked), "installed": True}


def _look(file: Path) -> tuple[Packet, tuple[Change, ...]] | list[Fault]:
    """A packet that may be added, with what it changes; or why it may not."""
    return packets.inspect(file.read_bytes(), home(), *on_file())


def _described(packet: Packet, changes: tuple[Change, ...]) -> dict[str, Any]:
    header = packet.header
    return {
        "issuer": header.issuer,
        "number": header.number,
        "issued": header.issued.isoformat(),
        "key": header.key,
        "changes": [
            {
                "kind": change.kind,
                "id": change.id,
                "name": change.name,
                "discharges_from": change.first.isoformat(),
                "discharges_to": change.last.isoformat() if change.last else None,
                "cells": [cell._asdict() for cell in change.cells],
            }
            for change in changes
        ],
    }


def on_file() -> tuple[Documents, Regions]:
    """The documents and packs that this desk has."""
    documents = load_documents(DOCUMENTS, user_documents())
    return documents, load_regions(documents, (REGIONS, user_regions()))[0]
