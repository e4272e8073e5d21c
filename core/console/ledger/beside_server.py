"""A command beside the server of its hospital: what is new fetched before it, what it added sent after it."""

import argparse
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import TypeVar

from core.console.output import remark
from core.counter import Counter
from core.messages import Message
from core.words import Words

Made = TypeVar("Made")


def beside(args: argparse.Namespace, counter: Counter, words: Words, work: Callable[[Counter], int]) -> int:
    """Do a command's work; where the ledger has a server, fetch and send before it and after it.

    Standard error says what was told.
    """
    if getattr(args, "server", None) is None:
        return work(counter)
    from core.desks.server.served_desk import ServedDesk

    operator = (
        counter.operator.name if counter.operator else str(getattr(args, "operator", None) or args.who or "")
    )
    with closing(ServedDesk(counter, args.server, operator)) as served:
        args.served = served
        _say(served.exchange().told, words)
        status = work(counter)
        told = () if served.last.away else served.after().told
        _say(told, words)
    return status


def under_lock(
    args: argparse.Namespace, identifiers: Callable[[], Sequence[str]], work: Callable[[], Made]
) -> Made:
    """Do some work on a patient while no other desk does, where there is a server."""
    served = getattr(args, "served", None)
    if served is None:
        return work()
    made: Made = served.under_lock(identifiers, work)
    return made


def _say(messages: Sequence[Message], words: Words) -> None:
    for each in messages:
        remark(words(each))
