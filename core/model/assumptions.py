"""The assumptions that a population is drawn from: data, made for the model or counted by a region."""

import tomllib
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import Field, ValidationError, model_validator

from core.files import read_bounded
from core.messages import Fault, Message, message
from core.money import WHOLE
from core.places import RESOURCES
from core.policy.cells import Count, Fen, NumberKey, Percent, StrictModel, refuse
from core.policy.faults import faults_of
from core.policy.shelf import LARGEST, read_tables
from core.vocabulary import Benefit, Level, Population

SHIPPED: Final = RESOURCES / "model" / "assumptions.toml"
MOST_PEOPLE: Final = 100_000_000
_LONGEST_STAY: Final = 300
_ByName: Final = Field(strict=False)
_LevelKey = Annotated[Level, _ByName]
_BenefitKey = Annotated[Benefit, _ByName]
_PopulationKey = Annotated[Population, _ByName]
_Weight = Annotated[Count, Field(le=1_000_000)]
_Weights = Annotated[tuple[_Weight, ...], Field(min_length=1, strict=False)]
_Point = Annotated[tuple[Count, Fen], _ByName]
_Range = Annotated[tuple[Count, Count], _ByName]


class Growth(StrictModel):
    """The growth of costs and of people from one year to the next (rates)."""

    cost_percent: Percent = 0
    people_percent: Percent = 0


class Months(StrictModel):
    """The weight of each month for visits."""

    weights: Annotated[tuple[_Weight, ...], Field(min_length=12, max_length=12, strict=False)]


class EnrolmentAssumed(StrictModel):
    """Years of insurance: the weight of 1, 2, 3 … consecutive years, and rates of years since 2025."""

    consecutive_weights: _Weights
    zero_claim_percent: Percent = 0
    gap_percent: Percent = 0


class Diseases(StrictModel):
    """The weight of each disease among those with chronic and with special outpatient visits, by number."""

    chronic_outpatient: Annotated[dict[NumberKey, _Weight], Field(min_length=1)]
    special_outpatient: Annotated[dict[NumberKey, _Weight], Field(min_length=1)]


class PeopleGroup(StrictModel):
    """People of an age or an illness: their weight, and the visits a year of 1000 of them by benefit."""

    name: str
    weight: _Weight
    visits: dict[_BenefitKey, Annotated[Count, Field(le=100_000)]]


class Cost(StrictModel):
    """What a visit costs at a level: ``weight`` of the level, ``curve`` of percent of visits and fen.

    The two ranges of percent, and that of days, are from the least to the most.
    """

    benefit: _BenefitKey
    level: _LevelKey
    weight: _Weight
    curve: Annotated[tuple[_Point, ...], Field(min_length=2, strict=False)]
    catalogue_percent: _Range
    category_b_percent: _Range
    days: _Range = (0, 0)

    @model_validator(mode="after")
    def _rises(self) -> Self:
        percents, amounts = zip(*self.curve, strict=True)
        rising = list(percents) == sorted(set(percents)) and list(amounts) == sorted(amounts)
        ranges = (self.catalogue_percent, self.category_b_percent)
        bounded = all(first <= last <= 100 for first, last in ranges)
        lasting = self.days[0] <= self.days[1] <= _LONGEST_STAY
        if percents[0] != 0 or percents[-1] != 100 or not rising or not bounded or not lasting:
            refuse(Message("fault.model_cost", {"benefit": self.benefit.value, "level": self.level.value}))
        return self


class Assumptions(StrictModel):
    """A population and its year, as somebody assumes them. ``name`` by language says who does."""

    name: dict[str, str]
    people: Annotated[Count, Field(ge=1, le=MOST_PEOPLE)]
    seed: Count = 1
    base_year: Annotated[Count, Field(ge=2000, le=2099)]
    hospitals: dict[_LevelKey, Annotated[Count, Field(ge=1, le=10_000)]]
    growth: Growth = Growth()
    categories: dict[_PopulationKey, _Weight]
    months: Months
    enrolment: EnrolmentAssumed
    diseases: Diseases
    groups: Annotated[tuple[PeopleGroup, ...], Field(min_length=1, strict=False)]
    costs: Annotated[tuple[Cost, ...], Field(min_length=1, strict=False)]

    @model_validator(mode="after")
    def _covered(self) -> Self:
        """Refuse a benefit that is visited and costs nothing anywhere, and weights that are all nothing."""
        visited = {benefit for group in self.groups for benefit, rate in group.visits.items() if rate}
        priced = {cost.benefit for cost in self.costs if cost.weight}
        weights = [self.categories.values(), self.months.weights, self.enrolment.consecutive_weights]
        weights.append([group.weight for group in self.groups])
        weights += [self.diseases.chronic_outpatient.values(), self.diseases.special_outpatient.values()]
        if not visited <= priced or not all(map(any, weights)):
            refuse(Message("fault.model_weights"))
        return self

    def title(self, language: str) -> str:
        """Return what the assumptions call themselves."""
        return self.name.get(language) or next(iter(self.name.values()), "")

    def costs_in(self, year: int) -> int:
        """Return the factor that costs have grown by since the base year (a rate; 100 % is unchanged)."""
        return _grown(WHOLE, self.growth.cost_percent, year - self.base_year)

    def people_in(self, year: int) -> int:
        """Return how many people are insured in a year."""
        return max(1, _grown(self.people, self.growth.people_percent, year - self.base_year))


def _grown(amount: int, rate: int, years: int) -> int:
    """Return an amount after so many years of growth, rounded half up; years before the base shrink it."""
    above: int = (WHOLE + rate) ** abs(years)
    below: int = WHOLE ** abs(years)
    if years < 0:
        above, below = below, above
    return (2 * amount * above + below) // (2 * below)


def read_assumptions(file: Path) -> Assumptions | Fault:
    """Return the assumptions of a file, or the first thing that is wrong with it. Raises OSError."""
    raw = read_tables(read_bounded(file, LARGEST))
    if isinstance(raw, Message):
        at = message("model.fault.at", name=file.name, field="-", why=raw)
        return Fault("population", at)
    try:
        return Assumptions.model_validate(raw)
    except ValidationError as error:
        fault = faults_of(error)[0]
        return Fault(
            "population",
            message("model.fault.at", name=file.name, field=fault.field or "-", why=fault.message),
        )


def shipped() -> Assumptions:
    """Return the assumptions that the program brings: made for the model, and named so."""
    return Assumptions.model_validate(tomllib.loads(SHIPPED.read_text(encoding="utf-8")))


def asked_size(text: str) -> tuple[int, int | None] | None:
    """Return the people and the seed of ``N:SEED`` or ``N`` (seed None), None where a text is neither."""
    people, colon, seed = text.partition(":")
    if not (people.isdecimal() and people.isascii() and len(people) <= 9):
        return None
    if colon and not (seed.isdecimal() and seed.isascii() and len(seed) <= 9):
        return None
    return int(people), int(seed) if colon else None
