"""Pages that wait for long work beside the window: how far it is, and Esc to stop it."""

from collections.abc import Callable

from core.messages import Message
from desktop.presenters.page import Page
from desktop.presenters.states import Notice


class WorkingPage(Page):
    """A page that says how far its work is. ``end`` ends the work, which then leaves nothing behind."""

    end: Callable[[], object]
    _begun = False

    @property
    def busy(self) -> bool:
        """True while work goes on."""
        return self._begun

    def begun(self) -> None:
        """Say that the work has begun."""
        self._begun = True
        self.say(Notice(self._words.text("window.job.begun")))

    def heard(self, stage: str, done: int, of: int) -> None:
        """Say how far the work is; ``of`` is 0 where it is not known."""
        if self.busy:
            words = self._words
            known = "window.job.done_of" if of else "window.job.done"
            at = words.text(f"window.job.{stage}")
            self.say(Notice(words.text(known, stage=at, done=done, of=of)))

    def done(self, fault: Message | str | None, kind: str = "wrong") -> None:
        """Say how the work ended; None says nothing."""
        self._begun = False
        text = self._words(fault) if isinstance(fault, Message) else fault
        self.say(Notice(text, kind) if text else None)

    def stop(self) -> None:
        """Stop the work that goes on."""
        self.end()
        self.done(Message("window.job.stopped"), "said")

    def escape(self) -> bool:
        """Esc: take the question back, else stop the work; False where nothing goes on."""
        if super().escape():
            return True
        if not self.busy:
            return False
        self.stop()
        return True
