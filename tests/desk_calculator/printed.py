"""An answer as it is printed, redone line by line and held against the amounts that it states."""

from typing import Any, NamedTuple

from tests.desk_calculator.lines import CannotRedo, fen, read_steps
from tests.desk_calculator.redo import redo, typed
from tests.desk_calculator.totals import hold_totals

AMOUNTS = {
    "in_scope": "inscp_scp_amt",
    "deductible": "act_pay_dedc",
    "basic": "hifp_pay",
    "critical": "hifmi_pay",
    "assistance": "maf_pay",
    "hospital": "hosp_part_amt",
    "patient": "psn_part_amt",
}


class Printed(NamedTuple):
    """A year's answer to a request as it is printed, with the totals that were typed for that year."""

    request: dict[str, Any]
    answer: dict[str, Any]
    totals: dict[str, Any]
    language: str


def redone(printed: Printed, steps: list[dict[str, Any]]) -> None:
    """Redo every line, and hold what they come to against the answer. Raises CannotRedo."""
    made = printed.answer
    bill, known = typed(printed.request, made.get("year"))
    stages = read_steps(steps, printed.language)
    hold_totals(stages, printed.request, printed.totals)
    found = redo(stages, bill, known)
    whole = made["status"] == "complete"
    for name, field in AMOUNTS.items():
        amount = made["amounts"][field]
        if found[name] is None:
            nothing = amount is None or fen(amount) == 0 or (field == "hosp_part_amt" and not whole)
            if not nothing or (whole and name in {"in_scope", "deductible", "basic", "patient"}):
                raise CannotRedo(f"no line comes to {field} {amount}")
        elif amount is None or fen(amount) != found[name]:
            raise CannotRedo(f"{field} is {amount}, and the lines come to {found[name]}")
    if "critical_deductible" in made:
        cap = made["critical_cap"]
        stated = fen(made["critical_deductible"]), None if cap is None else fen(cap)
        if stated != (found["critical_deductible"], found["critical_cap"]):
            raise CannotRedo(f"deductible and cap are {stated}")
