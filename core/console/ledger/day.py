"""`day-end` and `verify`: a day's totals, and the proof of the whole ledger."""

import argparse
import re
from datetime import date
from typing import Any, Final

from core.console.ledger.streams import at_counter, at_ledger
from core.console.output import DONE, FAULT_FOUND, answer, refuse, write
from core.counter import Counter
from core.exchange.answer import amounts_of
from core.ledger import head_key, heads, signatures
from core.ledger.day_end import DayEnd
from core.ledger.desk_scope import EVERY, HERE, find_scope
from core.ledger.errors import DAMAGED, LedgerUnavailable
from core.ledger.ledger import Ledger
from core.ledger.operators import Operators
from core.ledger.verify import astray
from core.messages import Fault, Message, message
from core.words import Words

_HEAD: Final = re.compile(r"(acts:)?([0-9]{1,15}):([0-9a-fA-F]{16,64})", re.ASCII)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def day_end(args: argparse.Namespace, words: Words) -> int:
    """Print a day's totals by operator and benefit, and the head of the chain at its end."""
    day = day_of(args.day)
    if day is None:
        return refuse([Fault("day", message("ledger.day_form"))], words)

    def ended(counter: Counter) -> int:
        desk = find_scope(counter.ledger.db, args.desk or HERE)
        if isinstance(desk, Message):
            return refuse([Fault("desk", desk)], words)
        return answer(_day_end(day, counter.day_end(day, desk)), words)

    return at_counter(args, words, ended)


def add_desk_arguments(parser: argparse.ArgumentParser, words: Words) -> None:
    """Add the choice of the desk whose entries count to a command's parser."""
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--desk", metavar="DESK", default="", help=words.text("console.ledger.desk"))
    chosen.add_argument(
        "--every-desk",
        action="store_const",
        const=EVERY,
        dest="desk",
        help=words.text("console.ledger.every_desk"),
    )


def day_of(text: str) -> date | None:
    """Return a day with a day before and a day after it, None of any other text."""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
    return day if day is not None and date.min < day < date.max else None


def _day_end(day: date, end: DayEnd) -> dict[str, Any]:
    others = [
        {"ledger": each.ledger, "entry": each.entry, "hash": each.hash, "fingerprint": each.fingerprint}
        for each in end.others
    ]
    return {
        "day": day.isoformat(),
        **({"desk": end.desk.code} if end.desk else {}),
        "lines": [
            {
                "operator": line.operator,
                "benefit": line.benefit.value,
                "posted": line.posted,
                "reversed": line.reversed,
                "amounts": amounts_of(line.amounts._asdict()),
            }
            for line in end.lines
        ],
        "total": amounts_of(end.total._asdict()),
        "head": {"entry": end.entry, "hash": end.hash, "fingerprint": end.fingerprint},
        "acts_head": {"act": end.act, "hash": end.act_hash, "fingerprint": end.act_fingerprint},
        "ledger": end.ledger,
        "unsigned_days": end.unsigned,
        **({"others": others} if others else {}),
    }


def _head(text: str) -> tuple[str, int, str] | None:
    """Return chain, number and hash of a head as it is printed, perhaps its first 16 digits in fours.

    None of any other text.
    """
    match = _HEAD.fullmatch("".join(text.split()))
    return None if match is None else ("acts" if match[1] else "entries", int(match[2]), match[3].lower())


def _told(ledger: Ledger) -> list[Message]:
    """List what is told of a sound ledger: entries that name another one as theirs; of a guarded one days
    without a signature, and what nobody could sign.
    """
    with ledger.snapshot():
        strange = astray(ledger.db)
        told = [] if strange is None else [strange]
        if not Operators(ledger).guarded():
            return told
        days = signatures.unsigned_days(ledger.db)
    unsigned = [message("ledger.signing.unsigned", count=str(days))] if days > 1 else []  # today is open
    return [*told, *unsigned, *head_key.told(ledger)]


def verify(args: argparse.Namespace, words: Words) -> int:
    """Prove the ledger and print the number of its entries, or the first fault."""

    def faulty(fault: Message) -> int:
        write({"ok": False, "fault": words(fault)})
        return FAULT_FOUND

    def verified(ledger: Ledger) -> int:
        gone_back = heads.fault(ledger.connection)
        proof = ledger.verify()
        if gone_back is not None:
            with heads.keeping_log(ledger.path, ledger.key):
                ledger.close()
        if proof.fault is not None:
            return faulty(proof.fault)
        if gone_back is not None:
            raise LedgerUnavailable(gone_back)
        exchanged = head_key.copies_fault(ledger, args.second)
        if exchanged is not None:
            return faulty(exchanged)
        for chain, number, hash_ in printed:
            if not heads.hash_at(ledger.connection.db, chain, number).startswith(hash_):
                return faulty(message("ledger.fault.head", number=str(number)))
        served = getattr(args, "served", None)
        of_server = None if served is None else served.fault()
        if of_server is not None:
            return faulty(of_server)
        said = [words(each) for each in _told(ledger)]
        write({"ok": True, "entries": proof.entries, **({"told": said} if said else {})})
        return DONE

    printed = [head for head in map(_head, args.head) if head is not None]
    if len(printed) < len(args.head):
        return refuse([Fault("head", message("ledger.head_form"))], words)
    try:
        return at_ledger(args, words, verified, heads=False)
    except LedgerUnavailable as error:
        if error.said.id != DAMAGED:
            raise
        return faulty(error.said)
