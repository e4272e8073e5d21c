"""The other person of a join, as somebody types them: by a number, a name or letters."""

from typing import TYPE_CHECKING, Final, NamedTuple

from core.ledger.entries import Identifier
from core.messages import Message, message
from desktop.presenters import typed

if TYPE_CHECKING:
    from core.counter import Counter
    from core.ledger.entries import Patient
    from desktop.presenters.lookup.people import People

_MOST: Final = 12
_A_NUMBER: Final = 6
"""A text with so many characters, a figure among them, may be the number of somebody who is not on file."""


class OtherFound(NamedTuple):
    """Whom a text means: a patient on file, several to choose from, or a number that nobody on file has.

    ``said`` is what to say of such a number. ``fault`` is why the text means nobody.
    """

    patient: "Patient | None" = None
    several: "tuple[Patient, ...]" = ()
    number: Identifier | None = None
    said: Message | None = None
    fault: Message | None = None


class OtherPerson:
    """Finds the other person; the same text is looked up once."""

    def __init__(self, counter: "Counter", people: "People", patient: "Patient") -> None:
        self._counter = counter
        self._people = people
        self._patient = patient
        self._text: str | None = None
        self._found = OtherFound()

    def look(self, text: str) -> OtherFound:
        """Return whom a text means."""
        if text != self._text:
            self._text, self._found = text, self._look(typed.tidy(text))
        return self._found

    def _look(self, text: str) -> OtherFound:
        from core.counter import each_once

        if not text:
            return OtherFound()
        patient = self._counter.find(text)
        if patient is not None:
            if patient.person == self._patient.person:
                return OtherFound(fault=message("ledger.one_already"))
            return OtherFound(patient)
        found = map(self._counter.ledger.patients.get, self._people.search(text, _MOST))
        others = each_once(each for each in found if each is not None and each.identifiers)
        others = [each for each in others if each.person != self._patient.person]
        if others:
            return OtherFound(others[0]) if len(others) == 1 else OtherFound(several=tuple(others))
        return self._new_number(text.upper())

    def _new_number(self, number: str) -> OtherFound:
        """Return a number that nobody on file has, which the patient would have from then on."""
        from core.counter.input_text import identifier_to_keep
        from core.identity import RESIDENT_ID, check

        if len(number) < _A_NUMBER or not any(character.isdecimal() for character in number):
            return OtherFound(fault=message("window.find.nobody"))
        resident = len(number) in (15, 18) and number[:-1].isdecimal()
        kind = RESIDENT_ID if resident else "99"
        kept = identifier_to_keep(kind, number)
        if isinstance(kept, Message):
            return OtherFound(fault=kept)
        odd = next(iter(check(kind, kept, self._counter.ledger.connection.now().date())), None)
        said = message("window.person.new_number")
        return OtherFound(number=Identifier(kind, kept), said=odd or said)
