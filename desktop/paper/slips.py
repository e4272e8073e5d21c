"""Sheets beside the patient's: the end of a day, a reversal, opening totals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from core.claim import YearToDate
from core.messages import term
from core.money import grouped
from core.vocabulary import Payer
from desktop.paper.bilingual import Said, first_of, on_a_line
from desktop.paper.sheet import Around, Pair, Share, around
from desktop.presenters.typed import masked_id, masked_name

if TYPE_CHECKING:
    from core.ledger.day_end import DayEnd
    from core.ledger.entries import Entry

_AMOUNTS: Final = ("medfee_sumamt", "hifp_pay", "hifmi_pay", "maf_pay", "psn_part_amt")
_PAYERS: Final = (
    (Payer.BASIC, "hifp_pay"),
    (Payer.CRITICAL_ILLNESS, "hifmi_pay"),
    (Payer.ASSISTANCE, "maf_pay"),
    (Payer.PATIENT, "psn_part_amt"),
)


class Table(NamedTuple):
    """Lines under headings; ``numbers`` are the columns that stand at the right, ``last`` is the sum."""

    title: str
    columns: tuple[str, ...]
    numbers: frozenset[int]
    rows: tuple[tuple[str, ...], ...]
    last: tuple[str, ...] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip(Around):
    """A sheet without a sum: perhaps one large figure, who bears it, tables, and what to know."""

    answer_label: str = ""
    answer: str = ""
    shares: tuple[Share, ...] = ()
    tables: tuple[Table, ...] = ()
    notes_title: str = ""
    notes: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()


class Handed(NamedTuple):
    """Whose paper it is, and who hands it out where: see `desktop.paper.sheet.sheet_of`."""

    words: Said
    patient_name: str
    patient_id: str
    hospital: str
    made_up: bool
    operator: str
    printed_at: datetime
    copy: int | None
    mask: bool = True

    @property
    def shown(self) -> tuple[str, str]:
        """The patient's name and number as they stand on the paper."""
        if self.mask:
            return masked_name(self.patient_name), masked_id(self.patient_id)
        return self.patient_name, self.patient_id


def day_end_sheet(
    found: "DayEnd",
    *,
    words: Said,
    day: date,
    hospital: str,
    made_up: bool,
    operator: str,
    printed_at: datetime,
) -> Slip:
    """A day's totals by operator, benefit and payer, with the fingerprint of the chain's head.

    ``found`` is `Counter.day_end(day)`; ``operator`` is who prints it.
    """
    text = words.text
    empty = text("paper.not_given")
    total = found.total
    shares = tuple(
        Share(payer, words(term("payer", payer)), grouped(fen), fen)
        for payer, name in _PAYERS
        if (fen := getattr(total, name)) is not None
    )
    columns = [text(f"paper.day_end.{name}") for name in ("operator", "benefit", "posted", "reversed")]
    columns += [text("paper.day_end.total"), *(words(term("payer", payer)) for payer, _ in _PAYERS)]
    rows = tuple(
        (
            line.operator,
            words(term("benefit", line.benefit)),
            str(line.posted),
            str(line.reversed),
            *_money(line.amounts),
        )
        for line in found.lines
    )
    posted, taken = (sum(getattr(line, name) for line in found.lines) for name in ("posted", "reversed"))
    given = around(
        words,
        title="paper.day_end.title",
        entry_number=found.entry,
        copy=None,
        made_up=made_up,
        operator=operator,
        printed_at=printed_at,
    )
    given["state"] = day.isoformat()
    return Slip(
        **given,
        disclaimer=text("paper.day_end.disclaimer"),
        facts=(
            Pair(text("paper.fact.hospital"), hospital or empty),
            Pair(text("paper.day_end.day"), day.isoformat()),
            Pair(text("paper.day_end.head"), str(found.entry)),
            Pair(text("paper.day_end.fingerprint"), found.fingerprint),
        ),
        answer_label=on_a_line(words).text("paper.day_end.total"),
        answer=grouped(total.medfee_sumamt or 0),
        shares=shares if found.lines and all(share.fen >= 0 for share in shares) else (),
        tables=(
            Table(
                on_a_line(words).text("paper.day_end.table"),
                tuple(columns),
                frozenset(range(2, len(columns))),
                rows,
                (text("paper.day_end.sum"), "", str(posted), str(taken), *_money(total)),
                text("paper.day_end.nothing"),
            ),
        ),
        notes_title=on_a_line(words).text("paper.notes"),
        notes=(text("paper.day_end.about"),),
        signatures=(text("paper.day_end.made"), text("paper.day_end.checked")),
    )


