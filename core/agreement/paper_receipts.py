"""Receipts typed from paper: what the insurer's sheet says, kept without names, to be measured as well."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from core.agreement.result_row import ResultRow
from core.agreement.stated_totals import Attributed
from core.counter import Counter
from core.diseases import disease_field, is_listed, numbers_listed
from core.ledger.operators import Role
from core.ledger.trail import ActKind
from core.messages import Fault, message
from core.money import grouped, parse_yuan, plain
from core.vocabulary import Benefit, Level, Population

AMOUNTS: Final = (
    "medfee_sumamt",
    "inscp_scp_amt",
    "preselfpay_amt",
    "act_pay_dedc",
    "hifp_pay",
    "hifmi_pay",
    "maf_pay",
)
"""The amounts of a sheet, by the platform's names."""

NEEDED: Final = ("medfee_sumamt", "inscp_scp_amt", "hifp_pay")
"""Those that every receipt has to state."""

BEFORE: Final = ("in_scope", "basic_paid")
"""The year's totals before a receipt, as its sheet prints them."""


class PaperReceipt(NamedTuple):
    """One sheet. Amounts are fen; one that the sheet does not state is not there.

    ``person`` is a sign that the clerk chose for whoever it is of, so that receipts of one person follow one
    another; empty where there is only one. ``stay`` is the number of the stay in the year, ``before`` the
    year's totals before it, where the sheet prints them. ``bands`` are the bases of the bands in order.
    ``disease`` is a number of the benefit's list, 0 without one.
    """

    level: Level
    benefit: Benefit
    population: Population
    day: date
    amounts: Mapping[str, int]
    person: str = ""
    stay: int = 0
    before: Mapping[str, int] = MappingProxyType({})
    bands: tuple[int, ...] = ()
    disease: int = 0


_SIGN: Final = re.compile("[A-Z]{0,2}[0-9]{0,4}", re.ASCII)
"""A sign is too short for a name, an ID or a telephone: it stays in the trail."""


class KeptReceipt(NamedTuple):
    """A receipt that stands, with the number of its act and who typed it."""

    number: int
    operator: str
    receipt: PaperReceipt


def faults_of_paper(receipt: PaperReceipt, known: frozenset[str]) -> list[Fault]:
    """Return what cannot be on one sheet. ``known`` are the signs of persons with receipts already."""
    amounts = receipt.amounts
    faults = [Fault(name, message("fault.required")) for name in NEEDED if name not in amounts]
    total, scope = amounts.get("medfee_sumamt", 0), amounts.get("inscp_scp_amt", 0)
    if not faults and scope + amounts.get("preselfpay_amt", 0) > total:
        faults.append(Fault("inscp_scp_amt", message("receipt.fault.scope", total=grouped(total))))
    paid = sum(amounts.get(name, 0) for name in ("hifp_pay", "hifmi_pay", "maf_pay"))
    if not faults and paid > total:
        faults.append(Fault("hifp_pay", message("receipt.fault.paid", total=grouped(total))))
    if receipt.bands and "act_pay_dedc" in amounts:
        whole = sum(receipt.bands) + amounts["act_pay_dedc"]
        if whole != scope:
            by = grouped(abs(scope - whole))
            faults.append(Fault("bands", message("receipt.fault.bands", by=by)))
    follows = receipt.person and receipt.person in known
    if receipt.stay > 1 and not follows:
        faults += [
            Fault(f"before_{name}", message("receipt.fault.before"))
            for name in BEFORE
            if name not in receipt.before
        ]
    return faults


