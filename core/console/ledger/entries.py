"""`post`, `opening`, `reverse`, `entries`, `year-to-date` and `printed`: entries made and entries read."""

import argparse
import re
from collections.abc import Iterator
from typing import Any, Final

from core.claim import NOTHING_YET, ChronicTotals, YearToDate
from core.clock import BEIJING
from core.console.ledger import beside_server
from core.console.ledger.cells import OpeningCells, PatientCells, PostCells, read_cells
from core.console.ledger.forms import affected_of, server_form
from core.console.ledger.streams import at_counter, at_ledger, reading
from core.console.lines import joined
from core.console.output import DONE, answer, refuse, write
from core.console.settle import filled
from core.counter import Counter, identifier_text, identifiers, posting, reversing, visit_facts
from core.exchange.answer import amounts_of, totals
from core.identity import check
from core.ledger.desk_scope import EVERY, find_scope
from core.ledger.entries import UNKNOWN, Entry, PatientGiven, Posted, Reversed
from core.ledger.ledger import Ledger
from core.messages import Fault, Message, message
from core.words import Words

NUMBER: Final = re.compile(r"0*([1-9][0-9]{0,17})", re.ASCII)
"""The form of an entry's number on the command line."""

_YEAR: Final = re.compile(r"[0-9]{4}", re.ASCII)


# ---- post and opening


def post(args: argparse.Namespace, words: Words) -> int:
    """Post one object, or with `--lines` one a line, each answered when it is on the disk."""

    def posted(counter: Counter, lines: Iterator[bytes]) -> int:
        if not args.lines:
            return _post_one(args, counter, joined(lines), words)
        return max((_post_one(args, counter, line, words) for line in filled(lines)), default=DONE)

    return at_counter(args, words, lambda counter: reading(args, lambda lines: posted(counter, lines)))


def _post_one(args: argparse.Namespace, counter: Counter, text: bytes, words: Words) -> int:
    read = read_cells(PostCells, text, "request")
    cells = read.cells
    if cells is None or read.faults:
        return refuse(read.faults + read.inner_faults(counter.reader.read_tables), words)
    patient = cells.patient.given()
    if isinstance(patient, list):
        return refuse(patient + read.inner_faults(counter.reader.read_tables), words)
    posted = beside_server.under_lock(
        args,
        identifiers.of_patient(counter, patient),
        lambda: posting.post(
            counter,
            key=cells.key,
            patient=patient,
            operator=cells.operator,
            request=cells.request,
            rule_year=cells.rule_year,
            facts=None if cells.facts is None else cells.facts.model_dump(),
            reason=args.reason,
        ),
    )
    if isinstance(posted, list):
        return refuse(posted, words)
    form = {**_posted(counter, posted, patient), **_told_of(cells.patient, posted, words)}
    return answer({**form, **server_form(args, counter, words)}, words)


def _posted(counter: Counter, posted: Posted, patient: PatientGiven) -> dict[str, Any]:
    """Return a posting for other programs: of a repeat, what has become of the entry since."""
    entry = posted.entry
    taken_back = entry.reversed_by is not None
    after = counter.ledger.journal.totals(entry.patient, entry.year) if taken_back else entry.after
    known = {
        "overlaps": list(posted.overlapped.numbers) or None,
        "more_overlaps": posted.overlapped.more or None,
        "reversed_by": entry.reversed_by,
        "replaced_by": posted.replaced_by,
    }
    form = {
        "entry": entry.number,
        "amounts": _settled_amounts(entry),
        "year_to_date": totals(after),
        **{name: value for name, value in known.items() if value is not None},
    }
    if patient.unnumbered:
        person = counter.ledger.patients.get(entry.patient)
        numbers = [each for each in person.identifiers if each.id_type == UNKNOWN] if person else []
        form["patient"] = numbers[0]._asdict() if numbers else None
    return form


