"""The key of an encrypted ledger: in the system's key store, or sealed for each operator beside the ledger.

The key is random and never leaves this file's hands unsealed but to the key store. Who may open the file is a
holder of it (core.ledger.sealing): each operator by a passphrase, and whoever has the recovery code, which is
shown once and kept nowhere. When the file gets a new key (core.ledger.key_renewal), the new one stands beside
the old one until the new file has taken its place; what the file opens by says which of the two holds.
"""

import base64
import secrets
import unicodedata
from collections.abc import Mapping
from typing import Final, NamedTuple

from core.ledger import sealing, tries
from core.ledger.keys_file import (
    COMING,
    NEXT,
    PAUSED,
    RECOVERY,
    VERSION,
    Held,
)
from core.ledger.operators import spellings
from core.ledger.renewable_keys import RenewableKeys, purpose_of
from core.ledger.sealing import COST, PUBLIC
from core.ledger.sqlite import opens
from core.ledger.tries import Tries
from core.messages import Fault, message

_CODE: Final = 20
"""The random bytes of a recovery code."""


def cost_of_a_try() -> Mapping[str, int]:
    """Return what a try of a passphrase costs that is sealed from now on."""
    return COST


class NewKey(NamedTuple):
    """A new key, the recovery code, and whether the system's key store keeps the key."""

    key: bytes
    recovery_code: str
    in_store: bool


class Unlocked(NamedTuple):
    """A key, and how many wrong passphrases came before the right one."""

    key: bytes
    wrong: int


