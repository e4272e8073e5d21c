"""Settings (F5): a region's whole pack as a guided form, and this desk."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from core.counter import confirming
from core.messages import Fault, Message
from core.policy.packfile import Origin
from core.words import Words
from desktop.presenters import typed
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import RegionState
from desktop.presenters.rules import region_drawn
from desktop.presenters.rules.pack_form import PackForm, Version
from desktop.presenters.rules.pack_layout import rows, section_of, spec_of, specs
from desktop.presenters.rules.pack_shape import NONE, TYPED_CHOOSERS, PackRow, origin_path
from desktop.presenters.rules.pack_versions import PackVersions
from desktop.presenters.rules.region_drawn import BlankForm
from desktop.presenters.rules.section_page import SectionPage
from desktop.presenters.rules.verdict import Verdict
from desktop.presenters.states import Notice, Question
from desktop.session import Session
from desktop.settings import Settings

_DESK: Final = (
    "hospital",
    "hospital_code",
    "telephone",
    "address",
    "operator",
    "level",
    "idle",
    "reader",
    "ask_at_end",
    "language",
)

Save = Callable[[dict[str, Any], Mapping[str, Origin], Version], "list[Fault]"]


class Drafts(NamedTuple):
    """Texts that were typed and not saved: packs by version, and this desk's cells. They outlive the page."""

    packs: dict[str, PackForm]
    desk: dict[str, str]


class RegionActs(NamedTuple):
    """The acts that the page asks others for.

    ``save_pack`` writes a pack or answers its faults. ``use`` takes settings at once and answers why they
    could not be kept. ``choose_packet`` opens a rule packet.
    """

    versions: Callable[[], Sequence[Version]]
    save_pack: Save
    use: Callable[[Settings], Message | None]
    choose_packet: Callable[[], object]


