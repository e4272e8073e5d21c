"""The insured: as many as somebody says, as an assumptions' file has them, or as a table lists them."""

from collections import Counter as Tally
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from core.exchange.request import RequestReader
from core.files import why_failed
from core.messages import Fault, Message, message
from core.model.assumptions import MOST_PEOPLE, Assumptions, asked_size, read_assumptions, shipped
from core.model.blocks import ClaimSource
from core.model.drawn import drawn
from core.model.machines import Machines
from core.tables import batch
from core.tables.claim_rows import Supplied
from core.tables.names import Names
from core.tables.watch import Watch
from core.vocabulary import Population


class Insured(NamedTuple):
    """Assumptions with the people and the seed to draw them by.

    ``counted`` are the insured where somebody has said how many they are (None: the number is only the one
    that the program's own assumptions begin with).
    """

    assumed: Assumptions
    people: int
    seed: int
    counted: int | None

    def drawn(
        self, ids: Sequence[str], reader: RequestReader, year: int, machines: Machines, months: int
    ) -> ClaimSource | list[Fault]:
        """Return the claims of so many people in each region, or why a region has no pack."""
        return drawn(self.assumed, self.people, self.seed, ids, reader, year, machines, months)


def insured(asked: str | None, year: int, names: Names, watch: Watch) -> Insured | Fault:
    """Return the insured that are asked for: ``N``, ``N:SEED``, a file of assumptions (TOML), or a table.

    None: the program's own assumptions as they are. Raises Cancelled.
    """
    if asked is None:
        assumed = shipped()
        return Insured(assumed, assumed.people_in(year), assumed.seed, None)
    size = asked_size(asked)
    if size is not None and not Path(asked).exists():
        people, seed = size
        if not 1 <= people <= MOST_PEOPLE:
            return Fault("population", message("model.fault.people", most=f"{MOST_PEOPLE:,}"))
        assumed = shipped().model_copy(update={"people": people})
        return Insured(assumed, people, assumed.seed if seed is None else seed, people)
    file = Path(asked)
    if not file.is_file():
        return Fault("population", message("model.fault.population", text=asked))
    if file.suffix.lower() != ".toml":
        found = with_people(shipped(), file, names, watch)
        return found if isinstance(found, Fault) else Insured(found, found.people, found.seed, found.people)
    try:
        read = read_assumptions(file)
    except OSError as error:
        return Fault("population", why_failed(error, str(file)))
    if isinstance(read, Fault):
        return read
    people = read.people_in(year)
    return Insured(read, people, read.seed, people)


def with_people(assumed: Assumptions, file: Path, names: Names, watch: Watch) -> Assumptions | Fault:
    """Return assumptions whose people are those of a table, each once, with the categories that it states.

    Somebody without a category is ordinary. A fault is told for the first row whose category is not
    understood, and where the file is no table. Raises Cancelled.
    """
    table = batch.read_table(file, names, Supplied(), watch)
    if isinstance(table, Message):
        return Fault("population", message("model.fault.table", name=file.name, why=table))
    people: dict[object, Population] = {}
    for row in table.rows:
        for fault in row.faults:
            if fault.field == "population":
                why = message("model.fault.table_row", name=file.name, row=row.number, why=fault.message)
                return Fault("population", why)
        category = Population(row.request.get("population", Population.ORDINARY))
        people[row.person if row.person is not None else row.number] = category
    if not people:
        return Fault("population", message("model.fault.no_people", name=file.name))
    counts = Tally(people.values())
    return assumed.model_copy(update={"people": len(people), "categories": dict(counts)})
