"""Keys at random, and a watch over the window that looks after every one of them."""

import re
import sqlite3
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from types import TracebackType

from PySide6.QtCore import QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from core.counter import Counter, open_guarded
from core.ledger.ledger import Ledger
from core.ledger.sqlite import connect
from core.places import MADE_UP_REGION, ledger_of
from core.words import languages, words
from tests.counter_day.day import Day
from tests.counter_day.hands import DOES, MENU, PEOPLE
from tests.desktop.conftest import EXPECTED, PIN

_DIGITS = "0123456789"
_LETTERS = "abcdefghijklmnopqrstuvwxyzYNUyn.,-+*/;"
_COMMITS = ("张建国", "李", "示例县医院", "糖尿病", "３．５万", "。", "朴贞花", "重复录入", "𠮷", "가나")
_COMMON = ("Return", "Enter", "Tab", "Esc", "Up", "Down", "Left", "Right", "Backspace", "Shift+Return")
_RARER = (
    "Shift+Backtab",
    "PgUp",
    "PgDn",
    "Home",
    "End",
    "Delete",
    "Space",
    *(f"Ctrl+{letter}" for letter in "ABCDEFGJLOPRTVXYZ"),
    MENU,
    "Menu",
    "Shift+F9",
    "Keypad++",
    "Keypad+*",
)
_ACKNOWLEDGED = ("window.posted", "window.reversed", "window.opened")
"""What the window says when something stands in the ledger, by the catalogue's ids."""


class Fault(AssertionError):
    """What the watch saw, with the keys that led to it."""


class Book:
    """One ledger of a desk, read by a connection of the watch's own, and what the window said of it."""

    def __init__(self, day: Day, file: Path, guarded: bool) -> None:
        self._day, self._file, self._guarded = day, file, guarded
        self._opened: sqlite3.Connection | Counter | None = None
        self.acknowledged: set[int] = set()
        self.before = self.numbers()

    def numbers(self) -> set[int]:
        """The entries' numbers, read from the file."""
        if self._opened is None:
            if not self._file.is_file():
                return set()
            self._opened = self._open()
        file = self._opened.ledger.db if isinstance(self._opened, Counter) else self._opened
        return {number for (number,) in file.execute("select number from entries")}

    def _open(self) -> sqlite3.Connection | Counter:
        if not self._guarded:
            return connect(f"file:{self._file}?mode=ro", uri=True)
        found = open_guarded(self._file, self._day.settings.operator, PIN)
        assert isinstance(found, Counter), found
        return found

    def close(self) -> str:
        """What is wrong with it at the end of the day, empty: nothing."""
        there = self.numbers()
        if self.acknowledged != there:
            return f"acknowledged {sorted(self.acknowledged)}, in the ledger {sorted(there)}"
        if self._opened is None:
            return ""
        if isinstance(self._opened, Counter):  # by now the operator may be locked out for wrong PINs
            proof = self._opened.ledger.verify()
        else:
            with closing(Ledger(self._file, create=False)) as ledger:
                proof = ledger.verify()
        self._opened.close()
        return "" if proof.fault is None and proof.entries == len(there) else "the ledger is not sound"


