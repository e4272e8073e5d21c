"""`backup`, `backup-into`, `backups` and `restore`: copies of the ledger."""

import argparse
from collections.abc import Callable
from datetime import datetime

from core.clock import BEIJING
from core.console.ledger.streams import at_counter, at_ledger, key_store, secrets_of
from core.console.output import DONE, answer, refuse, write
from core.counter import Counter, personal_data
from core.ledger.access import opens_for, restore_guarded
from core.ledger.backup import backup
from core.ledger.backup_schedule import back_up, is_due
from core.ledger.backup_schedule import list_backups as backups_in
from core.ledger.ledger import Ledger
from core.ledger.restore import Restored, restore
from core.words import Words


def back_up_to_file(args: argparse.Namespace, words: Words) -> int:
    """Copy the ledger into a file and prove the copy."""

    def copied(ledger: Ledger) -> int:
        entries = backup(ledger, args.file)
        if isinstance(entries, list):
            return refuse(entries, words)
        return answer({"ok": True, "entries": entries, "file": str(args.file)}, words)

    return _noted(args, words, str(args.file), copied)


def _noted(args: argparse.Namespace, words: Words, place: str, copied: Callable[[Ledger], int]) -> int:
    """Make a full copy as a supervisor's act; a plain ledger asks nobody."""
    if args.plain:
        return at_ledger(args, words, copied)

    def noted(counter: Counter) -> int:
        refused = personal_data.note_backup(counter, place)
        return refuse(refused, words) if refused else copied(counter.ledger)

    return at_counter(args, words, noted)


def back_up_into_folder(args: argparse.Namespace, words: Words) -> int:
    """Copy the ledger into a folder under the time's name, prove the copy and thin the older ones."""
    now = datetime.now(BEIJING)

    def copied(ledger: Ledger) -> int:
        if args.if_due and not is_due(args.folder, now):
            return answer({"ok": True, "due": False}, words)
        backed_up = back_up(ledger, args.folder, now, args.second)
        if isinstance(backed_up, list):
            return refuse(backed_up, words)
        return answer(
            {
                "ok": True,
                "entries": backed_up.entries,
                "file": str(backed_up.file),
                "removed": [str(file) for file in backed_up.removed],
                "second": None if backed_up.second is None else str(backed_up.second),
                "notes": [] if backed_up.second_fault is None else [words(backed_up.second_fault)],
            },
            words,
        )

    if args.if_due:  # the daily one, which the desk makes by itself
        return at_ledger(args, words, copied)
    return _noted(args, words, str(args.folder), copied)


def list_backups(args: argparse.Namespace, words: Words) -> int:
    """Print the backups of a folder, a line each."""

    def listed(_: Ledger) -> int:
        for copy in backups_in(args.folder):
            who = opens_for(args.db, copy.file)
            earlier = {"opens_for": list(who)} if who else {}
            write({"file": str(copy.file), "made": copy.moment.isoformat(), **earlier})
        return DONE

    return at_ledger(args, words, listed)


def restore_from_file(args: argparse.Namespace, words: Words) -> int:
    """Put a backup in the ledger's place and print where the ledger that stood there is kept."""
    if args.plain:
        restored = restore(args.db, args.file)
    else:
        given = secrets_of(args)
        if isinstance(given, list):
            return refuse(given, words)
        restored = restore_guarded(args.db, args.file, args.who, given.pin, key_store(args))
    if not isinstance(restored, Restored):
        return refuse(restored, words)
    put_aside = None if restored.kept is None else str(restored.kept)
    return answer({"ok": True, "entries": restored.entries, "kept": put_aside}, words)
