"""An entry as one line of canonical JSON, and back. Amounts of a record are whole fen.

The text of a record is what the hash chain runs over: keys sorted, no spaces, Chinese as it is. Beside each
message stands the Chinese that was printed for it, so that a record can be read without this program.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from core.bands import Line
from core.claim import BY_DISEASE, NOTHING_YET, ChronicTotals, YearToDate
from core.ledger.entries import Entry, EntryKind, Place
from core.ledger.totals import Counted
from core.messages import Message, Parameter
from core.settlement import (
    Alternative,
    Amounts,
    CriticalOutcome,
    MissingFigure,
    Note,
    PatientParts,
    Settlement,
    Source,
    Step,
)
from core.vocabulary import Payer
from core.words import words

GENESIS: Final = "0" * 64
"""The previous hash of the first entry, which has none."""

FORM: Final = 2
"""The form of today's records: their digest is chained, so that one may be withheld. DATA.md tells both."""

OWN: Final = 1 << 40
"""The numbers of a ledger's own entries and acts lie below this one; those of others above it."""

COLUMNS: Final = (
    "number",
    "kind",
    "patient",
    "year",
    "day",
    "recorded",
    "operator",
    "key",
    "reverses",
)
"""The parts of a record that are repeated in columns of their own, to be found by."""

EMPTY: Final[Mapping[str, Any]] = {
    "asked": None,
    "rule_year": None,
    "request": {},
    "region": None,
    "documents": {},
    "before": None,
    "settlement": None,
    "reverses": None,
    "reason": None,
    "replaces": None,
    "difference": None,
    "with": None,
    "facts": None,
}
"""The parts that a kind of entry may lack, as its record then holds them.

An older record may lack parts that came later.
"""

EARLIER_LABELS: Final = (
    "step.assistance_deductible",
    "step.cap_beyond",
    "step.cap_consecutive",
    "step.cap_consecutive_limited",
    "step.cap_follows",
    "step.cap_gap",
    "step.cap_zero_claim",
    "step.common_limit_raised",
    "step.common_rate_raised",
    "step.critical_cap_adjusted",
    "step.deductible.transfer_up",
    "step.fraud",
    "step.pooled_limit_raised",
)
"""The labels of lines that only records of earlier versions hold. Their words stay as they were."""

UNREADABLE: Final = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""The errors of reading a text that is no record."""

_LATER_TOTALS: Final = ("special", "carried_common")
"""The totals that the first records did not have. A record leaves them out where they are nothing."""

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


class EntryHere(NamedTuple):
    """How an entry stands here, beside its record: its number, its place, and the entries it is tied to.

    ``ledger`` is the id of its ledger. All numbers are those that entries have here.
    """

    number: int
    stamp: int
    ledger: str
    reverses: int | None
    replaces: int | None
    reversed_by: int | None

    @property
    def place(self) -> Place:
        """Return the entry's place in the one order of a person's entries."""
        return Place(self.stamp, self.ledger, self.number % OWN)


class JsonText(NamedTuple):
    """A JSON value that goes into many records, with its canonical text, which is written once."""

    value: Any
    text: str


def canonical(value: object) -> str:
    """Return the one canonical text of a JSON value."""
    return _ENCODER.encode(value)


def json_text(value: Any) -> JsonText:
    """Return a value with its canonical text."""
    return JsonText(value, canonical(value))


def canonical_record(record: Mapping[str, Any]) -> str:
    """Return the canonical text of a record, some values of which are `JsonText`."""
    texts: list[str] = []
    together: dict[str, Any] = {}
    for name in sorted(record):
        value = record[name]
        if not isinstance(value, JsonText):
            together[name] = value
            continue
        texts += [canonical(together)[1:-1]] if together else []
        texts.append(f"{canonical(name)}:{value.text}")
        together = {}
    texts += [canonical(together)[1:-1]] if together else []
    return f"{{{','.join(texts)}}}"


def digest(text: str) -> str:
    """Return the SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def linked(previous: str, digest_: str) -> str:
    """Return the hash of an entry or act of today's form: of the hash before it and its record's digest."""
    return digest(previous + digest_)


