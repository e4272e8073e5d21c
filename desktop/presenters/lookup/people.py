"""The people on file, found by letters, a part of the name, or the beginning or end of a number.

The names stand in memory, read from the ledger in small pieces after the start: letters cannot be an index of
an encrypted file without keeping them in it, and a hundred thousand names take twenty megabytes and seconds.
"""

import time
from array import array
from collections.abc import Iterable, Iterator
from heapq import nlargest
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final

from core.ledger.errors import KnownError
from core.names import fold
from desktop.presenters.pinyin import lettered, parts, readings, spells
from desktop.presenters.typed import tidy

if TYPE_CHECKING:
    from core.counter import Counter
    from core.ledger.entries import Patient
    from core.ledger.search import Person

_PIECE: Final = 250
_REST: Final = 0.01
"""Seconds between two pieces, in which the window has its turn."""

_AT_ONCE: Final = 1_000
"""People that are read at once where somebody is looking; the others follow in a thread."""

_SHORTEST_END: Final = 4


class People:
    """Everybody on file, by the letters, the parts of the name and the numbers.

    ``complete``: all names were read once. One lock guards the lists, as a thread fills them.
    """

    def __init__(self, counter: "Counter") -> None:
        self._counter = counter
        self._lock = Lock()
        self._keys: list[str] = []
        self._names: list[str] = []
        """Folded, as they are searched."""
        self._ids: list[tuple[str, ...]] = []
        self._letters: list[tuple[tuple[str, ...], ...]] = []
        self._last = array("q")
        self._at: dict[str, int] = {}
        self._by_syllable: dict[str, dict[str, array[int]]] = {}
        self._by_end: dict[str, array[int]] = {}
        self._row = 0
        self._number = 0
        self.complete = False
        self._stopped = False
        self._thread: Thread | None = None

    def __len__(self) -> int:
        """Return how many people were read so far."""
        return len(self._keys)

    # Reading

    def begin(self) -> None:
        """Begin to read the names in a thread; once."""
        if self._thread is None and not self.complete:
            self._thread = Thread(target=self._read_all, name="people", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop reading: the ledger is about to be closed."""
        self._stopped = True
        if self._thread is not None:
            self._thread.join()

    def _read_all(self) -> None:
        try:
            while not self._stopped and self.read_some():
                time.sleep(_REST)
        except KnownError:  # whoever looks next is told
            return

    def read_some(self, most: int = _PIECE) -> bool:
        """Read some more names; return whether there may be others."""
        with self._lock:
            people = self._counter.ledger.search.people(self._row, most)
            for person in people:
                self._add(person)
            more = len(people) == most
            self.complete = self.complete or not more
            return more

    def _add(self, person: "Person") -> None:
        self._row = person.row
        self._number = max(self._number, person.last)
        at = len(self._keys)
        letters = readings(person.name)
        self._keys.append(person.patient)
        self._names.append(fold(person.name))
        self._ids.append(person.identifiers)
        self._letters.append(letters)
        self._last.append(person.last)
        self._at[person.patient] = at
        for end in {each[-_SHORTEST_END:] for each in person.identifiers}:
            self._by_end.setdefault(end, array("q")).append(at)
        if letters:
            seconds = {reading[:1] for reading in letters[1]} if len(letters) > 1 else {""}
            for syllable in letters[0]:
                under = self._by_syllable.setdefault(syllable, {})
                for second in seconds:
                    under.setdefault(second, array("q")).append(at)

    def _catch_up(self) -> None:
        """Read who came since, and who came again."""
        if self._thread is None and not self.complete:
            self.read_some(_AT_ONCE)
            self.begin()
        if not self.complete:
            return
        while self.read_some():
            pass
        for key, number in self._counter.ledger.search.latest_of_each(self._number):
            at = self._at.get(key)
            if at is not None:
                self._last[at] = number
            self._number = max(self._number, number)

    # Finding

    def search(self, text: str, most: int = 50) -> list[str]:
        """Return the keys of the patients whom a text may mean, the likeliest and then the latest first.

        Letters spell a name, whole or by initials; Chinese is a part of the name; figures are the beginning
        of a number or its end, from four on.
        """
        self._catch_up()
        wanted = tidy(text)
        with self._lock:
            if not wanted:
                return []
            letters = lettered(wanted)
            if letters.isascii() and letters.isalpha():
                ranked: Iterable[tuple[int, int]] = {(1, at) for at in self._spelled(letters)}
            elif any(character.isdigit() for character in wanted):
                ranked = self._numbered(wanted.replace(" ", "").upper(), most)
            else:
                bare = fold(wanted)
                ranked = (
                    (2 if name.startswith(bare) else 1, at)
                    for at, name in enumerate(self._names)
                    if bare in name
                )
            best = nlargest(most, ((rank, self._last[at], at) for rank, at in ranked))
            return list(dict.fromkeys(self._keys[at] for _rank, _last, at in best if self._keys[at]))

    def _numbered(self, wanted: str, most: int) -> Iterator[tuple[int, int]]:
        """Yield rank and place of those whose number begins with some figures, or ends with them.

        The ledger's own index tells the beginnings.
        """
        for patient in self._counter.search(wanted, most):
            if patient.key in self._at:
                yield 2, self._at[patient.key]
        if len(wanted) >= _SHORTEST_END:
            for at in self._by_end.get(wanted[-_SHORTEST_END:], ()):
                if any(each.endswith(wanted) for each in self._ids[at]):
                    yield 1, at

    def _spelled(self, wanted: str) -> Iterator[int]:
        """Yield the places of those whose name begins with some letters."""
        for syllable, under in self._by_syllable.items():
            if syllable[:1] != wanted[:1]:
                continue
            if syllable.startswith(wanted):
                for those in under.values():
                    yield from those
                continue
            for second, those in under.items():
                if self._may(wanted, syllable, second):
                    yield from (at for at in those if spells(wanted, self._letters[at]))

    def _may(self, wanted: str, syllable: str, second: str) -> bool:
        """Return whether letters may be a syllable, or a part of it, and then a second one's initial."""
        if not second:
            return False
        return any(
            wanted.startswith(part) and wanted[len(part) : len(part) + 1] == second
            for part in parts(syllable)
        )

    def renew(self, patient: "Patient") -> None:
        """Take the name and the numbers of somebody on file that have changed."""
        from core.ledger.search import Person

        with self._lock:
            at = self._at.pop(patient.key, None)
            if at is None:
                return  # read with those who came since
            self._keys[at] = self._names[at] = ""
            self._ids[at], self._letters[at] = (), ()
            numbers = tuple(each.id for each in patient.identifiers)
            self._add(Person(self._row, patient.key, patient.name, numbers, self._last[at]))

    def forget(self, key: str) -> None:
        """Forget somebody who is no longer on file."""
        with self._lock:
            at = self._at.pop(key, None)
            if at is not None:
                self._names[at], self._ids[at], self._letters[at] = "", (), ()
