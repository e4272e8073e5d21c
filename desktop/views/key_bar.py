"""The footer: the keys that can be pressed now, in as few rows as they fit into."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton

from desktop.presenters.states import Key
from desktop.views import theme

_EDGE, _HIGH, _MORE = 8, 36, 30
"""The empty edge at either side, the height of one row and of each further row (pixels at 100 %)."""


class KeyButton(QPushButton):
    """A key as a button, for the mouse. It never takes the focus."""

    pressed_key = Signal(str)

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        self.setObjectName(f"key_{key}")
        self.setProperty("focusPolicy", "NoFocus")
        self.clicked.connect(self._tell)

    def _tell(self) -> None:
        self.pressed_key.emit(self.key)


class KeyBar(QFrame):
    """The keys of the open page. ``pressed_key`` tells the key that the mouse pressed."""

    pressed_key = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("footer")
        theme.fix(self, high=_HIGH)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(_EDGE, 0, _EDGE, 0)
        self._grid.setSpacing(0)
        self._buttons: dict[str, KeyButton] = {}
        self._placed: tuple[int, tuple[str, ...]] = (0, ())

    def render_keys(self, keys: tuple[Key, ...]) -> None:
        """Show the keys. Buttons are made anew only where the keys are others; `place` lays them out."""
        names = [key.key for key in keys]
        if list(self._buttons) != names:
            for button in self._buttons.values():
                button.hide()
                button.deleteLater()
            self._buttons = {name: self._button(name) for name in names}
        for key in keys:
            button, text = self._buttons[key.key], f"{key.key} {key.text}"
            button.setText(text)
            button.setAccessibleName(text)

    def _button(self, name: str) -> KeyButton:
        button = KeyButton(name)
        button.pressed_key.connect(self.pressed_key)
        return button

    def place(self, width: int) -> None:
        """Lay the keys out in as few rows as a width (pixels) allows, whole before the next paint."""
        widths = [button.sizeHint().width() for button in self._buttons.values()]
        room, rows = width - 2 * _EDGE, 1
        while rows < len(widths) and _across(widths, _in_a_row(widths, rows)) > room:
            rows += 1
        each = _in_a_row(widths, rows)
        if self._placed == (each, tuple(self._buttons)):
            return
        self._grid.setColumnStretch(self._placed[0], 0)
        self._grid.setColumnStretch(each, 1)
        self._placed = each, tuple(self._buttons)
        for at, button in enumerate(self._buttons.values()):
            self._grid.addWidget(button, at // each, at % each)
        theme.fix(self, high=_HIGH + _MORE * (rows - 1))
        if self.isVisible():  # else the layout shows them in two more turns of the event loop
            for button in self._buttons.values():
                button.show()
            self._grid.activate()
            around = self.parentWidget()
            layout = around.layout() if around is not None else None
            if layout is not None:
                layout.activate()  # another number of rows moves what stands over them


def _in_a_row(widths: list[int], rows: int) -> int:
    """Return how many keys stand in each of so many rows, at least one."""
    return max(1, -(-len(widths) // rows))


def _across(widths: list[int], each: int) -> int:
    """Return the width of rows of ``each`` keys (pixels). A column is as wide as its widest key."""
    return sum(max(widths[at::each]) for at in range(each))
