"""`mingzhang-cli ledger`: the ledger for other programs, scripts and tests (interface, section 3).

Every outcome is one JSON object on a line of its own; a posting's is printed when it is on the disk.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

from core.claim import NOTHING_YET, ChronicTotals, YearToDate
from core.console.settle import filled
from core.counter import Counter, identifier_text, open_counter
from core.exchange.answer import refusal, totals
from core.exchange.jsontext import NotAnObject, read_object, write_line
from core.ledger.copies import Restored, backup, restore
from core.ledger.entries import Entry, Identifier, PatientGiven
from core.ledger.errors import DAMAGED, LedgerUnavailable
from core.ledger.ledger import Ledger
from core.messages import Fault, Message, message
from core.money import plain
from core.policy.cells import Count, Day, StrictModel
from core.policy.faults import sound_part
from core.settlement import Amounts
from core.words import Words

DONE, FAULT_FOUND, REFUSED, UNAVAILABLE = range(4)

_NUMBER: Final = re.compile(r"0*([1-9][0-9]{0,17})", re.ASCII)
_YEAR: Final = re.compile(r"[0-9]{4}", re.ASCII)


class PatientCells(StrictModel):
    """A patient, as other programs name one."""

    id_type: str
    id: str
    name: str = ""

    def given(self) -> PatientGiven:
        """The patient as the counter takes one."""
        return PatientGiven((Identifier(self.id_type, self.id),), self.name)


class PostCells(StrictModel):
    """What `post` reads."""

    key: str
    patient: PatientCells
    operator: str
    request: dict[str, Any]
    rule_year: Count | None = None


class OpeningCells(StrictModel):
    """What `opening` reads."""

    key: str
    patient: PatientCells
    operator: str
    year: Count
    as_of: Day
    totals: dict[str, Any]


def add_parser(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    common: argparse.ArgumentParser,
    said: Words,
) -> None:
    """Adds the command and its own commands to the console's."""
    parser = commands.add_parser("ledger", parents=[common], help=said.text("console.ledger"))
    parser.add_argument("--db", metavar="PATH", type=Path, required=True, help=said.text("console.ledger.db"))
    parser.add_argument("--plain", action="store_true", help=said.text("console.ledger.plain"))
    parser.set_defaults(run=run)
    inner = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")

    def add(name: str) -> argparse.ArgumentParser:
        return inner.add_parser(name, help=said.text(f"console.ledger.{name.replace('-', '_')}"))

    post = add("post")
    post.add_argument("--lines", action="store_true", help=said.text("console.ledger.lines"))
    for reading in (post, add("opening")):
        reading.add_argument("file", nargs="?", metavar="FILE", help=said.text("console.file"))
    year = add("year-to-date")
    year.add_argument("--patient", metavar="ID", required=True)
    year.add_argument("--year", metavar="Y", required=True)
    reverse = add("reverse")
    reverse.add_argument("number", metavar="N")
    reverse.add_argument("--reason", metavar="TEXT", required=True)
    reverse.add_argument("--operator", metavar="WHO", required=True)
    add("entries").add_argument("--patient", metavar="ID", required=True)
    add("verify")
    for copying in (add("backup"), add("restore")):
        copying.add_argument("file", metavar="FILE", type=Path)


def run(args: argparse.Namespace, words: Words) -> int:
    """Runs a command of the ledger; see the interface for what each prints and its exit status."""
    if not args.plain:
        return _refuse([Fault("plain", message("ledger.plain_only"))], words)
    try:
        return _COMMANDS[args.command](args, words)
    except LedgerUnavailable as error:
        return _unavailable(Fault("ledger", error.said), words)


def _unavailable(fault: Fault, words: Words) -> int:
    _write({**refusal([fault], words), "status": "unavailable"})
    return UNAVAILABLE


def _write(value: object) -> None:
    sys.stdout.write(write_line(value) + "\n")
    sys.stdout.flush()


def _refuse(faults: Iterable[Fault], words: Words) -> int:
    _write(refusal(faults, words))
    return REFUSED


def _at_counter(args: argparse.Namespace, words: Words, work: Callable[[Counter], int]) -> int:
    for folder in args.regions:
        if not folder.is_dir():
            return _unavailable(Fault("region", message("fault.folder_missing", name=str(folder))), words)
    with closing(open_counter(args.db, args.regions)) as counter:
        for pack in counter.bad_packs:
            for fault in pack.faults:
                sys.stderr.write(f"{pack.file}: {fault.field}: {words(fault.message)}\n")
        return work(counter)


