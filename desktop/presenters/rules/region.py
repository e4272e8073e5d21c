"""Settings: a region's whole pack as a guided form, and this desk."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from desktop.presenters.page import LEAVE, MANUAL, CellPage, KeyAction
from core.messages import Fault, Message, message
from core.missing import name_of
from core.policy.packfile import Origin
from core.policy.readiness import Ready, readiness
from core.policy.select import Policy
from core.policy.soundness import examine_pack
from core.vocabulary import Level
from desktop.presenters import typed
from desktop.presenters.rules.pack_cells import (
    NONE,
    SECTIONS,
    YEAR,
    Group,
    PackForm,
    Row,
    Spec,
    Version,
    groups,
    origin_name,
    origin_path,
)
from desktop.presenters.states import (
    Cell,
    FormGroup,
    FormRow,
    ListRow,
    Notice,
    Option,
    Question,
    ReadyRow,
    RegionState,
    Tab,
)
from desktop.session import Session
from desktop.settings import Settings

_DESK: Final = ("hospital", "operator", "level", "idle", "language")
_MOST_BESIDE: Final = 3
_OWN_KEYS: Final = {"level": tuple(str(number) for number in range(len(Level)))}

Save = Callable[[dict[str, Any], Mapping[str, Origin], Version], "list[Fault]"]


class Drafts(NamedTuple):
    """What was typed and not saved: packs by version, and this desk's cells. It outlives the page."""

    packs: dict[str, PackForm]
    desk: dict[str, str]


class Doing(NamedTuple):
    """What the page has done for it: ``save_pack`` writes a pack or answers its faults, ``use`` takes the
    settings at once and answers why they could not be kept, ``choose_packet`` opens a rule packet.
    """

    versions: Callable[[], Sequence[Version]]
    save_pack: Save
    use: Callable[[Settings], Message | None]
    choose_packet: Callable[[], object]


