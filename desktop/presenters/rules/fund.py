"""The fund around the settlements: funding, the make-up by place, surplus and loss, the early warning."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from core.messages import Fault, Message
from core.money import grouped, parse_yuan
from desktop.presenters import typed
from desktop.presenters.page import LEAVE, MANUAL
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.plain_page import PlainPage
from desktop.presenters.states import Option
from desktop.session import Session

if TYPE_CHECKING:
    from core.ledger.year_shares import YearShares

_GROUPS: Final = (
    ("funding", ("year", "area", "last_year")),
    ("make_up", ("place",)),
    ("result", ("premium", "surplus", "loss")),
    ("warning", ("budget", "planned", "spent")),
)
_AREAS: Final = ("province", "yanbian", "yitong", "changbai", "qianguo")


class FundPage(PlainPage):
    """F10 beside the outlook: what is typed is answered at once. ``year`` is the one that stands there."""

    name = "fund"
    keys = {**MANUAL, **LEAVE}
    short = frozenset({"year"})
    order = tuple(name for _, names in _GROUPS for name in names)

    def __init__(self, session: Session, show: Callable[[], None]) -> None:
        super().__init__(session, show)
        self._documents = session.opened.reader.documents
        self._shares: tuple[int, YearShares] | None = None
        self.texts = {"year": str(session.today().year), "area": _AREAS[0]}
        self.focus("year")

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        self.faults = {}
        areas = tuple(
            Option(area, str(number), words.text(f"area.{area}")) for number, area in enumerate(_AREAS, 1)
        )
        rows = [
            row
            for answer in (self._funding, self._targets, self._make_up, self._result, self._warning)
            for row in answer()
        ]
        return PageState(
            words.text("window.fund.title"),
            words.text("window.fund.about"),
            {
                name: self._cell(
                    name,
                    f"window.fund.{name}",
                    areas if name == "area" else (),
                    number=name not in ("year", "area", "place"),
                )
                for name in self.order
            },
            tuple((words.text(f"window.fund.group_{group}"), names) for group, names in _GROUPS),
            columns=tuple(words.text(f"window.column.{name}") for name in ("what", "amount", "source")),
            numbers=frozenset({1}),
            rows=tuple(ListRow(str(number), texts) for number, texts in enumerate(rows)),
        )

    def _amounts(self, *names: str) -> dict[str, int] | None:
        """Return the typed amounts (fen) by cell; None where one cannot be read, and say so under it."""
        amounts: dict[str, int] = {}
        for name in names:
            fen = typed.amount(self.texts.get(name, ""))
            if isinstance(fen, Message):
                self.faults[name] = self._words(fen)
            elif fen is not None:
                amounts[name] = fen
        return None if self.faults.keys() & set(names) else amounts

    def _answered(self, answer: dict[str, Any] | list[Fault]) -> dict[str, Any] | None:
        """Return an answer, None for faults, and say them under their cells."""
        if isinstance(answer, list):
            self.faults |= {fault.field: self._words(fault.message) for fault in answer}
            return None
        return answer

    def _funding(self) -> list[tuple[str, str, str]]:
        from core.exchange import fund

        words = self._words
        year, amounts = typed.count(self.texts.get("year", "")), self._amounts("last_year")
        if not isinstance(year, int) or not 1 <= year <= 9999:
            self.faults["year"] = words.text("fault.number_between", first=1, last=9999)
            return []
        if amounts is None:
            return []
        area = self.texts["area"]
        answer = fund.funding(self._documents, words, year, area, amounts.get("last_year"))
        tables = self._answered(answer)
        if tables is None:
            return []
        rows = []
        for table in ("contributions", "subsidy", "critical_illness"):
            cells = tables.get(table, {})
            source = _source(cells)
            rows += [
                (words.text(f"fund.{table}.{name}"), _shown(name, text), source)
                for name, text in cells.items()
                if name not in ("document", "clause")
            ]
        return rows

    def _targets(self) -> list[tuple[str, str, str]]:
        """Return what the documents aim at beside what the ledger comes to."""
        from core.exchange import fund

        words, year = self._words, typed.count(self.texts.get("year", ""))
        if not isinstance(year, int) or not 1 <= year <= 9999:
            return []
        if self._shares is None or self._shares[0] != year:
            self._shares = (year, self._session.opened.ledger.year_shares(year))
        answer = fund.targets(self._documents, year, self._shares[1], self._income(year))
        rows = []
        average, bound = answer.get("inpatient_average"), answer.get("cap_bound")
        if average is not None:
            own = average["ledger_percent"]
            label = words.text("fund.average_here", year=str(year), stays=average["stays"])
            rows.append(
                (words.text("fund.average_target"), f"{average['target_percent']}%", _source(average))
            )
            rows.append((label, "—" if own is None else f"{own}%", _source(average)))
        if bound is not None:
            times = words.text("fund.cap_bound", times=bound["times"])
            most = words.text("fund.most_critical", year=str(year))
            for label, cell in ((times, "bound"), (words.text("fund.cap"), "cap"), (most, "most_critical")):
                rows.append((label, _grouped(bound[cell]), _source(bound)))
        return rows

    def _income(self, year: int) -> int | None:
        """Return the income per head (fen) that this desk's region states for a year, None without one."""
        regions = self._session.opened.reader.regions
        pack = regions.in_force(self._session.settings.region, date(year, 12, 31))
        stated = None if isinstance(pack, list) else pack.critical_illness.get(year)
        return None if stated is None else stated.income_per_head

    def _make_up(self) -> list[tuple[str, str, str]]:
        from core.exchange import fund

        place = self.texts.get("place", "").strip()
        if not place:
            return []
        words = self._words
        answer = self._answered(fund.make_up(self._documents, words, place))
        if answer is None:
            return []
        source = _source(answer)
        return [
            (
                words.text("fund.place", place=row["place"], people=row["people"]),
                _grouped(row["amount"]),
                source,
            )
            for whole in answer.get("places", [answer])
            for row in (whole, *whole["parts"])
        ]

    def _result(self) -> list[tuple[str, str, str]]:
        from core.exchange import fund

        words = self._words
        amounts = self._amounts("premium", "surplus", "loss")
        if not amounts or "premium" not in amounts or not amounts.keys() & {"surplus", "loss"}:
            return []
        if "surplus" in amounts and "loss" in amounts:
            self.faults["loss"] = words.text("fund.one_of_two")
            return []
        answer = fund.result(
            self._documents, words, amounts["premium"], amounts.get("surplus", 0), amounts.get("loss", 0)
        )
        source = _source(answer)
        if answer["insurer"] is None:
            return [(answer["label"], "", source)]
        return [
            (words.text("fund.insurer"), _grouped(answer["insurer"]), source),
            (words.text("fund.fund"), _grouped(answer["fund"]), source),
        ]

    def _warning(self) -> list[tuple[str, str, str]]:
        from core.exchange import fund

        amounts = self._amounts("budget", "planned", "spent")
        if not amounts or len(amounts) < 3:
            return []
        if not amounts["budget"]:
            self.faults["budget"] = self._words.text("fault.number_from", first=1)
            return []
        answer = fund.warning(
            self._documents, self._words, amounts["budget"], amounts["planned"], amounts["spent"]
        )
        return [(answer["label"], "", _source(answer))]


def _shown(name: str, text: str) -> str:
    """Write a cell of an answer: an amount, or a percentage with its sign."""
    return f"{text}%" if name.endswith("_percent") else _grouped(text)


def _grouped(text: str) -> str:
    """Write an amount of an answer with thousands separators."""
    fen = parse_yuan(text)
    return grouped(fen) if isinstance(fen, int) and "." in text else text


def _source(answer: dict[str, Any]) -> str:
    return f"{answer.get('document', '')} {answer.get('clause', '')}".strip()
