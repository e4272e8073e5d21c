"""Meeting other ledgers by a stick with two keys; what is to be settled after it, also after the server's."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.messages import message
from core.money import grouped
from desktop.presenters.desk.desk_page import DeskPage
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.states import Notice, Option
from desktop.presenters.work_page import Work, WorkPage
from desktop.session import Session

if TYPE_CHECKING:
    from core.desks.conflicts import Conflict
    from core.jobs.desk_values import FolderTaken
    from core.jobs.values import DeskLedger
    from core.ledger.entries import Affected
    from core.settlement import Amounts

_COLUMNS: Final = ("kind", "persons", "entries")
_SEES: Final = ("own_patients", "everything")


class SticksPage(DeskPage, WorkPage):
    """The meeting with other ledgers by a stick; ``keep`` remembers its folder.

    ``work`` takes in beside the window, over the ``ledger`` that it is told.
    ``choose_folder`` is a dialog. ``print_meeting`` prints a line of each ledger: how far it goes, with the
    heads of both of its chains.
    """

    name = "sticks"
    labels = "window.sticks"
    stopped_late = "window.sticks.stopped"
    order = ("place", "fingerprint", "sees", "reason")

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        choose_folder: Callable[[], str],
        keep: Callable[[str], None],
        print_meeting: Callable[[Sequence[tuple[str, ...]]], Notice],
        work: Work,
        announce: Callable[[Notice], object],
        ledger: "Callable[[], DeskLedger]",
    ) -> None:
        super().__init__(session, show, work, announce)
        self._ledger = ledger
        from core.desks import folder, known_ledgers, trusting

        self._folder, self._trusting = folder, trusting
        self._known_ledgers = known_ledgers.known_ledgers
        self._counter = session.opened
        self._operator = session.settings.signer
        self._choose_folder, self._keep, self._print = choose_folder, keep, print_meeting
        self.texts |= {"place": session.settings.stick, "sees": _SEES[0]}
        self.choices = self._choices()
        self._said: tuple[str, ...] = ()
        self._open: list[Conflict] = []
        self._affected: dict[str, Affected] = {}
        self._chosen = ""
        self._read_again()
        self.focus("place")

    def _choices(self) -> dict[str, tuple[Option, ...]]:
        options = (
            Option(name, str(place), self._words.text(f"window.sticks.sees.{name}"))
            for place, name in enumerate(_SEES, 1)
        )
        return {"sees": tuple(options)}

    def spoken_anew(self) -> None:
        """Take another language for the options, too."""
        super().spoken_anew()
        self.choices = self._choices()

    def _read_again(self) -> None:
        """Read what is to be looked at: conflicts, and entries that were settled without knowing others."""
        from core.desks import affected, conflicts

        self._open = conflicts.open_ones(self._counter.ledger)
        self._affected = {str(each.entry.number): each for each in affected.open_ones(self._counter)}
        rows = [*(each.id for each in self._open), *self._affected]
        if self._chosen not in rows:
            self._chosen = rows[0] if rows else ""

    def refresh(self) -> None:
        """Read again what came from the server meanwhile."""
        self._read_again()
        self._show()

    def picked(self, value: str) -> None:
        """Choose a conflict, or an entry."""
        self._chosen = value

    # ---- the two keys

    def _place(self) -> Path | None:
        """Return the folder of the stick, kept from now on; None where nothing is typed, which is said."""
        place = self.texts.get("place", "").strip()
        if self.needs("place"):
            return None
        if not Path(place).is_dir():
            self.faults["place"] = self._words.text("ledger.folder_missing", folder=place)
            self.focus("place")
            self._show()
            return None
        self._keep(place)
        self.faults = {}
        return Path(place)

    def _choose(self) -> None:
        if self.fill("place", self._choose_folder):
            self._show()

    def _take_in(self) -> None:
        """F6: take in every file of the stick that is for this ledger, beside the window; Esc stops it."""
        from core.jobs.desk_values import TakeInFolder

        place = None if self.busy else self._place()
        if place is not None:
            self.run(TakeInFolder(self._ledger(), place), self._taken_in, with_ledger=True)

    def _taken_in(self, met: "FolderTaken") -> None:
        self._read_again()
        self._said = self._told(met)
        self.tell(self._outcome(met), "wrong" if met.refused else "done")

    def _outcome(self, met: "FolderTaken") -> str:
        sums = {"files": met.files, "new": met.new, "people": met.people, "refused": len(met.refused)}
        return self._words.text("window.sticks.taken", **sums)

    def _told(self, met: "FolderTaken") -> tuple[str, ...]:
        """Return a line for each file that was refused, and for what is to be looked at."""
        words = self._words
        lines = [words.text("window.sticks.refused", name=name, why=words(why)) for name, why in met.refused]
        if met.affected:
            days = "、".join(sorted({f"{day}" for day in met.affected})[:5])
            lines.append(words.text("window.sticks.affected", count=len(met.affected), days=days))
        lines += [
            words.text("desks.held", ledger=_short(ledger), number=number) for ledger, number in met.held
        ]
        return tuple(lines)

    def save(self) -> None:
        """F12: hand over what every trusted ledger lacks."""
        place = self._place()
        files = (
            None
            if place is None
            else self.attempt(lambda: self._folder.hand_over(self._counter, place, self._operator))
        )
        if files is None:
            return
        names = [each.name for each in files if isinstance(each, Path)]
        if len(names) < len(files):
            self.refuse(*(each for each in files if not isinstance(each, Path)))
        else:
            self.tell(self._words.text("window.sticks.handed", files="、".join(names)))

    def _print_receipt(self) -> None:
        """F9: print how far each ledger goes here, to be compared with the other side's paper."""
        lines = self.attempt(lambda: self._folder.heads(self._counter))
        if lines is not None:
            self.notice = self._print([self._line(each) for each in lines])
            self._show()

    def _line(self, each: "tuple[str, ...]") -> tuple[str, ...]:
        ledger, *chains = each
        shown = (f"{held.number} {_in_fours(held.hash)}" for held in chains)  # type: ignore[attr-defined]
        return (ledger, *shown)

    # ---- trust, and conflicts

    def _trust(self) -> None:
        """Shift+F12: trust the ledger on the stick whose fingerprint is the one that was typed."""
        place = self._place()
        if place is None or self.needs("fingerprint"):
            return
        file = self._folder.stranger(self._counter, place, self.texts["fingerprint"])
        if file is None:
            self.faults["fingerprint"] = self._words.text("window.sticks.no_stranger")
            self.focus("fingerprint")
            self._show()
            return
        from core.desks.known_ledgers import Trust

        sees = Trust[self.texts["sees"].upper()]
        known = self.attempt(
            lambda: self._trusting.trust(
                self._counter, file, self.texts["fingerprint"], sees=sees, operator=self._operator
            )
        )
        if isinstance(known, list):
            self.refuse(*known)
        elif known is not None:
            self.texts["fingerprint"] = ""
            self.tell(message("window.sticks.trusted", ledger=known.short_id))

    def _settle(self) -> None:
        """Shift+F6: say that the chosen conflict is settled, and why; settle the chosen entry again."""
        if not self._chosen:
            self.tell(message("window.sticks.none"), "wrong")
            return
        if self.needs("reason"):
            return
        if self._chosen in self._affected:
            self._settle_again(self._affected[self._chosen])
            return
        settled = self.attempt(
            lambda: self._trusting.settle(
                self._counter, self._chosen, reason=self.texts["reason"], operator=self._operator
            )
        )
        if isinstance(settled, list):
            self.refuse(*settled)
        elif settled is not None:
            self.texts["reason"] = ""
            self._read_again()
            self.tell(message("window.sticks.settled"))

    def _settle_again(self, one: "Affected") -> None:
        from core.counter import identifiers, reversing

        number = one.entry.number
        done = self.attempt(
            lambda: self._session.on_patient(
                identifiers.of_entry(self._counter, number),
                lambda: reversing.settle_again(
                    self._counter, number, reason=self.texts["reason"], operator=self._operator
                ),
            )
        )
        if isinstance(done, list):
            self.refuse(*done)
        elif done is not None:
            self.texts["reason"] = ""
            self._read_again()
            if self._session.server is not None:
                self._session.server.look_again()
            self.tell(message("window.sticks.settled_again", count=len(done)))

    keys = {
        **MANUAL,
        "F3": KeyAction("window.key.sticks.F3", _choose),
        "F6": KeyAction("window.key.sticks.F6", _take_in),
        "Shift+F6": KeyAction("window.key.sticks.Shift+F6", _settle),
        "F9": KeyAction("window.key.sticks.F9", _print_receipt),
        "F12": KeyAction("window.key.sticks.F12", save),
        "Shift+F12": KeyAction("window.key.sticks.Shift+F12", _trust),
        **LEAVE,
    }

    # ---- the page

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        own = self._trusting.own(self._counter)
        return PageState(
            words.text("window.sticks.title"),
            words.text("window.sticks.about", ledger=own.short_id, fingerprint=own.fingerprint),
            self.cells(),
            (("", self.order),),
            tuple(words.text(f"window.sticks.column.{name}") for name in _COLUMNS),
            rows=(*map(self._row, self._open), *map(self._row_affected, self._affected.values())),
            chosen=self._chosen,
            empty=words.text("window.sticks.none"),
            lines=self._said,
        )

    def _row(self, each: "Conflict") -> ListRow:
        patients = self._counter.ledger.patients
        names = dict.fromkeys(part.name for key in each.persons for part in patients.parts(key) if part.name)
        entries = "、".join(f"{_short(ledger)} {number}" for ledger, number in each.entries)
        kind = self._words.text(f"window.sticks.kind.{each.kind.value}")
        return ListRow(each.id, (kind, "、".join(names), entries))

    def _row_affected(self, each: "Affected") -> ListRow:
        """Return an entry with what the patient paid, and would pay now."""
        from core.ledger.record import OWN

        entry, ledger = each.entry, self._counter.ledger
        patient = ledger.patients.get(entry.patient)
        ids = {known.row: known.id for known in self._known_ledgers(ledger.db)}
        told: dict[str, str | int] = {
            "ledger": _short(ids.get(entry.number // OWN, ledger.id)),
            "number": entry.number % OWN,
            "day": entry.day.isoformat(),
            "before": self._pays(each.before),
            "now": self._pays(each.now.amounts),
        }
        kind = self._words.text("window.sticks.kind.affected")
        entries = self._words.text("window.sticks.both_amounts", **told)
        return ListRow(str(entry.number), (kind, patient.name if patient else "", entries))

    def _pays(self, amounts: "Amounts | None") -> str:
        fen = None if amounts is None else amounts.psn_part_amt
        return self._words.text("window.cannot_tell") if fen is None else grouped(fen)


def _short(ledger: str) -> str:
    from core.ledger.foreign import short

    return short(ledger)


def _in_fours(hash_: str) -> str:
    return " ".join(hash_[place : place + 4] for place in range(0, 16, 4))
