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
from core.ledger.entries import Entry, EntryKind
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
"""What stands where the first entry has no previous hash."""

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
    "previous",
)
"""What of a record is repeated in columns of its own, to be found by."""

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
}
"""What a record holds where its kind of entry has none; an older record may lack what came later."""

EARLIER_LABELS: Final = (
    "step.cap_consecutive_limited",
    "step.cap_follows",
    "step.critical_cap_adjusted",
    "step.deductible.transfer_up",
    "step.fraud",
)
"""Labels of lines that only records of earlier versions hold. Their words stay as they were."""

UNREADABLE: Final = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What reading text raises that is no record."""

_LATER_TOTALS: Final = ("special", "carried_common")
"""The totals that the first records did not have. Left out where they are nothing, they change no record."""

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


class JsonText(NamedTuple):
    """A JSON value that goes into many records, with its canonical text, which is made once."""

    value: Any
    text: str


def canonical(value: object) -> str:
    """The one text of a JSON value."""
    return _ENCODER.encode(value)


def json_text(value: Any) -> JsonText:
    """Return a value with its canonical text."""
    return JsonText(value, canonical(value))


def canonical_record(record: Mapping[str, Any]) -> str:
    """What `canonical` makes of a record some values of which are `JsonText`."""
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
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def totals_record(year: YearToDate) -> dict[str, Any]:
    """A year's totals as the record has them."""
    made: dict[str, Any] = year._asdict()
    for name in BY_DISEASE:
        made[name] = {str(number): list(totals) for number, totals in sorted(made[name].items())}
    for name in _LATER_TOTALS:
        if not made[name]:
            del made[name]
    return made


def read_totals(raw: Mapping[str, Any]) -> YearToDate:
    """Return a year's totals from a record, which leaves out later totals that are nothing."""
    diseases = {
        name: {int(number): ChronicTotals(*totals) for number, totals in raw[name].items()}
        for name in BY_DISEASE
        if name not in _LATER_TOTALS or name in raw
    }
    return YearToDate(**{**raw, **diseases})


def settlement_record(made: Settlement) -> dict[str, Any]:
    """A settlement, its alternatives included, as the record has it."""
    return {
        "year": made.year,
        "missing": [{"path": figure.path, **_source(figure.source)} for figure in made.missing],
        "amounts": made.amounts._asdict(),
        "patient_parts": made.patient_parts and made.patient_parts._asdict(),
        "basic_bands": [line._asdict() for line in made.basic_bands],
        "critical_bands": [line._asdict() for line in made.critical_bands],
        "critical": made.critical and made.critical._asdict(),
        "steps": [
            {
                **step._asdict(),
                "label": _message(step.label),
                "printed": words()(step.label),
                "source": _source(step.source),
            }
            for step in made.steps
        ],
        "notes": [
            {"text": _message(note.text), "printed": words()(note.text), "source": _source(note.source)}
            for note in made.notes
        ],
        "year_to_date": None if made.year_to_date is None else totals_record(made.year_to_date),
        "alternatives": [
            {"settlement": settlement_record(other.settlement), "better": other.better}
            for other in made.alternatives
        ],
    }


def read_settlement(raw: Mapping[str, Any]) -> Settlement:
    """A settlement from a record, equal to the one that was posted."""
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


def read_entry(
    raw: Mapping[str, Any], reversed_by: int | None, settlement: Settlement | None = None
) -> Entry:
    """An entry from its record and the number of what reverses it. Raises where it is no record.

    ``settlement`` is that of the record where it is at hand.
    """
    region, kind = raw["region"], EntryKind(raw["kind"])
    return Entry(
        number=raw["number"],
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
        reverses=raw["reverses"],
        reversed_by=reversed_by,
        reason=raw["reason"],
        replaces=raw.get("replaces"),
        difference=raw["difference"]
        and {
            name: (_read_total(name, own), _read_total(name, stated))
            for name, (own, stated) in raw["difference"].items()
        },
    )


def counted(raw: Mapping[str, Any]) -> Counted:
    """What the fold looks at of a record."""
    before = raw["before"]
    return Counted(
        raw["number"],
        EntryKind(raw["kind"]),
        NOTHING_YET if before is None else read_totals(before),
        read_totals(raw["after"]),
    )


def difference_record(own: YearToDate, stated: YearToDate) -> dict[str, Any]:
    """Each total that is stated otherwise than ours: [ours, stated]."""
    nothing: dict[str, Any] = {name: {} if name in BY_DISEASE else 0 for name in YearToDate._fields}
    ours, theirs = ({**nothing, **totals_record(totals)} for totals in (own, stated))
    return {name: [ours[name], theirs[name]] for name in ours if ours[name] != theirs[name]}


def _read_total(name: str, raw: Any) -> Any:
    if name not in BY_DISEASE:
        return raw
    return {int(number): ChronicTotals(*found) for number, found in raw.items()}


def _message(said: Message) -> dict[str, Any]:
    params = {
        name: _message(value) if isinstance(value, Message) else value for name, value in said.params.items()
    }
    return {"id": said.id, "params": params}


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