class RegionPage(SectionPage):
    """F5. ``drafts`` is where unsaved work is kept."""

    name = "region"
    view = "region"
    keeps = True

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        doing: RegionActs,
        drafts: Drafts,
    ) -> None:
        super().__init__(session, show)
        self._settings = settings = session.settings
        self._today = session.today()
        documents = session.opened.reader.documents
        self._versions = PackVersions(doing.versions, documents, self._today, drafts.packs)
        self._doing = doing
        self._drafts = drafts
        self._signed_in = session.guarded
        self._desk = _stored_desk(settings, self._words) | drafts.desk
        self._verdict = Verdict()
        self._version_key = next(iter(drafts.packs), "") or self._versions.latest(settings.region)
        self._form = self._open(self._version_key)
        if drafts.packs or drafts.desk:
            self.notice = Notice(self._words.text("window.region.unsaved"), "said")
        self._blank = BlankForm((), {})
        self._blank_of: tuple[object, ...] = ()
        self._examine()
        self.focus("list")

    def spoken_anew(self) -> None:
        """Take another language, which is this desk's setting from now on."""
        super().spoken_anew()
        language = self._words.language
        self._settings = self._settings._replace(language=language)
        self._drafts.desk.pop("desk.language", None)
        self._desk["desk.language"] = self.texts["desk.language"] = language
        self._examine()

    # Versions

    def _open(self, key: str) -> PackForm:
        """Open a version; its texts are the page's."""
        form = self._versions.form(key)
        form.signed_in = self._signed_in
        form.texts |= self._desk
        self.texts = form.texts
        return form

    def picked(self, value: str) -> None:
        """Show another version; what was typed into this one is kept."""
        if value in self._versions and value != self._version_key:
            self._keep()
            self._version_key = value
            self._form = self._open(value)
            self._verdict.begin_anew()
            self.notice = None
            if self._form.changed:
                self.notice = Notice(self._words.text("window.region.unsaved"), "said")
            self._examine()
            self._show()

    def opened(self, value: str) -> None:
        """Enter on a version: go on to its figures."""
        self.picked(value)
        self.focus(self.order[1])
        self._show()

    def _keep(self) -> None:
        """Keep what was typed beyond this page."""
        self._desk = {name: self.texts.get(name, "") for name in self._desk}
        self._versions.keep(self._version_key, self._form)

    # Keys

    @property
    def _rows(self) -> tuple[PackRow, ...]:
        return rows(self._form.shape, self._section)

    def changed(self, name: str) -> None:
        """Examine the form with a cell's new text, and keep the text."""
        self._verdict.touch(name)
        if name in TYPED_CHOOSERS:
            return
        if name in self._desk:
            self._drafts.desk[name] = self.texts[name]
        elif not origin_path(name):
            self._examine()
        self._keep()

    def chosen(self, name: str, value: str) -> None:
        """Take a chosen value; where several may hold, it is put in or taken out."""
        if spec_of(self._rows, name).kind == "many":
            self.typed(name, _toggled(self.texts.get(name, "").split(), value))
        else:
            super().chosen(name, value)

    def left(self, name: str) -> None:
        """Say what is wrong with the cell that was left."""
        self._settle(name)
        self._show()

    def _settle(self, name: str) -> None:
        """Finish a cell: write its day in full, show the year or the row that it chooses, say its faults."""
        text = typed.tidy(self.texts.get(name, ""))
        self._verdict.leave(name)
        if name == "effective":
            day = typed.day(text, self._today.replace(month=12, day=31))
            if isinstance(day, date):
                self.texts[name] = day.isoformat()
                self._form.show_year(day.year)
        elif name in TYPED_CHOOSERS:
            self._form.choose(name, text)
        else:
            self.faults = self._verdict.faults(self._words)
            return
        self._examine()

    def _choose_packet(self) -> None:
        self._doing.choose_packet()

    # Discarding

    def _ask_discard(self) -> None:
        words = self._words
        if not self._form.changed and not self._drafts.desk:
            self.notice = Notice(words.text("window.region.nothing_to_discard"))
        else:
            self.question = Question(
                words.text("window.region.ask_discard"),
                (
                    ("Y", words.text("window.region.discard_yes"), "discard"),
                    ("N", words.text("window.ask.no"), "no"),
                ),
            )
        self._show()

    def answer(self, meaning: str) -> None:
        """Y: throw away what was typed and not saved."""
        self.question = None
        if meaning == "discard":
            self._versions.forget(self._version_key)
            self._drafts.desk.clear()
            self._desk = _stored_desk(self._settings, self._words)
            self._form = self._open(self._version_key)
            self._verdict.begin_anew()
            self.notice = Notice(self._words.text("window.region.discarded"), "done")
            self._examine()
        self.focus(self.at or "list")
        self._show()

    # Saving

    def save(self) -> None:
        """F12: save the pack where its figures changed, then the settings; both hold at once."""
        self._settle(self.at)
        saved = self._form.changed
        if saved and not self._write():
            self._show()
            return
        self._desk = {name: self.texts.get(name, "") for name in self._desk}
        if saved:
            before = self._form
            self._versions.forget(self._version_key)
            self._version_key = self._versions.after_saving(before)
            self._form = self._open(self._version_key)
            self._form.show_as(before)
        self._verdict.on_all = False
        desk = {name: self._desk[f"desk.{name}"].strip() for name in _DESK}
        self._settings = self._settings._replace(**desk, region=self._form.version.id)
        self._drafts.desk.clear()
        failed = self._doing.use(self._settings)
        of_region = f"{self._form.version.id}@"
        counter = self._session.counter  # None where the region's own ledger is not open yet
        waiting = confirming.unchecked(counter) if counter is not None else {}
        waits = any(name.startswith(of_region) for name in waiting)
        first = self._form.effective
        if waits or first is None or first <= self._today:
            text = self._words.text("window.region.waits" if waits else "window.region.saved")
        else:
            text = self._words.text("window.region.saved_for_later", day=first.isoformat())
        if failed is not None:  # the figures stand all the same
            text = text + self._words.text("window.region.desk_not_kept") if saved else self._words(failed)
        self.notice = Notice(text, "done" if failed is None else "wrong")
        self._examine()
        self._show()

    def _write(self) -> bool:
        """Write the pack, or say what is wrong with it; return whether it was written."""
        if self._form.version.made_up:
            self.notice = Notice(self._words.text("window.region.example_stays"), "wrong")
            return False
        verdict = self._verdict
        verdict.on_all = True
        self._examine()
        if not verdict.wrong and not verdict.loose:
            tables, _ = self._form.tables()
            by = (self.texts.get("desk.operator") or self.texts.get("source.entered_by", "")).strip()
            faults = self._doing.save_pack(tables, self._form.notes(by), self._form.version)
            if not faults:
                return True
            verdict.loose = tuple(self._words(fault.message) for fault in faults)
        text = verdict.loose[0] if verdict.loose else ""
        if verdict.wrong:
            name = next((cell for cell in specs(self._form.shape) if cell in verdict.wrong), "")
            if not name:
                name = next(iter(verdict.wrong))
                self._form.reveal(name)  # of a year or a row that is not shown
            self._section = section_of(self._form.shape, name)
            self.focus(name)
            first = self._words(verdict.wrong[name])
            text = self._words.text("window.region.not_saved", number=len(verdict.wrong), said=first)
        self.notice = Notice(text, "wrong")
        return False

    # What follows from the texts

    def _examine(self) -> None:
        """Find every fault by its cell, and what can be settled with what is sound."""
        taken = self._versions.day_taken(self._version_key, self._form)
        self._verdict.examine(self._form, self._words, taken)
        self.faults = self._verdict.faults(self._words)

    @property
    def state(self) -> RegionState:
        """The whole page; lines that did not change are not made again."""
        words, form, section, verdict = self._words, self._form, self._section, self._verdict
        shape = form.shape
        blank_of = (shape, section, form.version, words.language)
        if blank_of != self._blank_of:
            self._blank_of = blank_of
            self._blank = region_drawn.blank_form(shape, section, form, words)
        return RegionState(
            title=region_drawn.title(self.texts, words),
            about=region_drawn.about(section, form, verdict.loose if verdict.on_all else (), words),
            tabs=region_drawn.tabs(shape, self.faults, words),
            section=section,
            groups=self._blank.groups,
            cells=region_drawn.filled_cells(self._blank, self.texts, self.faults),
            columns=region_drawn.columns(section, words),
            numbers=frozenset(),
            rows=self._versions.rows(words),
            chosen=self._version_key,
            ready_title=words.text("window.region.ready_title", year=form.year),
            ready=verdict.ready,
            ready_about=region_drawn.ready_about(verdict.ready, words),
            notice=self.notice,
            question=self.question,
            focus=self._focused,
            focus_turn=self._turn,
        )

    keys = {
        **MANUAL,
        "PgUp": KeyAction("window.key.region.PgUp", SectionPage.turn_back),
        "PgDn": KeyAction("window.key.region.PgDn", SectionPage.turn_on),
        "F3": KeyAction("window.key.region.F3", _choose_packet),
        "F6": KeyAction("window.key.region.F6", _ask_discard),
        "F8": KeyAction("window.key.region.F8", SectionPage.to_origin),
        "Shift+F8": KeyAction("window.key.Shift+F8", SectionPage.copy_origin),
        "F12": KeyAction("window.key.region.F12", save),
        **LEAVE,
    }


def _stored_desk(settings: Settings, words: Words) -> dict[str, str]:
    """Return this desk's cells as the settings have them."""
    stored = {f"desk.{name}": str(getattr(settings, name)) for name in _DESK}
    at_end = "yes" if settings.asks_at_end else "no"
    return stored | {"desk.ask_at_end": at_end, "desk.language": settings.language or words.language}


def _toggled(held: Sequence[str], value: str) -> str:
    """Return several values with one more, or one less; ``none`` stands alone."""
    if value == NONE:
        return "" if list(held) == [NONE] else NONE
    others = [each for each in held if each not in (value, NONE)]
    return " ".join(others if value in held else [*others, value])
