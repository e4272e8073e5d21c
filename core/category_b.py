"""Category B self-pay line by line (2019-21, three, (three)): an amount and its percentage each."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from core.messages import message
from core.money import share
from core.policy.select import Policy
from core.settlement import Step
from core.vocabulary import Payer


class CategoryBLine(NamedTuple):
    """A Category B amount (fen) and the rate of it that the patient pays first: the document's 10 % or a
    consumable's own.
    """

    amount: int
    rate: int

    @property
    def self_pay(self) -> int:
        """What the patient pays first of the line (fen), rounded half up once."""
        return share(self.amount, self.rate)


def self_pay(lines: Sequence[CategoryBLine]) -> int:
    """Category B self-pay of a bill (fen): the sum of its rounded lines; 0 without lines."""
    return sum(line.self_pay for line in lines)


def steps(policy: Policy, day: date, lines: Sequence[CategoryBLine]) -> list[Step]:
    """The sum as it is done on a desk calculator, each line with its clause, and what it comes to."""
    source = policy.category_b_source(day)
    made = [
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
    return [*made, Step("bill", message("step.category_b_sum"), self_pay(lines), source)]
