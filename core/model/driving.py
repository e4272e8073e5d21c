"""The loop over the rows, printed for the kinds of visits that a file holds: each row through its stages.

`LoopPlan` says which functions the loop calls for which kind, with which figures. Rows are gone through in
order and a patient's totals carried along (`Loop.CARRIED`), or each row has totals of its own (`Loop.FREE`),
then also for rows of one kind only (`Loop.ONE_KIND`), which a processor can do several at a time.
"""

import hashlib
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.claim import ChronicTotals
from core.model.columns import RESULTS, TOTALS
from core.model.printing import Stage, StageOf, narrowed
from core.model.visits import STAGES, Recorded
from core.policy.regions import FIRST_LOCAL

_FIELDS: Final = ChronicTotals._fields
_LAST_OF_ANNEX: Final = 18
SLOTS: Final = {"chronic": 24, "special": 42}
"""How many diseases a patient's totals have room for; the first place is that of no disease."""

_OF_DISEASES: Final = frozenset(f"after.{name}.{field}" for name in SLOTS for field in _FIELDS)


class Loop(Enum):
    """How the rows hang together."""

    CARRIED = "carried"
    FREE = "free"
    ONE_KIND = "one_kind"


class Way(NamedTuple):
    """One way through a stage: its function, and what it leaves that is a plain number."""

    stage: Stage
    numbers: tuple[tuple[str, int], ...]


