"""`set-up`, `recover`, `recovery-code`, `operators`, `operator`, `acts`: who opens a ledger."""

import argparse
from typing import Any

from core.console.ledger.streams import at_counter, at_opened, check_has_keys, key_store, secrets_of
from core.console.output import DONE, answer, refuse, remark, write
from core.counter import Counter, open_guarded
from core.ledger.access import recover as give_new_pin
from core.ledger.access import set_up as set_up_ledger
from core.ledger.operators import Operator, Role
from core.ledger.trail import AuditAct
from core.messages import Fault, message
from core.words import Words


def set_up(args: argparse.Namespace, words: Words) -> int:
    """Set up a guarded ledger and its administrator and print the recovery code, this once."""
    given = secrets_of(args)
    if isinstance(given, list):
        return refuse(given, words)
    outcome = set_up_ledger(args.db, args.who, given.pin, key_store(args))
    if isinstance(outcome, list):
        return refuse(outcome, words)
    kept = "system" if outcome.in_store else "operators"
    return _with_code(outcome.recovery_code, {**_operator(outcome.operator), "key_kept_by": kept}, words)


def new_code(args: argparse.Namespace, words: Words) -> int:
    """Make a new recovery code for an administrator and print it, this once."""

    def made(counter: Counter) -> int:
        code = counter.new_recovery_code()
        return refuse(code, words) if isinstance(code, list) else _with_code(code, {"ok": True}, words)

    return at_counter(args, words, made)


def _with_code(code: str, outcome: dict[str, Any], words: Words) -> int:
    """Print an outcome with a recovery code, on standard error where standard output cannot take it."""
    try:
        return answer({**outcome, "recovery_code": code}, words)
    except OSError:
        remark(words(message("console.code_here", code=code)))
        raise


def recover(args: argparse.Namespace, words: Words) -> int:
    """Give an administrator a new PIN by the recovery code."""
    given = secrets_of(args)
    if isinstance(given, list):
        return refuse(given, words)
    outcome = give_new_pin(args.db, given.code, args.who, given.new_pin, key_store(args))
    return answer(outcome if isinstance(outcome, list) else _operator(outcome), words)


def list_operators(args: argparse.Namespace, words: Words) -> int:
    """Print the operators, a line each."""

    def listed(counter: Counter) -> int:
        numbers = counter.operators.numbers()
        for operator in counter.operators.all():
            write({**_operator(operator), "number": numbers[operator.name]})
        return DONE

    return at_counter(args, words, listed)


def change_operator(args: argparse.Namespace, words: Words) -> int:
    """Add an operator, or change an operator's role, place on the list or PIN."""
    check_has_keys(args.db)
    given = secrets_of(args)
    if isinstance(given, list):
        return refuse(given, words)
    role = None if args.role is None else Role(args.role)
    active = None if args.active is None else args.active == "yes"

    def changed(counter: Counter) -> int:
        if args.add:
            outcome = counter.add_operator(args.name, role or Role.CLERK, given.new_pin)
        else:
            pin = given.new_pin if args.new_pin else None
            outcome = counter.change_operator(args.name, role=role, active=active, pin=pin)
        return answer(outcome if isinstance(outcome, list) else _operator(outcome), words)

    # not by `at_counter`, which would read the secrets again: a descriptor gives them once
    opened = open_guarded(args.db, args.who, given.pin, args.regions, key_store(args))
    return at_opened(opened, words, changed)


def list_acts(args: argparse.Namespace, words: Words) -> int:
    """Print the audit trail, an act a line."""

    def told(counter: Counter) -> int:
        acts = counter.acts()
        if acts and isinstance(acts[0], Fault):
            return refuse([each for each in acts if isinstance(each, Fault)], words)
        for act in acts:
            assert isinstance(act, AuditAct)
            write({**act._asdict(), "act": act.act.value, "recorded": act.recorded.isoformat()})
        return DONE

    return at_counter(args, words, told)


def _operator(operator: Operator) -> dict[str, Any]:
    """Return an operator for other programs."""
    return {**operator._asdict(), "role": operator.role.value}
