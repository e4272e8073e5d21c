"""The counter's form: the cells that a visit needs, in the order of the paper, and the request they make."""

from collections.abc import Mapping
from typing import Any, Final

from core.money import plain
from core.vocabulary import NEWBORN, UNKNOWN, Benefit, Care, Level, Population, Transfer
from desktop.presenters.fact_texts import FACTS

PATIENT: Final = ("id_type", "id", "born", "child", "name")
OF_A_NEWBORN: Final = frozenset({"born", "child"})
"""The cells that stand beside the mother's number in place of a number of one's own."""
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
    "earlier_stays",
    "settled",
    "major_disease",
    "case",
    "fund_paid",
    "fund_deductible",
    "consecutive_years",
    "zero_claim_years",
    "gap_years",
    "care",
    "hospital_part",
    "fraud_amounts",
)
EVERYWHERE: Final = frozenset({"care", "hospital_part"})
"""The rarer cells that every benefit has."""
FIELDS: Final = (*PATIENT, *VISIT, *COSTS, *EXTRAS)
BESIDE: Final = FACTS
"""Beside the cells, on a page of their own (Ctrl+W): of these no figure follows."""
ALL_CELLS: Final = frozenset(FIELDS)
LINES: Final = "category_b_lines"
"""Beside the cells: the Category B lines that were added, one a line of text, amount and percentage."""

CATEGORY_B_LINE: Final = ("category_b_total", "category_b_percent")
"""The two cells of the Category B line that is being typed."""

ENROLMENT: Final = ("consecutive_years", "zero_claim_years", "gap_years", "fraud_amounts")
DISEASES: Final = frozenset({"disease", "special_disease"})

OF_A_REQUEST: Final = frozenset({"admitted", "discharged", "settled"})
DAYS: Final = OF_A_REQUEST | {"born"}
AMOUNTS: Final = frozenset(
    {*COSTS, "deductible_paid", "hospital_part", "fund_paid", "fund_deductible"} - {"category_b_percent"}
)
COUNTS: Final = frozenset(
    {"disease", "disease_rank", "special_disease", "earlier_stays", "child"}
    | {"consecutive_years", "zero_claim_years", "gap_years"}
)
FROM_ONE: Final = frozenset({"disease_rank", "earlier_stays", "child"})
"""Counts that begin at one."""
YES_NO: Final = frozenset({"specific_item", "two_disease_drugs", "major_disease"})

CHOICES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "id_type": (("01", "1"), ("90", "2"), ("99", "3"), (NEWBORN, "4"), (UNKNOWN, "5")),
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
    "care": tuple((care, str(number)) for number, care in enumerate(Care)),
    **dict.fromkeys(YES_NO, (("no", "0"), ("yes", "1"))),
}

DEFAULTS: Final[Mapping[str, str]] = {
    "id_type": "01",
    "population": Population.ORDINARY,
    "transfer": Transfer.NONE,
    "care": Care.LOCAL,
    "disease_rank": "1",
    **dict.fromkeys(YES_NO, "no"),
}

