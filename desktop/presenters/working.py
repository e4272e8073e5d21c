"""Pages that wait for long work beside the window: how far it is, and Esc to stop it."""

from collections.abc import Callable
from time import monotonic

from core.messages import Message
from desktop.presenters.page import Page
from desktop.presenters.states import Notice


class WorkingPage(Page):
    """A page that says how far its work is.

    ``end`` ends the work, which then leaves nothing behind; or returns True: it was done, and said so.
    """

    end: Callable[[], object]
    _begun = _stopping = False
    _since = 0.0

    @property
    def busy(self) -> bool:
        """True while work goes on."""
        return self._begun

    def begun(self) -> None:
        """Say that the work has begun."""
        self._begun, self._stopping, self._since = True, False, monotonic()
        self._say_how_far("", 0, 0)

    def heard(self, stage: str, done: int, of: int) -> None:
        """Say how far the work is and how long it has been going on; ``of`` is 0 where it is not known.

        An empty stage is work that has said nothing yet.
        """
        if self.busy:
            self._say_how_far(stage, done, of)

    def _say_how_far(self, stage: str, done: int, of: int) -> None:
        words = self._words
        known = "done_of" if of else "done" if done else "stage" if stage else "begun"
        known = "stopping" if self._stopping else known
        at = words.text(f"window.job.{stage}") if stage else ""
        seconds = f"{monotonic() - self._since:.1f}"
        self.say(Notice(words.text(f"window.job.{known}", stage=at, done=done, of=of, seconds=seconds)))

    def done(self, fault: Message | str | None, kind: str = "wrong") -> None:
        """Say how the work ended; None says nothing."""
        self._begun = False
        text = self._words(fault) if isinstance(fault, Message) else fault
        self.say(Notice(text, kind) if text else None)

    def stop(self) -> None:
        """Stop the work that goes on."""
        if not self.end():
            self.done(Message("window.job.stopped"), "said")

    def escape(self) -> bool:
        """Esc: take the question back, else stop the work; False where nothing goes on."""
        if super().escape():
            return True
        if not self.busy:
            return False
        self.stop()
        return True
