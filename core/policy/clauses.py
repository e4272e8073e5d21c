"""The articles of the documents, in order: what each settles, and what the program does with it."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Annotated, Final, Literal

from pydantic import Field

from core.places import RESOURCES
from core.policy.cells import StrictModel
from core.policy.in_force import Documents
from core.settlement import Step

CLAUSES: Final = RESOURCES / "clauses.toml"

_Names = Annotated[tuple[str, ...], Field(strict=False)]
_CRITICAL: Final = "critical_illness"


class Clause(StrictModel):
    """One article of a document. ``settles`` says it in each language, in words of our own.

    ``computed`` are stages of the settlement, ``shown`` places of the window. ``cells`` are cells or whole
    sections of a region's pack; those of critical illness are of the years ``first_year`` to ``last_year``
    (None: no end). An article with none of the three is not arithmetic.
    """

    document: str
    clause: str
    about: Literal["settlement", "fund", "organisation"]
    settles: dict[str, str]
    computed: _Names = ()
    shown: _Names = ()
    cells: _Names = ()
    first_year: int | None = None
    last_year: int | None = None

    @property
    def reference(self) -> str:
        """The document's id and the clause, as the worked cases name it."""
        return f"{self.document} {self.clause}"

    def holds(self, clause: str) -> bool:
        """Tell whether a clause that is cited is this article, or the one that this article is a part of."""
        return self.clause == clause or self.clause.startswith(f"{clause}（")

    def leaves_open(self, path: str) -> bool:
        """Tell whether this article leaves a cell of a pack, by its dotted path, to the region."""
        first, *rest = path.split(".")
        if first == _CRITICAL and rest and self.first_year is not None:
            year = int(rest.pop(0))
            if not self.first_year <= year <= (self.last_year or year):
                return False
        wanted = ".".join((first, *rest))
        return any(wanted == cell or wanted.startswith(f"{cell}.") for cell in self.cells)


@cache
def load() -> tuple[Clause, ...]:
    """Return every article, document by document in the order of their first days."""
    tables: Mapping[str, Sequence[object]] = tomllib.loads(CLAUSES.read_text(encoding="utf-8"))
    return tuple(Clause.model_validate(table) for table in tables["clause"])


def place_of(step: Step, clauses: Sequence[Clause], documents: Documents) -> int | None:
    """Return the place of the article that a step stands on. None: the list has none.

    A step cites a document and its clause, or a region's own cell; then it is the article that leaves the
    cell open. Of several parts of an article it is the first that is computed at the step's stage.
    """
    id_ = next((each.id for each in documents.all if each.number == step.source.document), None)
    cited = step.source.clause
    found = [at for at, each in enumerate(clauses) if each.document == id_ and each.holds(cited)]
    found = found or [at for at, each in enumerate(clauses) if each.leaves_open(cited)]
    return min(found, key=lambda at: step.stage not in clauses[at].computed, default=None)
