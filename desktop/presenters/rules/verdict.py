"""The verdict on a form: what is wrong with its cells, and what can be settled with the rest."""

from datetime import date

from core.messages import Message, message
from core.policy.left_empty import left_empty
from core.policy.readiness import Ready, readiness
from core.policy.select import Policy
from core.words import Words
from desktop.presenters.page_states import ReadyRow
from desktop.presenters.rules.pack_form import PackForm
from desktop.presenters.rules.region_drawn import left_empty_rows, ready_rows


class Verdict:
    """Every fault by its cell, and what can be settled. A cell's fault is said once the cell was left.

    ``loose`` are the faults that no cell has, in words.
    """

    def __init__(self) -> None:
        self.wrong: dict[str, Message] = {}
        self.loose: tuple[str, ...] = ()
        self.ready: tuple[ReadyRow, ...] = ()
        self.on_all = False
        self._left: set[str] = set()
        self._outline: tuple[object, ...] = ()

    def begin_anew(self) -> None:
        """Say no cell's fault: another pack is open."""
        self.on_all, self._left = False, set()

    def leave(self, name: str) -> None:
        """Say a cell's fault from now on."""
        self._left.add(name)

    def touch(self, name: str) -> None:
        """Say nothing of a cell while it is typed into."""
        self._left.discard(name)

    def examine(self, form: PackForm, words: Words, day_taken: bool) -> None:
        """Examine the form as its texts stand. ``day_taken``: the hospital has a pack of that day already."""
        examined = form.examine()
        self.wrong = examined.faults
        self.loose = tuple([f"{path}: {words(fault)}" for path, fault in examined.loose])
        if day_taken:
            self.wrong.setdefault("effective", message("window.region.fault.other_version"))
        outline = (*form.outline, frozenset(self.wrong), self.loose, words.language)
        if outline != self._outline:  # a digit more seldom changes what is lacking
            self._outline = outline
            ready: list[Ready] = []
            said: list[Message] = []
            if examined.pack is not None:
                said = left_empty(examined.pack)
                ready = readiness(Policy(form.documents, examined.pack), date(int(form.year), 12, 31))
            self.ready = (*left_empty_rows(said, words), *ready_rows(ready, words))

    def faults(self, words: Words) -> dict[str, str]:
        """Return the faults to be said, by cell."""
        return {name: words(fault) for name, fault in self.wrong.items() if self.on_all or name in self._left}
