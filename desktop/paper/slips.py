"""Sheets beside the patient's: the end of a day, a reversal, opening totals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from core.claim import BY_DISEASE, YearToDate
from core.counter.typed_on import by_note
from core.messages import term
from core.money import grouped
from core.settlement import Amounts
from core.vocabulary import Payer
from desktop.paper.bilingual import Wording, first_line, first_of, on_a_line
from desktop.paper.sheet_head import Issue, Pair, PayerPart, SheetHead, contact_of, head_of, patient_of

if TYPE_CHECKING:
    from core.ledger.day_end import DayEnd
    from core.ledger.entries import Affected, Entry

_PAYERS: Final = (
    (Payer.BASIC, "hifp_pay"),
    (Payer.CRITICAL_ILLNESS, "hifmi_pay"),
    (Payer.ASSISTANCE, "maf_pay"),
    (Payer.HOSPITAL, "hosp_part_amt"),
    (Payer.PATIENT, "psn_part_amt"),
)


class Table(NamedTuple):
    """Lines under headings; ``numbers`` are the columns of numbers, ``last`` is the line of their sums.

    ``empty`` is printed instead of a table without lines. ``headless``: an item and its amount, which are
    plain without the headings where a short paper has no room for them. ``by_hand`` are columns that people
    fill in.
    """

    title: str
    columns: tuple[str, ...]
    numbers: frozenset[int]
    rows: tuple[tuple[str, ...], ...]
    last: tuple[str, ...] = ()
    empty: str = ""
    headless: bool = False
    by_hand: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip(SheetHead):
    """A sheet of tables, perhaps with one large figure and who bears it, charts, notes, and places to sign.

    ``charts`` are drawings (SVG), which stand after the first table.
    ``stamp`` names the place for the hospital's; empty: none.
    """

    answer_label: str = ""
    answer: str = ""
    shares: tuple[PayerPart, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[str, ...] = ()
    notes_title: str = ""
    notes: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()
    stamp: str = ""


def shortened_slip(slip: Slip) -> Slip:
    """Return the slip for a short paper, in its first language but for its state and its notes."""
    first = first_line
    return replace(
        slip,
        title=first(slip.title),
        disclaimer=first(slip.disclaimer),
        facts=tuple(fact._replace(label=first(fact.label), value=first(fact.value)) for fact in slip.facts),
        tables=tuple(
            table._replace(
                columns=tuple(map(first, table.columns)),
                rows=tuple(tuple(map(first, texts)) for texts in table.rows),
                empty=first(table.empty),
            )
            for table in slip.tables
        ),
        signatures=tuple(map(first, slip.signatures)),
        stamp=first(slip.stamp),
    )


def day_end_sheet(day_end: "DayEnd", day: date, issue: Issue, to_check: Sequence[int] = ()) -> Slip:
    """Return a day's totals by operator, benefit and payer, with the fingerprints of both chains' heads.

    ``day_end`` is `Counter.day_end(day)`; ``to_check`` are the entries that the day's reversals leave to be
    checked.
    """
    words, text = issue.words, issue.words.text
    left = first_of(words).text("window.comma").join(map(issue.called, to_check))
    total = day_end.total
    shares = tuple(
        PayerPart(payer, words(term("payer", payer)), grouped(fen), fen)
        for payer, name in _payers(total)
        if (fen := getattr(total, name)) is not None
    )
    return Slip(
        **head_of(issue, "paper.day_end.title") | {"state": day.isoformat()},
        disclaimer=text("paper.day_end.disclaimer"),
        facts=(
            Pair(text("paper.fact.hospital"), issue.hospital or text("paper.not_given")),
            Pair(text("paper.day_end.day"), day.isoformat()),
            *([Pair(text("paper.day_end.desk"), words(day_end.desk.said))] if day_end.desk else []),
            *([] if day_end.of_another else _heads(day_end, words)),
        ),
        answer_label=on_a_line(words).text("paper.day_end.total"),
        answer=grouped(total.medfee_sumamt or 0),
        # a day that takes back more than it posts has no parts of a whole
        shares=shares if day_end.lines and all(share.fen >= 0 for share in shares) else (),
        tables=(_day_table(day_end, words),),
        notes_title=on_a_line(words).text("paper.notes"),
        notes=(
            text("paper.day_end.about"),
            *(
                text(
                    "window.day_end.other",
                    ledger=each.ledger,
                    entry=str(each.entry),
                    fingerprint=each.fingerprint,
                )
                for each in day_end.others
            ),
            *([] if day_end.of_another else _unsigned(day_end, words)),
            *([text("window.day_end.to_check", entries=left)] if to_check and not day_end.of_another else ()),
        ),
        signatures=(text("paper.day_end.made"), text("paper.day_end.checked")),
    )


def _heads(day_end: "DayEnd", words: Wording) -> Iterable[Pair]:
    """The ends of this ledger's chains."""
    yield Pair(words.text("paper.day_end.head"), str(day_end.entry))
    yield Pair(words.text("paper.day_end.fingerprint"), day_end.fingerprint)
    yield Pair(words.text("paper.day_end.acts"), f"{day_end.act}　{day_end.act_fingerprint}")


