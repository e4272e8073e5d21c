"""A question in the place of the keys, and the keys that answer it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from desktop.presenters.states import Question
from desktop.views import theme
from desktop.views.qt import Qt
from desktop.views.widgets import label, take_lines

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent

ANSWER_AFTER = 40
"""The time that a key stands alone before it counts as an answer (milliseconds)."""

_EDGE, _HIGH, _LINE = 20, 36, 27
"""The empty edge at either side, the height of one line and of each further line (pixels at 100 %)."""


class AnswerButton(QPushButton):
    """An answer to a question. It never has the focus, so that Enter cannot press it."""

    answered = Signal(str)

    def __init__(self, key: str, text: str, meaning: str) -> None:
        super().__init__(f"{key}  {text}")
        self.setObjectName("answer")
        self.setAccessibleName(f"{key} {text}")
        self.meaning = meaning
        self.setProperty("focusPolicy", "NoFocus")
        self.clicked.connect(self._tell)

    def _tell(self) -> None:
        self.answered.emit(self.meaning)


class QuestionBar(QFrame):
    """A question over the footer. It takes the focus; only its own keys and Esc answer.

    ``answered`` tells the meaning of the answer.
    """

    answered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("question")
        self.setProperty("focusPolicy", "StrongFocus")
        theme.fix(self, high=_HIGH)
        row = QHBoxLayout(self)
        row.setContentsMargins(_EDGE, 0, _EDGE, 0)
        row.setSpacing(10)
        self._text = label("questionText")
        row.addWidget(self._text, 1)
        self._answers = QHBoxLayout()
        self._answers.setSpacing(10)
        row.addLayout(self._answers)
        self._buttons: list[AnswerButton] = []
        self._question: Question | None = None
        self._typed = ""
        self._alone: QTimer | None = None
        self.hide()

    def render_question(self, question: Question | None) -> bool:
        """Show the question, None: hide. Return whether it has just come."""
        if question == self._question:
            return False
        self._typed = ""
        self._question = question
        for button in self._buttons:
            self._answers.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
        self.setVisible(question is not None)
        if question is None:
            return False
        self._text.setText(question.text)
        self.setAccessibleName(question.text)
        for key, text, meaning in question.answers:
            button = AnswerButton(key, text, meaning)
            button.answered.connect(self.answered)
            self._answers.addWidget(button)
            self._buttons.append(button)
        self.fit()
        self.setFocus()
        return True

    def resizeEvent(self, event: "QResizeEvent") -> None:
        """Fit the question into another width."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Give a question that is too long to stand beside its answers more lines."""
        margins = self.contentsMargins()
        answers = sum(button.sizeHint().width() + self._answers.spacing() for button in self._buttons)
        room = self.width() - margins.left() - margins.right() - 2 * _EDGE - answers
        theme.fix(self, high=_HIGH + _LINE * (take_lines(self._text, room) - 1))

    @property
    def waiting(self) -> bool:
        """True while a key waits that may yet turn out to be no answer."""
        return bool(self._typed)

    def _answer(self) -> None:
        typed, self._typed = self._typed, ""
        for key, _text, meaning in self._question.answers if self._question else ():
            if typed == key:
                self.answered.emit(meaning)
                return

    def keyPressEvent(self, event: "QKeyEvent") -> None:
        """Hear the keys of the answers. A held key answers once; Enter and a key with Ctrl or Alt never do.

        A card reader may type while a question stands: a key counts once no other has followed it.
        """
        held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        if self._question and not event.isAutoRepeat() and not event.modifiers() & held:
            self._typed += event.text().strip().upper()
            if self._alone is None:
                self._alone = QTimer(self)
                self._alone.setSingleShot(True)
                self._alone.timeout.connect(self._answer)
            self._alone.start(ANSWER_AFTER)
        if event.key() == Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        else:
            event.accept()
