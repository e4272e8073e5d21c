"""`export`, `erase` and `purge`: personal data handed out and taken off."""

import argparse

from core.console.ledger.streams import at_counter
from core.console.output import answer, refuse
from core.counter import Counter, personal_data
from core.words import Words


def export(args: argparse.Namespace, words: Words) -> int:
    """Print everything that the ledger knows of a patient."""
    return at_counter(
        args,
        words,
        lambda counter: answer(personal_data.export(counter, args.patient, args.who or ""), words),
    )


def erase(args: argparse.Namespace, words: Words) -> int:
    """Erase a patient's name and numbers and print how many entries stay without them."""

    def erased(counter: Counter) -> int:
        left = personal_data.erase(counter, args.patient, args.who or "")
        if isinstance(left, list):
            return refuse(left, words)
        notes = [words.text("ledger.erased")]
        if personal_data.still_in_log(counter):
            notes.append(words.text("ledger.erased_still_in_log"))
        return answer({"ok": True, "entries": left, "notes": notes}, words)

    return at_counter(args, words, erased)


def purge(args: argparse.Namespace, words: Words) -> int:
    """Erase everybody without an entry in so many months and print how many persons these were.

    With ``--count`` nobody is erased, and the number and the day are printed.
    """

    def purged(counter: Counter) -> int:
        found = personal_data.to_purge(counter, args.months, args.who or "")
        if isinstance(found, list):
            return refuse(found, words)
        if args.count:
            return answer({"ok": True, "would_erase": found.persons, "since": found.since.isoformat()}, words)
        gone = personal_data.purge(counter, args.months, args.who or "")
        if isinstance(gone, list):
            return refuse(gone, words)
        left = gone and personal_data.still_in_log(counter)
        notes = {"notes": [words.text("ledger.erased_still_in_log")]} if left else {}
        return answer({"ok": True, "persons": gone, "since": found.since.isoformat(), **notes}, words)

    return at_counter(args, words, purged)
