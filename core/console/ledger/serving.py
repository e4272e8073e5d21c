"""`server-set-up`, `server-join` and `sync`: a ledger and its hospital's server (interface, section 8)."""

import argparse
from collections.abc import Callable
from contextlib import closing
from typing import Any

from core.console.ledger.entries import acting
from core.console.ledger.forms import exchange_form
from core.console.ledger.streams import at_counter, code_given
from core.console.output import answer, refuse
from core.counter import Counter
from core.messages import Fault, message
from core.words import Words


def set_up(args: argparse.Namespace, words: Words) -> int:
    """Make the server's tables and the hospital's key; print the recovery code."""

    def made(counter: Counter, dsn: str) -> int:
        from core.desks.server import served_desk

        code = served_desk.set_up(counter, dsn, acting(args))
        if isinstance(code, list):
            return refuse(code, words)
        return answer({"recovery_code": code, **_met(counter, dsn, args, words)}, words)

    return _at_server(args, words, made)


def join(args: argparse.Namespace, words: Words) -> int:
    """Let this ledger join the server by the recovery code, and fetch everything."""

    def joined(counter: Counter, dsn: str) -> int:
        from core.desks.server import served_desk

        faults = served_desk.join(counter, dsn, code_given(args), acting(args))
        return refuse(faults, words) if faults else answer(_met(counter, dsn, args, words), words)

    return _at_server(args, words, joined)


def sync(args: argparse.Namespace, words: Words) -> int:
    """Fetch what is new on the server, send what it lacks, and prove everything there."""

    def exchanged(counter: Counter, dsn: str) -> int:
        return answer(_met(counter, dsn, args, words, only=True), words)

    return _at_server(args, words, exchanged)


def _at_server(args: argparse.Namespace, words: Words, work: Callable[[Counter, str], int]) -> int:
    dsn, args.server = args.server, None  # nothing is exchanged before
    if dsn is None:
        return refuse([Fault("server", message("fault.required"))], words)
    return at_counter(args, words, lambda counter: work(counter, dsn))


def _met(
    counter: Counter, dsn: str, args: argparse.Namespace, words: Words, *, only: bool = False
) -> dict[str, Any]:
    """Return what comes of an exchange; ``only``: nothing was done before it, and a ledger may fail it."""
    from core.desks.server.served_desk import ServedDesk

    with closing(ServedDesk(counter, dsn, acting(args))) as served:
        return exchange_form(counter, served.prove() if only else served.after(proving=True), words)


def add_arguments(add: Callable[[str], argparse.ArgumentParser]) -> None:
    """Add these commands."""
    for name in ("server-set-up", "server-join", "sync"):
        add(name).add_argument("--operator", metavar="WHO")
