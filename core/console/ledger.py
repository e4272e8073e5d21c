"""`mingzhang-cli ledger`: the ledger for other programs, scripts and tests (interface, section 3).

Every outcome is one JSON object on a line of its own; a posting's is printed when it is on the disk.
"""

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, TypeVar

from core.claim import NOTHING_YET, ChronicTotals, YearToDate
from core.clock import BEIJING
from core.console.settle import filled
from core.counter import (
    Counter,
    identifier_text,
    open_counter,
    open_guarded,
    personal_data,
    posting,
    reversing,
)
from core.exchange.answer import refusal, totals
from core.exchange.jsontext import NotAnObject, read_object, write_line
from core.identity import check
from core.ledger.access import recover, restore_guarded, set_up
from core.ledger.backup import backup
from core.ledger.backup_schedule import back_up, is_due, list_backups
from core.ledger.entries import Entry, Identifier, PatientGiven
from core.ledger.errors import DAMAGED, LedgerUnavailable
from core.ledger.keys import KeyStore, system_store
from core.ledger.ledger import Ledger
from core.ledger.operators import Operator, Role
from core.ledger.restore import Restored, restore
from core.ledger.trail import AuditAct
from core.messages import Fault, Message, message
from core.money import plain
from core.policy.cells import Count, Day, StrictModel
from core.policy.faults import sound_part
from core.settlement import Amounts
from core.words import Words

DONE, FAULT_FOUND, REFUSED, UNAVAILABLE = range(4)

_NUMBER: Final = re.compile(r"0*([1-9][0-9]{0,17})", re.ASCII)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
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
    parser.add_argument("--operator", metavar="WHO", dest="who", help=said.text("console.ledger.who"))
    parser.add_argument("--pin-fd", metavar="N", type=int, help=said.text("console.ledger.pin_fd"))
    parser.add_argument("--portable", action="store_true", help=said.text("console.ledger.portable"))
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
    reverse.add_argument("--operator", metavar="WHO")
    reverse.add_argument("--resettle", action="store_true", help=said.text("console.ledger.resettle"))
    add("entries").add_argument("--patient", metavar="ID", required=True)
    printed = add("printed")
    printed.add_argument("number", metavar="N")
    printed.add_argument("--operator", metavar="WHO")
    add("day-end").add_argument("--day", metavar="D", required=True)
    for personal in (add("export"), add("erase")):
        personal.add_argument("--patient", metavar="ID", required=True)
    add("purge").add_argument("--months", metavar="N", type=int, required=True)
    add("verify")
    daily = add("backup-into")
    daily.add_argument("folder", metavar="FOLDER", type=Path)
    daily.add_argument("--second", metavar="FOLDER", type=Path, help=said.text("console.ledger.second"))
    daily.add_argument("--if-due", action="store_true", help=said.text("console.ledger.if_due"))
    add("backups").add_argument("folder", metavar="FOLDER", type=Path)
    for guarding in ("set-up", "recover", "operators", "acts"):
        add(guarding)
    changing = add("operator")
    changing.add_argument("name", metavar="WHO")
    changing.add_argument("--role", choices=[role.value for role in Role])
    changing.add_argument("--add", action="store_true", help=said.text("console.ledger.operator_add"))
    changing.add_argument("--active", choices=["yes", "no"])
    changing.add_argument("--new-pin", action="store_true", help=said.text("console.ledger.new_pin"))
    for copying in (add("backup"), add("restore")):
        copying.add_argument("file", metavar="FILE", type=Path)


def run(args: argparse.Namespace, words: Words) -> int:
    """Runs a command of the ledger; see the interface for what each prints and its exit status."""
    try:
        if args.command in _GUARDING and args.plain:
            return _refuse([Fault("plain", message("ledger.not_plain"))], words)
        return _COMMANDS[args.command](args, words)
    except LedgerUnavailable as error:
        return _unavailable(Fault("ledger", error.said), words)
    except _Unreadable:
        said = message("fault.file_unreadable", name="-" if args.file is None else str(args.file))
        return _unavailable(Fault("file", said), words)