def _unsigned(day_end: "DayEnd", words: Wording) -> tuple[str, ...]:
    """The line that counts the days without a signature; none where all are signed."""
    return (words.text("paper.day_end.unsigned", count=str(day_end.unsigned)),) if day_end.unsigned else ()


def _day_table(day_end: "DayEnd", words: Wording) -> Table:
    """A day's totals, a line for each operator and benefit."""
    text = words.text
    columns = [text(f"paper.day_end.{name}") for name in ("operator", "benefit", "posted", "reversed")]
    payers = _payers(day_end.total)
    columns += [text("paper.day_end.total"), *(words(term("payer", payer)) for payer, _ in payers)]
    names = ("medfee_sumamt", *(name for _, name in payers))
    rows = tuple(
        (
            line.operator,
            words(term("benefit", line.benefit)),
            str(line.posted),
            str(line.reversed),
            *_money(line.amounts, names),
        )
        for line in day_end.lines
    )
    posted, reversed_ = (
        sum(getattr(line, name) for line in day_end.lines) for name in ("posted", "reversed")
    )
    return Table(
        on_a_line(words).text("paper.day_end.table"),
        tuple(columns),
        frozenset(range(2, len(columns))),
        rows,
        (text("paper.day_end.sum"), "", str(posted), str(reversed_), *_money(day_end.total, names)),
        text("paper.day_end.nothing"),
    )


def list_sheet(asked: str, counted: str, table: Table, issue: Issue) -> Slip:
    """Return the sheet of a list of entries: what was asked for, how many were found, the table."""
    text = issue.words.text
    return Slip(
        **head_of(issue, "paper.list.title") | {"state": issue.printed_at.date().isoformat()},
        disclaimer=text("report.disclaimer"),
        facts=(
            Pair(text("paper.fact.hospital"), issue.hospital or text("paper.not_given")),
            Pair(text("paper.list.asked"), asked or text("paper.list.all")),
        ),
        tables=(table,),
        notes_title=on_a_line(issue.words).text("paper.notes"),
        notes=(counted,),
    )


def reversal_sheet(
    reversal: "Entry", reversed_: "Entry", issue: Issue, affected: Sequence["Affected"] = ()
) -> Slip:
    """Return the sheet of a reversal: the amounts that it takes back, and why.

    ``reversed_`` is the entry that it takes back; ``affected`` are the later ones that are to be checked.
    """
    words, text = issue.words, issue.words.text
    amounts = reversed_.settlement.amounts if reversed_.settlement else None
    names = ("medfee_sumamt", *(name for _, name in _payers(amounts))) if amounts else ()
    figures = [(f"amount.{name}", getattr(amounts, name)) for name in names]
    head = _of_an_entry(reversal, "paper.reversal.title", issue)
    numbers = {"number": str(issue.entry_number or reversal.number), "of": issue.called(reversed_.number)}
    return Slip(
        **head | {"state": on_a_line(words).text("paper.reversal.state", **numbers)},
        facts=(
            *_whose(issue),
            Pair(text("paper.reversal.of"), issue.called(reversed_.number)),
            Pair(text("paper.reversal.day"), reversed_.day.isoformat()),
        ),
        tables=(
            Table(
                on_a_line(words).text("paper.reversal.amounts"),
                (text("paper.column.item"), text("paper.column.amount")),
                frozenset({1}),
                tuple((text(id_), grouped(fen)) for id_, fen in figures if fen is not None),
                empty=text("paper.reversal.opening"),
                headless=True,
            ),
            _year_table(reversal, words),
            *_later_table(affected, issue),
        ),
        notes_title=on_a_line(words).text("paper.reversal.reason"),
        notes=(reversal.reason or text("paper.not_given"), *_retyped(affected, issue)),
        signatures=(text("paper.sign.clerk"), text("paper.sign.patient")),
        stamp=text("paper.sign.stamp"),
    )


def _later_table(affected: Sequence["Affected"], issue: Issue) -> tuple[Table, ...]:
    """The later entries that a reversal leaves to be checked: what the patient paid, and what it would be."""
    if not affected:
        return ()
    words, text = issue.words, issue.words.text
    unknown = first_of(words).text("window.cannot_tell")
    rows = []
    for each in affected:
        fen = (each.before.psn_part_amt, each.now.amounts.psn_part_amt)
        paid = (unknown if one is None else grouped(one) for one in fen)
        rows.append((issue.called(each.entry.number), each.entry.day.isoformat(), *paid))
    patient = words(term("payer", Payer.PATIENT))
    columns = (text("paper.reversal.entry"), text("paper.reversal.day"), patient, text("paper.reversal.now"))
    title = on_a_line(words).text("paper.reversal.later")
    return (Table(title, columns, frozenset({2, 3}), tuple(rows)),)


