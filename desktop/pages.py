"""The pages beside the counter: which one is open, and what its keys do."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core.messages import Fault, Message, message
from core.places import MADE_UP_REGION, RESOURCES
from core.policy.packets import SUFFIX
from core.policy.packfile import Origin, save_pack
from core.words import languages
from desktop.desk.region_files import file_of, versions_in
from desktop.devices.printing import drawn, millimetres, print_counter, print_shown
from desktop.openers.desk import DeskPages
from desktop.openers.lookup import Lookup
from desktop.openers.rules import packet_page
from desktop.presenters.desk.print_page import PrintPage
from desktop.presenters.help.manual import ManualPage
from desktop.presenters.menu import LOOKS, is_always, is_anywhere, menu
from desktop.presenters.page import Page
from desktop.presenters.rules.fund import FundPage
from desktop.presenters.rules.pack_cells import Version
from desktop.presenters.rules.region import Drafts, RegionPage
from desktop.presenters.states import Notice
from desktop.presenters.visit.clauses import ClausesPage
from desktop.presenters.visit.enrolment import EnrolmentPage
from desktop.presenters.visit.opening import OpeningPage
from desktop.presenters.visit.outlook import OutlookPage
from desktop.presenters.visit.reversal import ReversalPage
from desktop.settings import Settings
from desktop.views import theme
from desktop.views.pages.page_view import PageView
from desktop.views.pages.print_view import PrintView
from desktop.views.pages.region_view import RegionView
from desktop.views.window import MENU_KEY

if TYPE_CHECKING:
    from core.ledger.entries import Entry, Patient
    from desktop.app import Program
    from desktop.presenters.help.samples import Story
    from desktop.views.pages.manual_view import ManualView


_SPEAK: Final = "speak_"
"""Before a language: the menu's line that speaks it."""


