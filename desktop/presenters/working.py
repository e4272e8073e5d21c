"""Pages that wait for long work beside the window: how far it is, and Esc to stop it."""

from collections.abc import Callable

from core.messages import Message
from desktop.presenters.page import Page
from desktop.presenters.states import Notice


class WorkingPage(Page):
    """A page that says how far its work is. ``stop`` ends the work, which then leaves nothing behind."""

    stop: Callable[[], object]
    busy = False

    def begun(self) -> None:
        """Say that the work has begun."""
        self.busy = True
        self.say(Notice(self._words.text("window.work.begun"), "said"))

    def told(self, stage: str, done: int, of: int) -> None:
        """Say how far the work is. ``stage`` is reading or writing; ``of`` is 0 where it is not known."""
        if self.busy:
            known = "window.work.writing" if of and stage == "writing" else "window.work.reading"
            self.say(Notice(self._words.text(known, done=done, of=of), "said"))

    def done(self, fault: Message | str | None, kind: str = "wrong") -> None:
        """Say how the work ended; None says nothing."""
        self.busy = False
        text = self._words(fault) if isinstance(fault, Message) else fault
        self.say(Notice(text, kind) if text else None)

    def escape(self) -> bool:
        """Stop the work where there is some, else do as on other pages."""
        if not self.busy:
            return super().escape()
        self.stop()
        self.done(Message("window.work.stopped"), "said")
        return True