def _told_of(patient: PatientCells, posted: Posted, words: Words) -> dict[str, list[str]]:
    overlapped = posted.overlapped
    also = [message("ledger.overlaps", entries=overlapped.told)] if overlapped.numbers else []
    return _notes((*posted.notes, *also, *_oddities(patient, posted.entry)), words)


def opening(args: argparse.Namespace, words: Words) -> int:
    """Enter a year's totals as the insurer's platform states them."""

    def opened(counter: Counter, lines: Iterator[bytes]) -> int:
        read = read_cells(OpeningCells, joined(lines))
        cells = read.cells
        if cells is None or read.faults:
            return refuse(read.faults, words)
        patient = cells.patient.given()
        if isinstance(patient, list):
            return refuse(patient, words)
        posted = beside_server.under_lock(
            args,
            identifiers.of_patient(counter, patient),
            lambda: posting.open_year(
                counter,
                key=cells.key,
                patient=patient,
                operator=cells.operator,
                year=cells.year,
                as_of=cells.as_of,
                totals=cells.totals,
            ),
        )
        if isinstance(posted, list):
            return refuse(posted, words)
        notes = _notes((*posted.notes, *_oddities(cells.patient, posted.entry)), words)
        return answer({**_entry(posted.entry), **notes, **server_form(args, counter, words)}, words)

    return at_counter(args, words, lambda counter: reading(args, lambda lines: opened(counter, lines)))


def _oddities(patient: PatientCells, entry: Entry) -> tuple[Message, ...]:
    """Return the oddities of a patient's number on the day of the entry; a repeated answer names the same.

    A number that no card has is not told: programs know their patients by numbers of their own.
    """
    oddities = check(patient.id_type, patient.id, entry.recorded.astimezone(BEIJING).date())
    return tuple(oddity for oddity in oddities if oddity.id != "identity.form")


def _notes(notes: tuple[Message, ...], words: Words) -> dict[str, list[str]]:
    return {"notes": list(map(words, notes))} if notes else {}


# ---- reading the ledger


def year_to_date(args: argparse.Namespace, words: Words) -> int:
    """Print a patient's totals of a year; of an unknown patient the totals of nothing."""
    text, faults = _identifier(args.patient)
    if not _YEAR.fullmatch(args.year):
        faults.append(Fault("year", message("ledger.year_form")))
    if faults:
        return refuse(faults, words)

    def told(ledger: Ledger) -> int:
        patient = ledger.patients.find(text)
        write(totals(ledger.journal.totals(patient.key, int(args.year)) if patient else NOTHING_YET))
        return DONE

    return at_ledger(args, words, told)


def list_entries(args: argparse.Namespace, words: Words) -> int:
    """Print a patient's entries, a line each; of an unknown patient nothing."""
    text, faults = _identifier(args.patient)
    if faults:
        return refuse(faults, words)

    def told(ledger: Ledger) -> int:
        desk = find_scope(ledger.db, args.desk or EVERY)
        if isinstance(desk, Message):
            return refuse([Fault("desk", desk)], words)
        span, patient = desk.span, ledger.patients.find(text)
        for entry in ledger.journal.entries(patient.key) if patient else ():
            if not span["first_number"] <= entry.number < span["below"]:
                continue
            facts = visit_facts.stated(ledger, entry.number)
            write({**_entry(entry), **({"facts": facts} if facts else {})})
        return DONE

    return at_ledger(args, words, told)


def _identifier(text: str) -> tuple[str, list[Fault]]:
    cleaned = identifier_text(text)
    return ("", [Fault("patient", cleaned)]) if isinstance(cleaned, Message) else (cleaned, [])


# ---- an entry by its number


