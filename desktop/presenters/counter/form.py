"""The counter's form: which cells a visit needs, in the order of the paper, and the request they make."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from core.messages import Message, message
from core.money import plain
from core.vocabulary import Benefit, Level, Population, Transfer
from desktop.presenters import typed

if TYPE_CHECKING:
    from core.category_b import CategoryBLine

PATIENT: Final = ("id_type", "id", "name")
VISIT: Final = (
    "benefit",
    "level",
    "admitted",
    "disease",
    "special_disease",
    "discharged",
    "disease_rank",
    "specific_item",
    "two_disease_drugs",
    "population",
)
COSTS: Final = ("total", "eligible", "category_b", "category_b_total", "category_b_percent", "over_limit")
EXTRAS: Final = (
    "transfer",
    "deductible_paid",
    "settled",
    "major_disease",
    "fund_paid",
    "fund_deductible",
    "consecutive_years",
    "zero_claim_years",
    "gap_years",
    "fraud_amounts",
)
FIELDS: Final = (*PATIENT, *VISIT, *COSTS, *EXTRAS)
LINES: Final = "category_b_lines"
"""Beside the cells: the Category B lines that were added, one a line of text, amount and percentage."""

ENROLMENT: Final = ("consecutive_years", "zero_claim_years", "gap_years", "fraud_amounts")
DISEASES: Final = frozenset({"disease", "special_disease"})

DAYS: Final = frozenset({"admitted", "discharged", "settled"})
AMOUNTS: Final = frozenset(
    {*COSTS, "deductible_paid", "fund_paid", "fund_deductible"} - {"category_b_percent"}
)
COUNTS: Final = frozenset(
    {"disease", "disease_rank", "special_disease", "consecutive_years", "zero_claim_years", "gap_years"}
)
YES_NO: Final = frozenset({"specific_item", "two_disease_drugs", "major_disease"})

CHOICES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "id_type": (("01", "1"), ("90", "2"), ("99", "3")),
    "benefit": tuple(
        (benefit, str(number))
        for number, benefit in enumerate(
            (
                Benefit.INPATIENT,
                Benefit.SPECIAL_OUTPATIENT,
                Benefit.DAY_SURGERY,
                Benefit.COMMON_OUTPATIENT,
                Benefit.CHRONIC_OUTPATIENT,
            ),
            1,
        )
    ),
    "level": tuple((level, str(number)) for number, level in enumerate(Level)),
    "population": tuple((category, str(number)) for number, category in enumerate(Population, 1)),
    "transfer": ((Transfer.NONE, "0"), (Transfer.UP, "1"), (Transfer.DOWN, "2")),
    **dict.fromkeys(YES_NO, (("no", "0"), ("yes", "1"))),
}

DEFAULTS: Final[Mapping[str, str]] = {
    "id_type": "01",
    "population": Population.ORDINARY,
    "transfer": Transfer.NONE,
    "disease_rank": "1",
    **dict.fromkeys(YES_NO, "no"),
}

_NO_LIMITS: Final[Mapping[str, int]] = {}

# Where the request's faults belong in the form.
_CELL_OF: Final = {
    "hospital_level": "level",
    "category_b_selfpay": "category_b",
    "transfer.kind": "transfer",
    "transfer.deductible_paid": "deductible_paid",
    "basic_settlement": "fund_paid",
    "basic_settlement.fund_paid": "fund_paid",
    "basic_settlement.deductible": "fund_deductible",
    "enrolment.consecutive_years": "consecutive_years",
    "enrolment.zero_claim_years": "zero_claim_years",
    "enrolment.gap_years": "gap_years",
    "patient.id": "id",
    "patient.id_type": "id_type",
    "patient.name": "name",
}


class Reading(NamedTuple):
    """What the typed texts mean so far: values by cell, and what is wrong with the others."""

    values: dict[str, Any]
    wrong: dict[str, Message]


def cell_of(field: str) -> str:
    """The form's cell that a request's field stands in; the field itself where it has none."""
    if field.startswith("enrolment.fraud_amounts"):
        return "fraud_amounts"
    return _CELL_OF.get(field, field)


def benefit_of(form: Mapping[str, str]) -> Benefit | None:
    """The benefit chosen, None before there is one."""
    chosen = form.get("benefit", "")
    return Benefit(chosen) if chosen else None


def shown(form: Mapping[str, str], today: date, specific_items: bool = False) -> frozenset[str]:
    """The cells that the chosen benefit needs. ``specific_items``: the day's rules leave such items out."""
    benefit = benefit_of(form)
    hidden = set()
    if benefit in (Benefit.SPECIAL_OUTPATIENT, Benefit.COMMON_OUTPATIENT, Benefit.CHRONIC_OUTPATIENT):
        hidden.add("admitted")
    if benefit is not Benefit.CHRONIC_OUTPATIENT:
        hidden |= {"disease", "disease_rank"}
    if benefit is not Benefit.SPECIAL_OUTPATIENT:
        hidden.add("special_disease")
    known = isinstance(typed.day(form.get("discharged", ""), today), date)
    if benefit is not Benefit.SPECIAL_OUTPATIENT or not (known and specific_items):
        hidden.add("specific_item")
    if benefit is not Benefit.COMMON_OUTPATIENT or form.get("level") != Level.LEVEL_2:
        hidden.add("two_disease_drugs")
    if benefit is not None and not benefit.pooled:
        hidden |= {"population", *EXTRAS}
    if benefit not in (None, Benefit.INPATIENT):
        hidden |= {"transfer"}
    if form.get("transfer") != Transfer.UP or "transfer" in hidden:
        hidden.add("deductible_paid")
    return frozenset(FIELDS) - hidden