class Pages:
    """Opens a page over the counter and closes it again; one is open at a time."""

    def __init__(self, program: "Program") -> None:
        self._program = program
        self._page: Page | None = None
        self._view: PageView | RegionView | ManualView | None = None
        self._under: tuple[Page | None, str] | None = None
        """What the manual was opened over, and the cell that had the focus; None while it is closed."""
        self._drafts = Drafts({}, {})
        self.lookup = Lookup(program, self)
        self.desk = DeskPages(self, program)
        self.doers: dict[str, Callable[[], object]] = {
            "packet": self._choose_packet,
            "fund": self._fund,
            "diagnosis": self._diagnosis,
            "print": self._print_page,
            "samples": self._samples,
            **{f"{_SPEAK}{language}": partial(program.speak, language) for language in languages()},
            "day": self.lookup.day,
            "entries": self.lookup.entries,
            **{name: partial(self._wear, name) for name in LOOKS},
            **self.desk.doers,
        }
        """What the menu's lines do that are no key of the footer, by their names."""

    @property
    def current(self) -> str:
        """The open page's name, empty at the counter."""
        return self._page.name if self._page else ""

    @property
    def page(self) -> Page | None:
        """The open page."""
        return self._page

    def press(self, key: str) -> bool:
        """A function key or a line of the menu; False where the counter should have it."""
        page = self._page
        asked = self._program.presenter.question if page is None else page.question
        if asked is None and self.lookup.press(page, key):
            return True
        if key == MENU_KEY or key in self.doers:
            return self._press_menu(key)
        if key == "F1":
            self._open_manual()
            return True
        if page is None:
            return self._press_at_counter(key)
        if page.question is not None:
            if key == "Esc":
                page.escape()
            return True
        if isinstance(page, PrintPage) and isinstance(self._view, PrintView):
            if self._press_print(page, self._view, key):
                return True
        elif isinstance(page, RegionPage) and isinstance(self._view, RegionView):
            page.at = self._view.focused_cell()
        if page.press(key):
            return True
        if key == "Esc":
            if not page.escape() and not page.stays:
                self.leave()
        elif key == "F12":
            page.save()
        elif key == "F2" and not page.stays:
            self._under = None
            self.leave()
            return self.current != ""
        elif key == "F4":
            if self.to_counter():
                self._program.presenter.read_card()
        elif key == "F9" and isinstance(page, ClausesPage):
            page.notice = print_counter(self._program)
            self.render()
        elif key == "F10" and isinstance(page, OutlookPage):
            self._fund()
        elif key == "F10" and isinstance(page, RegionPage):
            self._choose_packet()
        return True

    def _press_menu(self, name: str) -> bool:
        presenter, page = self._program.presenter, self._page
        if name == "lock":  # whatever stands open
            self.doers[name]()
        elif (presenter.state.question if page is None else page.question) is not None:
            return True
        elif name == MENU_KEY:
            ready = self._program.counter is not None
            groups = menu(self._program.words, self.current, self._checked, self.doers, ready)
            self._program.window.open_menu(groups)
        elif (page is None or is_anywhere(name)) and (self._program.counter or is_always(name)):
            self.doers[name]()
        return True

    def _checked(self, name: str) -> bool | None:
        """Whether a choice holds; None of a line that is no choice."""
        if name.startswith(_SPEAK):
            return name == f"{_SPEAK}{self._program.words.language}"
        if name not in LOOKS:
            return None
        settings = self._program.settings
        return settings == settings._replace(**LOOKS[name])

    def _wear(self, name: str) -> None:
        program = self._program
        program.look(program.settings._replace(**LOOKS[name]))
        wanted = program.settings.percent
        worn = theme.fitting(wanted, program.window.width())
        if "size" in LOOKS[name] and worn != wanted:
            said = program.words.text("window.size_no_room", wanted=str(wanted), worn=str(worn))
            program.presenter.say(Notice(said))
            if self._page is not None:
                self._page.notice = Notice(said)
                self.render()

    def answer(self, meaning: str) -> None:
        """An answer to the page's question."""
        if self._page is not None:
            self._page.answer(meaning)

    def _press_at_counter(self, key: str) -> bool:
        program, presenter = self._program, self._program.presenter
        if presenter.state.question is not None or program.counter is None:
            return False
        if key == "F3" or (key == "F7" and presenter.patient is None):
            self.lookup.find()
        elif key == "F7" and presenter.patient is not None:
            self.lookup.patient(presenter.patient)
        elif key == "F5":
            self._settings()
        elif key == "F8":
            self.show(ClausesPage(program.words, self.render, presenter.worked))
        elif key == "F6":
            entry = presenter.entry
            if entry is not None:
                self.reverse(entry)
            elif presenter.patient is not None:
                self.lookup.patient(presenter.patient)
            else:
                presenter.say(Notice(program.words.text("window.nothing_to_reverse"), "wrong"))
        elif key == "F10":
            self.show(OutlookPage(program.words, self.render, presenter.worked))
        elif key == "F11":
            self.opening(presenter.patient)
        else:
            return False
        return True

    def _open_manual(self) -> None:
        """F1: at what is said of the cell that has the focus, else of the page."""
        program, page, view = self._program, self._page, self._view
        if page is None:
            name, at = "counter", program.view.focused_cell()
            asked = program.presenter.state.question is not None
            anchors = [f"cell.{at}"]
        else:
            name, at = page.name, view.focused_cell() if view is not None else ""
            asked = page.question is not None
            anchors = [f"{name}.{at}", f"cell.{at}"]
            if isinstance(page, RegionPage):
                anchors = [f"{name}.{page.state.section}"]
        if asked or isinstance(page, ManualPage):
            return
        self._under = (page, at)
        self.show(ManualPage(program.words, self.render, *anchors, f"page.{name}"))

    def _leave_manual(self, page: Page | None, at: str) -> None:
        """Back to where one was."""
        self._under = None
        if page is not None:
            page.focus(at or "list")
            self.show(page)
            return
        self.leave_for_good()
        if at:
            self._program.view.cell(at).take_focus()

    def reverse(self, entry: "Entry") -> ReversalPage:
        """The page that reverses an entry."""
        program = self._program
        assert program.counter is not None
        page = ReversalPage(program.words, self.render, program.counter, program.settings, entry)
        self.show(page)
        return page

    def opening(self, patient: "Patient | None") -> None:
        """The page that states a year's totals."""
        program = self._program
        assert program.counter is not None
        today, known = program.today(), self._known(patient)
        self.show(OpeningPage(program.words, self.render, program.counter, program.settings, today, known))

    def _print_page(self) -> None:
        program = self._program
        self.show(
            PrintPage(
                program.words,
                self.render,
                program.settings,
                self._drawn,
                self._is_distance,
                program.use,
                languages(),
            )
        )

    def _drawn(self, settings: Settings) -> list[Any]:
        """What would be printed by some settings: the sheet at the counter, or a test print."""
        return drawn(self._program, settings)

    def _is_distance(self, text: str) -> bool:
        return millimetres(text) is not None

    def _press_print(self, page: PrintPage, view: PrintView, key: str) -> bool:
        if key in ("PgUp", "PgDn"):
            by = 1 if key == "PgDn" else -1
            if not view.turn(by):
                page.turn(by)
        elif key in ("F7", "F8"):
            page.zoom(1 if key == "F8" else -1)
        elif key in ("F9", "F10"):
            page.say(print_shown(self._program, page.settings, test=key == "F10"))
        else:
            return False
        return True

    def _fund(self) -> None:
        program = self._program
        assert program.counter is not None
        documents = program.counter.reader.documents
        self.show(FundPage(program.words, self.render, documents, program.today().year))

    def _samples(self) -> None:
        from desktop.presenters.help.samples import SamplesPage  # for practice alone

        program = self._program
        practice = program.settings.region == MADE_UP_REGION
        self.show(SamplesPage(program.words, self.render, practice, self._practise))

    def _practise(self, story: "Story") -> None:
        """A made-up visit into the form; what should come out is said."""
        self.leave()
        presenter, words = self._program.presenter, self._program.words
        presenter.new()
        for name, text in story.cells.items():
            presenter.typed(name, text)
            presenter.left(name)
        said = "window.samples.pays" if story.pays else "window.samples.missing"
        presenter.say(Notice(words.text(said, name=story.cells["name"], amount=story.pays), "said"))

    def _diagnosis(self) -> None:
        from desktop.desk.machine_report import diagnosis_page

        self.show(diagnosis_page(self._program, self.render))

    def sheet(self, text: str) -> None:
        """Works out again the sheet whose code was read."""
        from core.exchange import sheet_code
        from desktop.presenters.visit.sheet_page import SheetPage

        program = self._program
        assert program.counter is not None
        coded = sheet_code.decode(text)
        if isinstance(coded, Message):
            program.presenter.say(Notice(program.words(coded), "wrong"))
            return
        self.show(SheetPage(program.words, self.render, program.counter, coded, self.lookup.patient))

    def enrolment(self, patient: "Patient | None") -> None:
        """The page for an enrolment account."""
        program = self._program
        assert program.counter is not None
        today, known = program.today(), self._known(patient)
        known["population"] = program.presenter.form.get("population", "")
        self.show(EnrolmentPage(program.words, self.render, program.counter, program.settings, today, known))

    def _known(self, patient: "Patient | None") -> dict[str, str]:
        """Who the page that opens is about: a patient on file, or as typed at the counter."""
        form = self._program.presenter.form
        if patient is None:
            return {name: form[name] for name in ("id_type", "id", "name") if form.get(name)}
        first = patient.identifiers[0]
        return {"id_type": first.id_type, "id": first.id, "name": patient.name}

    def _settings(self) -> None:
        program = self._program
        assert program.counter is not None
        self.show(
            RegionPage(
                program.words,
                self.render,
                program.settings,
                self._versions,
                program.counter.reader.documents,
                program.today(),
                self._save_pack,
                self._use,
                self._drafts,
                program.desk.guarded,
            )
        )

    def _choose_packet(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        words = self._program.words
        kinds = f"{words.text('window.packet.title')} (*{SUFFIX})"
        chosen, _ = QFileDialog.getOpenFileName(
            self._program.window, words.text("window.packet.title"), "", kinds
        )
        if chosen:
            self.packet(Path(chosen))

    def packet(self, file: Path) -> None:
        """Shows what a rule packet would change."""
        self.show(packet_page(self._program, self.render, partial(self.packet, file), file))

    @property
    def _own(self) -> Path:
        return self._program.home / "regions"

    def _versions(self) -> list[Version]:
        return versions_in(RESOURCES / "regions", self._own)

    def _save_pack(self, pack: dict[str, Any], notes: Mapping[str, Origin], version: Version) -> list[Fault]:
        counter = self._program.counter
        assert counter is not None
        base = file_of(self._own, version)

        def change() -> list[Fault]:
            try:
                saved = save_pack(self._own, pack, counter.reader.documents, notes, base)
            except OSError:
                return [Fault("region", message("paper.fault.file", name=str(self._own)))]
            return saved if isinstance(saved, list) else []

        about = f"{version.id}@{pack.get('effective', '')}"
        return counter.change_region(about, self._program.settings.signer, change)

    def _use(self, settings: Settings) -> Message | None:
        return self._program.use(settings, reopen=True)

    def show(self, page: Page) -> None:
        """Opens a page in the place of the one that is open."""
        program = self._program
        self._page = page
        old = self._view
        view = self._view_of(page)
        self._view = view
        view.typed.connect(page.typed)
        view.entered.connect(page.enter)
        view.backed.connect(page.back)
        if isinstance(view, PageView | RegionView):
            view.chosen.connect(page.chosen)
            view.picked.connect(page.picked)
            view.opened.connect(page.opened)
        elif isinstance(page, ManualPage):
            view.moved.connect(page.moved)
            view.pointed.connect(page.pointed)
        if isinstance(view, PageView):
            view.at_end.connect(page.more)
        if isinstance(page, RegionPage) and isinstance(view, RegionView):
            view.left.connect(page.left)
            view.section.connect(page.section)
        program.window.pages.addWidget(view)
        program.window.pages.setCurrentWidget(view)
        self._forget(old)
        self.render()

    def _view_of(self, page: Page) -> "PageView | RegionView | ManualView":
        if isinstance(page, ManualPage):
            from desktop.views.pages.manual_view import ManualView  # most days nobody opens it

            return ManualView()
        if isinstance(page, PrintPage):
            return PrintView(page.state)
        return RegionView() if isinstance(page, RegionPage) else PageView(page.state)

    def spoken_anew(self) -> None:
        """Another language: the open page is drawn anew, where one was in it."""
        page = self._page
        if self._under is not None and self._under[0] is not None:
            self._under[0].spoken_anew()
        if page is not None:
            at = self._view.focused_cell() if self._view is not None else ""
            page.spoken_anew()
            page.focus(at or "list")
            self.show(page)

    def _forget(self, view: "PageView | RegionView | ManualView | None") -> None:
        if view is not None:
            self._program.window.pages.removeWidget(view)
            view.hide()
            view.deleteLater()

    def leave(self) -> None:
        """Back to the counter, to signing in on a locked desk, or from the manual to where it was opened."""
        if self._under is not None:
            self._leave_manual(*self._under)
        elif self._program.desk.locked:
            self.desk.ask()
        else:
            self.leave_for_good()

    def to_counter(self) -> bool:
        """Back to the counter from whatever is open; not where something typed would be lost: it is said."""
        page = self._page
        if self._under is not None and self._under[0] is not None:
            page = self._under[0]
        if page is None:
            return True
        said = ""
        if self._program.desk.locked:
            said = "window.card.sign_in"
        elif page.unsaved or page.stays:
            said = "window.card.unsaved"
        if said:
            if page is not self._page:
                self.leave()  # the manual
            page.notice = Notice(self._program.words.text(said), "wrong")
            self.render()
            return False
        self._under = None
        self.leave_for_good()
        return True

    def forget_under(self) -> None:
        """Nothing comes back from under the manual: the desk is locked."""
        self._under = None

    def leave_for_good(self) -> None:
        """Closes the page, whatever lies under it."""
        program = self._program
        old, self._page, self._view = self._view, None, None
        program.window.pages.setCurrentWidget(program.view)
        self._forget(old)
        program.presenter.refresh()
        program.view.focus_again()

    def render(self) -> None:
        """Draws the open page."""
        program = self._program
        if self._page is None or self._view is None:
            program.render()
            return
        state = self._page.state
        self._view.render(state)
        program.render()
        program.window.render_notice(state.notice)
        program.window.render_question(state.question)
        if state.question is None:
            self._view.focus_if_lost()
