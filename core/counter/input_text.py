"""Text that somebody entered at a desk: cleaned, or refused with faults, all of them at once."""

import re
import unicodedata
from datetime import date
from typing import Final, NamedTuple

from core.identity import RESIDENT_ID, born_on, refusal
from core.ledger.entries import MARK, PERSONAL_NUMBER, UNKNOWN, Identifier, PatientGiven
from core.ledger.free_text import cleaned, take
from core.masking import is_given
from core.messages import Fault, Message, message

_FIRST_YEAR, _LAST_YEAR = 2000, 9999
"""The years that an opening or an enrolment account may state."""

_ID_TYPE: Final = re.compile(r"[0-9]{2}([0-9]{4})?", re.ASCII)
"""A kind of document as the national platform numbers it; a certificate of birth is 990201."""


class Sender(NamedTuple):
    """The key, patient and operator of an addition, cleaned, and what is wrong with them."""

    key: str
    patient: PatientGiven
    operator: str
    faults: list[Fault]


def read_sender(key: str, patient: PatientGiven, operator: str) -> Sender:
    """Clean the key, patient and operator of an addition; note every fault."""
    faults: list[Fault] = []
    key = take("key", key, faults)
    name = take("patient.name", patient.name, faults) if patient.name.strip() else ""
    if not patient.identifiers and not patient.unnumbered:
        faults.append(Fault("patient.id", message("fault.required")))
    identifiers: dict[str, Identifier] = {}
    for each in patient.identifiers:
        text = identifier_to_keep(each.id_type, each.id)
        if isinstance(text, Message):
            faults.append(Fault("patient.id", text))
        if each.id_type not in (UNKNOWN, PERSONAL_NUMBER) and not _ID_TYPE.fullmatch(each.id_type):
            faults.append(Fault("patient.id_type", message("ledger.id_type")))
        if isinstance(text, str):
            identifiers.setdefault(text, Identifier(each.id_type, text))
    operator = take("operator", operator, faults)
    given = PatientGiven(tuple(identifiers.values()), name, patient.unnumbered)
    return Sender(key, given, operator, faults)


def newborn_id(mother: str, born: date, child: int) -> str | Message:
    """Return the identity of a newborn without a number, or why the mother's number is refused.

    ``mother`` is an identifier of hers; ``child`` counts her children of that birth from 1.
    """
    number = identifier_to_keep(RESIDENT_ID, mother)
    if isinstance(number, Message):
        return number
    return MARK.join((number, f"{born:%Y%m%d}", str(child)))


def unknown_id(ledger: str, entry: int) -> str:
    """Return the number that the program gives somebody who has none, at the first entry.

    ``ledger`` is the ledger's id.
    """
    return f"U{ledger[:4].upper()}{MARK}{entry}"


def identifier_text(text: str) -> str | Message:
    """Return an identifier as the ledger keeps it, or why it is refused.

    The ledger keeps it narrow, in capitals and without spaces around.
    """
    clean = cleaned("patient.id", unicodedata.normalize("NFKC", text))
    if isinstance(clean, str) and " " in clean:
        return message("ledger.space_in_id")
    return clean if isinstance(clean, Message) else clean.upper()


def identifier_to_keep(id_type: str, text: str) -> str | Message:
    """Return an identifier that may be a person's, as the ledger keeps it, or why it is refused.

    A placeholder is nobody's, and a character that looks like another one or like none would make a second
    person of the same. `identifier_text` finds what older ledgers hold all the same.
    """
    narrow = " ".join(unicodedata.normalize("NFKC", text).split()).upper()
    if is_given(narrow) and id_type != UNKNOWN:
        return message("identity.given")
    if narrow and " " not in narrow:
        refused = refusal(id_type, narrow)
        if refused is not None:
            return refused
    return identifier_text(text)


def birth_faults(patient: PatientGiven, day: date, field: str) -> list[Fault]:
    """Return the fault of a visit that begins before the birth that the patient's number states."""
    for each in patient.identifiers:
        born = born_on(each.id_type, each.id)
        if born is not None and day < born:
            return [Fault(field, message("ledger.before_birth", born=born.isoformat()))]
    return []


def year_faults(year: int) -> list[Fault]:
    """Return the fault of a year outside those that may be stated, if it is."""
    if _FIRST_YEAR <= year <= _LAST_YEAR:
        return []
    return [Fault("year", message("fault.number_between", first=str(_FIRST_YEAR), last=str(_LAST_YEAR)))]