def sign_of(text: str) -> str:
    """Return a person's sign as signs are compared: narrow, in capitals, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def same_papers(counter: Counter, region: str, receipt: PaperReceipt) -> list[int]:
    """Return the numbers of the receipts that say the same, of whomever they are: one sheet typed twice."""
    told = receipt._replace(person="")
    return [each.number for each in kept_papers(counter, region) if each.receipt._replace(person="") == told]


def keep_paper(counter: Counter, operator: str, region: str, receipt: PaperReceipt) -> int | list[Fault]:
    """Put a receipt on record, as an act; return its number, or why it is refused."""
    faults: list[Fault] = []
    sign = sign_of(receipt.person)
    documents = counter.reader.documents
    if not is_listed(documents, receipt.benefit, receipt.disease or None):
        faults.append(Fault("disease", message("receipt.fault.disease", **numbers_listed(documents))))
    with counter.ledger.transaction():
        refused = counter.refusal(operator, Role.CLERK)
        if refused:
            return refused
        receipt = receipt._replace(person=sign)
        signs = frozenset(each.receipt.person for each in kept_papers(counter, region))
        if not _SIGN.fullmatch(sign) and sign not in signs:
            faults.append(Fault("person", message("receipt.fault.sign")))
        faults += faults_of_paper(receipt, signs)
        if faults:
            return faults
        counter.ledger.trail.note(ActKind.RECEIPT_NOTED, region, operator, **_detail(receipt))
        return counter.ledger.trail.of_kind(ActKind.RECEIPT_NOTED)[-1].number


def drop_paper(counter: Counter, operator: str, number: int) -> list[Fault]:
    """Take a receipt out of what is measured, as an act; it stays in the trail."""
    with counter.ledger.transaction():
        refused = counter.refusal(operator, Role.CLERK)
        if not refused:
            counter.ledger.trail.note(ActKind.RECEIPT_DROPPED, str(number), operator)
        return refused


def kept_papers(counter: Counter, region: str) -> list[KeptReceipt]:
    """Return the receipts of a region that stand, in the order in which they were typed."""
    trail = counter.ledger.trail
    dropped = {act.about for act in trail.of_kind(ActKind.RECEIPT_DROPPED)}
    return [
        KeptReceipt(act.number, act.operator, _receipt(act.detail))
        for act in trail.of_kind(ActKind.RECEIPT_NOTED)
        if act.about == region and str(act.number) not in dropped
    ]


def rows_of_papers(kept: list[KeptReceipt]) -> tuple[list[ResultRow], list[Attributed]]:
    """Return receipts as rows of the insurer's, and the totals before those whose sheet states them."""
    rows, stated = [], []
    for number, _, receipt in kept:
        # a receipt that states what lay before it stands on that alone; others follow their person's earlier
        person = f"{receipt.person}:{number}" if receipt.stay and receipt.before else receipt.person
        people = (f"paper {person or number}",)
        moment = datetime.combine(receipt.day, time())
        details = {disease_field(receipt.benefit): receipt.disease} if receipt.disease else {}
        rows.append(
            ResultRow(
                file="",
                number=number,
                setl_id=f"#{number}",
                people=people,
                discharged=receipt.day,
                settled=moment,
                amounts=dict(receipt.amounts),
                level=receipt.level.value,
                benefit=receipt.benefit.value,
                population=receipt.population.value,
                details=details,
            )
        )
        before = _before(receipt)
        if before:
            stated.append(Attributed(people, "", receipt.day.year, receipt.day, before, ()))
    return rows, stated


def _before(receipt: PaperReceipt) -> dict[str, int]:
    """Return the totals before a receipt that its sheet states."""
    found: dict[str, int] = {"admissions": receipt.stay - 1} if receipt.stay else {}
    if all(name in receipt.before for name in BEFORE):
        scope, basic = (receipt.before[name] for name in BEFORE)
        found |= {"in_scope": scope, "basic_paid": basic, "critical_burden": max(0, scope - basic)}
    return found


def _detail(receipt: PaperReceipt) -> dict[str, Any]:
    return {
        "level": receipt.level.value,
        "benefit": receipt.benefit.value,
        "population": receipt.population.value,
        "day": receipt.day.isoformat(),
        "amounts": {name: plain(fen) for name, fen in receipt.amounts.items()},
        "before": {name: plain(fen) for name, fen in receipt.before.items()},
        "bands": [plain(fen) for fen in receipt.bands],
        "person": receipt.person,
        "stay": receipt.stay,
        "disease": receipt.disease,
    }


def _receipt(detail: Mapping[str, Any]) -> PaperReceipt:
    return PaperReceipt(
        Level(detail["level"]),
        Benefit(detail["benefit"]),
        Population(detail["population"]),
        date.fromisoformat(detail["day"]),
        {name: _fen(text) for name, text in detail["amounts"].items()},
        sign_of(detail["person"]),
        detail["stay"],
        {name: _fen(text) for name, text in detail["before"].items()},
        tuple(map(_fen, detail["bands"])),
        detail["disease"],
    )


def _fen(text: str) -> int:
    fen = parse_yuan(text)
    assert isinstance(fen, int)
    return fen
