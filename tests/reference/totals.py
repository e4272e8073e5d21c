"""A person's totals of one year, read and written in the request's form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests.reference.amounts import ZERO, money, number

AMOUNTS = (
    "in_scope",
    "basic_paid",
    "critical_burden",
    "critical_paid",
    "special_outpatient_deductible",
    "common_outpatient_paid",
    "common_outpatient_deductible",
    "assistance_deductible",
    "assistance_paid",
    "carried_common",
)


@dataclass(frozen=True)
class Disease:
    """The year's totals of one disease."""

    in_scope: Fraction = ZERO
    paid: Fraction = ZERO
    deductible: Fraction = ZERO

    def plus(self, in_scope: Fraction, paid: Fraction, deductible: Fraction) -> Disease:
        """Return the totals with one more visit."""
        return Disease(self.in_scope + in_scope, self.paid + paid, self.deductible + deductible)


@dataclass(frozen=True)
class Totals:
    """A person's totals of one year."""

    admissions: int = 0
    in_scope: Fraction = ZERO
    basic_paid: Fraction = ZERO
    critical_burden: Fraction = ZERO
    critical_paid: Fraction = ZERO
    special_outpatient_deductible: Fraction = ZERO
    common_outpatient_paid: Fraction = ZERO
    common_outpatient_deductible: Fraction = ZERO
    assistance_deductible: Fraction = ZERO
    assistance_paid: Fraction = ZERO
    carried_common: Fraction = ZERO
    chronic: Mapping[str, Disease] = field(default_factory=dict)
    special: Mapping[str, Disease] = field(default_factory=dict)

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Totals:
        """Read the totals of a request; a total that is left out is zero."""
        return cls(
            admissions=written.get("admissions", 0),
            chronic=read_diseases(written.get("chronic", {})),
            special=read_diseases(written.get("special", {})),
            **{name: number(written.get(name, 0)) for name in AMOUNTS},
        )

    def write(self) -> dict[str, Any]:
        """Write the totals in the request's form."""
        return {
            "admissions": self.admissions,
            **{name: money(getattr(self, name)) for name in AMOUNTS},
            "chronic": write_diseases(self.chronic),
            "special": write_diseases(self.special),
        }

    def outpatient_paid(self) -> Fraction:
        """Return the year's payments that the 6 500 of common and chronic outpatient care holds together."""
        return self.common_outpatient_paid + sum((entry.paid for entry in self.chronic.values()), ZERO)


def read_diseases(written: Mapping[str, Mapping[str, Any]]) -> dict[str, Disease]:
    """Read the totals by disease."""
    return {
        disease: Disease(**{name: number(value) for name, value in entry.items()})
        for disease, entry in written.items()
    }


def write_diseases(diseases: Mapping[str, Disease]) -> dict[str, dict[str, str]]:
    """Write the totals by disease."""
    return {
        disease: {
            "in_scope": money(entry.in_scope),
            "paid": money(entry.paid),
            "deductible": money(entry.deductible),
        }
        for disease, entry in diseases.items()
    }