class Watch:
    """Looks after every key: no exception, no warning of Qt, the focus in the window, every posting kept.

    A posting is acknowledged once the window has said its number. A desk in real use has a ledger for
    practice, too: what is posted to one of them is never in the other.
    """

    def __init__(self, day: Day) -> None:
        self.day = day
        self.keys: list[str] = []
        self._heard: list[str] = []
        self._patterns = [_pattern(id_, language) for id_ in _ACKNOWLEDGED for language in languages()]
        self._notice: QLabel | None = None
        self._said = ""
        self._books = {False: Book(day, day.home / ledger_of(MADE_UP_REGION), False)}
        if day.real:
            self._books[True] = Book(day, day.ledger, True)

    @property
    def _book(self) -> Book:
        """The ledger that is open."""
        return self._books[self.day.clerk.program.session.settings.region != MADE_UP_REGION and self.day.real]

    @property
    def acknowledged(self) -> list[int]:
        """The numbers that the window said, of every ledger."""
        return [number for book in self._books.values() for number in sorted(book.acknowledged)]

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Hears exceptions and warnings meanwhile."""

        def caught(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
            self._heard.append(f"{kind.__name__}: {error}")

        def warned(kind: QtMsgType, _context: object, text: str | None) -> None:
            if kind in (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg) and text not in EXPECTED:
                self._heard.append(f"Qt: {text}")

        hook, handler = sys.excepthook, qInstallMessageHandler(warned)
        sys.excepthook = caught
        try:
            yield
        finally:
            sys.excepthook = hook
            qInstallMessageHandler(handler)

    def press(self, word: str) -> None:
        """One key, and a look."""
        clerk = self.day.clerk
        answers = self._answers()
        self.keys.append(word)
        clerk.one(word)
        if self._heard:
            self.fail("; ".join(self._heard))
        self._look_at_focus()
        self._read()
        self._look_at_ledger(answers, word)

    def press_all(self, text: str) -> None:
        """Several keys, a look after each."""
        for word in text.split():
            self.press(word)

    def end(self) -> None:
        """What was acknowledged is in the ledger, and the ledger is sound."""
        for book in self._books.values():
            wrong = book.close()
            if wrong:
                self.fail(wrong)

    def fail(self, what: str) -> None:
        """Stops with the keys that led here, as `Hands.type` takes them."""
        raise Fault(f"{what}\nafter {len(self.keys)} keys: {' '.join(self.keys)}")

    def _look_at_focus(self) -> None:
        popup = QApplication.activePopupWidget()
        if popup is not None:
            if not popup.isVisible():
                self.fail("a menu has the keys and is not shown")
            return
        focused = QApplication.focusWidget()
        window = self.day.clerk.window
        if focused is None:
            self.fail("nothing has the focus")
        elif focused.window() is not window and focused.window().parent() is not window:
            self.fail(f"the focus is outside the window, in {focused!r}")
        elif not focused.isVisible() or not focused.isEnabled():
            self.fail(f"the focus is in {focused.objectName()}, which is not there")
        elif focused is window:
            self.fail("the focus is on the window itself, where nothing can be typed")

    def _read(self) -> None:
        if self._notice is None:
            self._notice = self.day.clerk.window.findChild(QLabel, "notice")
        text = self._notice.text() if self._notice is not None else ""
        if text == self._said:
            return
        self._said = text
        for pattern in self._patterns:
            found = pattern.fullmatch(text)
            if found:
                self._book.acknowledged.add(int(found["number"]))

    def _answers(self) -> frozenset[str]:
        """The keys that say yes to the question that stands, or why; none where none stands."""
        clerk = self.day.clerk
        asked = clerk.program.navigator.page.question
        if asked is None or not clerk.program.window.question.isVisible():
            return frozenset()
        return frozenset(key for key, _words, meaning in asked.answers if meaning != "no")

    def _look_at_ledger(self, answers: frozenset[str], word: str) -> None:
        for book in self._books.values():
            now = book.numbers()
            if now == book.before:
                continue
            if len(now) != len(book.before) + 1:
                self.fail(f"{len(now) - len(book.before)} entries by one key")
            if book is not self._book:
                self.fail(f"entry {max(now)} stands in a ledger that is not open")
            if word.upper() not in answers:
                self.fail(f"{word} posted without a question that it answers")
            if not now <= book.acknowledged:
                self.fail(f"entry {max(now)} stands in the ledger, and the window did not say so")
            book.before = now


def _pattern(id_: str, language: str) -> re.Pattern[str]:
    """What the window says, with any number in it."""
    told = words(language).text(id_, number="\0", by="\1", differences="\2")
    shown = "\1" if "\1" in told else "\0"
    text = re.escape(told).replace(re.escape(shown), "(?P<number>[0-9]+)")
    return re.compile(re.sub("\\\\?[\0\1\2]", "[0-9]+", text))


class Keyboard:
    """Keys at random: most of them at random alone, some in the order of a visit, so that postings happen."""

    def __init__(self, seed: int, real: bool = False) -> None:
        self._random = Random(seed)
        self._ahead: deque[str] = deque()
        self._known: set[str] = set()
        self._phrases = [*self._always, *([self._signing_in] * 2 if real else ())]

    def next(self) -> str:
        """The next key, as `Hands.one` takes it."""
        random = self._random
        if self._ahead and random.random() < 0.985:
            return self._ahead.popleft()
        if not self._ahead and random.random() < 0.12:
            self._ahead.extend(random.choice(self._phrases)())
        return self._any()

    def _any(self) -> str:
        random = self._random
        kinds: list[Callable[[], str]] = [
            lambda: random.choice(_DIGITS),
            lambda: random.choice(_LETTERS),
            lambda: f"F{random.randint(1, 12)}",
            lambda: random.choice(_COMMON),
            lambda: random.choice(_RARER),
            lambda: random.choice(_COMMITS),
        ]
        return random.choices(kinds, (25, 10, 20, 30, 8, 4))[0]()

    def _amount(self) -> str:
        random = self._random
        return random.choice(
            (str(random.randint(1, 900)), str(random.randint(900, 90_000)), f"{random.randint(0, 5000)}.57")
        )

    def _visit(self) -> list[str]:
        random = self._random
        name, id_ = random.choice(list(PEOPLE.items()))
        first, last = sorted(random.sample(range(101, 129), 2))
        keys = ["Esc", "Esc", "Esc", DOES["new patient"], *id_, "Return"]
        keys += [] if name in self._known else [name, "Return"]
        benefit = random.choice("1111234455")
        keys += [benefit, random.choice("0123")]
        if benefit in "13":
            keys += [*f"{first:04}", "Return", *f"{last:04}", "Return", random.choice(("Return", "2", "3"))]
        elif benefit == "4":
            keys += [*f"{last:04}", "Return"]
        else:
            keys += [str(random.randint(1, 18)), "Return", *f"{last:04}", "Return", "Return"]
        amount = self._amount()
        return [*keys, *amount, "Return", *amount, "Return"]

    def _posting(self) -> list[str]:
        keys = self._visit()
        self._known.update(name for name, id_ in PEOPLE.items() if "".join(keys[4:22]) == id_)
        return [*keys, DOES["save"], "Y"]

    def _again(self) -> list[str]:
        id_ = self._random.choice(list(PEOPLE.values()))
        return [
            "Esc",
            "Esc",
            DOES["new patient"],
            *id_,
            "Return",
            *self._random.choice((["F7"], ["F11"], ["F7", "Shift+F11"])),
        ]

    def _reversal(self) -> list[str]:
        return [*self._again()[:21], "F7", "Down", DOES["reverse"], "重复录入", DOES["save"], "Y", "Esc"]

    def _opening(self) -> list[str]:
        return [*self._visit()[:25], "F11", *"2", "Return", *self._amount(), "Return", "F12", "Y", "Esc"]

    def _printed(self) -> list[str]:
        return [*self._visit(), DOES["print"]]

    def _signing_in(self) -> list[str]:
        return [*PIN, "Return"]

    @property
    def _always(self) -> list[Callable[[], list[str]]]:
        posting = self._posting
        return [posting] * 3 + [self._visit, self._again, self._reversal, self._opening, self._printed]


def a_run(day: Day, seed: int, number: int, real: bool = False) -> Watch:
    """A desk, some keys at random, and the end of the day. Raises Fault.

    ``real``: the desk of a real region, where somebody signs in; otherwise that of the made-up one.
    """
    keyboard = Keyboard(seed, real)
    QGuiApplication.clipboard().setText("52000")
    if real:
        day.use_really(figures_known=True)
    else:
        day.open()
    watch = Watch(day)
    with watch.watching():
        for _ in range(number):
            watch.press(keyboard.next())
        watch.end()
    _leave(day.clerk.window)
    return watch


def _leave(window: QWidget) -> None:
    popup = QApplication.activePopupWidget()
    while popup is not None:
        popup.close()
        popup = QApplication.activePopupWidget()
    window.close()
    QApplication.processEvents()
