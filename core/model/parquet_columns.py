"""What the columns of Parquet files mean, by the names and words of any table of claims."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from core.exchange.request import RequestReader
from core.messages import Fault, Message, message
from core.model.blocks import EPOCH, Policies
from core.model.columns import WORDS
from core.model.headings import known_headings
from core.model.parquet_cells import CellKind
from core.model.parquet_claims import PATIENT, Reading, Understood
from core.model.versions import versions_of
from core.tables import values
from core.tables.claim_rows import IDENTITIES, word_of
from core.tables.names import Names

_AMOUNTS: Final = {
    "total": "total",
    "eligible": "eligible",
    "over_limit": "over_limit",
    "category_b_selfpay": "category_b",
    "hospital_part": "hospital_part",
    "inscp_scp_amt": "in_scope",
    "fulamt_ownpay_amt": "own",
    "chain_paid": "chain_paid",
    "basic_fund_paid": "basic_fund_paid",
    "basic_deductible": "basic_deductible",
}
_COUNTS: Final = (
    *("disease", "disease_rank", "special_disease", "chain_stays"),
    *("consecutive_years", "zero_claim_years", "gap_years"),
)
_WORDS: Final = {
    "benefit": "benefit",
    "hospital_level": "level",
    "population": "population",
    "care": "care",
    "transfer": "transfer",
}
_YES_OR_NO: Final = ("major_disease", "specific_item", "two_disease_drugs")
_NOT_TAKEN: Final = ("category_b_amount", "basic_settlement", "year_to_date", "other_years", "enrolment")


def understood(
    columns: Sequence[str],
    distinct: Callable[[Sequence[str]], Mapping[str, Sequence[str]]],
    names: Names,
    reader: RequestReader,
    region: str | None,
    year: int,
    policies: Policies,
) -> Understood | Fault:
    """Return what columns mean, or what cannot be understood of them.

    ``distinct`` tells the texts of some columns. ``region`` is that of files without a column for it.
    """
    by_field = _by_field(columns, names)
    wrong = _columns_fault(by_field, region)
    if wrong is not None:
        return wrong
    texts = distinct([column for _, cell, column in _cells(by_field) if cell.worded])
    numbered = {
        field: tuple(sorted({each for column in by_field.get(field, ()) for each in texts[column]}))
        for field in ("region", "case", "hospital")
    }
    readings = _readings(by_field, _Meanings(names, texts, numbered, year))
    if isinstance(readings, Fault):
        return readings
    since = []
    for each in numbered["region"] or ((region,) if region else ()):
        found = versions_of(policies, reader, each, year)
        if isinstance(found, list):
            return found[0]
        since.append(found)
    prefix = {name: f"{kind} " for name, kind in IDENTITIES} | {PATIENT: "00 "}
    persons = [(prefix[name], each) for name in prefix for each in by_field.get(name, ())]
    return Understood(
        year,
        readings,
        tuple(sorted(persons, key=lambda person: person[0] != prefix[PATIENT])),
        tuple(since),
        not numbered["region"],
        numbered["case"],
        (*numbered["hospital"], "") if numbered["hospital"] else (),
    )


def _columns_fault(by_field: Mapping[str, Sequence[str]], region: str | None) -> Fault | None:
    """Return which columns cannot be taken, or which there have to be."""
    refused = [by_field[field][0] for field in _NOT_TAKEN if field in by_field]
    if refused:
        return Fault("claims", message("model.fault.parquet_not_taken", columns=", ".join(refused)))
    needed = ["benefit", "hospital_level", "discharged"]
    needed += [] if "eligible" in by_field else ["total", "inscp_scp_amt"]
    needed += ["region"] if region is None else []
    lacking = [field for field in needed if field not in by_field]
    if lacking:
        return Fault("claims", message("model.fault.parquet_lacks", columns=", ".join(lacking)))
    return None


def _readings(by_field: Mapping[str, Sequence[str]], meanings: "_Meanings") -> tuple[Reading, ...] | Fault:
    """Return how each number of a claim is read, or the first word that means nothing."""
    readings: dict[str, Reading] = {}
    for field, cell, column in _cells(by_field):
        known: dict[str, int | None] | None = None
        if cell.worded:
            found = meanings.of(field, cell, column)
            if isinstance(found, Message):
                return Fault("claims", message("model.fault.parquet_word", column=column, why=found))
            known = found
        target = _target(field)
        before = readings.get(target, Reading(target, cell, ()))
        readings[target] = before._replace(columns=(*before.columns, (column, known)))
    return tuple(readings.values())


def _by_field(columns: Sequence[str], names: Names) -> dict[str, list[str]]:
    """Return the columns of each field: those of a request's own names first."""
    hospital = known_headings("claims")["hospital"]
    own = {PATIENT, "chain_paid", "chain_stays", "basic_fund_paid", "basic_deductible", *_COUNTS}
    found: dict[str, list[tuple[int, str]]] = {}
    order = {field: place for place, field in enumerate(names.fills, 1)}
    for column in columns:
        plain = values.plain_name(column)
        field = next((each for each in own if values.plain_name(each) == plain), names.field(column))
        if plain in hospital:
            found.setdefault("hospital", []).append((hospital.index(plain), column))
        elif field is not None:
            found.setdefault(names.fills.get(field, field), []).append((order.get(field, 0), column))
    return {field: [column for _, column in sorted(each)] for field, each in found.items()} | {
        "hospital": [column for _, column in sorted(found.get("hospital", ()))[:1]]
    }


