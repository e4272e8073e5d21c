"""`hand-over`, `take-in` and what goes with them: several ledgers of one hospital (interface, section 8)."""

import argparse
from pathlib import Path
from typing import Any

from core.console.ledger.entries import acting
from core.console.ledger.forms import affected_of, conflict_form, placed
from core.console.ledger.streams import at_counter
from core.console.output import answer
from core.counter import Counter
from core.desks import conflicts, known_ledgers, stick, trusting
from core.desks.known_ledgers import KnownLedger, Trust
from core.words import Words

_SEES = {"own-patients": Trust.OWN_PATIENTS, "everything": Trust.EVERYTHING}


def hand_over(args: argparse.Namespace, words: Words) -> int:
    """Write what another ledger does not have yet."""

    def handed(counter: Counter) -> int:
        done = stick.hand_over(
            counter, args.file, receiver=args.receiver, receipt=args.receipt, operator=acting(args)
        )
        if isinstance(done, list):
            return answer(done, words)
        return answer({"file": str(args.file), "records": done.records, "for": done.to or None}, words)

    return at_counter(args, words, handed)


def take_in(args: argparse.Namespace, words: Words) -> int:
    """Take in what another ledger has handed over, and write the receipt beside it."""

    def taken(counter: Counter) -> int:
        done = stick.take_in(counter, args.file, operator=acting(args))
        return answer(done if isinstance(done, list) else _taken(counter, done, words), words)

    return at_counter(args, words, taken)


def _taken(counter: Counter, done: stick.TakenIn, words: Words) -> dict[str, Any]:
    held = [{"ledger": each.ledger, "number": each.number} for each in done.held]
    return {
        "ledger": done.ledger,
        "new": done.new,
        "known": done.known,
        "people": done.people,
        "conflicts": [conflict_form(each) for each in done.conflicts],
        "affected": placed(counter, affected_of(done.affected, words)),
        **({"held": held} if held else {}),
        "receipt": None if done.receipt is None else str(done.receipt),
    }


def list_ledgers(args: argparse.Namespace, words: Words) -> int:
    """Print this ledger and the others that it knows, each with the fingerprint that people compare."""

    def listed(counter: Counter) -> int:
        own = trusting.own(counter)
        others = [_known(each) for each in known_ledgers.known_ledgers(counter.ledger.db)]
        told = {"ledger": own.id, "key": own.public, "fingerprint": own.fingerprint, "others": others}
        return answer(told, words)

    return at_counter(args, words, listed)


def _known(each: KnownLedger) -> dict[str, Any]:
    shown = trusting.Introduced(each.id, each.public_key).fingerprint if each.public_key else None
    return {
        "ledger": each.id,
        "name": each.name or None,
        "key": each.public_key or None,
        "fingerprint": shown,
        "sees": next((name for name, trust in _SEES.items() if trust is each.trust), None),
        "closed": each.closed,
        "entries": each.number,
    }


def trust(args: argparse.Namespace, words: Words) -> int:
    """Trust the ledger that made a file, by the fingerprint that its people have read out."""

    def trusted(counter: Counter) -> int:
        known = trusting.trust(
            counter,
            args.file,
            args.fingerprint,
            sees=_SEES[args.sees],
            name=args.name or "",
            operator=acting(args),
        )
        return answer(known if isinstance(known, list) else _known(known), words)

    return at_counter(args, words, trusted)


def close(args: argparse.Namespace, words: Words) -> int:
    """Close a ledger that was lost."""

    def closed(counter: Counter) -> int:
        known = trusting.close(counter, args.ledger, operator=acting(args))
        if isinstance(known, list):
            return answer(known, words)
        told = _known(known)
        if args.server is not None:
            from core.desks.server import served_desk

            told["recovery_code"] = served_desk.close(counter, args.server, known.id)
        return answer(told, words)

    return at_counter(args, words, closed)


def list_conflicts(args: argparse.Namespace, words: Words) -> int:
    """Print the conflicts that nobody has settled; or settle one of them."""

    def listed(counter: Counter) -> int:
        if args.settle is None:
            found = [conflict_form(each) for each in conflicts.open_ones(counter.ledger)]
            return answer({"conflicts": found}, words)
        settled = trusting.settle(counter, args.settle, reason=args.reason, operator=acting(args))
        if isinstance(settled, list):
            return answer(settled, words)
        return answer({**conflict_form(settled), "settled": settled.settled}, words)

    return at_counter(args, words, listed)


def add_arguments(inner: Any, words: Words) -> None:
    """Add these commands; ``inner`` makes the parser of one by its name."""

    def add(name: str) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = inner(name)
        parser.add_argument("--operator", metavar="WHO")
        return parser

    handing = add("hand-over")
    handing.add_argument("file", metavar="FILE", type=Path)
    handing.add_argument(
        "--for", metavar="KEY", dest="receiver", default="", help=words.text("console.ledger.for")
    )
    handing.add_argument("--receipt", metavar="FILE", type=Path, help=words.text("console.ledger.receipt"))
    add("take-in").add_argument("file", metavar="FILE", type=Path)
    inner("ledgers")
    trusting_ = add("trust")
    trusting_.add_argument("file", metavar="FILE", type=Path, help=words.text("console.ledger.trust_file"))
    trusting_.add_argument(
        "--fingerprint", metavar="TEXT", required=True, help=words.text("console.ledger.fingerprint")
    )
    trusting_.add_argument(
        "--sees", choices=list(_SEES), default="own-patients", help=words.text("console.ledger.sees")
    )
    trusting_.add_argument("--name", metavar="NAME", help=words.text("console.ledger.name_of"))
    add("close").add_argument("ledger", metavar="LEDGER")
    settling = add("conflicts")
    settling.add_argument("--settle", metavar="ID", help=words.text("console.ledger.settle"))
    settling.add_argument("--reason", metavar="TEXT", default="", help=words.text("console.ledger.reason"))
