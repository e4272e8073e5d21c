"""The counter's form read once: what every later question about it asks."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from core.messages import Message, message
from core.money import grouped, percent
from core.vocabulary import Benefit
from desktop.presenters import typed
from desktop.presenters.counter import category_b, disease_choice, form, identity_cells

if TYPE_CHECKING:
    from core.category_b import CategoryBLine
    from core.policy.in_force import Documents

_TWICE: Final = message("fault.category_b_twice")


class Reading(NamedTuple):
    """The meaning of the typed texts on a day.

    ``cells`` holds for each cell its value, None where it is empty, or a message where it is wrong.
    ``values`` are the values alone, ``faults`` the messages of the shown cells. ``discharged`` is None while
    it is not known. ``lines`` are the Category B lines, ``lines_sum`` (fen) is their self-pay, None without
    lines. ``documents`` is None until the counter is there.
    """

    texts: Mapping[str, str]
    today: date
    documents: "Documents | None"
    cells: Mapping[str, Any]
    values: Mapping[str, Any]
    faults: Mapping[str, Message]
    shown: frozenset[str]
    needed: tuple[str, ...]
    discharged: date | None
    lines: "tuple[CategoryBLine, ...]"
    lines_sum: int | None

    @property
    def day(self) -> date:
        """The day whose rules hold: the day of discharge, today while that is not known."""
        return self.discharged or self.today

    def still_holds(self, texts: Mapping[str, str], today: date, documents: "Documents | None") -> bool:
        """Return True where the same texts would be read on the same day by the same documents."""
        return self.documents is documents and self.today == today and self.texts == texts

    def value(self, name: str, otherwise: int) -> int:
        """Return a count that was typed, ``otherwise`` where none was."""
        value = self.values.get(name)
        return value if isinstance(value, int) else otherwise


def read(
    texts: Mapping[str, str],
    today: date,
    documents: "Documents | None" = None,
    before: Reading | None = None,
) -> Reading:
    """Read every cell once.

    ``before``: the last reading. A cell whose text has not changed since, on the same day, is taken from it.
    """
    if before is not None and (before.today != today or before.documents is not documents):
        before = None
    cells: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for name in form.FIELDS:
        text = texts.get(name, "")
        same = before is not None and before.texts.get(name, "") == text
        if before is not None and same and (name != "id" or _of_whom(before.texts) == _of_whom(texts)):
            value = before.cells[name]
        elif name == "id":
            value = _id_fault(texts, text) or typed.tidy(text) or None
        else:
            value = read_cell(name, text, today, documents)
        cells[name] = value
        if value is not None and not isinstance(value, Message):
            values[name] = value
    discharged = values.get("discharged")
    shown = form.shown(texts, specific_items=_specific_items(texts, discharged, documents))
    faults = {name: cell for name, cell in cells.items() if isinstance(cell, Message) and name in shown}
    lines = category_b.lines_on(texts, documents, discharged or today)
    faults |= _before_birth(texts, values, shown)
    if "born" in shown and "born" in values and values["born"] > today:
        faults["born"] = message("identity.birth_future", day=values["born"].isoformat())
    if lines and "category_b" in values and "category_b" in shown:
        faults["category_b_total"] = _TWICE
    return Reading(
        texts=dict(texts),
        today=today,
        documents=documents,
        cells=cells,
        values=values,
        faults=faults,
        shown=shown,
        needed=form.needed(texts),
        discharged=discharged,
        lines=lines,
        lines_sum=category_b.sum_of(lines),
    )


def read_cell(
    name: str, text: str, today: date, documents: "Documents | None" = None
) -> Any | Message | None:
    """Return a cell's value, None where nothing is typed, or a message where it is wrong."""
    if not text:
        return None
    if name in form.DAYS:
        return typed.recent_day(text, today)
    if name in form.AMOUNTS:
        return typed.amount(text)
    if name == "category_b_percent":
        return typed.rate(text)
    if name == "fraud_amounts":
        return typed.amounts(text) or None
    if name in form.DISEASES:
        return _disease(name, text, documents)
    if name in form.COUNTS:
        count = typed.count(text)
        if name in form.FROM_ONE and isinstance(count, int) and count < 1:
            return Message("fault.number_from", {"first": 1})
        return count
    if name == "name":
        return typed.name_fault(text) or typed.tidy(text) or None
    return typed.tidy(text) or None


def _of_whom(texts: Mapping[str, str]) -> tuple[str | None, bool]:
    """Return what a number is read by beside its own text: its kind, and whether a name follows it."""
    return texts.get("id_type"), bool(texts.get("name"))


def _id_fault(texts: Mapping[str, str], text: str) -> Message | None:
    """Return why a number is nobody's; of a placeholder with the way on without a number."""
    fault = typed.id_fault(identity_cells.kind_to_check(texts), text, whole=_of_whom(texts)[1])
    if fault is not None and fault.id == "identity.placeholder":
        unknown = identity_cells.is_unknown(texts)
        return message("ledger.given_by_nobody" if unknown else "window.fault.placeholder")
    return fault


def _before_birth(
    texts: Mapping[str, str], values: Mapping[str, Any], shown: frozenset[str]
) -> dict[str, Message]:
    """Return the fault of a visit that begins before the birth that the number states, by its cell."""
    cell = "admitted" if "admitted" in shown else "discharged"
    if "id" not in values or cell not in values:
        return {}
    from core.identity import born_on  # the window is painted first

    born = born_on(texts.get("id_type", ""), values["id"].upper())
    if "born" in shown:
        born = values.get("born")
    if born is None or values[cell] >= born:
        return {}
    return {cell: message("ledger.before_birth", born=born.isoformat())}


def _disease(name: str, text: str, documents: "Documents | None") -> int | Message | None:
    """Return a disease's number, held against its list once the documents are read."""
    number = typed.count(text)
    if isinstance(number, Message):
        return message("window.fault.disease")
    if number is None or documents is None:
        return number
    last = len(disease_choice.names_in(documents, name))
    if 1 <= number <= last:
        return number
    if name != "disease":
        return message("fault.number_between", first=1, last=last)
    from core.policy.regions import FIRST_LOCAL, LAST_LOCAL  # the window is painted first

    if FIRST_LOCAL <= number <= LAST_LOCAL:
        return number
    own = {"local_first": FIRST_LOCAL, "local_last": LAST_LOCAL}
    return message("fault.disease_number", first=1, last=last, **own)


def in_full(name: str, text: str, value: Any) -> str:
    """Return a cell's text in its full form, from its value as it was read; a wrong one stays as it is."""
    if isinstance(value, date):
        return value.isoformat()
    if name in ("id", "name"):
        return typed.tidy(text).upper() if name == "id" else typed.name(text)
    if isinstance(value, int):
        if name in form.AMOUNTS:
            return grouped(value)
        if name in form.COUNTS:
            return str(value)
        if name == "category_b_percent":
            return percent(value)
    return text


def _specific_items(texts: Mapping[str, str], discharged: date | None, documents: "Documents | None") -> bool:
    """Return True where the rules of the day leave specific items out of critical illness."""
    if discharged is None or documents is None or form.benefit_of(texts) is not Benefit.SPECIAL_OUTPATIENT:
        return False
    critical = documents.in_force("critical_illness", discharged)
    return critical is not None and critical.section.specific_items_excluded is not None