def _cells(by_field: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, CellKind, str]]:
    """Yield each column that is read, with its field and the kind of its cells."""
    kinds = {
        "discharged": CellKind.DAY,
        "refd_setl_flag": CellKind.FLAG,
        **dict.fromkeys(_WORDS, CellKind.WORD),
        **dict.fromkeys(_YES_OR_NO, CellKind.YES_OR_NO),
        **dict.fromkeys(("region", "case", "hospital"), CellKind.NAME),
        **dict.fromkeys(_AMOUNTS, CellKind.AMOUNT),
        **dict.fromkeys(_COUNTS, CellKind.COUNT),
    }
    for field, cell in kinds.items():
        for column in by_field.get(field, ()):
            yield field, cell, column


def _target(field: str) -> str:
    others = {"discharged": "day", "refd_setl_flag": "refunded"}
    return _AMOUNTS.get(field) or _WORDS.get(field) or others.get(field, field)


class _Meanings(NamedTuple):
    """What is needed to understand words. ``numbered`` are the names that stand for their places."""

    names: Names
    texts: Mapping[str, Sequence[str]]
    numbered: Mapping[str, Sequence[str]]
    year: int

    def of(self, field: str, cell: CellKind, column: str) -> dict[str, int | None] | Message:
        """Return the number that each text of a column stands for, None where it says nothing."""
        known: dict[str, int | None] = {}
        for text in self.texts[column]:
            found = self._number(field, cell, self.names.field(column) or field, text)
            if isinstance(found, Message):
                return found
            known[text] = found
        return known

    def _number(self, field: str, cell: CellKind, column: str, text: str) -> int | Message | None:
        if cell is CellKind.NAME:
            return self.numbered[field].index(text)
        if cell is CellKind.FLAG:
            refunded = self.names.refunded(filter(None, [text.strip()]))
            return refunded if isinstance(refunded, Message) else int(refunded)
        if cell is CellKind.DAY:
            day = values.day(text, False, self.year)
            return day.toordinal() - EPOCH if isinstance(day, date) else day
        choices: tuple[str, ...] = ("false", "true")
        if cell is CellKind.WORD:
            choices = tuple(word.value for word in WORDS[_WORDS[field]])
        found = word_of(self.names, column if cell is CellKind.WORD else "yes_or_no", text, choices)
        return choices.index(found) if isinstance(found, str) else found