class RegionPage(CellPage):
    """F5. ``drafts`` is where unsaved work is kept."""

    name = "region"
    view = "region"
    keeps = True

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        doing: Doing,
        drafts: Drafts,
    ) -> None:
        super().__init__(session, show)
        self._settings = session.settings
        self._doing = doing
        self._versions = {version.key: version for version in doing.versions()}
        self._documents = session.opened.reader.documents
        self._today = session.today()
        self._drafts = drafts
        self._signed_in = session.guarded
        self._desk = self._stored_desk() | drafts.desk
        self._section = SECTIONS[0]
        self._judged: set[str] = set()
        self._judge_all = False
        self._copied = ""
        self._version_key = next(iter(drafts.packs), "") or self._latest_of(self._settings.region)
        self._form = self._open(self._version_key)
        if drafts.packs or drafts.desk:
            self.notice = Notice(self._words.text("window.region.unsaved"), "said")
        self._ready: tuple[ReadyRow, ...] = ()
        self._found: dict[str, str] = {}
        self._loose: tuple[str, ...] = ()
        self._work_out()
        self.focus("list")

    def spoken_anew(self) -> None:
        """Another language, which is this desk's setting from now on."""
        super().spoken_anew()
        language = self._words.language
        self._settings = self._settings._replace(language=language)
        self._drafts.desk.pop("desk.language", None)
        self._desk["desk.language"] = self.texts["desk.language"] = language
        self._work_out()

    def _stored_desk(self) -> dict[str, str]:
        stored = {f"desk.{name}": str(getattr(self._settings, name)) for name in _DESK}
        return stored | {"desk.language": self._settings.language or self._words.language}

    # Versions

    def _latest_of(self, region: str) -> str:
        same = [key for key, version in self._versions.items() if version.id == region]
        return same[-1] if same else next(iter(self._versions), "")

    def _open(self, key: str) -> PackForm:
        if key in self._drafts.packs:
            form = self._drafts.packs[key]
        else:
            form = PackForm(self._versions[key], self._documents, str(self._today.year), self._today)
        form.signed_in = self._signed_in
        form.texts |= self._desk
        self.texts = form.texts
        return form

    def picked(self, value: str) -> None:
        """Another version; what was typed into this one is kept."""
        if value in self._versions and value != self._version_key:
            self._keep()
            self._version_key = value
            self._form = self._open(value)
            self._judge_all, self._judged, self.notice = False, set(), None
            if self._form.changed:
                self.notice = Notice(self._words.text("window.region.unsaved"), "said")
            self._work_out()
            self._show()

    def opened(self, value: str) -> None:
        """Enter on a version: on to its figures."""
        self.picked(value)
        self.focus(self.order[1])
        self._show()

    def _keep(self) -> None:
        """Keeps what was typed beyond this page."""
        self._desk = {name: self.texts.get(name, "") for name in self._desk}
        self._drafts.packs.pop(self._version_key, None)
        if self._form.changed:
            self._drafts.packs[self._version_key] = self._form

    # Keys

    @property
    def _rows(self) -> tuple[Row, ...]:
        return tuple(row for group in groups(self._form, self._section) for row in group.rows)

    @property
    def order(self) -> tuple[str, ...]:  # type: ignore[override]
        """The section's cells as Enter walks them."""
        return tuple(spec.name for row in self._rows for spec in row.cells)

    def changed(self, name: str) -> None:
        """The list of what can be settled follows what is typed."""
        self._judged.discard(name)
        if name in self._desk:
            self._drafts.desk[name] = self.texts[name]
        if name == YEAR:
            return
        self._work_out()
        self._keep()

    def chosen(self, name: str, value: str) -> None:
        """A value was chosen; of several, it is put in or taken out."""
        if self._spec(name).kind != "many":
            super().chosen(name, value)
            return
        self.typed(name, self._toggled(name, value))

    def _toggled(self, name: str, value: str) -> str:
        before = self.texts.get(name, "").split()
        if value == NONE:
            return "" if before == [NONE] else NONE
        now = [one for one in before if one not in (value, NONE)]
        return " ".join(now if value in before else [*now, value])

    def _spec(self, name: str) -> Spec:
        return next((s for row in self._rows for s in row.cells if s.name == name), Spec(name, "text"))

    def left(self, name: str) -> None:
        """The cell was left: what is wrong with it is said."""
        self._settle(name)
        self._show()

    def enter(self, name: str) -> None:
        """Enter: to the next cell, from the last one to the next section."""
        if self.question:
            return
        self._settle(name)
        path = origin_path(name)
        if path:
            self._copied = self.texts.get(name, "") or self._copied
            name = self._cells_of(path)[-1]
        if name == self.order[-1] and self._section != SECTIONS[-1]:
            self._turn_to(1)
        else:
            self._step(name, 1)

    def back(self, name: str) -> None:
        """Shift and Enter: to the cell before, from the first one into the list of versions."""
        self._settle(name)
        path = origin_path(name)
        if path:
            self.focus(self._cells_of(path)[0])
        elif self._section == SECTIONS[0] and name == self.order[0]:
            self.focus("list")
        else:
            self._step(name, -1)
        self._show()

    def _cells_of(self, path: str) -> tuple[str, ...]:
        return next((tuple(s.name for s in row.cells) for row in self._rows if row.origin == path), (path,))

    def _settle(self, name: str) -> None:
        """A cell is done: a day is put into its full form, another year is shown, faults are said."""
        text = typed.tidy(self.texts.get(name, ""))
        if name == "effective":
            found = typed.day(text, self._today.replace(month=12, day=31))
            if isinstance(found, date):
                self.texts[name] = found.isoformat()
        if name == YEAR and text != self._form.year:
            if len(text) == 4 and text.isascii() and text.isdigit() and text[0] in "12":
                self._form.year = text
                self.faults.pop(name, None)
                self._work_out()
            else:
                self.texts[YEAR] = self._form.year
        self._judged.add(name)
        self._work_out()

    def help_anchors(self) -> list[str]:
        """The place in the manual of the section that is open."""
        return [f"{self.name}.{self._section}"]

    def turn_back(self) -> None:
        """Turn to the section before."""
        self._settle(self.at)
        self._turn_to(-1)

    def turn_on(self) -> None:
        """Turn to the next section."""
        self._settle(self.at)
        self._turn_to(1)

    def choose_packet(self) -> None:
        """Choose a rule packet to take in."""
        self._doing.choose_packet()

    def section(self, value: str) -> None:
        """A section was chosen."""
        if value in SECTIONS and value != self._section:
            self._settle(self.at)
            self._turn_to(SECTIONS.index(value) - SECTIONS.index(self._section))

    def _turn_to(self, by: int) -> None:
        at = SECTIONS.index(self._section) + by
        self._section = SECTIONS[max(0, min(at, len(SECTIONS) - 1))]
        self.focus("list" if self._section == SECTIONS[0] else self.order[0])
        self._show()

    def _row_at(self) -> Row | None:
        path = origin_path(self.at)
        return next(
            (
                r
                for r in self._rows
                if r.origin and (r.origin == path or self.at in [s.name for s in r.cells])
            ),
            None,
        )

    def _to_origin(self) -> None:
        row = self._row_at()
        if row is not None:
            self.focus(row.cells[0].name if origin_path(self.at) else origin_name(row.origin))
            self._show()

    def _copy_origin(self) -> None:
        """The place that was typed last, or stands in a line above, for this line too."""
        row = self._row_at()
        if row is None:
            return
        found = self._copied
        for other in self._rows:
            if other is row:
                break
            found = self.texts.get(origin_name(other.origin), "") or found
        if found:
            self.typed(origin_name(row.origin), found)
            self.enter(row.cells[-1].name)

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
        """Y throws away what was typed and not saved."""
        self.question = None
        if meaning == "discard":
            self._drafts.packs.pop(self._version_key, None)
            self._drafts.desk.clear()
            self._desk = self._stored_desk()
            self._form = self._open(self._version_key)
            self._judge_all, self._judged = False, set()
            self.notice = Notice(self._words.text("window.region.discarded"), "done")
            self._work_out()
        self.focus(self.at or "list")
        self._show()

    # Saving

    def save(self) -> None:
        """F12: the pack where its figures changed, then the settings; both hold at once."""
        self._settle(self.at)
        saved = self._form.changed
        if saved and not self._write():
            self._show()
            return
        self._desk = {name: self.texts.get(name, "") for name in self._desk}
        if saved:
            region, day = self._form.version.id, self.texts.get("effective", "")
            self._drafts.packs.pop(self._version_key, None)
            self._versions = {version.key: version for version in self._doing.versions()}
            key = f"{region}@{day}"
            self._version_key = key if key in self._versions else self._latest_of(region)
            year, self._form = self._form.year, self._open(self._version_key)
            self._form.year = self._form.texts[YEAR] = year
        self._judge_all = False
        desk = {name: self._desk[f"desk.{name}"].strip() for name in _DESK}
        self._settings = self._settings._replace(**desk, region=self._form.version.id)
        self._drafts.desk.clear()
        failed = self._doing.use(self._settings)
        self.notice = Notice(self._words.text("window.region.saved"), "done")
        if failed is not None:
            self.notice = Notice(self._words(failed), "wrong")
        self._work_out()
        self._show()

    keys = {
        **MANUAL,
        "PgUp": KeyAction("window.key.region.PgUp", turn_back),
        "PgDn": KeyAction("window.key.region.PgDn", turn_on),
        "F6": KeyAction("window.key.region.F6", _ask_discard),
        "F7": KeyAction("window.key.region.F7", _copy_origin),
        "F8": KeyAction("window.key.region.F8", _to_origin),
        "F10": KeyAction("window.key.region.F10", choose_packet),
        "F12": KeyAction("window.key.region.F12", save),
        **LEAVE,
    }

    def _write(self) -> bool:
        if self._form.version.made_up:
            self.notice = Notice(self._words.text("window.region.example_stays"), "wrong")
            return False
        self._judge_all = True
        self._work_out()
        if not self._found and not self._loose:
            tables, _ = self._form.tables()
            by = (self.texts.get("desk.operator") or self.texts.get("source.entered_by", "")).strip()
            faults = self._doing.save_pack(tables, self._form.notes(by), self._form.version)
            if not faults:
                return True
            self._loose = tuple(self._words(fault.message) for fault in faults)
        if self._found:
            name = self._first_wrong()
            self._section = self._form.section_of(name)
            self.focus(name)
            self.notice = Notice(
                self._words.text("window.region.not_saved", number=len(self._found), said=self._found[name]),
                "wrong",
            )
        else:
            self.notice = Notice(self._loose[0], "wrong")
        return False

    def _first_wrong(self) -> str:
        names = [
            spec.name
            for section in SECTIONS
            for group in groups(self._form, section)
            for row in group.rows
            for spec in row.cells
        ]
        found = next((name for name in names if name in self._found), "")
        if not found:  # in a year that is not shown
            found = next(iter(self._found))
            self._form.year = self.texts[YEAR] = found.split(".")[1]
        return found

    # What follows from the texts

    def _work_out(self) -> None:
        """Every fault by its cell, and what can be settled with what is sound."""
        form, words = self._form, self._words
        tables, unread = form.tables()
        pack, faults = examine_pack(tables, self._documents)
        cells = form.specs_of_all()
        found: dict[str, Message] = dict(unread)
        loose = []
        for fault in faults:
            cell = form.cell_of(fault.field, cells)
            if cell:
                found.setdefault(cell, fault.message)
            else:
                loose.append(f"{fault.field.removeprefix('region.')}: {words(fault.message)}")
        other = f"{form.version.id}@{self.texts.get('effective', '')}"
        if other in self._versions and other != self._version_key and self._versions[other].own:
            found.setdefault("effective", message("window.region.fault.other_version"))
        self._found = {name: words(said) for name, said in found.items()}
        self._loose = tuple(loose)
        shown = self._found if self._judge_all else {}
        self.faults = {
            name: said for name, said in self._found.items() if name in shown or name in self._judged
        }
        day = date(int(form.year), 12, 31)
        self._ready = ()
        if pack is not None:
            self._ready = self._ready_rows(readiness(Policy(self._documents, pack), day))

    def _ready_rows(self, found: list[Ready]) -> tuple[ReadyRow, ...]:
        words = self._words
        rows: dict[tuple[object, ...], list[Ready]] = {}
        for one in found:
            rows.setdefault((one.levels, one.diseases, one.missing), []).append(one)
        comma = words.text("window.comma")
        made = []
        for (_levels, _diseases, missing), same in rows.items():
            first = same[0]
            benefits = comma.join(words.text(f"benefit.{one.benefit}") for one in same)
            where = comma.join(words.text(f"level.{level}") for level in first.levels)
            if len(first.levels) == len(Level):
                where = words.text("window.region.every_level")
            if first.diseases:
                where = words.text("window.region.diseases", numbers=_ranges(first.diseases, comma))
            names = dict.fromkeys(words(name_of(figure)) for figure in first.missing)
            text = (
                words.text("window.region.lacks", cells=comma.join(names))
                if missing
                else words.text("window.region.complete")
            )
            made.append(ReadyRow(f"{benefits}  {where}", text, not missing))
        return tuple(made)

    # The state

    @property
    def state(self) -> RegionState:  # type: ignore[override]
        """The page."""
        words, form, version = self._words, self._form, self._form.version
        laid = groups(form, self._section)
        cells: dict[str, Cell] = {}
        for group in laid:
            for row in group.rows:
                self._cells_into(cells, row)
        first = self._section == SECTIONS[0]
        about = words.text("window.region.about_versions" if first else "window.region.about")
        if self._section == SECTIONS[-1]:
            about = words.text("window.region.about_desk")
        if self._loose and self._judge_all:
            about = words.text("window.region.loose", said="  ".join(self._loose))
        elif version.own and form.changed and self.texts.get("effective") not in ("", version.effective):
            about = words.text("window.region.new_version", day=version.effective)
        missing = sum(1 for row in self._ready if not row.ready)
        day, name = self.texts.get("effective", ""), self.texts.get("name", "")
        title = words.text("window.region.title_new", name=name)
        if day:
            title = words.text("window.region.title", name=name, day=day)
        return RegionState(
            title,
            about,
            tuple(self._tab(section) for section in SECTIONS),
            self._section,
            tuple(self._group(group) for group in laid),
            cells,
            tuple(words.text(f"window.column.{name}") for name in ("region", "effective", "own"))
            if self._section == SECTIONS[0]
            else (),
            frozenset(),
            tuple(self._version_row(version) for version in self._versions.values()),
            self._version_key,
            words.text("window.region.ready_title", year=form.year),
            self._ready,
            words.text("window.region.ready_lacking", number=missing)
            if missing
            else words.text("window.region.ready_all"),
            self.notice,
            self.question,
            self._focused,
            self._turn,
        )

    def _version_row(self, version: Version) -> ListRow:
        words = self._words
        unsaved = version.key in self._drafts.packs
        kind = "own" if version.own else "shipped"
        if unsaved or version.made_up:
            kind = "unsaved_mark" if unsaved else "made_up"
        day = version.effective if version.own or version.made_up else "—"
        return ListRow(version.key, (version.name, day, words.text(f"window.region.{kind}")))

    def _tab(self, section: str) -> Tab:
        words = self._words
        wrong = any(self._form.section_of(name) == section for name in self.faults)
        mark = words.text("window.region.wrong_mark") if wrong else ""
        return Tab(section, words.text(f"window.region.section.{section}"), mark, wrong)

    def _group(self, group: Group) -> FormGroup:
        words = self._words
        several = next((row.cells for row in group.rows if len(row.cells) > 1), ())
        over = tuple(words.text(f"window.region.column.{spec.group}") for spec in several)
        origin = words.text("window.region.column.origin") if any(row.origin for row in group.rows) else ""
        return FormGroup(
            words(group.heading),
            words(group.about) if group.about else "",
            tuple(self._row(row) for row in group.rows),
            (*over, origin),
        )

    def _row(self, row: Row) -> FormRow:
        made = ""
        if row.origin:
            by, on = self._form.made(row.origin)
            made = f"{by} {on}".strip()
        return FormRow(
            self._words(row.label),
            tuple(spec.name for spec in row.cells),
            origin_name(row.origin) if row.origin else "",
            made,
            any(len(spec.options) > _MOST_BESIDE for spec in row.cells),
        )

    def _cells_into(self, cells: dict[str, Cell], row: Row) -> None:
        words = self._words
        label = words(row.label)
        for spec in row.cells:
            keys = _OWN_KEYS.get(spec.group, tuple(str(n) for n in range(10)))
            if spec.kind == "form" and spec.group != "level":
                keys = keys[1:]
            options = tuple(
                Option(value, key, self._option(spec, value))
                for value, key in zip(spec.options, keys, strict=False)
            )
            hint = words.text(row.hint) if row.hint else ""
            if spec.kind == "many":
                hint = words.text("window.region.hint.several")
            if spec.name == YEAR:
                years = words.text("window.comma").join(self._form.years)
                hint = words.text("window.region.hint.years", years=years or "—")
            name = (
                label
                if len(row.cells) == 1
                else f"{label} {words.text(f'window.region.column.{spec.group}')}"
            )
            cells[spec.name] = Cell(
                name,
                self.texts.get(spec.name, ""),
                hint,
                self.faults.get(spec.name, ""),
                options=options,
                locked=spec.kind == "fixed",
                several=spec.kind == "many",
            )
        if row.origin:
            name = origin_name(row.origin)
            cells[name] = Cell(words.text("window.region.origin_of", cell=label), self.texts.get(name, ""))

    def _option(self, spec: Spec, value: str) -> str:
        words = self._words
        if spec.kind == "limit" and value:
            return value
        if spec.kind == "many":
            return words.text(
                "window.region.option.none" if value == NONE else f"window.option.population.{value}"
            )
        if not value:
            return words.text("window.region.option.empty")
        kind = spec.group if spec.kind != "yesno" or spec.group == "uncapped" else "yesno"
        return words.text(f"window.region.option.{kind}.{value}")


def _ranges(numbers: Sequence[int], comma: str) -> str:
    """``1-4、7`` for 1, 2, 3, 4, 7."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return comma.join(f"{first}-{last}" if last > first else str(first) for first, last in runs)