class _Unreadable(Exception):
    """What the command reads cannot be read to its end."""


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
        if not os.path.isdir(folder):  # noqa: PTH112  a name too long is no error here
            return _unavailable(Fault("region", message("fault.folder_missing", name=str(folder))), words)
    opened = _open(args)
    if isinstance(opened, list):
        return _refuse(opened, words)
    with closing(opened) as counter:
        for pack in counter.bad_packs:
            for fault in pack.faults:
                sys.stderr.write(f"{pack.file}: {fault.field}: {words(fault.message)}\n")
        return work(counter)


def _open(args: argparse.Namespace) -> Counter | list[Fault]:
    if args.plain:
        return open_counter(args.db, args.regions)
    given = _who(args)
    if isinstance(given, list):
        return given
    return open_guarded(args.db, args.who, given.pin, args.regions, _store(args))


def _at_ledger(args: argparse.Namespace, words: Words, work: Callable[[Ledger], int]) -> int:
    """What asks the ledger alone; the documents need not be read where nobody signs in."""
    if args.plain:
        with closing(Ledger(args.db)) as ledger:
            return work(ledger)
    return _at_counter(args, words, lambda counter: work(counter.ledger))


class _Secrets(NamedTuple):
    """What no command line may hold: the PIN, a new one, and the recovery code; empty where not given."""

    pin: str
    new_pin: str
    code: str


def _secrets(args: argparse.Namespace) -> _Secrets:
    """From lines of a file descriptor (PIN, new PIN, recovery code), or from the environment."""
    if args.pin_fd is not None:
        # a descriptor has no path; it stays open, as it may be one of the standard ones
        with open(args.pin_fd, encoding="utf-8", closefd=False) as lines:
            read = [*lines.read().splitlines(), "", "", ""]
        return _Secrets(*read[:3])
    return _Secrets(*(os.environ.get(name, "") for name in _VARIABLES))


def _who(args: argparse.Namespace) -> _Secrets | list[Fault]:
    """What the operator gives to sign in, or what is not given."""
    try:
        given = _secrets(args)
    except (OSError, ValueError, TypeError, OverflowError):  # no descriptor at all
        return [Fault("pin", message("ledger.pin_unreadable"))]
    faults = [] if args.who else [Fault("operator", message("ledger.sign_in_first"))]
    if not given.pin and args.command != "recover":
        faults.append(Fault("pin", message("ledger.pin_missing")))
    return faults or given


def _store(args: argparse.Namespace) -> KeyStore | None:
    return None if args.portable else system_store()


