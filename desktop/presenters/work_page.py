"""The base of pages whose work is done by a process of its own, and goes on while the page is left."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from core.jobs.values import Failed, Progress
from desktop.presenters.plain_page import FormPage
from desktop.presenters.states import Notice
from desktop.presenters.working import WorkingPage

if TYPE_CHECKING:
    from desktop.session import Session


class Work(Protocol):
    """Long work in a process of its own. ``begin`` calls ``ended`` with None where it was stopped."""

    @property
    def busy(self) -> bool:
        """True while a job is being done."""

    def begin(self, job: Any, told: Callable[[Progress], object], ended: Callable[[Any], object]) -> None:
        """Begin a job while none is done."""

    def stop(self, with_ledger: bool = False) -> None:
        """Stop the job, if one is done."""


class WorkPage(WorkingPage, FormPage):
    """A page that has work done. ``announce`` hears what came of it, for a clerk who is elsewhere by then.

    ``stopped_late`` is what is said of work that was stopped and writes to the ledger.
    """

    keeps = True
    stopped_late = "window.job.stopped_late"

    def __init__(
        self, session: "Session", show: Callable[[], None], work: Work, announce: Callable[[Notice], object]
    ) -> None:
        super().__init__(session, show)
        self._work, self._announce = work, announce
        self._with_ledger = False

    @property
    def busy(self) -> bool:
        """True while work goes on."""
        return self._work.busy

    def typed(self, name: str, text: str) -> None:
        """Take a cell's new text. While work goes on the cells stand: its answer is about them."""
        if not self.busy or name == "shown":
            super().typed(name, text)
        else:
            self._show()

    def run(self, job: Any, done: Callable[[Any], object], with_ledger: bool = False) -> None:
        """Have a job done; ``done`` takes its answer. A failure is said, and ``done`` is not called."""
        if self.busy:
            return
        self._with_ledger, self.faults = with_ledger, {}
        self.begun()  # said first: the answer may be there at once
        self._work.begin(job, self._heard, partial(self._answered, done))
        self._show()

    def _heard(self, progress: Progress) -> None:
        self.heard(progress.stage, progress.done, progress.of)

    def _answered(self, done: Callable[[Any], object], answer: Any) -> None:
        if answer is None:
            stopped = self.stopped_late if self._with_ledger else "window.job.stopped"
            self.notice = Notice(self._words.text(stopped))
        elif isinstance(answer, Failed):
            self.refuse(*answer.faults)
        else:
            self.notice = None
            done(answer)
        if self.notice is not None:
            self._announce(self.notice)
        self._show()

    def stop(self) -> None:
        """Stop the work that goes on; it answers once it has ended."""
        self._work.stop(self._with_ledger)
        self._stopping = True
        self.heard("", 0, 0)
