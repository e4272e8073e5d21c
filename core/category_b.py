"""Category B self-pay (2019-21, three, (three)): lines of one amount and its percentage each."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from core.messages import message
from core.money import share
from core.policy.select import Policy
from core.settlement import Step
from core.vocabulary import Payer


class CategoryBLine(NamedTuple):
    """A Category B amount (fen) and the rate of it that the patient pays first.

    The rate is the document's 10 % or a consumable's own.
    """

    amount: int
    rate: int

    @property
    def self_pay(self) -> int:
        """The part of the line that the patient pays first (fen), rounded half up once."""
        return share(self.amount, self.rate)


def self_pay(lines: Sequence[CategoryBLine]) -> int:
    """Add up the Category B self-pay of a bill (fen) from its rounded lines; 0 without lines."""
    return sum(line.self_pay for line in lines)


def steps(policy: Policy, day: date, lines: Sequence[CategoryBLine]) -> list[Step]:
    """Return the sum as it is done on a desk calculator: each line with its clause, then the total."""
    source = policy.category_b_source(day)
    addends = [
        Step(
            "bill",
            message("step.category_b_line", line=number),
            line.self_pay,
            source,
            Payer.PATIENT,
            line.amount,
            line.rate,
        )
        for number, line in enumerate(lines, 1)
    ]
    return [*addends, Step("bill", message("step.category_b_sum"), self_pay(lines), source)]