class Keys(RenewableKeys):
    """Who may open a ledger. Every method raises LedgerUnavailable where the file cannot be used."""

    def make(self, operator: str, passphrase: str) -> NewKey:
        """Make a key: the store keeps it, or without one the first operator's passphrase opens it."""
        key, id_ = secrets.token_bytes(sealing.KEY), secrets.token_hex(16)
        held: Held = {"version": VERSION, "id": id_, "in_store": self.keep(id_, key)}
        held |= {"operators": {}, "wrong": {}}
        code = new_code()
        held[RECOVERY] = sealing.holder(key, id_, RECOVERY, plain_code(code), COST)
        if self.exist():  # what it opens may come back
            self.path.rename(self.path.with_name(f"{self.path.name}-{secrets.token_hex(4)}"))
        if not held["in_store"]:
            held["operators"][operator] = sealing.holder(key, id_, purpose_of(operator), passphrase, COST)
        self.write(held)
        return NewKey(key, code, held["in_store"])

    def unlock(self, operator: str, passphrase: str) -> Unlocked | list[Fault]:
        """Return the key, from the store or by an operator's passphrase, or faults.

        A wrong passphrase is counted, and after some of them the next try has to wait.
        """
        held = self.read()
        if held["in_store"] and NEXT not in held:
            return self._from_store(held)
        with self.alone():  # a try that is not counted before the next one begins would be one too many
            held = self.read()
            return self._from_store(held) if held["in_store"] else self._unsealed(held, operator, passphrase)

    def _from_store(self, held: Held) -> Unlocked | list[Fault]:
        kept = self.kept(held["id"])
        coming = self.kept(held[NEXT]["id"]) if NEXT in held else None
        if coming is not None:
            kept = self.settled(kept, coming)
        return [Fault("operator", message("ledger.key_not_here"))] if kept is None else Unlocked(kept, 0)

    def _unsealed(self, held: Held, operator: str, passphrase: str) -> Unlocked | list[Fault]:
        known = any(operator in held.get(part, {}) for part in ("operators", COMING))
        before = self._tries(held, operator) if known else Tries()
        refused = before.refusal(operator, tries.now())
        if refused is not None:
            return [Fault("operator", refused)]
        key = None
        for part in ("operators", COMING):
            key = key or self._by_passphrase(held, part, operator, passphrase)
        if not known:  # who is not known takes as long
            self.key_of(held[RECOVERY], held["id"], RECOVERY, passphrase)
        if key is not None:
            if before.wrong:
                self._count(operator, Tries())
            return Unlocked(key, before.wrong)
        refused = None
        if known:
            now = tries.now()
            after = before.one_more(now)
            self._count(operator, after)
            refused = after.refusal(operator, now)
        return [Fault("operator", refused or message("ledger.wrong_pin"))]

    def _by_passphrase(self, held: Held, part: str, operator: str, passphrase: str) -> bytes | None:
        """Return the key that the file opens by, None where the passphrase does not open it."""
        sealed = held.get(part, {}).get(operator)
        for typed in spellings(passphrase) if sealed is not None else ():
            key = self.key_of(sealed, held["id"], purpose_of(operator), typed)
            if key is None:
                continue
            if NEXT not in held:
                return key
            handed = held[NEXT].get(part, {}).get(operator)
            if handed is None:  # taken off: the key of before is all that there is
                return key if opens(self.ledger, key) else None
            coming = self.key_of({**sealed, **handed}, held[NEXT]["id"], purpose_of(operator), typed)
            return self.settled(key, coming)
        return None

    def recover(self, code: str) -> bytes | list[Fault]:
        """Return the key by the recovery code, or faults.

        Where a store kept the key, the store of this machine keeps it from now on.
        """
        held = self.read()
        if NEXT not in held:
            return self._recovered(held, plain_code(code))
        with self.alone():
            return self._recovered(self.read(), plain_code(code))

    def _recovered(self, held: Held, typed: str) -> bytes | list[Fault]:
        key = self.key_of(held[RECOVERY], held["id"], RECOVERY, typed)
        if key is None:
            return [Fault("recovery_code", message("ledger.wrong_code"))]
        if NEXT in held:
            handed = {**held[RECOVERY], **held[NEXT][RECOVERY]}
            key = self.settled(key, self.key_of(handed, held[NEXT]["id"], RECOVERY, typed))
            assert key is not None
            held = self.read()
        if PUBLIC not in held[RECOVERY]:
            with self.changed() as now:
                now[RECOVERY] = sealing.holder(key, now["id"], RECOVERY, typed, COST)
        if held["in_store"] and not self.keep(held["id"], key):
            with self.changed() as now:
                now["in_store"] = False
        return key

    def prepare(self, operator: str, passphrase: str, key: bytes) -> None:
        """Let an operator open the ledger by a new passphrase as well, where no store keeps the key.

        Until `confirm`, both open it, and the list of operators says which of the two holds.
        """
        if self.sealed():
            with self.changed_by(key) as held:
                new = sealing.holder(key, held["id"], purpose_of(operator), passphrase, COST)
                held.setdefault(COMING, {})[operator] = new

    def confirm(self, operator: str) -> int:
        """Let an operator open the ledger by the new passphrase alone, and lift a pause.

        Return how many wrong passphrases had been counted until then.
        """
        if operator not in self.read().get(COMING, {}):
            return 0
        with self.changed() as held:
            held["operators"][operator] = held[COMING].pop(operator)
            before = self._tries(held, operator)
            _put(held, operator, Tries())
        tries.write_at_home(self.ledger, operator, Tries())
        return before.wrong

    def end_change(self, operator: str, passphrase: str, key: bytes) -> None:
        """Bring a change to its end that was cut off: the passphrase that proved right holds alone.

        What the first version sealed by it becomes a holder.
        """
        held = self.read()
        first = operator in held["operators"] and PUBLIC not in held["operators"][operator]
        if operator in held.get(COMING, {}) or first:
            self.prepare(operator, passphrase, key)
            self.confirm(operator)

    def forget(self, operator: str) -> None:
        """Let an operator open the ledger no more."""
        held = self.read()
        if operator in held["operators"] or operator in held.get(COMING, {}):
            with self.changed() as held:
                held["operators"].pop(operator, None)
                held.get(COMING, {}).pop(operator, None)

    def holders(self) -> list[str]:
        """List the operators whose passphrases open the ledger; none where a store keeps the key."""
        held = self.read()
        return sorted({*held["operators"], *held.get(COMING, {})})

    def id(self) -> str:
        """Return the id of the key that holds: another one, another key."""
        return str(self.read()["id"])

    def open_for(self, operator: str) -> bool:
        """Tell whether there is something that lets an operator open the ledger."""
        return not self.sealed() or operator in self.holders()

    def new_code(self, key: bytes) -> str:
        """Make a new recovery code; the one before it is of no use any more."""
        code = new_code()
        with self.changed_by(key) as held:
            held[RECOVERY] = sealing.holder(key, held["id"], RECOVERY, plain_code(code), COST)
        return code

    def sealed(self) -> bool:
        """Tell whether passphrases open the ledger, as no store keeps the key."""
        return not self.read()["in_store"]

    # ---- the file

    def _tries(self, held: Held, operator: str) -> Tries:
        here = Tries(held["wrong"].get(operator, 0), held.get(PAUSED, {}).get(operator, ""))
        return tries.higher(here, tries.read_at_home(self.ledger, operator))

    def _count(self, operator: str, counted: Tries) -> None:
        tries.write_at_home(self.ledger, operator, counted)
        with self.changed() as held:
            _put(held, operator, counted)


def _put(held: Held, operator: str, counted: Tries) -> None:
    """Put somebody's count into what the file holds."""
    for part, value in (("wrong", counted.wrong), (PAUSED, counted.until)):
        held.setdefault(part, {}).pop(operator, None)
        if value:
            held[part][operator] = value


def new_code() -> str:
    """Make a recovery code: 160 random bits in groups of four that can be read aloud."""
    text = base64.b32encode(secrets.token_bytes(_CODE)).decode()
    return "-".join(text[place : place + 4] for place in range(0, len(text), 4))


def plain_code(code: str) -> str:
    """Return a code without what typing may change: small letters, full width, look-alikes, what divides it.

    Nothing but a letter or a digit of ASCII is of it: no dash of any kind, no mark that a file begins with.
    """
    kept = (each for each in unicodedata.normalize("NFKC", code) if each.isascii() and each.isalnum())
    return "".join(kept).upper().translate(str.maketrans("018", "OIB"))
