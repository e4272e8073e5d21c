"""Operators: who may do what, by a PIN of which only an Argon2id hash is kept.

A ledger without operators, for practice and for other programs, asks nobody.
"""

import unicodedata
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from core.ledger import role_history, signatures
from core.ledger.connection import damaged
from core.ledger.ledger import Ledger
from core.ledger.record import OWN, UNREADABLE
from core.ledger.sqlite import database
from core.ledger.trail import PIN_SEAL, ActKind
from core.ledger.tries import FREE, Tries
from core.ledger.verify import read_trail
from core.messages import Fault, Message, message, term
from core.names import is_unseen, likeness

MOST_WRONG: Final = FREE + 1
"""The number of wrong PINs in a row from which on each makes the operator wait, longer each time."""

SHORTEST_PIN: Final = 6
SHORTEST_PASSPHRASE: Final = 10
"""The least length of a passphrase: whoever has taken the file can try what opens it without end."""


_LEAST_DIFFERENT: Final = 5
_LEAST_LETTERS, _LEAST_CHARACTERS = 6, 4
"""What has to be left of a passphrase: Latin letters, or others such as Chinese characters."""

_COMMONEST: Final = (
    "password",
    "passw0rd",
    "qwertyuiop",
    "qwerty",
    "asdfghjkl",
    "asdfgh",
    "zxcvbnm",
    "1qaz2wsx",
    "qazwsx",
    "iloveyou",
    "woaini",
    "admin",
    "administrator",
    "welcome",
    "letmein",
    "mingzhang",
    "yibao",
    "yiyuan",
    "hospital",
    "zhongguo",
    "jilin",
    "changchun",
    "abcdefgh",
    "abcd",
    "abc",
)
"""Words that are tried before all others, the longer ones first where one holds another."""


