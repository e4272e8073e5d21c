"""Cells of a pack that earlier versions took for zero, or for the whole, while they were empty."""

from typing import Final

from core.messages import Message, message, term
from core.policy.regions import RegionPack, at_level
from core.vocabulary import Benefit, Level

_LEVELS: Final = {
    Benefit.SPECIAL_OUTPATIENT: (Level.LEVEL_2, Level.LEVEL_3),
    Benefit.COMMON_OUTPATIENT: (Level.LEVEL_1, Level.LEVEL_2),
}
"""The levels of which the documents speak, whose deductible was zero where the table did not list them."""


def left_empty(pack: RegionPack) -> list[Message]:
    """Return a sentence for each cell that has to be filled now, with what to type for what it stood for."""
    tables = {
        Benefit.SPECIAL_OUTPATIENT: pack.special_outpatient.deductible,
        Benefit.COMMON_OUTPATIENT: pack.common_outpatient.deductible,
    }
    said = [
        message("missing.left_empty.deductible", benefit=term("benefit", benefit), level=term("level", level))
        for benefit, levels in _LEVELS.items()
        for level in levels
        if tables[benefit] is not None and at_level(tables[benefit], level)[1] is None
    ]
    chronic = pack.chronic_outpatient
    shares = (chronic.additional_disease_rate, chronic.additional_disease_amount)
    if chronic.deductible is not None and shares == (None, None):
        said.append(Message("missing.left_empty.additional_disease"))
    return said