# Where the request's faults belong in the form.
_CELL_OF: Final = {
    "hospital_level": "level",
    "category_b_selfpay": "category_b",
    "transfer.kind": "transfer",
    "transfer.deductible_paid": "deductible_paid",
    "transfer.earlier_stays": "earlier_stays",
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


def cell_of(field: str) -> str:
    """Return the form's cell of a request's field; the field itself where it has no cell."""
    if field.startswith("enrolment.fraud_amounts"):
        return "fraud_amounts"
    return _CELL_OF.get(field, field)


def benefit_of(texts: Mapping[str, str]) -> Benefit | None:
    """Return the chosen benefit, None before there is one."""
    chosen = texts.get("benefit", "")
    return Benefit(chosen) if chosen else None


def shown(texts: Mapping[str, str], *, specific_items: bool = False) -> frozenset[str]:
    """Return the cells that the chosen benefit needs.

    ``specific_items``: the rules of the day of discharge leave specific items out; False while it is unknown.
    """
    benefit = benefit_of(texts)
    hidden = set() if texts.get("id_type") == NEWBORN else set(OF_A_NEWBORN)
    if benefit in (Benefit.SPECIAL_OUTPATIENT, Benefit.COMMON_OUTPATIENT, Benefit.CHRONIC_OUTPATIENT):
        hidden.add("admitted")
    if benefit is not Benefit.CHRONIC_OUTPATIENT:
        hidden |= {"disease", "disease_rank"}
    if benefit is not Benefit.SPECIAL_OUTPATIENT:
        hidden.add("special_disease")
    if benefit is not Benefit.SPECIAL_OUTPATIENT or not specific_items:
        hidden.add("specific_item")
    if benefit is not Benefit.COMMON_OUTPATIENT or texts.get("level") != Level.LEVEL_2:
        hidden.add("two_disease_drugs")
    if benefit is not None and not benefit.pooled:
        hidden |= {"population", *EXTRAS} - EVERYWHERE
    if benefit not in (None, Benefit.INPATIENT):
        hidden |= {"transfer"}
    if texts.get("transfer") != Transfer.UP or "transfer" in hidden:
        hidden |= {"deductible_paid", "earlier_stays"}
    if texts.get("major_disease") != "yes" or "major_disease" in hidden:
        hidden.add("case")
    return ALL_CELLS - hidden


REQUIRED: Final = ("benefit", "level", "discharged", "eligible")


def needed(texts: Mapping[str, str]) -> tuple[str, ...]:
    """Return the cells without which nothing can be worked out."""
    chronic = benefit_of(texts) is Benefit.CHRONIC_OUTPATIENT
    return (*REQUIRED[:3], *(("disease",) if chronic else ()), "eligible")


def request(
    values: Mapping[str, Any],
    cells: frozenset[str],
    region: str,
    category_b: int | None = None,
) -> dict[str, Any]:
    """Return the interface's request from a form's values, of the cells that are shown.

    ``category_b`` (fen) is the sum of the Category B lines, None where there are none.
    """
    given = {name: value for name, value in values.items() if name in cells}
    asked: dict[str, Any] = {"region": region}
    for name, key in (("benefit", "benefit"), ("level", "hospital_level"), ("population", "population")):
        if name in given:
            asked[key] = str(given[name])
    for name in OF_A_REQUEST:
        if name in given:
            asked[name] = given[name].isoformat()
    for name in ("total", "eligible", "over_limit", "hospital_part"):
        if name in given:
            asked[name] = plain(given[name])
    if "category_b" in given:
        asked["category_b_selfpay"] = plain(given["category_b"])
    elif category_b is not None:
        asked["category_b_selfpay"] = plain(category_b)
    for name in ("disease", "disease_rank", "special_disease", "case"):
        if name in given:
            asked[name] = given[name]
    for name in YES_NO:
        if given.get(name) == "yes":
            asked[name] = True
    if given.get("care", Care.LOCAL) != Care.LOCAL:
        asked["care"] = str(given["care"])
    return asked | _transfer(given) | _settled_elsewhere(given) | _enrolment(given)


def _transfer(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request's transfer, nothing where the patient was not transferred."""
    kind = given.get("transfer", Transfer.NONE)
    if kind == Transfer.NONE:
        return {}
    transfer: dict[str, Any] = {"kind": str(kind)}
    if "deductible_paid" in given:
        transfer["deductible_paid"] = plain(given["deductible_paid"])
    if "earlier_stays" in given:
        transfer["earlier_stays"] = given["earlier_stays"]
    return {"transfer": transfer}


def _settled_elsewhere(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request's basic settlement made elsewhere, nothing where basic insurance is settled here."""
    if "fund_paid" not in given:
        return {}
    settlement = {"fund_paid": plain(given["fund_paid"])}
    if "fund_deductible" in given:
        settlement["deductible"] = plain(given["fund_deductible"])
    return {"basic_settlement": settlement}


def _enrolment(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request's enrolment, nothing where none of its cells is filled in."""
    enrolment: dict[str, Any] = {name: given[name] for name in ENROLMENT[:3] if name in given}
    if given.get("fraud_amounts"):
        enrolment["fraud_amounts"] = [plain(fen) for fen in given["fraud_amounts"]]
    return {"enrolment": enrolment} if enrolment else {}
