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
        return answer({"ok": True, "entries": left, "notes": [words.text("ledger.erased")]}, words)

    return at_counter(args, words, erased)


def purge(args: argparse.Namespace, words: Words) -> int:
    """Erase everybody without an entry in so many months and print how many persons these were."""

    def purged(counter: Counter) -> int:
        gone = personal_data.purge(counter, args.months, args.who or "")
        return refuse(gone, words) if isinstance(gone, list) else answer({"ok": True, "persons": gone}, words)

    return at_counter(args, words, purged)
