"""`mingzhang-cli packs …`: rule packets are signed, shown and added. One JSON object a line."""

import argparse
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from core.console import rules
from core.console.commands import Add, Commands, add_group
from core.console.ledger.streams import add_opening_arguments, key_store, secrets_of
from core.console.output import answer, unavailable
from core.counter import Counter, confirming, open_guarded
from core.counter.adding_rules import add_packet, inspect_packet, trust_key
from core.counter.rules_on_record import found_by_name, found_on_file
from core.files import read_bounded, why_failed, write_whole
from core.ledger.errors import LedgerUnavailable
from core.ledger.keys_file import keys_file
from core.messages import Fault, Message, message
from core.places import home, ledger_of
from core.policy import packets
from core.policy.packets import Change, Packet
from core.words import Words

_REAL = "jilin/"
"""Any region but the made-up one: a desk in use has one ledger for them all."""


def add_parser(commands: Commands, common: argparse.ArgumentParser, words: Words) -> None:
    """Add `packs` and its commands to the console's."""
    add = add_group(commands, common, "packs", words.text("console.packs"))
    key = add("key", words.text("console.packs_key"), _run)
    key.add_argument("file", type=Path, metavar="FILE", help=words.text("console.packs_key_file"))
    key.set_defaults(work=_key)
    trust = add("trust", words.text("console.packs_trust"), _run)
    trust.add_argument("file", type=Path, metavar="FILE", help=words.text("console.packs_public_file"))
    trust.set_defaults(work=_trust)
    confirm = add("confirm", words.text("console.packs_confirm"), _run)
    confirm.add_argument("names", metavar="NAME", nargs="*", help=words.text("console.packs_confirm_names"))
    confirm.set_defaults(work=_confirm, file=home())
    check = add("check", words.text("console.packs_check"), _run)
    check.add_argument("names", metavar="ID@DAY", nargs="*", help=words.text("console.packs_check_names"))
    check.set_defaults(work=_check, file=home())
    require = add("require-check", words.text("console.packs_require_check"), _run)
    require.add_argument("required", choices=["yes", "no"])
    require.set_defaults(work=_require_check, file=home())
    _add_sign(add, words)
    show = add("show", words.text("console.packs_show"), _run)
    show.set_defaults(work=_show)
    importing = add("import", words.text("console.packs_import"), _run)
    importing.set_defaults(work=_import)
    for each in (trust, importing, confirm, check, require):
        each.add_argument("--db", type=Path, metavar="PATH", help=words.text("console.packs_db"))
        add_opening_arguments(each, words)
        each.set_defaults(command="packs")
    for each in (show, importing):
        each.add_argument("file", type=Path, metavar="FILE", help=words.text("console.packs_packet"))


def _add_sign(add: Add, words: Words) -> None:
    sign = add("sign", words.text("console.packs_sign"), _run)
    sign.add_argument("files", type=Path, metavar="FILE", nargs="+", help=words.text("console.packs_files"))
    sign.add_argument("--key", type=Path, required=True, help=words.text("console.packs_key_file"))
    sign.add_argument("--issuer", required=True, help=words.text("console.packs_issuer"))
    sign.add_argument("--number", type=int, required=True, help=words.text("console.packs_number"))
    sign.add_argument("--issued", required=True, help=words.text("console.packs_issued"))
    sign.add_argument(
        "--out", metavar="OUT", dest="file", type=Path, required=True, help=words.text("console.packs_packet")
    )
    sign.set_defaults(work=_sign)


def _run(args: argparse.Namespace, words: Words) -> int:
    """Run a command and say which file, or which ledger, it cannot use."""
    try:
        outcome = args.work(args)
    except LedgerUnavailable as error:
        return unavailable(Fault("ledger", error.said), words)
    except FileExistsError as error:
        return unavailable(Fault("file", message("fault.file_there", name=str(error.filename))), words)
    except OSError as error:
        return unavailable(Fault("file", why_failed(error, str(error.filename or args.file))), words)
    return answer(outcome, words)


def _key(args: argparse.Namespace) -> dict[str, Any]:
    """Make a key in two files. Raises FileExistsError: a file that is there is never written over."""
    public, beside = packets.write_new_key(args.file)
    return {"key": packets.key_id(public), "fingerprint": _grouped(public), "public": str(beside)}


def _grouped(public: str) -> str:
    """Return a key's fingerprint as it stands on the paper that comes with its packets."""
    return " ".join(packets.fingerprint(public))


def _trust(args: argparse.Namespace) -> dict[str, Any] | list[Fault]:
    """Trust a key: packets that it signed are taken from now on. At a desk in use an operator signs in."""
    try:
        public = packets.read_public(read_bounded(args.file, packets.LARGEST_KEY).decode("ascii"))
    except ValueError:
        public = message("packs.not_a_key")
    if isinstance(public, Message):
        return [Fault("file", public)]
    return _trusted(args, public) or {"key": packets.key_id(public), "fingerprint": _grouped(public)}