def _retyped(affected: Sequence["Affected"], issue: Issue) -> list[str]:
    """What has to be typed anew in later entries, a line each."""
    words, comma = issue.words, first_of(issue.words).text("window.comma")
    return [
        words.text("window.reversal.retype", entries=comma.join(map(issue.called, numbers)), note=note)
        for note, numbers in by_note(affected)
    ]


def opening_sheet(entry: "Entry", issue: Issue) -> Slip:
    """Return the sheet of an opening: a year's totals as the insurer's platform states them, beside ours."""
    words, text = issue.words, issue.words.text
    return Slip(
        **_of_an_entry(entry, "paper.opening.title", issue),
        facts=(
            *_whose(issue),
            Pair(text("paper.opening.year"), str(entry.year)),
            Pair(text("paper.opening.as_of"), entry.day.isoformat()),
        ),
        tables=(_year_table(entry, words, entry.difference or {}),),
        signatures=(text("paper.sign.clerk"), text("paper.sign.patient")),
        stamp=text("paper.sign.stamp"),
    )


def _of_an_entry(entry: "Entry", title: str, issue: Issue) -> dict[str, Any]:
    """The head of the sheet of an entry that settles nothing."""
    return head_of(issue._replace(entry_number=issue.entry_number or entry.number), title) | {
        "disclaimer": issue.words.text("paper.slip.disclaimer"),
        "person": issue.person,
    }


def _whose(issue: Issue) -> tuple[Pair, ...]:
    text = issue.words.text
    hospital = Pair(text("paper.fact.hospital"), issue.hospital or text("paper.not_given"), "hospital")
    return (hospital, *contact_of(issue), *(pair._replace(key="") for pair in patient_of(issue)))


def _payers(amounts: Amounts) -> list[tuple[Payer, str]]:
    """Return who pays, with the amount of each; the hospital only where it bears something."""
    return [(payer, name) for payer, name in _PAYERS if payer is not Payer.HOSPITAL or getattr(amounts, name)]


def _money(amounts: Amounts, names: Iterable[str]) -> list[str]:
    return [grouped(getattr(amounts, name) or 0) for name in names]


def _year_table(entry: "Entry", words: Wording, before: Mapping[str, tuple[Any, Any]] | None = None) -> Table:
    """The year's totals after an entry.

    ``before`` are the totals in which an opening differs, ours first; then ours stand in a third column.
    """
    text = words.text
    rows = []

    def add(label: str, now: str, was: str) -> None:
        rows.append((label, now) if before is None else (label, now, was))

    for name in YearToDate._fields:
        value = getattr(entry.after, name)
        if name in BY_DISEASE:
            continue
        other = (before or {}).get(name)
        if not value and not other:
            continue
        shown = str if name == "admissions" else grouped
        add(words(term("total", name)), shown(value), shown(other[0]) if other else "")
    for kind in BY_DISEASE:
        ours = (before or {}).get(kind, ({}, {}))[0]
        for disease, totals in sorted(getattr(entry.after, kind).items()):
            for name, fen in totals._asdict().items():
                was = getattr(ours.get(disease), name, None)
                label = text(f"paper.{kind}.{name}", disease=str(disease))
                add(label, grouped(fen), grouped(was) if was is not None and was != fen else "")
    columns = [text("paper.column.item"), text("paper.column.amount")]
    if before is not None:
        columns[1:] = [text("paper.opening.now"), text("paper.opening.ours")]
    return Table(
        on_a_line(words).text("paper.year_after", year=str(entry.year)),
        tuple(columns),
        frozenset(range(1, len(columns))),
        tuple(rows),
        empty=first_of(words).text("paper.nothing_yet"),
        headless=before is None,
    )


def code_sheet(code: str, issue: Issue, of: str) -> Slip:
    """Return the sheet of a recovery code, the only paper that shows it; ``of``: whose, as on its page."""
    text = issue.words.text
    return Slip(
        **head_of(issue, f"window.{of}.title") | {"state": ""},
        disclaimer=text(f"window.{of}.keep"),
        facts=(Pair(text("paper.fact.hospital"), issue.hospital or text("paper.not_given")),),
        tables=(Table("", (text(f"window.{of}.title"),), frozenset(), ((code,),)),),
    )


def meeting_sheet(lines: Sequence[tuple[str, ...]], issue: Issue) -> Slip:
    """Return the receipt of a meeting of ledgers: a line each, with the heads of both chains."""
    text = issue.words.text
    columns = tuple(text(f"paper.meeting.{name}") for name in ("ledger", "entries", "acts"))
    return Slip(
        **head_of(issue, "paper.meeting.title") | {"state": ""},
        disclaimer=text("paper.meeting.compare"),
        facts=(Pair(text("paper.fact.hospital"), issue.hospital or text("paper.not_given")),),
        tables=(Table("", columns, frozenset(), tuple(lines)),),
        signatures=(text("paper.meeting.gave"), text("paper.meeting.took")),
    )
