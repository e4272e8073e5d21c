"""The outlook: the visit on screen settled by another year, level, category or transfer, side by side."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from core.claim import Claim
from core.messages import Message
from core.money import grouped
from core.words import Words
from desktop.presenters import figures, typed
from desktop.presenters.page import LEAVE, MANUAL, NEXT_PATIENT, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.plain_page import PlainPage
from desktop.presenters.states import Notice
from desktop.session import Session

if TYPE_CHECKING:
    from core.counter import WorkedOut
    from core.settlement import Settlement

_RULES_CHANGED: Final = (2020, 2025, 2026)
"""Years between which the rules on file differ; another can be typed."""


class OutlookPage(PlainPage):
    """F10. The years that the stay touches come first, the better one at the top.

    ``worked`` is the settlement on screen, None where there is none.
    """

    name = "outlook"
    order = ("year",)
    short = frozenset(order)

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        worked: "WorkedOut | None",
        open_fund: Callable[[], object],
    ) -> None:
        super().__init__(session, show)
        self._worked = worked
        self._open_fund = open_fund
        self._years = () if worked is None else _years(worked.claim)
        self.focus("list" if worked else "year")

    def open_fund(self) -> None:
        """Open the page of the fund's figures."""
        self._open_fund()

    keys = {**MANUAL, **NEXT_PATIENT, "F10": KeyAction("window.key.outlook.F10", open_fund), **LEAVE}

    def enter(self, _name: str) -> None:
        """Enter: put the rules of the typed year into the list."""
        year = typed.count(self.texts.get("year", ""))
        if isinstance(year, Message) or year is None or not 1900 <= year <= 9999:
            self.faults["year"] = self._words.text("window.outlook.wrong_year")
            self.focus("year")
        elif self._worked is not None:
            self._years = (year, *(other for other in self._years if other != year))
            self.focus("list")
        self._show()

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        rows, lines = ([], []) if self._worked is None else self._rows(self._worked)
        return PageState(
            words.text("window.outlook.title"),
            words.text("window.outlook.about"),
            {"year": self._cell("year", "window.outlook.years", hint=words.text("window.outlook.year_hint"))},
            (("", ("year",)),),
            columns=tuple(words.text(f"window.column.{name}") for name in ("change", "pays", "more", "why")),
            numbers=frozenset({1, 2}),
            rows=tuple(rows),
            lines=tuple(lines),
            empty="" if rows else words.text("window.clauses.none"),
            notice=_note(self._worked, words),
        )

    def _rows(self, worked: "WorkedOut") -> tuple[list[ListRow], list[str]]:
        from core.outlook import variations  # what it needs is loaded with the counter

        words = self._words
        own = worked.settlement
        touched = [(own, False), *((other.settlement, other.better) for other in own.alternatives)]
        touched.sort(key=_pays)
        better = _less(touched)
        rows = []
        for settlement, _ in touched:
            here = settlement is own
            id_ = "window.outlook.own_year" if here else "window.outlook.other_year"
            label = words.text(id_, year=str(settlement.year))
            if settlement is better:
                label = words.text("window.outlook.better", year=label)
            rows.append(self._row(f"{settlement.year}", label, settlement, own, ""))
        for number, other in enumerate(variations(worked.policy, worked.claim, self._years)):
            label = words.text(f"window.outlook.{other.kind}", changed=other.changed)
            why = words.text("window.semicolon").join(words(reason) for reason in other.reasons)
            rows.append(self._row(f"{other.kind} {number}", label, other.settlement, own, why))
        lines = [
            figures.noted(note, words)
            for note in own.notes
            if note.text.id in ("note.more_favourable_year", "note.other_year")
        ]
        return rows, lines

    def _row(self, value: str, label: str, shown: "Settlement", own: "Settlement", why: str) -> ListRow:
        """Return a settlement's row, with what it costs the patient more than the one on screen."""
        words = self._words
        pays, now = shown.amounts.psn_part_amt, own.amounts.psn_part_amt
        if pays is None:
            from core.missing import say

            missing = words.text("window.semicolon").join(words(say(figure)) for figure in shown.missing)
            why = missing if shown is own else words.text("window.outlook.not_comparable", why=missing)
            return ListRow(value, (label, words.text("window.cannot_tell"), "", why), faded=True)
        more = ""
        if now is not None and pays != now:
            more = ("+" if pays > now else "−") + grouped(abs(pays - now))
        elif now is not None and shown is not own:
            more, why = grouped(0), why or words.text("window.outlook.same")
        return ListRow(value, (label, grouped(pays), more, why))


def _pays(touched: "tuple[Settlement, bool]") -> tuple[bool, int]:
    pays = touched[0].amounts.psn_part_amt
    return pays is None, pays or 0


def _less(touched: "list[tuple[Settlement, bool]]") -> "Settlement | None":
    """Return the year's settlement by which the patient pays less, the first of the sorted ones.

    None: fewer than two years can be told, or they come to the same. A year that lacks figures compares with
    none.
    """
    pays = [settlement.amounts.psn_part_amt for settlement, _ in touched[:2]]
    if len(pays) < 2 or pays[0] is None or pays[1] is None or pays[0] == pays[1]:
        return None
    return touched[0][0]


def _years(claim: Claim) -> tuple[int, ...]:
    touched = {claim.admitted.year, claim.discharged.year, claim.settled.year}
    return tuple(year for year in _RULES_CHANGED if year not in touched)


def _note(worked: "WorkedOut | None", words: Words) -> Notice | None:
    return None if worked else Notice(words.text("window.outlook.nothing"), "wrong")
