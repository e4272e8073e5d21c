"""The parts that every kind of sheet has, and who hands the sheet out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from core.identity import NewbornIdentity, newborn_in
from core.masking import masked_id, masked_name
from core.vocabulary import MARK, NEWBORN, Payer
from desktop.paper.bilingual import Wording, first_of, on_a_line
from desktop.paper.drawing import TOGETHER


class Pair(NamedTuple):
    """A label and its value; ``key`` names a fact for a form that has a place for it.

    A fact without a value is a place to write on.
    """

    label: str
    value: str
    key: str = ""


class PayerPart(NamedTuple):
    """The part of the bill that one payer bears; ``fen`` is its length on the bar, ``amount`` its text."""

    payer: Payer
    label: str
    amount: str
    fen: int


class Issue(NamedTuple):
    """One handing out of a sheet: in whose words, where, by whom, when, to whom, and which copy.

    ``printed_at`` is the desk's own time; the sheet shows it to the minute. ``made_up`` is true of a region
    whose figures are made up. ``entry_number`` None: an estimate that is not posted. ``copy`` counts the
    prints of an entry: 1 is the first, any other is marked as a reprint; None for an estimate. ``mask`` False
    shows the patient's name and number whole. ``code`` is the text of the QR code, see
    `core.exchange.sheet_code`; empty: none. ``contact`` are the hospital's code, telephone and address.
    ``stay`` and ``receipt`` are the numbers of the stay and of its receipt; ``beside`` are other facts of the
    visit by name, each with its number, or ``yes`` or ``no``. ``ledger`` is the short id of the
    ledger that an entry or a day is of. ``reversed_by`` is the number of
    the entry that takes this one back, None where it stands. ``patient_kind`` is the kind of the patient's
    number. ``entry_number`` is the one that the entry has in its own ledger; ``called`` says others' numbers.
    """

    words: Wording
    hospital: str
    operator: str
    printed_at: datetime
    made_up: bool
    patient_name: str = ""
    patient_id: str = ""
    entry_number: int | None = None
    copy: int | None = None
    mask: bool = True
    code: str = ""
    contact: tuple[str, str, str] = ("", "", "")
    stay: str = ""
    receipt: str = ""
    ledger: str = ""
    beside: tuple[tuple[str, str], ...] = ()
    reversed_by: int | None = None
    patient_kind: str = ""
    called: Callable[[int], str] = str

    @property
    def newborn(self) -> NewbornIdentity | None:
        """The patient as a newborn without a number, None for anybody else."""
        return newborn_in(self.patient_id) if self.patient_kind == NEWBORN else None

    @property
    def name(self) -> str:
        """The patient's name as it stands on the paper."""
        return masked_name(self.patient_name) if self.mask else self.patient_name

    @property
    def number(self) -> str:
        """The patient's number as it stands on the paper; of a newborn the mother's is masked."""
        child = self.newborn
        if child is not None:
            return MARK.join((self.shown(child.mother), f"{child.born:%Y%m%d}", str(child.child)))
        return self.shown(self.patient_id)

    def shown(self, number: str) -> str:
        """Return a number as it stands on this paper."""
        return masked_id(number) if self.mask else number

    @property
    def person(self) -> str:
        """The patient's name and number on one line."""
        return " ".join(part for part in (self.name, self.number) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetHead:
    """The texts on every page of a sheet, and whom the sheet is about.

    ``reprint`` is empty for the first copy. ``void`` is the word across a sheet that was taken back, else
    empty. ``made_up`` (a word) and ``made_up_line`` are empty where the
    region's figures are real. ``page`` has places for ``page`` and ``pages``, filled when the pages are
    counted.
    """

    title: str
    state: str
    reprint: str = ""
    void: str = ""
    made_up: str = ""
    made_up_line: str = ""
    facts: tuple[Pair, ...]
    person: str = ""
    disclaimer: str
    operator: str
    printed: str
    page: str


def head_of(issue: Issue, title: str) -> dict[str, Any]:
    """Return the fields of `SheetHead` that every kind of sheet fills alike.

    ``title`` is an id of the catalogue.
    """
    words, number, copy = issue.words, issue.entry_number, issue.copy
    line, first = on_a_line(words).text, first_of(words).text
    state = line("paper.unposted") if number is None else line("paper.posted", number=str(number))
    void = {} if issue.reversed_by is None else {"number": issue.called(issue.reversed_by)}
    return {
        "title": words.text(title),
        "state": f"{state}　{line('paper.reversed', **void)}" if void else state,
        "reprint": line("paper.reprint", copy=str(copy)) if copy and copy > 1 else "",
        "void": first("paper.void", **void) if void else "",
        "made_up": first("paper.made_up") if issue.made_up else "",
        "made_up_line": line("paper.made_up_line") if issue.made_up else "",
        "operator": first("paper.operator", operator=issue.operator) if issue.operator else "",
        "printed": _printed(issue),
        "page": first("paper.page", page="{page}", pages="{pages}"),
    }


def _printed(issue: Issue) -> str:
    """Return when a sheet is printed, and of which ledger it is where it is of one."""
    first, time = first_of(issue.words).text, f"{issue.printed_at:%Y-%m-%d %H:%M}"
    printed = first("paper.printed", time=time)
    return f"{printed}　{first('paper.ledger', id=issue.ledger)}" if issue.ledger else printed


def patient_of(issue: Issue) -> list[Pair]:
    """Return the facts of who the patient is: name and number, or a newborn's mother, birth and place.

    The mother's number says whose it is by itself: a form may have the label already.
    """
    words, child = issue.words, issue.newborn
    if child is None:
        rows = {"name": issue.name, "id": issue.number}
    else:
        rows = {
            "name": issue.name,
            "id": words.text("paper.mother_value", number=issue.shown(child.mother)),
            "born": child.born.isoformat(),
            "child": words.text("paper.child_value", child=str(child.child)),
        }
    empty = words.text("paper.not_given")
    return [Pair(words.text(f"paper.fact.{name}"), value or empty, name) for name, value in rows.items()]


def contact_of(issue: Issue) -> list[Pair]:
    """Return the fact of the hospital's code, telephone and address; none where the desk has none of them."""
    words = issue.words
    known = [
        (name, value)
        for name, value in zip(("code", "telephone", "address"), issue.contact, strict=True)
        if value
    ]
    if not known:
        return []
    (first, value), *rest = known
    line = first_of(words).text
    others = [f"{line(f'paper.contact.{name}')}{TOGETHER}{text}" for name, text in rest]
    return [Pair(words.text(f"paper.contact.{first}"), "　".join((value, *others)), "contact")]
