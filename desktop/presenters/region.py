"""Settings: this desk, its region, and the figures that the region settles for itself."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from datetime import date
from typing import Any, Final, NamedTuple

from core.messages import Fault, Message, message
from core.vocabulary import BandAxis, BandOrigin, Level
from core.words import Words
from desktop.presenters import typed
from desktop.presenters.page import Page, bare
from desktop.presenters.states import ListRow, Notice, Option, PageState
from desktop.settings import Settings

_DESK: Final = ("hospital", "operator", "level", "language")
_SOURCE: Final = ("effective", "document", "entered_by", "checked_by")
_INPATIENT: Final = ("inpatient_level_1", "inpatient_level_2", "inpatient_level_3", "band_axis")
_OUTPATIENT: Final = (
    "special_level_2",
    "special_level_3",
    "common_limit",
    "common_level_1",
    "common_level_2",
    "chronic",
)
_CRITICAL: Final = ("year", "critical_deductible", "band_origin", "income_per_head", "bands", "cap")
_GROUPS: Final = (
    ("desk", _DESK),
    ("source", _SOURCE),
    ("inpatient", _INPATIENT),
    ("outpatient", _OUTPATIENT),
    ("critical", _CRITICAL),
)
_CHOICES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "level": tuple((level, str(number)) for number, level in enumerate(Level)),
    "language": (("zh", "1"), ("en", "2")),
    "band_axis": tuple((axis, str(number)) for number, axis in enumerate(BandAxis, 1)),
    "band_origin": tuple((origin, str(number)) for number, origin in enumerate(BandOrigin, 1)),
}
# Where each amount stands in the pack; ``{year}`` is the year of the critical-illness figures.
_AT: Final = {
    "special_level_2": ("special_outpatient", "deductible", "level_2"),
    "special_level_3": ("special_outpatient", "deductible", "level_3"),
    "common_limit": ("common_outpatient", "annual_limit"),
    "common_level_1": ("common_outpatient", "deductible", "level_1"),
    "common_level_2": ("common_outpatient", "deductible", "level_2"),
    "chronic": ("chronic_outpatient", "deductible"),
    "critical_deductible": ("critical_illness", "{year}", "deductible"),
    "income_per_head": ("critical_illness", "{year}", "income_per_head"),
    "cap": ("critical_illness", "{year}", "cap"),
    "document": ("source", "document"),
    "entered_by": ("source", "entered_by"),
    "checked_by": ("source", "checked_by"),
    "band_axis": ("inpatient", "band_axis"),
    "band_origin": ("critical_illness", "{year}", "band_origin"),
}
_LISTS: Final = {
    f"inpatient_{level}": ("inpatient", "deductible", level) for level in ("level_1", "level_2", "level_3")
}
_FIGURES: Final = frozenset({*_AT, *_LISTS, "bands"}) - {"document", "entered_by", "checked_by"}


class Region(NamedTuple):
    """A region to choose: ``tables`` are its latest pack's, ``own`` whether the hospital entered it."""

    id: str
    name: str
    own: bool
    tables: dict[str, Any]


