"""The lines of one stage, taken one after the other, each held against what it must be."""

from __future__ import annotations

from tests.desk_calculator.lines import CannotRedo, Line, share

BANDS = ("step.band", "step.band_open", "step.rate")


class Page:
    """The lines of a stage in their order. A line that nobody takes cannot be redone."""

    def __init__(self, stage: str, lines: list[Line]) -> None:
        """Begin at the first line."""
        self.stage = stage
        self._lines = list(lines)

    def take(self, *kinds: str) -> Line | None:
        """Return the next line if it is of one of some kinds."""
        if self._lines and self._lines[0].kind in kinds:
            return self._lines.pop(0)
        return None

    def need(self, *kinds: str) -> Line:
        """Return the next line, which has to be of one of some kinds."""
        line = self.take(*kinds)
        if line is None:
            there = self._lines[0].text if self._lines else "nothing"
            raise CannotRedo(f"{self.stage}: {' or '.join(kinds)} is needed and {there!r} stands there")
        return line

    def find(self, kind: str) -> Line | None:
        """Return a line of a kind that stands anywhere below, without taking it."""
        return next((line for line in self._lines if line.kind == kind), None)

    def end(self) -> None:
        """Hold that every line was taken."""
        if self._lines:
            raise CannotRedo(f"{self.stage}: nothing explains {self._lines[0].text!r}")


def hold(line: Line, amount: int) -> int:
    """Return an amount that a line must have."""
    if line.amount != amount:
        raise CannotRedo(f"{line.text!r} is {line.amount} and works out as {amount}")
    return amount


def same(said: str, one: int, other: int) -> None:
    """Hold that an operand is what stands elsewhere."""
    if one != other:
        raise CannotRedo(f"{said}: {one} stands there, {other} is right")


def multiplied(line: Line) -> int:
    """Return what a line of base and rate comes to, which is its amount."""
    return hold(line, share(line.fen("base"), line.rate()))


def over(line: Line | None, by_lines: int, limit: int | None = None) -> int:
    """Return what lies over a limit, by the limit in the line and what was paid of it before."""
    if line is None:
        return 0
    if limit is not None:
        same(line.text, line.fen("limit"), limit)
    before = line.fen("before") if "before" in line.operands else 0
    return hold(line, by_lines - max(0, line.fen("limit") - before))


def along_cost(page: Page, start: int, end: int, origin: int = 0) -> int:
    """Redo the bands on a stretch of cost, and return what they pay."""
    paid = covered = 0
    while line := page.take(*BANDS):
        lower = line.fen("lower") + origin if "lower" in line.operands else 0
        upper = line.fen("upper") + origin if "upper" in line.operands else end
        same(line.text, line.fen("base"), max(0, min(end, upper) - max(start, lower)))
        covered += line.fen("base")
        paid += multiplied(line)
    same(f"{page.stage}: the cost that the bands take", covered, max(0, end - start))
    return paid


def along_fund(page: Page, cost: int, paid_before: int) -> int:
    """Redo the bands along what was paid in the year, and return what they pay."""
    left, paid, so_far = cost, 0, paid_before
    while line := page.take(*BANDS):
        rate = line.rate()
        base = left
        if "upper" in line.operands and rate:
            room = max(0, line.fen("upper") - so_far)
            base = min(left, (2 * room * 1_000_000 + rate) // (2 * rate))
        same(line.text, line.fen("base"), base)
        left -= base
        so_far += multiplied(line)
        paid += multiplied(line)
    same(f"{page.stage}: the cost that the bands leave", left, 0)
    return paid