def _sign(args: argparse.Namespace) -> dict[str, Any] | list[Fault]:
    try:
        issued = date.fromisoformat(args.issued)
    except ValueError:
        return [Fault("issued", message("fault.day.form"))]
    files = packets.names_inside(args.files)
    if isinstance(files, list):
        return files
    documents, _, _ = rules.on_file()
    packet = packets.sign(
        files,
        read_bounded(args.key, packets.LARGEST_KEY),
        issuer=args.issuer,
        number=args.number,
        issued=issued,
        documents=documents,
    )
    if isinstance(packet, list):
        return packet
    write_whole(args.file, packet)
    return {"file": str(args.file), "files": sorted(files)}


def _show(args: argparse.Namespace) -> dict[str, Any] | list[Fault]:
    shown = _read(args.file)
    return shown if isinstance(shown, list) else _described(*shown)


def _import(args: argparse.Namespace) -> dict[str, Any] | list[Fault]:
    """Add a packet's rules to those on file. At a desk in use an operator signs in."""
    db = _in_use(args)
    if db is None:
        shown = _read(args.file)
        if not isinstance(shown, list):
            packets.install(shown[0], home())
        return shown if isinstance(shown, list) else {**_described(*shown), "installed": True}
    opened = _signed_in(args, db)
    if isinstance(opened, list):
        return opened
    with closing(opened) as counter:
        shown = inspect_packet(counter, read_bounded(args.file, packets.LARGEST), home())
        if isinstance(shown, list):
            return shown
        return add_packet(counter, shown[0], args.who) or {**_described(*shown), "installed": True}


def _confirm(args: argparse.Namespace) -> dict[str, Any] | list[Fault]:
    """Show the rules that lie at a desk in use, with those of `--regions`; once all are named, record them.

    As in the window, an administrator has seen what is confirmed: the names are those that are shown, each
    with a mark of its content.
    """
    db = args.db or home() / ledger_of(_REAL)
    opened = _signed_in(args, db)
    if isinstance(opened, list):
        return opened
    with closing(opened) as counter:
        found = found_on_file(args.regions)
        shown = found_by_name(found)
        if not args.names and shown:
            return {"confirmed": False, "found": shown}
        if set(args.names) != shown.keys():
            return [Fault("names", message("fault.rules_not_named", names=" ".join(shown) or "—"))]
        faults = confirming.confirm(counter, args.regions, found)
        record = counter.on_record
        return faults or {"packs": sorted(record.packs) if record else [], "confirmed": True}


def _check(args: argparse.Namespace) -> dict[str, Any] | list[Fault]:
    """List the packs that wait for a second person's check, or check those that are named."""
    opened = _signed_in(args, args.db or home() / ledger_of(_REAL))
    if isinstance(opened, list):
        return opened
    with closing(opened) as counter:
        faults = [fault for name in args.names for fault in confirming.check(counter, name)]
        waiting = confirming.unchecked(counter)
        shown = {
            name: {"entered_by": each.entered_by, "figures": each.figures} for name, each in waiting.items()
        }
        return faults or {"checked": args.names, "unchecked": shown}


def _require_check(args: argparse.Namespace) -> dict[str, Any] | list[Fault]:
    """Let an administrator say whether figures that are entered need a second person's check."""
    opened = _signed_in(args, args.db or home() / ledger_of(_REAL))
    if isinstance(opened, list):
        return opened
    required = args.required == "yes"
    with closing(opened) as counter:
        return confirming.require_check(counter, required) or {"check_required": required}


def _in_use(args: argparse.Namespace) -> Path | None:
    """Return the ledger of a desk in use, whatever the command is told; None where there is none."""
    own = home() / ledger_of(_REAL)
    db = args.db if args.db and keys_file(args.db).exists() else own  # the rules lie in the own folder
    return db if keys_file(db).exists() else None


def _trusted(args: argparse.Namespace, public: str) -> list[Fault]:
    """Trust a key; at a desk in use for an operator who signs in, and in the trail."""
    db = _in_use(args)
    if db is None:
        packets.trust(public, home())
        return []
    opened = _signed_in(args, db)
    if isinstance(opened, list):
        return opened
    with closing(opened) as counter:
        return trust_key(counter, public, args.who, home())


def _signed_in(args: argparse.Namespace, db: Path) -> Counter | list[Fault]:
    given = secrets_of(args)
    if isinstance(given, list):
        return given
    return open_guarded(db, args.who, given.pin, args.regions, key_store(args))


def _read(file: Path) -> tuple[Packet, tuple[Change, ...]] | list[Fault]:
    """Return a packet that may be added and what it would change; or why it may not be added."""
    documents, regions, _ = rules.on_file()
    return packets.inspect(read_bounded(file, packets.LARGEST), home(), documents, regions)


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