class Role(StrEnum):
    """The roles of operators; each may do what those before it may."""

    CLERK = "clerk"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"

    def may(self, needed: "Role") -> bool:
        """Tell whether this role has the rights of another."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


class Operator(NamedTuple):
    """An operator; ``locked`` while a pause after wrong PINs lasts, ``active`` until taken off the list.

    ``wrong`` counts the wrong PINs in a row until now.
    """

    name: str
    role: Role
    locked: bool
    active: bool
    wrong: int = 0


class Operators:
    """The operators of a ledger; every change is in its audit trail.

    ``shortest`` is the least length of a PIN.
    """

    def __init__(self, ledger: Ledger, shortest: int = SHORTEST_PIN) -> None:
        self._ledger = ledger
        self._shortest = shortest
        self._db = ledger.db
        self._hasher = PasswordHasher()

    def all(self) -> list[Operator]:
        """List every operator by name."""
        with self._ledger.snapshot():
            rows = self._db.execute(
                "SELECT name, role, wrong, active, paused_until FROM operators ORDER BY name"
            ).fetchall()
        now = self._ledger.now()
        return [
            Operator(name, Role(role), bool(Tries(wrong, until).left(now)), bool(active), wrong)
            for name, role, wrong, active, until in rows
        ]

    def numbers(self) -> dict[str, int]:
        """Return the short number of every operator by name; none is ever given twice."""
        with self._ledger.snapshot():
            return dict(self._db.execute("SELECT name, number FROM operators ORDER BY number").fetchall())

    def guarded(self) -> bool:
        """Tell whether the ledger asks who somebody is; one whose list is gone asks all the same."""
        with self._ledger.snapshot():
            any_operator = self._db.execute(
                f"""SELECT 1 FROM operators UNION ALL
                SELECT 1 FROM acts WHERE act = 'operator_added' AND number < {OWN} LIMIT 1"""  # noqa: S608  ours
            ).fetchone()
        return any_operator is not None

    def lawful(self) -> bool:
        """Tell whether the list is as the audit trail has it."""
        with self._ledger.snapshot():
            history = read_trail(self._db)
            return history.fault is None and role_history.fault(self._db, history.standings) is None

    def find(self, name: str) -> Operator | None:
        """Return the operator with a name, None where there is none."""
        return next((each for each in self.all() if each.name == name), None)

    def _twin_of(self, name: str) -> Operator | None:
        """Return the operator whose name looks like a name, None where none does."""
        return next((each for each in self.all() if likeness(each.name) == likeness(name)), None)

    def sign_in(self, name: str, pin: str) -> Operator | list[Fault]:
        """Return the operator with a name and a PIN, or faults. A wrong PIN is noted and counted."""
        wrong = [Fault("operator", message("ledger.wrong_pin"))]
        name = bytes_of(name).decode("utf-8", "replace")
        with self._ledger.transaction():
            row = self._db.execute(
                "SELECT role, active, pin, wrong, paused_until FROM operators WHERE name = ?", [name]
            ).fetchone()
            if row is None or not row[1]:
                # whoever is not known takes as long as a wrong PIN, and the name that was tried is not kept
                self._hasher.hash(bytes_of(pin))
                self._note(ActKind.WRONG_PIN, "", "")
                return wrong
            before, now = Tries(*row[3:]), self._ledger.now()
            refused = before.refusal(name, now)
            if refused is not None:
                return [Fault("operator", refused)]
            if self._is(row[2], pin):
                self._count(name, Tries())
                self._note(ActKind.SIGNED_IN, name, name)
                return Operator(name, Role(row[0]), locked=False, active=True)
            after = before.one_more(now)
            self._count(name, after)
            self._note(ActKind.WRONG_PIN, name, "")
            refused = after.refusal(name, now)
            if refused is None:
                return wrong
            self._note(ActKind.LOCKED_OUT, name, "")
            return [Fault("operator", refused)]

    def _count(self, name: str, tries: Tries) -> None:
        self._db.execute("UPDATE operators SET wrong = ?, paused_until = ? WHERE name = ?", [*tries, name])

    def set_up(self, name: str, pin: str) -> Operator | list[Fault]:
        """Make the first operator, an administrator."""
        with self._ledger.transaction():
            if self.guarded():
                return [Fault("operator", message("ledger.set_up_already"))]
            return self._add(name, Role.ADMINISTRATOR, pin, name)

    def set_pin_after_recovery(self, name: str, pin: str) -> Operator | list[Fault]:
        """Give an administrator a new PIN, for whoever has proved to hold the recovery code."""
        with self._ledger.transaction():
            known = self.find(name)
            if known is None or known.role is not Role.ADMINISTRATOR or not known.active:
                return [Fault("operator", message("ledger.not_administrator", name=name))]
            return self.change(known, name, pin=pin, recovered=True)

    def add(self, by: Operator, name: str, role: Role, pin: str) -> Operator | list[Fault]:
        """Add an operator, or return why not."""
        with self._ledger.transaction():
            faults = self.refusal(by)
            twin = self._twin_of(name)
            if twin is not None:
                faults.append(Fault("name", message("ledger.operator_known", name=twin.name)))
            return faults or self._add(name, role, pin, by.name)

    def _add(self, name: str, role: Role, pin: str, by: str) -> Operator | list[Fault]:
        faults = pin_faults(pin, self._shortest)
        if faults:
            return faults
        row = {"name": name, "role": role.value, "pin": self._hasher.hash(bytes_of(spellings(pin)[0]))}
        number = role_history.next_number(self._db)
        database(self._db).table("operators").insert({**row, "number": number})
        detail = {"role": role.value, PIN_SEAL: role_history.seal(row["pin"])}
        self._note(ActKind.OPERATOR_ADDED, name, by, **detail)
        return Operator(name, role, locked=False, active=True)

    def change(
        self,
        by: Operator,
        name: str,
        *,
        role: Role | None = None,
        active: bool | None = None,
        pin: str | None = None,
        recovered: bool = False,
    ) -> Operator | list[Fault]:
        """Change of an operator what is not None, or return why not.

        A new PIN lifts a lock; everybody may change their own PIN. ``recovered``: by the recovery code, as
        the trail then says.
        """
        with self._ledger.transaction():
            own_pin = by.name == name and role is None and active is None
            faults = self.refusal(by, Role.CLERK if own_pin else Role.ADMINISTRATOR)
            known = self.find(name)
            if known is None:
                faults.append(Fault("name", message("ledger.operator_unknown", name=name)))
            elif self._leaves_nobody(known, role, active):
                faults.append(Fault("name", message("ledger.last_administrator")))
            if pin is not None:
                faults += pin_faults(pin, self._shortest)
            if faults or known is None:
                return faults
            if role is not None:
                self._db.execute("UPDATE operators SET role = ? WHERE name = ?", [role.value, name])
            if active is not None:
                self._db.execute("UPDATE operators SET active = ? WHERE name = ?", [int(active), name])
            changed = {"role": role and role.value, "active": active, "pin": pin is not None}
            if pin is not None:
                hashed = self._hasher.hash(bytes_of(spellings(pin)[0]))
                self._db.execute("UPDATE operators SET pin = ? WHERE name = ?", [hashed, name])
                self._count(name, Tries())
                changed[PIN_SEAL] = role_history.seal(hashed)
            if recovered:
                changed["recovered"] = True
            self._note(ActKind.OPERATOR_CHANGED, name, by.name, **changed)
            operator = self.find(name)
            assert operator is not None
            return operator

    def _leaves_nobody(self, known: Operator, role: Role | None, active: bool | None) -> bool:
        stays = (role or known.role) is Role.ADMINISTRATOR and (known.active if active is None else active)
        others = (each for each in self.all() if each.name != known.name)
        return not stays and not any(each.active and each.role is Role.ADMINISTRATOR for each in others)

    def refusal(self, by: Operator, needed: Role = Role.ADMINISTRATOR) -> list[Fault]:
        """Return why somebody may not do what needs a role, empty where they may.

        The list counts as it stands now, not as it was at signing in. More than a clerk's rights need a list
        that is as the trail says: a role raised by hand gives none.
        """
        now = self.find(by.name)
        if now is None or not now.active or not now.role.may(needed):
            return [Fault("operator", right_needed(needed))]
        if needed is not Role.CLERK and self._lawful_role(by.name) != now.role:
            return [Fault("operator", message("ledger.fault.operator", name=by.name))]
        return []

    def _lawful_role(self, name: str) -> str | None:
        try:
            with self._ledger.snapshot():
                signed = signatures.read(self._db, self._ledger.id, signatures.GIVE_RIGHTS)
                if any(each.about == name for each in signed.faults):
                    return None  # nobody with rights has signed what the trail says
                return role_history.standing_of(self._db, name).role
        except UNREADABLE as error:
            raise damaged(self._ledger.path) from error

    def may(self, by: Operator, needed: Role) -> bool:
        """Tell whether somebody who signed in has a right, as the list stands now."""
        return not self.refusal(by, needed)

    def is_pin_of(self, name: str, pin: str) -> bool:
        """Tell whether a PIN is an operator's. It is noted nowhere: only for whoever was let in already."""
        with self._ledger.snapshot():
            row = self._db.execute("SELECT pin FROM operators WHERE name = ?", [name]).fetchone()
        return row is not None and self._is(row[0], pin)

    def _is(self, kept: str, pin: str) -> bool:
        try:
            return any(self._verified(kept, typed) for typed in spellings(pin))
        except InvalidHashError as error:
            raise damaged(self._ledger.path) from error

    def _verified(self, kept: str, pin: str) -> bool:
        try:
            return self._hasher.verify(kept, bytes_of(pin))
        except InvalidHashError:
            raise
        except Argon2Error:
            return False

    def _note(self, act: ActKind, about: str, by: str, **detail: str | bool | None) -> None:
        self._ledger.trail.note(act, about, by, **detail)