def slotted(by_disease: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return totals by disease with each disease's place in the place of its number."""
    found = by_disease.copy()
    chronic = by_disease[:, 1] == list(SLOTS).index("chronic")
    found[chronic, 2] = [slot_of(int(number)) for number in by_disease[chronic, 2]]
    return found


class LoopPlan(NamedTuple):
    """The ways through each stage; for each kind and stage the place of its way, and of its first figure.

    ``slots`` are the places of each kind's chronic and special outpatient disease among the totals.
    """

    ways: tuple[tuple[Way, ...], ...]
    way_of: NDArray[np.int32]
    first_figure: NDArray[np.int32]
    figures: NDArray[np.int64]


class Driver(NamedTuple):
    """A printed loop: its name holds its hash. ``taken_in``: it takes totals by disease after the fixed ones.

    ``columns`` and ``single`` (one number for every row), ``totals`` and ``results`` are what it takes beside
    the fixed ones, in order.
    """

    name: str
    source: str
    columns: tuple[str, ...]
    single: tuple[str, ...]
    totals: tuple[str, ...]
    results: tuple[str, ...]
    taken_in: bool

    @property
    def read(self) -> tuple[str, ...]:
        """The names of the arrays that the loop reads a row of, one number a row."""
        columns = (f"c_{name}" for name in self.columns if name != "fraud")
        return (*columns, *(f"t_{name}" for name in self.totals))


def slot_of(disease: int) -> int:
    """Return the place of a chronic disease among a patient's totals."""
    return disease if disease < FIRST_LOCAL else disease - FIRST_LOCAL + _LAST_OF_ANNEX + 1


def plan(recorded: Sequence[Recorded], wanted: Sequence[str]) -> LoopPlan:
    """Return the ways through the stages for kinds that were recorded, for the results that are wanted."""
    read = {name for kind in recorded for stage in kind.stages[:-1] for name in stage.stage.quantities}
    totals = (name for name in RESULTS if name.replace("after.", "year.", 1) in read)
    chosen = frozenset({*wanted, *totals, *_OF_DISEASES})
    printed = [(*kind.stages[:-1], narrowed(kind.stages[-1], chosen)) for kind in recorded]
    ways: list[dict[Way, int]] = [{} for _ in STAGES]
    figures: dict[tuple[int, ...], int] = {}
    flat: list[int] = []
    way_of = np.zeros((len(printed), len(STAGES)), np.int32)
    first = np.zeros((len(printed), len(STAGES)), np.int32)
    for row, stages in enumerate(printed):
        for place, one in enumerate(stages):
            way_of[row, place] = ways[place].setdefault(Way(one.stage, one.numbers), len(ways[place]))
            first[row, place] = _placed(one, figures, flat)
    return LoopPlan(tuple(tuple(one) for one in ways), way_of, first, np.array(flat or [0], np.int64))


def _placed(one: StageOf, known: dict[tuple[int, ...], int], flat: list[int]) -> int:
    """Return where a kind's figures for a stage begin, once for all kinds that have the same."""
    if one.figures not in known:
        known[one.figures] = len(flat)
        flat += one.figures
    return known[one.figures]


def print_loop(
    made: LoopPlan,
    wanted: Sequence[str],
    given: Iterable[str],
    totals: Iterable[str],
    loop: Loop,
    by_disease: bool = False,
) -> Driver:
    """Print the loop for a plan. ``given`` and ``totals`` are the columns that hold more than one number.

    ``by_disease``: totals of single diseases are taken in as well, by `slotted`.
    """
    text = _Text(made, loop, frozenset(given), frozenset(totals), tuple(wanted), by_disease)
    body = text.body()
    head = text.head()
    source = "\n".join([*head, *body]) + "\n"
    called = sorted({way.stage.name for ways in made.ways for way in ways})
    name = f"drive_{hashlib.sha256((source + repr(called)).encode()).hexdigest()[:24]}"
    source = source.replace("NAME", name, 1)
    return Driver(
        name, source, tuple(text.columns), tuple(text.single), tuple(text.totals), text.wanted, text.taken_in
    )


class _Text:
    """The text of a loop, and the arrays that it needs as it comes to them."""

    def __init__(
        self,
        made: LoopPlan,
        loop: Loop,
        given: frozenset[str],
        totals: frozenset[str],
        wanted: tuple[str, ...],
        by_disease: bool,
    ) -> None:
        self.made, self.loop, self.given, self.wanted = made, loop, given, wanted
        self.columns: dict[str, str] = {}
        self.single: dict[str, str] = {}
        quantities = {name for ways in made.ways for way in ways for name in way.stage.quantities}
        after = {name.removeprefix("after.") for name in wanted if name.startswith("after.")}
        self.states = [name for name in TOTALS if f"year.{name}" in quantities or name in after]
        self.totals = [name for name in self.states if name in totals]
        self.diseases = [name for name in SLOTS if any(one.startswith(f"{name}.") for one in quantities)]
        self.taken_in = by_disease and bool(self.diseases) and loop is Loop.CARRIED

    def head(self) -> list[str]:
        """Return the function's first lines and what stands before the loop."""
        arrays = [f"c_{name}" for name in self.columns] + [f"d_{name}" for name in self.single]
        arrays += [f"t_{name}" for name in self.totals] + [f"o_{_plain(name)}" for name in self.wanted]
        fixed = "low, high, patient, kind, year_of, slots, way_of, first, figures"
        fixed += ", diseases" * self.taken_in
        lines = [f"def NAME({', '.join([fixed, *arrays])}):", "    k = kind[low]"]
        if self.loop is Loop.ONE_KIND:
            return [*lines, *(f"    first_{place} = first[k, {place}]" for place in range(len(STAGES)))]
        lines += [f"    year_{name} = 0" for name in self.states]
        lines += ["    who = patient[low]", "    when = year_of[k] - 1", "    touched = False"]
        for name in self.diseases:
            lines.append(f"    {name} = np.zeros(({SLOTS[name]}, 4), np.int64)")
            lines.append(f"    {name}_paid_together = 0")
        if self.taken_in:
            lines += [
                "    at = 0",
                "    while at < len(diseases) and diseases[at, 0] < low:",
                "        at += 1",
            ]
        return lines

    def body(self) -> list[str]:
        """Return the loop."""
        lines = ["    for i in range(low, high):"]
        if self.loop is not Loop.ONE_KIND:
            lines.append("        k = kind[i]")
        begun = [
            f"year_{name} = at_t_{name}(t_{name}, i)" if name in self.totals else f"year_{name} = 0"
            for name in self.states
        ]
        if self.loop is Loop.CARRIED:
            lines += ["        if patient[i] != who or year_of[k] != when:"]
            lines += ["            who = patient[i]", "            when = year_of[k]"]
            lines += [
                f"            {line}" for line in (*begun, *self._without_diseases(), *self._taken_in())
            ]
            lines += [f"        {name}_slot = slots[k, {place}]" for place, name in enumerate(SLOTS)]
        else:
            lines += [f"        {line}" for line in begun]
        for place in range(len(STAGES)):
            lines += self._stage(place)
        return [
            *lines,
            *(
                f"        put_{_plain(name)}(o_{_plain(name)}, i, bill_{_plain(name)})"
                for name in self.wanted
            ),
        ]

    def _without_diseases(self) -> list[str]:
        if not self.diseases:
            return []
        lines = [f"    {name}[:, :] = 0" for name in self.diseases]
        lines += [f"    {name}_paid_together = 0" for name in self.diseases]
        return ["if touched:", *lines, "    touched = False"]

    def _taken_in(self) -> list[str]:
        """Return the lines that take in what a patient's diseases had come to before."""
        if not self.taken_in:
            return []
        lines = ["while at < len(diseases) and diseases[at, 0] < i:", "    at += 1"]
        lines += ["while at < len(diseases) and diseases[at, 0] == i:", "    slot = diseases[at, 2]"]
        for name in self.diseases:
            lines.append(f"    if diseases[at, 1] == {list(SLOTS).index(name)}:")
            lines.append(f"        {name}_paid_together += diseases[at, 4]")
            lines += [f"        {name}[slot, {place}] = diseases[at, {place + 3}]" for place in range(3)]
            lines += [f"        {name}[slot, 3] = 1", "        touched = True"]
        return [*lines, "    at += 1"]

    def _stage(self, place: int) -> list[str]:
        ways = self.made.ways[place]
        if len(ways) == 1:
            return [f"        {line}" for line in self._way(place, ways[0])]
        lines = [f"        way = way_of[k, {place}]"]
        for number, way in enumerate(ways):
            test = "if" if not number else "elif"
            lines.append(f"        {test} way == {number}:" if number < len(ways) - 1 else "        else:")
            lines += [f"            {line}" for line in self._way(place, way)]
        return lines

    def _way(self, place: int, way: Way) -> list[str]:
        stage, name = way.stage, STAGES[place]
        lines = [f"{name}_{_plain(output)} = {number}" for output, number in way.numbers]
        if stage.outputs:
            first = f"first_{place}" if self.loop is Loop.ONE_KIND else f"first[k, {place}]"
            called = ", ".join(("figures", first, *map(self._value, stage.quantities)))
            outputs = "".join(f"{name}_{_plain(output)}, " for output in stage.outputs)
            lines.append(f"({outputs}) = {stage.name}({called})")
        if name == "bill" and self.loop is Loop.CARRIED:
            lines += self._carried(way)
        return lines or ["pass"]

    def _carried(self, way: Way) -> list[str]:
        """Return the lines that carry the totals after a visit to the next one."""
        outputs = way.stage.outputs
        lines = [f"year_{name} = bill_after_{name}" for name in self.states if f"after.{name}" in outputs]
        for name in self.diseases:
            if f"after.{name}.paid" not in outputs:
                continue
            lines.append(f"{name}_paid_together += bill_after_{name}_paid - {name}[{name}_slot, 1]")
            for place, field in enumerate(_FIELDS):
                lines.append(f"{name}[{name}_slot, {place}] = bill_after_{name}_{field}")
            lines += [f"{name}[{name}_slot, 3] = 1", "touched = True"]
        return lines

    def _value(self, quantity: str) -> str:
        """Return how the loop writes a quantity of a row."""
        group, _, rest = quantity.partition(".")
        if group == "fraud":
            self.columns["fraud"] = "c_fraud"
            return f"c_fraud[i, {rest}]"
        if group == "year":
            return f"year_{rest}"
        if group in SLOTS:
            return self._of_disease(group, rest)
        if rest:
            return _plain(quantity)
        if quantity not in self.given:
            self.single[quantity] = quantity
            return f"d_{quantity}"
        self.columns[quantity] = quantity
        return f"at_c_{quantity}(c_{quantity}, i)"

    def _of_disease(self, group: str, rest: str) -> str:
        name, _, number = rest.partition(".")
        if self.loop is not Loop.CARRIED:
            return "0"
        if name == "paid_together":
            return f"{group}_paid_together"
        if number:
            return f"{group}[{slot_of(int(number))}, {3 if name == 'named' else 1}]"
        return f"{group}[{group}_slot, {_FIELDS.index(name)}]"


def _plain(name: str) -> str:
    return name.replace(".", "_")