class RegionPage(Page):
    """F5. ``save_pack`` writes a pack or answers its faults; ``use`` takes the settings at once."""

    name = "region"
    order = tuple(name for _group, names in _GROUPS for name in names)

    def __init__(
        self,
        words: Words,
        show: Callable[[], None],
        settings: Settings,
        regions: Sequence[Region],
        today: date,
        save_pack: Callable[[dict[str, Any]], list[Fault]],
        use: Callable[[Settings], None],
    ) -> None:
        super().__init__(words, show)
        self._settings = settings
        self._regions = {region.id: region for region in regions}
        self._today = today
        self._save_pack = save_pack
        self._use = use
        self._year = str(today.year)
        self._before: dict[str, str] = {}
        self.texts = {
            "hospital": settings.hospital,
            "operator": settings.operator,
            "level": settings.level,
            "language": settings.language or words.language,
        }
        self._region = settings.region if settings.region in self._regions else next(iter(self._regions), "")
        self._fill()
        self.focus("hospital")

    def _fill(self) -> None:
        """The cells of the chosen region's pack."""
        region = self._regions.get(self._region)
        tables = region.tables if region else {}
        self.texts["year"] = self._year
        for name, keys in _AT.items():
            found = _get(tables, self._keys(keys))
            self.texts[name] = "" if found is None or isinstance(found, dict) else str(found)
        for name, keys in _LISTS.items():
            self.texts[name] = " ".join(str(one) for one in _get(tables, keys) or ())
        bands = _get(tables, ("critical_illness", self._year, "bands")) or ()
        self.texts["bands"] = " ".join(
            f"{row['up_to']}={row['percent']}" if "up_to" in row else str(row["percent"]) for row in bands
        )
        self.texts["band_axis"] = self.texts["band_axis"] or BandAxis.ANNUAL_COST
        self.texts["band_origin"] = self.texts["band_origin"] or BandOrigin.ZERO
        own = region is not None and region.own
        self.texts["effective"] = str(tables.get("effective", "")) if own else f"{self._today.year}-01-01"
        if not own and region is not None and not self._example:
            for name in ("document", "entered_by", "checked_by"):
                self.texts[name] = ""
        self._before = dict(self.texts)

    @property
    def _example(self) -> bool:
        return self._region == "jilin/example"

    def _keys(self, keys: Sequence[str]) -> tuple[str, ...]:
        return tuple(key.format(year=self._year) for key in keys)

    def changed(self, name: str) -> None:
        """Another year shows its own figures."""
        year = self.texts.get("year", "")
        if name == "year" and len(year) == 4 and year.isdigit() and year != self._year:
            kept = {key: text for key, text in self.texts.items() if key not in _CRITICAL}
            self._year = year
            self._fill()
            self.texts |= kept

    def picked(self, value: str) -> None:
        """Another region."""
        if value in self._regions and value != self._region:
            self._region = value
            self._fill()
            self._show()

    def opened(self, value: str) -> None:
        """Enter on a region: on to its figures."""
        self.picked(value)
        self.focus("effective")
        self._show()

    def enter(self, name: str) -> None:
        """Enter: to the next cell; a day is put into its full form."""
        if name == "effective":
            found = typed.day(self.texts.get(name, ""), self._today.replace(month=12, day=31))
            if isinstance(found, Message):
                self.faults[name] = self._words(found)
                self.focus(name)
                self._show()
                return
            if found is not None:
                self.texts[name] = found.isoformat()
        super().enter(name)

    def save(self) -> None:
        """F12: the pack where its figures changed, then the settings; both hold at once."""
        self.faults = {}
        changed = any(
            self.texts.get(name, "") != self._before.get(name, "") for name in (*_FIGURES, *_SOURCE)
        )
        if changed and not self._write():
            self._show()
            return
        self._settings = self._settings._replace(
            hospital=self.texts.get("hospital", "").strip(),
            operator=self.texts.get("operator", "").strip(),
            level=self.texts.get("level", ""),
            language=self.texts.get("language", ""),
            region=self._region,
        )
        self._use(self._settings)
        self._before = dict(self.texts)
        self.notice = Notice(self._words.text("window.region.saved"), "done")
        self._show()

    def _write(self) -> bool:
        words = self._words
        if self._example:
            self.notice = Notice(words.text("window.region.example_stays"), "wrong")
            return False
        for name in _SOURCE:
            if not self.texts.get(name, "").strip():
                self.faults[name] = words(message("fault.required"))
        pack = self._pack()
        if self.faults or pack is None:
            self.focus(next(name for name in self.order if name in self.faults))
            return False
        faults = self._save_pack(pack)
        if faults:
            self._blame(faults, self._cell_of)
            return False
        return True

    def _pack(self) -> dict[str, Any] | None:
        """The chosen region's tables with the cells of this page; None where one cannot be read."""
        region = self._regions[self._region]
        pack: dict[str, Any] = deepcopy(region.tables)
        pack |= {"id": region.id, "name": region.name}
        day = typed.day(self.texts["effective"], self._today)
        if not isinstance(day, date):
            self.faults["effective"] = self._words(day or message("fault.required"))
        else:
            pack["effective"] = day
        for name, keys in _AT.items():
            text = typed.tidy(self.texts.get(name, ""))
            if name not in _SOURCE and name not in _CHOICES:
                text = bare(text)
            untouched = name in _CHOICES and self.texts.get(name) == self._before.get(name)
            if untouched or (name == "chronic" and isinstance(_get(pack, keys), dict) and not text):
                continue
            _put(pack, self._keys(keys), text or None)
        for name, keys in _LISTS.items():
            parts = [bare(part) for part in typed.tidy(self.texts.get(name, "")).replace("、", " ").split()]
            _put(pack, keys, parts or None)
        bands = self._bands()
        if bands is not None:
            _put(pack, ("critical_illness", self._year, "bands"), bands or None)
        return None if self.faults else pack

    def _bands(self) -> list[dict[str, str]] | None:
        rows = []
        for part in typed.tidy(self.texts.get("bands", "")).split():
            edge, equals, rate = part.partition("=")
            if equals:
                rows.append({"up_to": bare(edge), "percent": rate.removesuffix("%")})
            else:
                rows.append({"percent": edge.removesuffix("%")})
        return rows

    def _cell_of(self, field: str) -> str:
        path = tuple(field.removeprefix("region.").split("."))
        for name, keys in (*_AT.items(), *_LISTS.items()):
            at = self._keys(keys)
            if path[: len(at)] == at:
                return name
        if path[:3] == ("critical_illness", self._year, "bands"):
            return "bands"
        return path[0]

    @property
    def state(self) -> PageState:
        """The page."""
        words = self._words
        cells = {}
        for name in self.order:
            options = [
                Option(value, key, words.text(f"window.region.option.{name}.{value}"))
                for value, key in _CHOICES.get(name, ())
            ]
            hint = words.text(f"window.region.hint.{name}") if name in _HINTED else ""
            cells[name] = self._cell(name, f"window.region.cell.{name}", options, hint)
        return PageState(
            words.text("window.region.title"),
            words.text("window.region.about"),
            cells,
            tuple((words.text(f"window.region.group.{group}"), names) for group, names in _GROUPS),
            (words.text("window.column.region"), words.text("window.column.own")),
            rows=tuple(
                ListRow(
                    region.id,
                    (region.name, words.text(f"window.region.{'own' if region.own else 'shipped'}")),
                )
                for region in self._regions.values()
            ),
            chosen=self._region,
            notice=self.notice,
            question=self.question,
            focus=self._focused,
            focus_turn=self._turn,
        )


_HINTED: Final = frozenset({"inpatient_level_2", "bands"})


def _get(tables: Mapping[str, Any], keys: Sequence[str]) -> Any:
    found: Any = tables
    for key in keys:
        if not isinstance(found, Mapping) or key not in found:
            return None
        found = found[key]
    return found


def _put(tables: dict[str, Any], keys: Sequence[str], value: Any) -> None:
    """Sets a cell, or takes it out with the tables that it leaves empty."""
    *path, last = keys
    if value is None:
        if _get(tables, keys) is not None:
            parent = tables if not path else _get(tables, path)
            del parent[last]
            if path and not parent:
                _put(tables, path, None)
        return
    at = tables
    for key in path:
        at = at.setdefault(key, {})
    at[last] = value
