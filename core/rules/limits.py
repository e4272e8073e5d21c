"""The line of a year's limit, which every benefit prints alike."""

from core.messages import message
from core.money import grouped
from core.settlement import Source, Step
from core.vocabulary import Payer


def over_limit_step(stage: str, id_: str, over: int, limit: int, before: int, source: Source) -> Step:
    """Return the line of what lies over a limit (fen), with what was paid of it before, if anything."""
    if before:
        before_id = f"step.before.{id_.removeprefix('step.')}"
        label = message(before_id, limit=grouped(limit), before=grouped(before))
    else:
        label = message(id_, limit=grouped(limit))
    return Step(stage, label, over, source, Payer.PATIENT)