def reverse(args: argparse.Namespace, words: Words) -> int:
    """Reverse an entry and print which later entries it affects, or with `--resettle` settles again."""
    number = NUMBER.fullmatch(args.number)
    if number is None:
        return refuse([NO_NUMBER], words)

    def reversed_(counter: Counter) -> int:
        reversal = beside_server.under_lock(
            args,
            identifiers.of_entry(counter, int(number[1])),
            lambda: reversing.reverse(
                counter, int(number[1]), reason=args.reason, operator=acting(args), resettle=args.resettle
            ),
        )
        if isinstance(reversal, list):
            return refuse(reversal, words)
        form = _reversal(counter, reversal, args.resettle, words)
        return answer({**form, **_apart(server_form(args, counter, words))}, words)

    return at_counter(args, words, reversed_)


def printed(args: argparse.Namespace, words: Words) -> int:
    """Record that a copy of an entry was printed and print which copy it is, with the mark of a reprint."""
    number = NUMBER.fullmatch(args.number)
    if number is None:
        return refuse([NO_NUMBER], words)

    def recorded(counter: Counter) -> int:
        copy = counter.printed(int(number[1]), acting(args))
        if isinstance(copy, list):
            return refuse(copy, words)
        mark = {} if copy == 1 else {"mark": words.text("ledger.reprint", copy=copy)}
        return answer({"entry": int(number[1]), "copy": copy, **mark}, words)

    return at_counter(args, words, recorded)


NO_NUMBER: Final = Fault("entry", message("ledger.entry_form"))
"""The fault of what is no entry's number."""


def acting(args: argparse.Namespace) -> str:
    """Return in whose name it is done; empty where nobody is named, which is refused."""
    return args.operator or args.who or ""


def _apart(form: dict[str, Any]) -> dict[str, Any]:
    """Return what is said of the server without what a reversal itself says by the same name."""
    return {name: value for name, value in form.items() if name != "affected"}


def _reversal(counter: Counter, reversal: Reversed, resettled: bool, words: Words) -> dict[str, Any]:
    """Return a reversal for other programs; ``resettled``: with the entries that were settled again."""
    form = {
        **_entry(reversal.entry),
        "affected": affected_of(reversal.affected, words),
        "notes": list(map(words, reversal.notes)),
    }
    if resettled:
        form["resettled"] = [
            {
                "entry": each.before.number,
                "reversed_by": each.reversal.number,
                "replaced_by": each.entry.number,
                "amounts": _settled_amounts(each.before),
                "now": _settled_amounts(each.entry),
            }
            for each in reversal.resettled
        ]
    if reversal.stands_on is not None:
        form["stands_on_opening"] = reversal.stands_on
        opening = counter.ledger.called(reversal.stands_on)
        form["notes"].append(words.text("ledger.stands_on", entry=opening))
    return form


# ---- entries as JSON


def _entry(entry: Entry) -> dict[str, Any]:
    """Return an entry for other programs, without the fields that its kind does not have."""
    form: dict[str, Any] = {
        "entry": entry.number,
        "kind": entry.kind.value,
        "year": entry.year,
        "day": entry.day.isoformat(),
        "recorded": entry.recorded.isoformat(),
        "operator": entry.operator,
        "key": entry.key or None,
        "reverses": entry.reverses,
        "reversed_by": entry.reversed_by,
        "reason": entry.reason,
        "replaces": entry.replaces,
        "region": entry.region or None,
        "request": entry.request or None,
        "amounts": _settled_amounts(entry),
        "year_to_date": totals(entry.after),
        "difference": None
        if entry.difference is None
        else {
            name: [_total(name, own), _total(name, stated)]
            for name, (own, stated) in entry.difference.items()
        },
    }
    return {name: value for name, value in form.items() if value is not None}


def _settled_amounts(entry: Entry) -> dict[str, str | None] | None:
    """Return the amounts of a posted entry; None of an entry of another kind."""
    return None if entry.settlement is None else amounts_of(entry.settlement.amounts._asdict())


def _total(name: str, value: int | dict[int, ChronicTotals]) -> Any:
    """Return one of a year's totals as the interface writes it."""
    return totals(YearToDate()._replace(**{name: value}))[name]  # type: ignore[arg-type]
