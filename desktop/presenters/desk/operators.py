"""The operators of this desk, for an administrator: their names, roles and standing, and a new PIN."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from core.ledger.operators import Operator, Role
from core.messages import Fault, Message, message, term
from desktop.presenters.desk.desk_page import WORDS, DeskPage
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.states import Option
from desktop.session import Session

if TYPE_CHECKING:
    from core.counter import Counter

_COLUMNS: Final = ("operator", "role", "standing", "operator_number")


class OperatorsPage(DeskPage):
    """F12 changes an operator who is listed and adds any other. ``renew`` shows a new recovery code."""

    name = "operators"
    labels = "window.operators"
    order = ("name", "role", "pin", "pin_again")
    secret = frozenset({"pin", "pin_again"})

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        renew: Callable[[], list[Fault]],
        renew_key: Callable[[], Message | None],
    ) -> None:
        super().__init__(session, show)
        self._renew = renew
        self._renew_key = renew_key
        self._read()
        self._chosen = ""
        self.choices = self._choices()
        self.texts["role"] = Role.CLERK.value
        self.focus("name")

    @property
    def _counter(self) -> "Counter":
        return self._session.opened  # opened anew when the ledger gets another key

    def _read(self) -> None:
        self._all = self._counter.operators.all()
        self._numbers = self._counter.operators.numbers()

    def _choices(self) -> dict[str, tuple[Option, ...]]:
        words = self._words
        roles = (
            Option(role.value, str(number), words(term("role", role))) for number, role in enumerate(Role, 1)
        )
        return {"role": tuple(roles)}

    def spoken_anew(self) -> None:
        """Take another language for the roles, too."""
        super().spoken_anew()
        self.choices = self._choices()

    def cell_of(self, field: str) -> str:
        """Return the cell of a fault."""
        return "name" if field == "operator" else field

    def picked(self, value: str) -> None:
        """Choose a row: the cells are that operator's."""
        known = self._known(value)
        if known is not None:
            self._chosen = value
            self.texts |= {"name": known.name, "role": known.role.value, "pin": "", "pin_again": ""}
            self.faults = {}
            self._show()

    def opened(self, value: str) -> None:
        """Enter on a row: go into its cells."""
        self.picked(value)
        self.focus("role")
        self._show()

    def _known(self, name: str) -> Operator | None:
        return next((each for each in self._all if each.name == name), None)

    def save(self) -> None:
        """F12: change the operator of that name, or add one."""
        if self.needs("name", "role") or self.differ("pin", "pin_again"):
            return
        name, role, pin = self.texts["name"].strip(), Role(self.texts["role"]), self.texts.get("pin", "")
        known = self._known(name)
        if known is None:
            if not self.needs("pin"):
                self._saved(self.attempt(lambda: self._counter.add_operator(name, role, pin)), "added")
            return
        by = self._counter.operator
        if (pin or role is not known.role) and (by is None or by.name != name):
            asked = self._words.text("window.operators.ask_change", name=name)
            self.ask(asked, self._words.text("window.operators.change_yes"), "change")
            return
        self._change(known, role, pin)

    def _change(self, known: Operator, role: Role, pin: str) -> None:
        """Give an operator another role, a new PIN, or both."""
        name = known.name
        changed: Operator | list[Fault] | None = known
        if role is not known.role:
            changed = self.attempt(lambda: self._counter.change_operator(name, role=role))
        if pin and isinstance(changed, Operator):
            changed = self.attempt(lambda: self._counter.change_operator(name, pin=pin))
        self._saved(changed, "changed")

    def _saved(self, changed: Operator | list[Fault] | None, what: str) -> None:
        """Say what was saved; the cells are empty for the next operator."""
        if isinstance(changed, Operator):
            self.texts |= {"name": "", "role": Role.CLERK.value}
        self._done(changed, what)
        if isinstance(changed, Operator):
            self._chosen = ""
            self.focus("name")
            self._show()

    def _turn_off_or_on(self) -> None:
        known = self._known(self._chosen)
        if known is None:
            self.tell(message("window.operators.choose"), "wrong")
            return
        active = not known.active
        if active and self.differ("pin", "pin_again"):
            return
        pin = self.texts.get("pin") or None if active else None
        changed = self.attempt(lambda: self._counter.change_operator(known.name, active=active, pin=pin))
        waits = None
        if isinstance(changed, Operator) and not active:
            waits = self.attempt(self._renew_key)
            if self._session.counter is None:
                return  # it did not open again, and the page that asks who signs in is open
        self._done(changed, "on" if active else "off")
        if waits is not None:
            off = message("window.operators.off", name=known.name)
            self.tell(message("window.operators.off_and_key", done=off, key=waits), "said")

    def _done(self, changed: Operator | list[Fault] | None, what: str) -> None:
        if changed is None:
            return
        if isinstance(changed, list):
            self.refuse(*changed)
            return
        self._read()
        self._chosen = changed.name
        self.forget_secrets()
        self.focus("list")
        self.tell(message(f"window.operators.{what}", name=changed.name))

    def _new_code(self) -> None:
        self.ask(
            self._words.text("window.operators.ask_code"),
            self._words.text("window.operators.code_yes"),
            "code",
        )

    keys = {
        **MANUAL,
        "F6": KeyAction("window.key.operators.F6", _turn_off_or_on),
        **WORDS,
        "Shift+F4": KeyAction("window.key.operators.Shift+F4", _new_code),
        "F12": KeyAction("window.key.operators.F12", save),
        **LEAVE,
    }

    def answer(self, meaning: str) -> None:
        """Y: make a new recovery code, or change what was asked about."""
        self.question = None
        known = self._known(self.texts.get("name", "").strip())
        if meaning == "change" and known is not None:
            self._change(known, Role(self.texts["role"]), self.texts.get("pin", ""))
            return
        if meaning == "code":
            faults = self.attempt(self._renew)
            if faults:
                self.refuse(*faults)
            return
        self._show()

    def drawn(self) -> PageState:
        """Return the page."""
        words, numbers = self._words, self._numbers
        return PageState(
            words.text("window.operators.title"),
            words.text("window.operators.about"),
            self.cells(),
            (("", self.order),),
            tuple(words.text(f"window.column.{name}") for name in _COLUMNS),
            rows=tuple(
                ListRow(
                    each.name,
                    (
                        each.name,
                        words(term("role", each.role)),
                        words.text(f"window.operators.standing.{_standing(each)}"),
                        str(numbers.get(each.name) or ""),
                    ),
                    not each.active,
                )
                for each in self._all
            ),
            numbers=frozenset({3}),
            chosen=self._chosen,
            narrow=True,
        )


def _standing(operator: Operator) -> str:
    if not operator.active:
        return "inactive"
    return "locked" if operator.locked else "active"