def reversal_sheet(reversal: "Entry", reversed_: "Entry", handed: Handed) -> Slip:
    """What a reversal took back of an entry, and why. ``reversed_`` is the entry that it takes back."""
    words, text = handed.words, handed.words.text
    amounts = reversed_.settlement.amounts if reversed_.settlement else None
    figures = [(f"amount.{each}", getattr(amounts, each)) for each in _AMOUNTS] if amounts else []
    return Slip(
        **_of_an_entry(reversal, "paper.reversal.title", handed),
        facts=(
            *_whose(handed),
            Pair(text("paper.reversal.of"), str(reversed_.number)),
            Pair(text("paper.reversal.day"), reversed_.day.isoformat()),
        ),
        tables=(
            Table(
                on_a_line(words).text("paper.reversal.amounts"),
                (text("paper.column.item"), text("paper.column.amount")),
                frozenset({1}),
                tuple((text(id_), grouped(fen)) for id_, fen in figures if fen is not None),
                empty=text("paper.reversal.opening"),
            ),
            _year_table(reversal, words),
        ),
        notes_title=on_a_line(words).text("paper.reversal.reason"),
        notes=(reversal.reason or text("paper.not_given"),),
        signatures=(text("paper.day_end.made"), text("paper.reversal.patient")),
    )


def opening_sheet(entry: "Entry", handed: Handed) -> Slip:
    """A patient's totals of a year as the insurer's platform stated them, beside what our own were."""
    words, text = handed.words, handed.words.text
    return Slip(
        **_of_an_entry(entry, "paper.opening.title", handed),
        facts=(
            *_whose(handed),
            Pair(text("paper.opening.year"), str(entry.year)),
            Pair(text("paper.opening.as_of"), entry.day.isoformat()),
        ),
        tables=(_year_table(entry, words, entry.difference or {}),),
    )


def _of_an_entry(entry: "Entry", title: str, handed: Handed) -> dict[str, Any]:
    """What stands around the sheet of an entry that settles nothing."""
    given = around(
        handed.words,
        title=title,
        entry_number=entry.number,
        copy=handed.copy,
        made_up=handed.made_up,
        operator=handed.operator,
        printed_at=handed.printed_at,
    )
    person = " ".join(filter(None, handed.shown))
    return given | {"disclaimer": handed.words.text("paper.disclaimer"), "person": person}


def _whose(handed: Handed) -> tuple[Pair, ...]:
    text = handed.words.text
    values = dict(zip(("hospital", "name", "id"), (handed.hospital, *handed.shown), strict=True))
    return tuple(
        Pair(text(f"paper.fact.{name}"), value or text("paper.not_given")) for name, value in values.items()
    )


def _money(amounts: Any) -> list[str]:
    return [grouped(getattr(amounts, name) or 0) for name in _AMOUNTS]


def _year_table(entry: "Entry", words: Said, before: Mapping[str, tuple[Any, Any]] | None = None) -> Table:
    """The year's totals after an entry; with ``before``, ours where it was stated otherwise."""
    text = words.text
    rows = []

    def add(label: str, now: str, was: str) -> None:
        rows.append((label, now) if before is None else (label, now, was))

    for name in YearToDate._fields:
        value = getattr(entry.after, name)
        if name == "chronic":
            continue
        other = (before or {}).get(name)
        if not value and not other:
            continue
        shown = str if name == "admissions" else grouped
        add(words(term("total", name)), shown(value), shown(other[0]) if other else "")
    ours = (before or {}).get("chronic", ({}, {}))[0]
    for disease, totals in sorted(entry.after.chronic.items()):
        for name, fen in totals._asdict().items():
            was = getattr(ours.get(disease), name, None)
            differs = was is not None and was != fen
            label = text(f"paper.chronic.{name}", disease=str(disease))
            add(label, grouped(fen), grouped(was) if was is not None and differs else "")
    columns = [text("paper.column.item"), text("paper.column.amount")]
    if before is not None:
        columns[1:] = [text("paper.opening.now"), text("paper.opening.ours")]
    return Table(
        on_a_line(words).text("paper.year_after", year=str(entry.year)),
        tuple(columns),
        frozenset(range(1, len(columns))),
        tuple(rows),
        empty=first_of(words).text("paper.nothing_yet"),
    )


def code_sheet(code: str, *, words: Said, hospital: str, operator: str, printed_at: datetime) -> Slip:
    """The recovery code of a ledger, on the only paper that shows it."""
    text = words.text
    given = around(
        words,
        title="window.code.title",
        entry_number=None,
        copy=None,
        made_up=False,
        operator=operator,
        printed_at=printed_at,
    )
    given["state"] = ""
    return Slip(
        **given,
        disclaimer=text("window.code.keep"),
        facts=(Pair(text("paper.fact.hospital"), hospital or text("paper.not_given")),),
        tables=(Table("", (text("window.code.title"),), frozenset(), ((code,),)),),
    )