def _reading(args: argparse.Namespace, work: Callable[[Iterator[bytes]], int]) -> int:
    """Reads the lines of the command's file or of standard input."""
    if args.file is None:
        return work(_lines(sys.stdin.buffer))
    try:
        opened = Path(args.file).open("rb")  # noqa: SIM115  closed below; only opening it may fail so
    except (OSError, ValueError):
        raise _Unreadable from None
    with opened:
        return work(_lines(opened))


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines; only what fails in reading them is `_Unreadable`, not what is done with them."""
    try:
        yield from stream
    except OSError:
        raise _Unreadable from None


# ---- post and opening


def _post(args: argparse.Namespace, words: Words) -> int:
    def posted(counter: Counter, lines: Iterator[bytes]) -> int:
        if not args.lines:
            return _post_one(counter, b"".join(lines), words)
        statuses = {_post_one(counter, line, words) for line in filled(lines)}
        return max(statuses, default=DONE)

    return _at_counter(args, words, lambda counter: _reading(args, lambda lines: posted(counter, lines)))


def _post_one(counter: Counter, text: bytes, words: Words) -> int:
    read = _read(PostCells, text, "request")
    if isinstance(read.cells, PostCells) and not read.faults:
        cells = read.cells
        posted = posting.post(
            counter,
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
                **_notes((*posted.notes, *_odd(cells.patient, posted.entry)), words),
            }
        )
        return DONE
    return _refuse(read.faults + read.inner_faults(counter.reader.read_tables), words)


def _odd(patient: PatientCells, entry: Entry) -> tuple[Message, ...]:
    """What is odd about a patient's number on the day of the entry; a repeated answer says the same.

    That it is no number of a card at all is not told: programs know their patients by numbers of their own.
    """
    said = check(patient.id_type, patient.id, entry.recorded.astimezone(BEIJING).date())
    return tuple(each for each in said if each.id != "identity.form")


def _notes(notes: tuple[Message, ...], words: Words) -> dict[str, list[str]]:
    return {"notes": list(map(words, notes))} if notes else {}


def _opening(args: argparse.Namespace, words: Words) -> int:
    def opened(counter: Counter, lines: Iterator[bytes]) -> int:
        read = _read(OpeningCells, b"".join(lines), None)
        if not isinstance(read.cells, OpeningCells) or read.faults:
            return _refuse(read.faults, words)
        cells = read.cells
        made = posting.open_year(
            counter,
            key=cells.key,
            patient=cells.patient.given(),
            operator=cells.operator,
            year=cells.year,
            as_of=cells.as_of,
            totals=cells.totals,
        )
        if isinstance(made, list):
            return _refuse(made, words)
        _write({**_entry(made.entry), **_notes((*made.notes, *_odd(cells.patient, made.entry)), words)})
        return DONE

    return _at_counter(args, words, lambda counter: _reading(args, lambda lines: opened(counter, lines)))


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

    def told(ledger: Ledger) -> int:
        patient = ledger.patients.find(text)
        _write(totals(ledger.journal.totals(patient.key, int(args.year)) if patient else NOTHING_YET))
        return DONE

    return _at_ledger(args, words, told)


def _entries(args: argparse.Namespace, words: Words) -> int:
    text, faults = _identifier(args.patient)
    if faults:
        return _refuse(faults, words)

    def told(ledger: Ledger) -> int:
        patient = ledger.patients.find(text)
        for entry in ledger.journal.entries(patient.key) if patient else ():
            _write(_entry(entry))
        return DONE

    return _at_ledger(args, words, told)


def _identifier(text: str) -> tuple[str, list[Fault]]:
    cleaned = identifier_text(text)
    return ("", [Fault("patient", cleaned)]) if isinstance(cleaned, Message) else (cleaned, [])


# ---- reversing


def _acting(args: argparse.Namespace) -> str:
    """In whose name it is done; empty where nobody is named, which is refused."""
    return args.operator or args.who or ""


def _reverse(args: argparse.Namespace, words: Words) -> int:
    number = _NUMBER.fullmatch(args.number)
    if number is None:
        return _refuse([Fault("entry", message("ledger.entry_form"))], words)

    def reversed_(counter: Counter) -> int:
        made = reversing.reverse(
            counter, int(number[1]), reason=args.reason, operator=_acting(args), resettle=args.resettle
        )
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
            "notes": list(map(words, made.notes)),
        }
        if args.resettle:
            answer["resettled"] = [
                {
                    "entry": each.before.number,
                    "reversed_by": each.reversal.number,
                    "replaced_by": each.entry.number,
                    "amounts": _settled_amounts(each.before),
                    "now": _settled_amounts(each.entry),
                }
                for each in made.resettled
            ]
        if made.stands_on is not None:
            answer["stands_on_opening"] = made.stands_on
            answer["notes"].append(words.text("ledger.stands_on", entry=str(made.stands_on)))
        _write(answer)
        return DONE

    return _at_counter(args, words, reversed_)


# ---- printing and the end of a day


def _printed(args: argparse.Namespace, words: Words) -> int:
    number = _NUMBER.fullmatch(args.number)
    if number is None:
        return _refuse([Fault("entry", message("ledger.entry_form"))], words)

    def printed(counter: Counter) -> int:
        copy = counter.printed(int(number[1]), _acting(args))
        if isinstance(copy, list):
            return _refuse(copy, words)
        mark = {} if copy == 1 else {"mark": words.text("ledger.reprint", copy=copy)}
        _write({"entry": int(number[1]), "copy": copy, **mark})
        return DONE

    return _at_counter(args, words, printed)


def _day_end(args: argparse.Namespace, words: Words) -> int:
    try:
        day = date.fromisoformat(args.day) if _DAY.fullmatch(args.day) else None
    except ValueError:
        day = None
    if day is None or not date.min < day < date.max:
        return _refuse([Fault("day", message("ledger.day_form"))], words)

    def ended(counter: Counter) -> int:
        made = counter.day_end(day)
        _write(
            {
                "day": day.isoformat(),
                "lines": [
                    {
                        "operator": line.operator,
                        "benefit": line.benefit.value,
                        "posted": line.posted,
                        "reversed": line.reversed,
                        "amounts": _amounts(line.amounts),
                    }
                    for line in made.lines
                ],
                "total": _amounts(made.total),
                "head": {"entry": made.entry, "hash": made.hash, "fingerprint": made.fingerprint},
            }
        )
        return DONE

    return _at_counter(args, words, ended)


# ---- the whole ledger


def _verify(args: argparse.Namespace, words: Words) -> int:
    def verified(ledger: Ledger) -> int:
        found = ledger.verify()
        if found.fault is None:
            _write({"ok": True, "entries": found.entries})
            return DONE
        _write({"ok": False, "fault": words(found.fault)})
        return FAULT_FOUND

    try:
        return _at_ledger(args, words, verified)
    except LedgerUnavailable as error:
        if error.said.id != DAMAGED:
            raise
        _write({"ok": False, "fault": words(error.said)})
        return FAULT_FOUND


def _backup(args: argparse.Namespace, words: Words) -> int:
    def copied(ledger: Ledger) -> int:
        made = backup(ledger, args.file)
        if isinstance(made, list):
            return _refuse(made, words)
        _write({"ok": True, "entries": made, "file": str(args.file)})
        return DONE

    return _at_ledger(args, words, copied)


def _back_up(args: argparse.Namespace, words: Words) -> int:
    now = datetime.now(BEIJING)

    def copied(ledger: Ledger) -> int:
        if args.if_due and not is_due(args.folder, now):
            _write({"ok": True, "due": False})
            return DONE
        made = back_up(ledger, args.folder, now, args.second)
        if isinstance(made, list):
            return _refuse(made, words)
        _write(
            {
                "ok": True,
                "entries": made.entries,
                "file": str(made.file),
                "removed": [str(file) for file in made.removed],
                "second": None if made.second is None else str(made.second),
                "notes": [] if made.second_fault is None else [words(made.second_fault)],
            }
        )
        return DONE

    return _at_ledger(args, words, copied)


def _backups(args: argparse.Namespace, words: Words) -> int:
    def listed(_: Ledger) -> int:
        for each in list_backups(args.folder):
            _write({"file": str(each.file), "made": each.moment.isoformat()})
        return DONE

    return _at_ledger(args, words, listed)


def _restore(args: argparse.Namespace, words: Words) -> int:
    if args.plain:
        made = restore(args.db, args.file)
    else:
        given = _who(args)
        if isinstance(given, list):
            return _refuse(given, words)
        made = restore_guarded(args.db, args.file, args.who, given.pin, _store(args))
    if not isinstance(made, Restored):
        return _refuse(made, words)
    _write({"ok": True, "entries": made.entries, "kept": None if made.kept is None else str(made.kept)})
    return DONE


# ---- what is known of a person


def _export(args: argparse.Namespace, words: Words) -> int:
    def told(counter: Counter) -> int:
        found = personal_data.export(counter, args.patient, args.who or "")
        if isinstance(found, list):
            return _refuse(found, words)
        _write(found)
        return DONE

    return _at_counter(args, words, told)


def _erase(args: argparse.Namespace, words: Words) -> int:
    def erased(counter: Counter) -> int:
        left = personal_data.erase(counter, args.patient, args.who or "")
        if isinstance(left, list):
            return _refuse(left, words)
        _write({"ok": True, "entries": left, "notes": [words.text("ledger.erased")]})
        return DONE

    return _at_counter(args, words, erased)


def _purge(args: argparse.Namespace, words: Words) -> int:
    def purged(counter: Counter) -> int:
        gone = personal_data.purge(counter, args.months, args.who or "")
        if isinstance(gone, list):
            return _refuse(gone, words)
        _write({"ok": True, "persons": gone})
        return DONE

    return _at_counter(args, words, purged)


# ---- who may open it


def _set_up(args: argparse.Namespace, words: Words) -> int:
    given = _who(args)
    if isinstance(given, list):
        return _refuse(given, words)
    made = set_up(args.db, args.who, given.pin, _store(args))
    if isinstance(made, list):
        return _refuse(made, words)
    kept = "system" if made.in_store else "operators"
    _write({**_operator(made.operator), "recovery_code": made.recovery_code, "key_kept_by": kept})
    return DONE


def _recover(args: argparse.Namespace, words: Words) -> int:
    given = _who(args)
    if isinstance(given, list):
        return _refuse(given, words)
    made = recover(args.db, given.code, args.who, given.new_pin, _store(args))
    if isinstance(made, list):
        return _refuse(made, words)
    _write(_operator(made))
    return DONE


def _operators(args: argparse.Namespace, words: Words) -> int:
    def listed(counter: Counter) -> int:
        for each in counter.operators.all():
            _write(_operator(each))
        return DONE

    return _at_counter(args, words, listed)


def _change_operator(args: argparse.Namespace, words: Words) -> int:
    given = _who(args)
    if isinstance(given, list):
        return _refuse(given, words)
    role = None if args.role is None else Role(args.role)
    active = None if args.active is None else args.active == "yes"

    def changed(counter: Counter) -> int:
        if args.add:
            made = counter.add_operator(args.name, role or Role.CLERK, given.new_pin)
        else:
            pin = given.new_pin if args.new_pin else None
            made = counter.change_operator(args.name, role=role, active=active, pin=pin)
        if isinstance(made, list):
            return _refuse(made, words)
        _write(_operator(made))
        return DONE

    opened = open_guarded(args.db, args.who, given.pin, args.regions, _store(args))
    if isinstance(opened, list):
        return _refuse(opened, words)
    with closing(opened) as counter:
        return changed(counter)


def _acts(args: argparse.Namespace, words: Words) -> int:
    def told(counter: Counter) -> int:
        found = counter.acts()
        if found and isinstance(found[0], Fault):
            return _refuse([each for each in found if isinstance(each, Fault)], words)
        for each in found:
            assert isinstance(each, AuditAct)
            _write({**each._asdict(), "act": each.act.value, "recorded": each.recorded.isoformat()})
        return DONE

    return _at_counter(args, words, told)


def _operator(operator: Operator) -> dict[str, Any]:
    """An operator for other programs."""
    return {**operator._asdict(), "role": operator.role.value}


_GUARDING: Final = {"set-up", "recover", "operators", "operator", "acts"}
"""What a ledger without operators does not know."""

_VARIABLES: Final = ("MINGZHANG_PIN", "MINGZHANG_NEW_PIN", "MINGZHANG_RECOVERY_CODE")

_COMMANDS: Final[dict[str, Callable[[argparse.Namespace, Words], int]]] = {
    "post": _post,
    "opening": _opening,
    "year-to-date": _year_to_date,
    "reverse": _reverse,
    "entries": _entries,
    "printed": _printed,
    "day-end": _day_end,
    "verify": _verify,
    "backup": _backup,
    "restore": _restore,
    "backup-into": _back_up,
    "backups": _backups,
    "export": _export,
    "erase": _erase,
    "purge": _purge,
    "set-up": _set_up,
    "recover": _recover,
    "operators": _operators,
    "operator": _change_operator,
    "acts": _acts,
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
    return {name: value for name, value in made.items() if value is not None}


def _settled_amounts(entry: Entry) -> dict[str, str | None] | None:
    """The amounts of a posted entry, None of any other."""
    return None if entry.settlement is None else _amounts(entry.settlement.amounts)


def _amounts(amounts: Amounts) -> dict[str, str | None]:
    return {name: None if fen is None else plain(fen) for name, fen in amounts._asdict().items()}


def _total(name: str, value: int | dict[int, ChronicTotals]) -> Any:
    """One of a year's totals as the interface writes it."""
    return totals(YearToDate()._replace(**{name: value}))[name]  # type: ignore[arg-type]
