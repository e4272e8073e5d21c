"""Policies with one figure changed. Each is made once, and keeps what it has chosen."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from core.policy.documents import Document
from core.policy.in_force import Documents
from core.policy.regions import AssistancePack, CriticalYear, DeductiblesByAdmission, DeductiblesByLevel
from core.policy.select import Policy
from core.vocabulary import Population

_MOST: Final = 4_096


class Variants:
    """The policies that a run tries, by the one they come from and what was changed."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, Any], tuple[Policy, Policy]] = {}

    def of(self, policy: Policy, key: Any, make: Callable[[], Policy]) -> Policy:
        """Return a variant of a policy, made where it is asked for the first time."""
        found = self._made.get((id(policy), key))
        if found is None:
            if len(self._made) > _MOST:
                self._made.clear()
            found = self._made[id(policy), key] = (policy, make())
        return found[1]

    def room(self, policy: Policy, room: str, **cells: Any) -> Policy:
        """Return a policy whose pack has other cells in one of its tables."""

        def make() -> Policy:
            inner = getattr(policy.region, room).model_copy(update=cells)
            return Policy(policy.documents, policy.region.model_copy(update={room: inner}))

        return self.of(policy, (room, *sorted((name, str(value)) for name, value in cells.items())), make)

    def level_cell(self, policy: Policy, room: str, level: str, value: Any) -> Policy:
        """Return a policy whose pack has another deductible at a level."""

        def make() -> Policy:
            table = getattr(policy.region, room)
            empty = DeductiblesByAdmission() if room == "inpatient" else DeductiblesByLevel()
            cells = (table.deductible or empty).model_copy(update={level: value})
            inner = table.model_copy(update={"deductible": cells})
            return Policy(policy.documents, policy.region.model_copy(update={room: inner}))

        return self.of(policy, (room, level, value), make)

    def critical(self, policy: Policy, year: int, **cells: Any) -> Policy:
        """Return a policy whose pack has other critical-illness cells of a year."""

        def make() -> Policy:
            years = policy.region.critical_illness
            stated = years.get(year, CriticalYear()).model_copy(update=cells)
            changed = {"critical_illness": {**years, year: stated}}
            return Policy(policy.documents, policy.region.model_copy(update=changed))

        return self.of(policy, ("critical", year, *sorted(cells.items(), key=str)), make)

    def assistance(self, policy: Policy, population: Population, **figures: int | None) -> Policy:
        """Return a policy whose pack has other assistance figures of a category; None takes one away."""

        def make() -> Policy:
            pack = policy.region.medical_assistance or AssistancePack()
            update = {}
            for name, figure in figures.items():
                cells = {key: value for key, value in getattr(pack, name).items() if key != population}
                update[name] = cells if figure is None else {**cells, population: figure}
            changed = {"medical_assistance": pack.model_copy(update=update)}
            return Policy(policy.documents, policy.region.model_copy(update=changed))

        return self.of(policy, ("assistance", population, *sorted(figures.items(), key=str)), make)

    def document(
        self, policy: Policy, section: str, day: date, key: Any, change: Callable[[Any], Any]
    ) -> Policy | None:
        """Return a policy whose document in force has a section changed, None where no document has one."""
        rule = policy.documents.in_force(section, day)
        if rule is None:
            return None
        own: Document = rule.document

        def make() -> Policy:
            other = own.model_copy(update={section: change(getattr(own, section))})
            documents = Documents(other if each is own else each for each in policy.documents.all)
            return Policy(documents, policy.region)

        return self.of(policy, (section, own.id, key), make)

    # ---- figures of critical illness, wherever they stand

    def critical_deductible(self, policy: Policy, day: date, fen: int) -> Policy | None:
        """Return a policy with another critical-illness deductible (fen)."""
        rule = policy.critical_rule(day)
        if rule is None or rule.section.deductible.yuan is None:
            return self.critical(policy, day.year, deductible=fen)
        return self.document(
            policy,
            "critical_illness",
            day,
            ("deductible", fen),
            lambda section: section.model_copy(
                update={"deductible": section.deductible.model_copy(update={"yuan": fen})}
            ),
        )

    def critical_cap(self, policy: Policy, day: date, fen: int) -> Policy | None:
        """Return a policy with another critical-illness cap (fen)."""
        rule = policy.critical_rule(day)
        if rule is None or rule.section.cap.yuan is None:
            return self.critical(policy, day.year, cap=fen, uncapped=None)
        return self.document(
            policy,
            "critical_illness",
            day,
            ("cap", fen),
            lambda section: section.model_copy(update={"cap": section.cap.model_copy(update={"yuan": fen})}),
        )

    def critical_tilt(self, policy: Policy, day: date, population: Population) -> Policy | None:
        """Return a policy that tilts a category which is not, or does not tilt one that is."""
        rule = policy.critical_rule(day)
        if rule is None:
            stated = policy.region.critical_illness.get(day.year)
            if stated is None or stated.tilted is None:
                return None
            return self.critical(policy, day.year, tilted=stated.tilted ^ {population})
        return self.document(
            policy,
            "critical_illness",
            day,
            ("tilt", population),
            lambda section: section.model_copy(
                update={
                    "tilt": section.tilt.model_copy(
                        update={"categories": section.tilt.categories ^ {population}}
                    )
                }
            ),
        )

    def pooled_limit(self, policy: Policy, day: date, fen: int) -> Policy | None:
        """Return a policy with another annual limit of the pooled benefits (fen)."""
        return self.document(
            policy,
            "pooled",
            day,
            ("limit", fen),
            lambda section: section.model_copy(
                update={"annual_limit": section.annual_limit.model_copy(update={"yuan": fen})}
            ),
        )

    def combined_limit(self, policy: Policy, section: str, day: date, fen: int) -> Policy | None:
        """Return a policy with another limit of common and chronic outpatient care together (fen)."""
        return self.document(
            policy,
            section,
            day,
            ("combined", fen),
            lambda rules: rules.model_copy(
                update={"combined_limit": rules.combined_limit.model_copy(update={"yuan": fen})}
            ),
        )
