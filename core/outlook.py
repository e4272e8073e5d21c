"""What would change: the visit on screen by another level, year, category or transfer, and why it differs."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, NamedTuple

from core.claim import Claim
from core.messages import Message, message, term
from core.money import grouped
from core.policy.select import Policy
from core.settle import settle_by
from core.settlement import Amounts, Settlement
from core.vocabulary import Benefit, Level, Population, Transfer

COMPARED: Final = ("act_pay_dedc", "hifp_pay", "hifmi_pay", "maf_pay")
"""The amounts whose change explains what the patient pays more or less."""


class Variation(NamedTuple):
    """The same visit with one thing changed.

    ``more`` is what the patient would pay more (fen; negative: less), None where either is incomplete.
    ``reasons`` say which amounts differ; empty where none does.
    """

    kind: str
    changed: Message
    settlement: Settlement
    more: int | None
    reasons: tuple[Message, ...]


def variations(policy: Policy, claim: Claim, years: Sequence[int] = ()) -> list[Variation]:
    """The visit by every other level, population category and transfer, and by the rules of ``years``.

    Everything else stays, the year's totals before the visit included. Without a transfer's deductible
    already paid, one up the levels is worked out as if nothing had been paid. A year's rules are those of the
    visit's own month and day.
    """
    own = settle_by(policy, claim, claim.discharged, claim.year_to_date)
    found = []
    for kind, changed, other, day in (
        *_levels(claim),
        *_years(claim, years),
        *_populations(claim),
        *_transfers(claim),
    ):
        settlement = settle_by(policy, other, day, other.year_to_date)
        more = _difference(own.amounts, settlement.amounts)
        reasons = _reasons(own.amounts, settlement.amounts)
        found.append(Variation(kind, changed, settlement, more, reasons))
    return found


_Changed = tuple[str, Message, Claim, date]


def _levels(claim: Claim) -> Iterable[_Changed]:
    return (
        ("level", term("level", level), replace(claim, level=level), claim.discharged)
        for level in Level
        if level is not claim.level
    )


def _years(claim: Claim, years: Sequence[int]) -> Iterable[_Changed]:
    for year in years:
        if year != claim.discharged.year:
            yield "year", message("outlook.year", year=str(year)), claim, _same_day(claim.discharged, year)


def _populations(claim: Claim) -> Iterable[_Changed]:
    return (
        ("population", term("population", other), replace(claim, population=other), claim.discharged)
        for other in Population
        if other is not claim.population
    )


def _transfers(claim: Claim) -> Iterable[_Changed]:
    if claim.benefit is not Benefit.INPATIENT:
        return
    for transfer in Transfer:
        if transfer is not claim.transfer:
            paid = (claim.chain_paid or 0) if transfer is Transfer.UP else None
            other = replace(claim, transfer=transfer, chain_paid=paid)
            yield "transfer", term("transfer", transfer), other, claim.discharged


def _same_day(day: date, year: int) -> date:
    """The same month and day of another year; 29 February is the 28th where there is none."""
    return day.replace(year=year, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=year)


def _difference(own: Amounts, other: Amounts) -> int | None:
    if own.psn_part_amt is None or other.psn_part_amt is None:
        return None
    return other.psn_part_amt - own.psn_part_amt


def _reasons(own: Amounts, other: Amounts) -> tuple[Message, ...]:
    found = []
    for name in COMPARED:
        before, after = getattr(own, name), getattr(other, name)
        if before == after:
            continue
        found.append(
            message(
                "outlook.changed",
                amount=term("amount", name),
                before=_shown(before),
                after=_shown(after),
            )
        )
    return tuple(found)


def _shown(fen: int | None) -> str | Message:
    return message("outlook.unknown") if fen is None else grouped(fen)
