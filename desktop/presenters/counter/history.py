"""The history of a form: what can be undone and redone, and a checkpoint of the whole counter."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from desktop.presenters.counter.bare_days import BareDay

if TYPE_CHECKING:
    from core.ledger.entries import Entry
    from desktop.presenters.counter.correction import Correction
    from desktop.presenters.counter.outcome import Outcome
    from desktop.presenters.states import Notice

_MOST_STEPS: Final = 200


class FormStep(NamedTuple):
    """The form before something was typed. ``key`` is the form's: one that was cleared has another.

    ``whose`` is the number that the form was typed for, ``moved_from`` the one before it was corrected.
    ``correction`` is the entry whose place the form is to take, ``bare`` the day that was typed alone for
    the admission.
    """

    texts: Mapping[str, str]
    key: str
    checked: frozenset[str]
    brought: frozenset[str]
    extras_open: bool
    focus: str
    whose: str = ""
    moved_from: str = ""
    correction: "Correction | None" = None
    bare: BareDay = BareDay()


class Checkpoint(NamedTuple):
    """The whole counter at a moment."""

    step: FormStep
    past: tuple[FormStep, ...]
    future: tuple[FormStep, ...]
    notice: "Notice | None"
    entry: "Entry | None"
    outcome: "Outcome"


class History:
    """The steps that can be undone, the latest last, and those that can be redone."""

    def __init__(self) -> None:
        self.past: list[FormStep] = []
        self.future: list[FormStep] = []
        self._typing = ""

    def remember(self, step: FormStep) -> None:
        """Keep a form before something changes it; what was undone cannot be redone from then on."""
        self.past = [*self.past[1 - _MOST_STEPS :], step]
        self.future = []

    def typing_in(self, name: str) -> bool:
        """Return True for the first character in a cell: what is typed in one go is one step."""
        first = self._typing != name
        self._typing = name
        return first

    def stop_typing(self) -> None:
        """End the step: the next character begins another, in whatever cell."""
        self._typing = ""

    def undo(self, now: FormStep | None) -> FormStep | None:
        """Return the form before the last step, None where nothing can be undone.

        ``now`` is the form as it stands, to be redone; None of a posted one.
        """
        return _moved(self.past, self.future, now)

    def redo(self, now: FormStep | None) -> FormStep | None:
        """Return the form after the step that was undone last, None where nothing can be redone."""
        return _moved(self.future, self.past, now)

    def forget(self, key: str) -> None:
        """Forget the steps of a form that has been posted."""
        self.past = [step for step in self.past if step.key != key]
        self.future = []


def _moved(source: list[FormStep], target: list[FormStep], now: FormStep | None) -> FormStep | None:
    """Take the last step of one list; the form as it stands becomes the last of the other."""
    if not source:
        return None
    step = source.pop()
    if now is not None:
        target.append(now)
    return step
