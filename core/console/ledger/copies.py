"""`backup`, `backup-into`, `backups` and `restore`: copies of the ledger."""

import argparse
from datetime import datetime

from core.clock import BEIJING
from core.console.ledger.streams import at_ledger, key_store, secrets_of
from core.console.output import DONE, answer, refuse, write
from core.ledger.access import restore_guarded
from core.ledger.backup import backup
from core.ledger.backup_schedule import back_up, is_due
from core.ledger.backup_schedule import list_backups as backups_in
from core.ledger.ledger import Ledger
from core.ledger.restore import Restored, restore
from core.words import Words


def back_up_to_file(args: argparse.Namespace, words: Words) -> int:
    """Copy the ledger into a file and prove the copy."""

    def copied(ledger: Ledger) -> int:
        made = backup(ledger, args.file)
        if isinstance(made, list):
            return refuse(made, words)
        return answer({"ok": True, "entries": made, "file": str(args.file)}, words)

    return at_ledger(args, words, copied)


def back_up_into_folder(args: argparse.Namespace, words: Words) -> int:
    """Copy the ledger into a folder under the time's name, prove the copy and thin the older ones."""
    now = datetime.now(BEIJING)

    def copied(ledger: Ledger) -> int:
        if args.if_due and not is_due(args.folder, now):
            return answer({"ok": True, "due": False}, words)
        made = back_up(ledger, args.folder, now, args.second)
        if isinstance(made, list):
            return refuse(made, words)
        return answer(
            {
                "ok": True,
                "entries": made.entries,
                "file": str(made.file),
                "removed": [str(file) for file in made.removed],
                "second": None if made.second is None else str(made.second),
                "notes": [] if made.second_fault is None else [words(made.second_fault)],
            },
            words,
        )

    return at_ledger(args, words, copied)


def list_backups(args: argparse.Namespace, words: Words) -> int:
    """Print the backups of a folder, a line each."""

    def listed(_: Ledger) -> int:
        for copy in backups_in(args.folder):
            write({"file": str(copy.file), "made": copy.moment.isoformat()})
        return DONE

    return at_ledger(args, words, listed)


def restore_from_file(args: argparse.Namespace, words: Words) -> int:
    """Put a backup in the ledger's place and print where the ledger that stood there is kept."""
    if args.plain:
        made = restore(args.db, args.file)
    else:
        given = secrets_of(args)
        if isinstance(given, list):
            return refuse(given, words)
        made = restore_guarded(args.db, args.file, args.who, given.pin, key_store(args))
    if not isinstance(made, Restored):
        return refuse(made, words)
    put_aside = None if made.kept is None else str(made.kept)
    return answer({"ok": True, "entries": made.entries, "kept": put_aside}, words)