def _reading(args: argparse.Namespace, words: Words, work: Callable[[BinaryIO], int]) -> int:
    """Reads the command's file or standard input."""
    if args.file is None:
        return work(sys.stdin.buffer)
    try:
        opened = Path(args.file).open("rb")  # noqa: SIM115  closed below; only opening it may fail so
    except (OSError, ValueError):
        return _unavailable(Fault("file", message("fault.file_unreadable", name=str(args.file))), words)
    with opened:
        return work(opened)


# ---- post and opening


def _post(args: argparse.Namespace, words: Words) -> int:
    def posted(counter: Counter, lines: BinaryIO) -> int:
        if not args.lines:
            return _post_one(counter, lines.read(), words)
        statuses = {_post_one(counter, line, words) for line in filled(lines)}
        return max(statuses, default=DONE)

    return _at_counter(
        args, words, lambda counter: _reading(args, words, lambda lines: posted(counter, lines))
    )


def _post_one(counter: Counter, text: bytes, words: Words) -> int:
    read = _read(PostCells, text, "request")
    if isinstance(read.cells, PostCells) and not read.faults:
        cells = read.cells
        posted = counter.post(
            key=cells.key,
            patient=cells.patient.given(),
            operator=cells.operator,
            request=cells.request,
            rule_year=cells.rule_year,
        )
        if isinstance(posted, list):
            return _refuse(posted, words)
        assert posted.entry.settlement is not None
        _write(
            {
                "entry": posted.entry.number,
                "amounts": _amounts(posted.entry.settlement.amounts),
                "year_to_date": totals(posted.entry.after),
            }
        )
        return DONE
    return _refuse(read.faults + read.inner_faults(counter.reader.read_tables), words)


def _opening(args: argparse.Namespace, words: Words) -> int:
    def opened(counter: Counter, file: BinaryIO) -> int:
        read = _read(OpeningCells, file.read(), None)
        if not isinstance(read.cells, OpeningCells) or read.faults:
            return _refuse(read.faults, words)
        cells = read.cells
        made = counter.open_year(
            key=cells.key,
            patient=cells.patient.given(),
            operator=cells.operator,
            year=cells.year,
            as_of=cells.as_of,
            totals=cells.totals,
        )
        if isinstance(made, list):
            return _refuse(made, words)
        _write(_entry(made.entry))
        return DONE

    return _at_counter(args, words, lambda counter: _reading(args, words, lambda file: opened(counter, file)))


Cells = TypeVar("Cells", bound=StrictModel)


class _Read:
    """What was read: the cells, and what is wrong with the text and its outer form."""

    def __init__(self, cells: StrictModel | None, tables: dict[str, Any], faults: list[Fault]) -> None:
        self.cells = cells
        self.faults = faults
        self._tables = tables

    def inner_faults(self, read: Callable[[dict[str, Any], list[Fault]], object]) -> list[Fault]:
        """What is wrong with the request as well, so that all is told at once."""
        request = self._tables.get("request")
        if not isinstance(request, dict):
            return []
        found = read(request, list(self.faults))
        return [fault for fault in found if fault not in self.faults] if isinstance(found, list) else []


def _read(model: type[Cells], text: bytes, inner: str | None) -> _Read:
    """One JSON object as strict cells; a field inside ``inner`` is named as the request names it."""
    try:
        tables, faults = read_object(text)
    except NotAnObject as refused:
        return _Read(None, {}, [Fault("request", refused.said)])
    already = {fault.field for fault in faults}
    cells, formal = sound_part(model, tables, {})
    faults += [fault for fault in formal if not _known(fault.field, already)]
    if inner is not None:
        faults = [Fault(fault.field.removeprefix(f"{inner}."), fault.message) for fault in faults]
    return _Read(cells, tables, faults)


def _known(field: str, already: set[str]) -> bool:
    return any(field == other or field.startswith(f"{other}.") for other in already)


# ---- reading the ledger