def right_needed(role: Role) -> Message:
    """Return what somebody is told whose role does not reach."""
    return message("ledger.right_needed", role=term("role", role))


def spellings(secret: str) -> tuple[str, ...]:
    """Return the ways to read a PIN or passphrase: folded, as it is kept, as it was kept once, and as typed.

    Full-width letters and blanks of an input method, another normal form, and marks that nobody sees, as
    they come with what is pasted, make no other secret.
    """
    folded = unicodedata.normalize("NFKC", secret)
    seen = " ".join("".join(each for each in folded if each.isspace() or not is_unseen(each)).split())
    return tuple(dict.fromkeys((seen or folded, folded, secret)))


def bytes_of(text: str) -> bytes:
    """Encode what was typed as bytes, keeping lone surrogates."""
    return text.encode("utf-8", "surrogatepass")


def pin_faults(pin: str, shortest: int) -> list[Fault]:
    """Return what is wrong with a new PIN, empty where nothing is."""
    if any(unicodedata.category(character) == "Cs" for character in pin):
        return [Fault("pin", message("ledger.odd_characters"))]
    if len(pin) < shortest:
        return [Fault("pin", message("ledger.pin_short", least=shortest))]
    steps = {ord(after) - ord(before) for before, after in pairwise(pin)}
    if len(steps) == 1 and steps <= {-1, 0, 1}:  # 111111, 123456, 654321
        return [Fault("pin", message("ledger.pin_plain"))]
    if shortest == SHORTEST_PASSPHRASE and _is_guessed(pin):
        return [Fault("pin", message("ledger.passphrase_plain"))]
    return []


def _is_guessed(passphrase: str) -> bool:
    """Tell whether a passphrase is among the first that somebody with the file would try.

    What counts is what is left without digits, signs and the commonest words: a name, or one word, with a
    year, a run or a telephone number behind it is tried within minutes.
    """
    plain = unicodedata.normalize("NFKC", passphrase).casefold()
    left = plain
    for word in _COMMONEST:
        left = left.replace(word, "")
    letters = "".join(filter(str.isalpha, left))
    return len(set(plain)) < _LEAST_DIFFERENT or len(letters) < (
        _LEAST_LETTERS if letters.isascii() else _LEAST_CHARACTERS
    )