def is_linked(columns: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """Tell whether an entry's or act's hash is what its record and the hash before come to.

    ``columns`` are the row's, ``record`` is its record, read.
    """
    previous, own = columns["previous"], digest(columns["record"])
    if "form" not in record:
        return (own, record["previous"]) == (columns["hash"], previous)
    return (FORM, linked(previous, own)) == (record["form"], columns["hash"])


def totals_record(year: YearToDate) -> dict[str, Any]:
    """Write a year's totals as a record has them."""
    record: dict[str, Any] = year._asdict()
    for name in BY_DISEASE:
        record[name] = {str(number): list(totals) for number, totals in sorted(record[name].items())}
    for name in _LATER_TOTALS:
        if not record[name]:
            del record[name]
    return record


def read_totals(raw: Mapping[str, Any]) -> YearToDate:
    """Read a year's totals from a record, which leaves out later totals that are nothing."""
    diseases = {
        name: {int(number): ChronicTotals(*totals) for number, totals in raw[name].items()}
        for name in BY_DISEASE
        if name not in _LATER_TOTALS or name in raw
    }
    return YearToDate(**{**raw, **diseases})


def settlement_record(settlement: Settlement) -> dict[str, Any]:
    """Write a settlement, its alternatives included, as a record has it."""
    return {
        "year": settlement.year,
        "missing": [{"path": figure.path, **_source(figure.source)} for figure in settlement.missing],
        "amounts": settlement.amounts._asdict(),
        "patient_parts": settlement.patient_parts and settlement.patient_parts._asdict(),
        "basic_bands": [line._asdict() for line in settlement.basic_bands],
        "critical_bands": [line._asdict() for line in settlement.critical_bands],
        "critical": settlement.critical and settlement.critical._asdict(),
        "steps": [
            {
                **step._asdict(),
                "label": _message(step.label),
                "printed": words()(step.label),
                "source": _source(step.source),
            }
            for step in settlement.steps
        ],
        "notes": [
            {"text": _message(note.text), "printed": words()(note.text), "source": _source(note.source)}
            for note in settlement.notes
        ],
        "year_to_date": None if settlement.year_to_date is None else totals_record(settlement.year_to_date),
        "alternatives": [
            {"settlement": settlement_record(other.settlement), "better": other.better}
            for other in settlement.alternatives
        ],
    }


def read_settlement(raw: Mapping[str, Any]) -> Settlement:
    """Read a settlement from a record, equal to the one that was posted."""
    year = raw["year_to_date"]
    return Settlement(
        raw["year"],
        tuple(MissingFigure(figure["path"], _read_source(figure)) for figure in raw["missing"]),
        Amounts(**raw["amounts"]),
        raw["patient_parts"] and PatientParts(**raw["patient_parts"]),
        tuple(Line(**line) for line in raw["basic_bands"]),
        tuple(Line(**line) for line in raw["critical_bands"]),
        raw["critical"] and CriticalOutcome(**raw["critical"]),
        tuple(_read_step(step) for step in raw["steps"]),
        tuple(Note(_read_message(note["text"]), _read_source(note["source"])) for note in raw["notes"]),
        None if year is None else read_totals(year),
        tuple(
            Alternative(read_settlement(other["settlement"]), other["better"])
            for other in raw["alternatives"]
        ),
    )


def standing_alone(raw: Mapping[str, Any]) -> EntryHere:
    """Return how an own entry stands that nothing has reversed, from its record."""
    return EntryHere(
        raw["number"],
        raw.get("stamp", 0),
        raw.get("ledger", ""),
        raw["reverses"],
        raw.get("replaces"),
        None,
    )


def read_entry(
    raw: Mapping[str, Any], standing: EntryHere | None, settlement: Settlement | None = None
) -> Entry:
    """Read an entry from its record.

    ``standing`` is None of an own entry that nothing has reversed. ``settlement`` is the record's where it is
    at hand already. Raises one of `UNREADABLE` where it is no record.
    """
    region, kind = raw["region"], EntryKind(raw["kind"])
    here = standing or standing_alone(raw)
    return Entry(
        number=here.number,
        kind=kind,
        patient=raw["patient"],
        year=raw["year"],
        day=date.fromisoformat(raw["day"]),
        recorded=datetime.fromisoformat(raw["recorded"]),
        operator=raw["operator"],
        key=raw["key"] or "",
        request=raw["request"],
        settlement=settlement or read_settlement(raw["settlement"]) if kind is EntryKind.POSTED else None,
        after=read_totals(raw["after"]),
        region=region["id"] if region else "",
        region_name=region["name"] if region else "",
        reverses=here.reverses,
        reversed_by=here.reversed_by,
        reason=raw["reason"],
        replaces=here.replaces,
        difference=raw["difference"]
        and {
            name: (_read_total(name, own), _read_total(name, stated))
            for name, (own, stated) in raw["difference"].items()
        },
        place=here.place,
    )


def counted(
    kind: str, before: Mapping[str, Any] | None, after: Mapping[str, Any], standing: EntryHere
) -> Counted:
    """Read the parts of a record that the fold needs. Raises one of `UNREADABLE`."""
    return Counted(
        standing.number,
        EntryKind(kind),
        NOTHING_YET if before is None else read_totals(before),
        read_totals(after),
        standing.place,
        standing.reverses,
    )


def difference_record(own: YearToDate, stated: YearToDate) -> dict[str, Any]:
    """Return each total that is stated otherwise than ours: [ours, stated]."""
    nothing: dict[str, Any] = {name: {} if name in BY_DISEASE else 0 for name in YearToDate._fields}
    ours, theirs = ({**nothing, **totals_record(totals)} for totals in (own, stated))
    return {name: [ours[name], theirs[name]] for name in ours if ours[name] != theirs[name]}


def _read_total(name: str, raw: Any) -> Any:
    if name not in BY_DISEASE:
        return raw
    return {int(number): ChronicTotals(*totals) for number, totals in raw.items()}


def _message(text: Message) -> dict[str, Any]:
    params = {
        name: _message(value) if isinstance(value, Message) else value for name, value in text.params.items()
    }
    return {"id": text.id, "params": params}


def _read_message(raw: Mapping[str, Any]) -> Message:
    params: dict[str, Parameter] = {
        name: _read_message(value) if isinstance(value, dict) else value
        for name, value in raw["params"].items()
    }
    return Message(raw["id"], params)


def _source(source: Source | None) -> dict[str, str]:
    return source._asdict() if source else {}


def _read_source(raw: Mapping[str, Any]) -> Source | None:
    return Source(raw["document"], raw["clause"]) if "document" in raw else None


def _read_step(raw: Mapping[str, Any]) -> Step:
    source = raw["source"]
    return Step(
        raw["stage"],
        _read_message(raw["label"]),
        raw["amount"],
        Source(source["document"], source["clause"]),
        None if raw["payer"] is None else Payer(raw["payer"]),
        raw["base"],
        raw["rate"],
    )