def _year_to_date(args: argparse.Namespace, words: Words) -> int:
    text, faults = _identifier(args.patient)
    if not _YEAR.fullmatch(args.year):
        faults.append(Fault("year", message("ledger.year_form")))
    if faults:
        return _refuse(faults, words)
    with closing(Ledger(args.db)) as ledger:
        patient = ledger.find(text)
        _write(totals(ledger.totals(patient.key, int(args.year)) if patient else NOTHING_YET))
    return DONE


def _entries(args: argparse.Namespace, words: Words) -> int:
    text, faults = _identifier(args.patient)
    if faults:
        return _refuse(faults, words)
    with closing(Ledger(args.db)) as ledger:
        patient = ledger.find(text)
        for entry in ledger.entries(patient.key) if patient else ():
            _write(_entry(entry))
    return DONE


def _identifier(text: str) -> tuple[str, list[Fault]]:
    cleaned = identifier_text(text)
    return ("", [Fault("patient", cleaned)]) if isinstance(cleaned, Message) else (cleaned, [])


# ---- reversing


def _reverse(args: argparse.Namespace, words: Words) -> int:
    number = _NUMBER.fullmatch(args.number)
    if number is None:
        return _refuse([Fault("entry", message("ledger.entry_form"))], words)

    def reversed_(counter: Counter) -> int:
        made = counter.reverse(int(number[1]), reason=args.reason, operator=args.operator)
        if isinstance(made, list):
            return _refuse(made, words)
        answer = {
            **_entry(made.entry),
            "affected": [
                {
                    "entry": each.entry.number,
                    "day": each.entry.day.isoformat(),
                    "amounts": _amounts(each.before),
                    "would_be": _amounts(each.now.amounts),
                }
                for each in made.affected
            ],
            "notes": [],
        }
        if made.stands_on is not None:
            answer["stands_on_opening"] = made.stands_on
            answer["notes"] = [words.text("ledger.stands_on", entry=str(made.stands_on))]
        _write(answer)
        return DONE

    return _at_counter(args, words, reversed_)


# ---- the whole ledger


def _verify(args: argparse.Namespace, words: Words) -> int:
    try:
        with closing(Ledger(args.db)) as ledger:
            found = ledger.verify()
    except LedgerUnavailable as error:
        if error.said.id != DAMAGED:
            raise
        _write({"ok": False, "fault": words(error.said)})
        return FAULT_FOUND
    if found.fault is None:
        _write({"ok": True, "entries": found.entries})
        return DONE
    _write({"ok": False, "fault": words(found.fault)})
    return FAULT_FOUND


def _backup(args: argparse.Namespace, words: Words) -> int:
    with closing(Ledger(args.db)) as ledger:
        made = backup(ledger, args.file)
    if isinstance(made, list):
        return _refuse(made, words)
    _write({"ok": True, "entries": made, "file": str(args.file)})
    return DONE


def _restore(args: argparse.Namespace, words: Words) -> int:
    made = restore(args.db, args.file)
    if not isinstance(made, Restored):
        return _refuse(made, words)
    _write({"ok": True, "entries": made.entries, "kept": None if made.kept is None else str(made.kept)})
    return DONE


_COMMANDS: Final[dict[str, Callable[[argparse.Namespace, Words], int]]] = {
    "post": _post,
    "opening": _opening,
    "year-to-date": _year_to_date,
    "reverse": _reverse,
    "entries": _entries,
    "verify": _verify,
    "backup": _backup,
    "restore": _restore,
}


# ---- entries as JSON


def _entry(entry: Entry) -> dict[str, Any]:
    """An entry for other programs; what its kind has not is left out."""
    made: dict[str, Any] = {
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
        "region": entry.region or None,
        "request": entry.request or None,
        "amounts": entry.settlement and _amounts(entry.settlement.amounts),
        "year_to_date": totals(entry.after),
        "difference": None
        if entry.difference is None
        else {
            name: [_total(name, own), _total(name, stated)]
            for name, (own, stated) in entry.difference.items()
        },
    }
    return {name: value for name, value in made.items() if value is not None}


def _amounts(amounts: Amounts) -> dict[str, str | None]:
    return {name: None if fen is None else plain(fen) for name, fen in amounts._asdict().items()}


def _total(name: str, value: int | dict[int, ChronicTotals]) -> Any:
    """One of a year's totals as the interface writes it."""
    return totals(YearToDate()._replace(**{name: value}))[name]  # type: ignore[arg-type]