def read(form: Mapping[str, str], today: date, most: Mapping[str, int] = _NO_LIMITS) -> Reading:
    """Every cell's value, and what is wrong with the others. ``most``: the last number of a list."""
    values: dict[str, Any] = {}
    wrong: dict[str, Message] = {}
    for name in FIELDS:
        found = read_cell(name, form.get(name, ""), today, most)
        if isinstance(found, Message):
            wrong[name] = found
        elif found is not None:
            values[name] = found
    return Reading(values, wrong)


def read_cell(
    name: str, text: str, today: date, most: Mapping[str, int] = _NO_LIMITS
) -> Any | Message | None:
    """A cell's value, None where nothing is typed, or what is wrong with it."""
    if name in DAYS:
        return typed.day(text, today)
    if name in AMOUNTS:
        return typed.amount(text)
    if name == "category_b_percent":
        return typed.rate(text)
    if name == "fraud_amounts":
        return typed.amounts(text) or None
    if name in COUNTS:
        found = typed.count(text)
        if name in DISEASES and isinstance(found, Message):
            return message("window.fault.disease")
        last = most.get(name)
        if isinstance(found, int) and last is not None and not 1 <= found <= last:
            return Message("fault.number_between", {"first": 1, "last": last})
        if isinstance(found, int) and name == "disease_rank" and found < 1:
            return Message("fault.number_from", {"first": 1})
        return found
    return typed.tidy(text) or None


def category_b_lines(form: Mapping[str, str], usual: int) -> list["CategoryBLine"]:
    """The Category B lines: those added, and the one being typed (at the usual rate without another)."""
    from core.category_b import CategoryBLine  # the window is painted first

    texts = [line.split("\t") for line in form.get(LINES, "").splitlines()]
    texts.append([form.get("category_b_total", ""), form.get("category_b_percent", "")])
    found = []
    for amount_text, rate_text in texts:
        amount, rate = typed.amount(amount_text), typed.rate(rate_text)
        if isinstance(amount, int) and not isinstance(rate, Message):
            found.append(CategoryBLine(amount, usual if rate is None else rate))
    return found


def add_line(form: Mapping[str, str]) -> str:
    """The added lines with the one being typed after them."""
    line = "\t".join((form.get("category_b_total", ""), form.get("category_b_percent", "")))
    return "\n".join(filter(None, (form.get(LINES, ""), line)))


REQUIRED: Final = ("benefit", "level", "discharged", "eligible")


def needed(form: Mapping[str, str]) -> tuple[str, ...]:
    """The cells without which nothing can be worked out."""
    chronic = benefit_of(form) is Benefit.CHRONIC_OUTPATIENT
    return (*REQUIRED[:3], *(("disease",) if chronic else ()), "eligible")


def request(
    values: Mapping[str, Any],
    cells: frozenset[str],
    region: str,
    category_b: int | None = None,
) -> dict[str, Any]:
    """The interface's request from a form's values, of the cells that are shown.

    ``category_b`` (fen) is what the Category B lines come to, None where there are none.
    """
    at = {name: value for name, value in values.items() if name in cells}
    made: dict[str, Any] = {"region": region}
    for name, key in (("benefit", "benefit"), ("level", "hospital_level"), ("population", "population")):
        if name in at:
            made[key] = str(at[name])
    for name in DAYS:
        if name in at:
            made[name] = at[name].isoformat()
    for name in ("total", "eligible", "over_limit"):
        if name in at:
            made[name] = plain(at[name])
    if "category_b" in at:
        made["category_b_selfpay"] = plain(at["category_b"])
    elif category_b is not None:
        made["category_b_selfpay"] = plain(category_b)
    for name in ("disease", "disease_rank", "special_disease"):
        if name in at:
            made[name] = at[name]
    for name in YES_NO:
        if at.get(name) == "yes":
            made[name] = True
    made |= _transfer(at) | _elsewhere(at) | _enrolment(at)
    return made


def _transfer(at: Mapping[str, Any]) -> dict[str, Any]:
    kind = at.get("transfer", Transfer.NONE)
    if kind == Transfer.NONE:
        return {}
    made: dict[str, Any] = {"kind": str(kind)}
    if "deductible_paid" in at:
        made["deductible_paid"] = plain(at["deductible_paid"])
    return {"transfer": made}


def _elsewhere(at: Mapping[str, Any]) -> dict[str, Any]:
    if "fund_paid" not in at:
        return {}
    made = {"fund_paid": plain(at["fund_paid"])}
    if "fund_deductible" in at:
        made["deductible"] = plain(at["fund_deductible"])
    return {"basic_settlement": made}


def _enrolment(at: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        name: at[name] for name in ("consecutive_years", "zero_claim_years", "gap_years") if name in at
    }
    if at.get("fraud_amounts"):
        made["fraud_amounts"] = [plain(fen) for fen in at["fraud_amounts"]]
    return {"enrolment": made} if made else {}
