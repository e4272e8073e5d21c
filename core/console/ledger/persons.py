"""`facts`, `rename`, `join` and `separate`: what is known beside the figures, and persons corrected."""

import argparse
from collections.abc import Callable, Iterator

from core.console.ledger.cells import FactsCells, read_cells
from core.console.ledger.entries import NO_NUMBER, NUMBER, acting
from core.console.ledger.forms import affected_of
from core.console.ledger.streams import at_counter, reading
from core.console.lines import joined
from core.console.output import answer, refuse
from core.counter import Counter, persons, visit_facts
from core.counter.persons import CorrectedPerson
from core.messages import Fault
from core.words import Words


def add_facts(args: argparse.Namespace, words: Words) -> int:
    """Add facts to a standing entry and print all that are known of it."""
    number = NUMBER.fullmatch(args.number)
    if number is None:
        return refuse([NO_NUMBER], words)

    def added(counter: Counter, lines: Iterator[bytes]) -> int:
        read = read_cells(FactsCells, joined(lines))
        if read.cells is None or read.faults:
            return refuse(read.faults, words)
        entry = int(number[1])
        faults = visit_facts.add(counter, entry, read.cells.model_dump(), operator=acting(args))
        return refuse(faults, words) if faults else answer(visit_facts.stated(counter.ledger, entry), words)

    return at_counter(args, words, lambda counter: reading(args, lambda lines: added(counter, lines)))


def rename(args: argparse.Namespace, words: Words) -> int:
    """Correct a person's name and print the person."""
    return _corrected(
        args,
        words,
        lambda counter: persons.rename(
            counter, args.patient, args.name, reason=args.reason, operator=acting(args)
        ),
    )


def join(args: argparse.Namespace, words: Words) -> int:
    """Make two persons one and print the person, with the entries that would now be split otherwise."""
    return _corrected(
        args,
        words,
        lambda counter: persons.join(
            counter, args.patient, args.other, reason=args.reason, operator=acting(args)
        ),
    )


def separate(args: argparse.Namespace, words: Words) -> int:
    """Take a join back and print the first person, with the entries that would now be split otherwise."""
    return _corrected(
        args,
        words,
        lambda counter: persons.separate(
            counter, args.patient, args.other, reason=args.reason, operator=acting(args)
        ),
    )


def _corrected(
    args: argparse.Namespace, words: Words, correct: Callable[[Counter], CorrectedPerson | list[Fault]]
) -> int:
    def done(counter: Counter) -> int:
        corrected = correct(counter)
        if isinstance(corrected, list):
            return refuse(corrected, words)
        patient = corrected.patient
        return answer(
            {
                "name": patient.name,
                "identifiers": [each._asdict() for each in patient.identifiers],
                "affected": affected_of(corrected.affected, words),
                **({"notes": [words(corrected.odd)]} if corrected.odd else {}),
            },
            words,
        )

    return at_counter(args, words, done)
