"""Openers of the manual, the made-up patients, the diagnosis of this machine and the page about printing."""

from typing import TYPE_CHECKING, Any

from core.words import languages
from desktop.devices.printing import Printing
from desktop.devices.sheets_of_desk import millimetres, preview
from desktop.navigator import Navigator
from desktop.presenters.counter.presenter import CounterPresenter
from desktop.presenters.states import Notice
from desktop.session import Session
from desktop.settings import Settings

if TYPE_CHECKING:
    from desktop.desk.desk import Desk
    from desktop.presenters.help.samples import Story


class HelpPages:
    """Opener of these pages."""

    def __init__(
        self,
        session: Session,
        navigator: Navigator,
        desk: "Desk",
        counter_page: CounterPresenter,
        printing: Printing,
    ) -> None:
        self._session = session
        self._navigator = navigator
        self._desk = desk
        self._counter_page = counter_page
        self._printing = printing

    def manual(self) -> None:
        """Open the manual at the section about the cell that has the focus, else about the page."""
        from desktop.presenters.help.manual import ManualPage

        page = self._navigator.page
        if isinstance(page, ManualPage):
            return
        anchors = [*page.help_anchors(), f"page.{page.name}"]
        self._navigator.over(ManualPage(self._session, self._navigator.render, *anchors))

    def samples(self) -> None:
        """Open the made-up patients for practice."""
        from desktop.presenters.help.samples import SamplesPage

        self._navigator.open(SamplesPage(self._session, self._navigator.render, self._practise))

    def _practise(self, story: "Story") -> None:
        """Type a made-up visit into the form, and say what the patient should pay."""
        self._navigator.home()
        counter_page, words = self._counter_page, self._session.words
        counter_page.new()
        self._navigator.draw()  # the cell takes the focus while it is empty, so nothing in it is selected
        for name, text in story.cells.items():
            counter_page.typed(name, text)
            counter_page.left(name)
        expected = "window.samples.pays" if story.pays else "window.samples.missing"
        counter_page.say(Notice(words.text(expected, name=story.cells["name"], amount=story.pays), "said"))

    def diagnosis(self) -> None:
        """Open the diagnosis of this machine and desk."""
        from desktop.desk.machine_report import diagnosis_page

        window = self._navigator.window
        self._navigator.open(diagnosis_page(self._session, window, window.closed, self._navigator.render))

    def print_page(self) -> None:
        """Open the page that shows a sheet as it will be printed."""
        from desktop.presenters.desk.print_page import PrintActs, PrintPage

        doing = PrintActs(self._preview, _is_distance, self._desk.use, self._print_shown, self._scroll)
        self._navigator.open(PrintPage(self._session, self._navigator.render, doing, languages()))

    def _preview(self, settings: Settings) -> list[Any]:
        return preview(self._session, settings, self._counter_page)

    def _print_shown(self, settings: Settings, test: bool) -> Notice:
        if test:
            return self._printing.print_ruler(settings)
        return self._printing.print_counter(self._counter_page, settings)

    def _scroll(self, by: int) -> bool:
        """Scroll the sheet that is shown; False where it is at its end."""
        view: Any = self._navigator.view
        return bool(view.turn(by))


def _is_distance(text: str) -> bool:
    return millimetres(text) is not None
