"""The request, read: the amounts of the bill beside the request's own words (settlement, section 1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tests.reference.amounts import number, share

POOLED = ("inpatient", "special_outpatient", "day_surgery")
BASIC_FIRST_YEAR = 2020  # 2019-21 is in force from 2020-01-01
CATEGORY_B_PERCENT = Fraction(10)  # 2019-21, three, (three)

ELSEWHERE_FIGURES = {"elsewhere_referred": "referred_percent", "elsewhere_unreferred": "unreferred_percent"}


@dataclass(frozen=True)
class Bill:
    """One request and its pack. The share elsewhere and S are None while the region's percent is missing."""

    request: Mapping[str, Any]
    pack: Mapping[str, Any]
    total: Fraction
    eligible: Fraction
    over_price_limit: Fraction
    category_b: Fraction
    elsewhere: Fraction | None

    @property
    def benefit(self) -> str:
        """The benefit asked for."""
        benefit: str = self.request["benefit"]
        return benefit

    @property
    def pooled(self) -> bool:
        """Inpatient or special outpatient care or day surgery, whose fund has one annual limit."""
        return self.benefit in POOLED

    @property
    def level(self) -> str:
        """The level of the hospital."""
        level: str = self.request["hospital_level"]
        return level

    @property
    def population(self) -> str:
        """The category of the person."""
        population: str = self.request.get("population", "ordinary")
        return population

    @property
    def visit(self) -> date:
        """The day of discharge or of the visit."""
        return date.fromisoformat(self.request["discharged"])

    @property
    def in_scope(self) -> Fraction | None:
        """S."""
        return None if self.elsewhere is None else self.eligible - self.category_b - self.elsewhere

    @property
    def out_of_catalogue(self) -> Fraction:
        """The part of the bill that is neither in the catalogue nor over the price limit."""
        return self.total - self.eligible - self.over_price_limit

    @property
    def settled_elsewhere(self) -> bool:
        """True where another program settled basic insurance and its result is given."""
        return self.pooled and "basic_settlement" in self.request

    @property
    def paid_by_case(self) -> bool:
        """True for one of the 42 diseases or an obstetric emergency."""
        return self.pooled and bool(self.request.get("major_disease", False))

    @property
    def case(self) -> str | None:
        """The code of the region's case row, None where the request names no case."""
        return self.request.get("case") if self.paid_by_case else None

    @property
    def special_disease(self) -> str | None:
        """The number of the special outpatient disease; it plays no part beside a case (section 10)."""
        disease = self.request.get("special_disease")
        if self.benefit != "special_outpatient" or disease is None or self.case is not None:
            return None
        return str(disease)

    @property
    def transfer(self) -> Mapping[str, Any]:
        """The transfer that brought the patient here; only an admission has one."""
        transfer: Mapping[str, Any] = self.request.get("transfer", {"kind": "none"})
        return transfer if self.benefit == "inpatient" else {"kind": "none"}

    @property
    def chain_is_one_stay(self) -> bool:
        """True where this admission goes on a stay that has begun at a lower level (`"same_stay"`)."""
        counts_as = self.settings("inpatient").get("transfer_up", "next_admission")
        return bool(self.transfer["kind"] == "up" and counts_as == "same_stay")

    def settings(self, *path: str) -> Mapping[str, Any]:
        """Return a table of the region's pack, empty where the pack has none."""
        table: Mapping[str, Any] = self.pack
        for name in path:
            table = table.get(name, {})
        return table

    def case_in(self, year: int) -> str | None:
        """Return the code of the case that a year's rules pay, None beside a basic result that is given."""
        return self.case if year >= BASIC_FIRST_YEAR and not self.settled_elsewhere else None

    def stays_before(self, admissions: int) -> int:
        """Return how many admissions of the year came before this stay, the chain's own stays taken off."""
        if self.chain_is_one_stay:
            earlier: int = self.transfer.get("earlier_stays", 1)
            return max(0, admissions - earlier)
        return admissions

    def missing(self) -> tuple[str, ...]:
        """Return the name of the percent that care elsewhere needs and the region does not state."""
        if self.elsewhere is not None:
            return ()
        return (f"elsewhere.{ELSEWHERE_FIGURES[self.request['care']]}",)


def read_bill(request: Mapping[str, Any], pack: Mapping[str, Any]) -> Bill:
    """Read the amounts of the bill."""
    eligible = number(request["eligible"])
    if "category_b_amount" in request:
        category_b = share(CATEGORY_B_PERCENT, number(request["category_b_amount"]))
    else:
        category_b = number(request.get("category_b_selfpay", 0))
    return Bill(
        request=request,
        pack=pack,
        total=number(request.get("total", request["eligible"])),
        eligible=eligible,
        over_price_limit=number(request.get("over_limit", 0)),
        category_b=category_b,
        elsewhere=share_elsewhere(request, pack, eligible - category_b),
    )


def share_elsewhere(request: Mapping[str, Any], pack: Mapping[str, Any], amount: Fraction) -> Fraction | None:
    """Return what is paid first for care elsewhere (section 10), None while its percent is missing."""
    care = request.get("care", "local")
    if care == "local":
        return Fraction(0)
    percent = pack.get("elsewhere", {}).get(ELSEWHERE_FIGURES[care])
    return None if percent is None else share(number(percent), amount)


def find_pack(
    region: str | Mapping[str, Any], packs: Mapping[str, Iterable[Mapping[str, Any]]], day: date
) -> Mapping[str, Any]:
    """Return the pack itself, or of the packs with that id the latest that is effective on the day."""
    if not isinstance(region, str):
        return region
    effective = {date.fromisoformat(str(pack["effective"])): pack for pack in packs[region]}
    return effective[max(start for start in effective if start <= day)]


def by_level(table: Mapping[str, Any], level: str) -> str:
    """Return the level whose cell counts: a village clinic without its own takes level 1's."""
    return "level_1" if level == "village_clinic" and level not in table else level
