"""Another key for an encrypted ledger: handed over beside the one of today, until the file has it."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.ledger import sealing
from core.ledger.errors import LATER, LedgerUnavailable
from core.ledger.keys_file import COMING, EARLIER, NEXT, RECOVERY, Held, KeysFile
from core.ledger.sealing import PUBLIC, UNREADABLE
from core.ledger.sqlite import opens
from core.messages import message


class RenewableKeys(KeysFile):
    """A keys file whose ledger may get another key.

    Every method raises LedgerUnavailable where the file cannot be used.
    """

    def not_ready(self, operators: Iterable[str], key: bytes) -> list[str]:
        """List who of these, and the recovery code ("": it), cannot be handed another key yet.

        They are still as the first version sealed them, or somebody else has put them there.
        """
        held = self.read()
        who = {name: (held["operators"].get(name), purpose_of(name)) for name in operators}
        who[""] = (held[RECOVERY], RECOVERY)
        return sorted(
            name
            for name, (sealed, purpose) in who.items()
            if sealed is not None and not sealing.is_marked(key, held["id"], purpose, sealed)
        )

    def begin_renewal(self, operators: Iterable[str], key: bytes) -> bytes:
        """Make another key and hand it over to these operators and the recovery code.

        Return it. It holds once the file opens by it, and `end_renewal` lets the one before it go.
        """
        new, id_ = secrets.token_bytes(sealing.KEY), secrets.token_hex(16)
        with self.changed_by(key) as held:
            coming: Held = {"id": id_, "in_store": held["in_store"] and self.keep(id_, new)}
            if held["in_store"] and not coming["in_store"]:
                raise LedgerUnavailable(message("ledger.store_closed"))
            for part in ("operators", COMING):
                coming[part] = {
                    name: sealing.handed(new, id_, purpose_of(name), sealed[PUBLIC])
                    for name, sealed in held.get(part, {}).items()
                    if name in set(operators) and sealing.is_marked(key, held["id"], purpose_of(name), sealed)
                }
            coming[RECOVERY] = sealing.handed(new, id_, RECOVERY, held[RECOVERY][PUBLIC])
            earlier = {**self._earlier(held, key), held["id"]: key}
            coming[EARLIER] = {then: sealing.lock(each, new, then) for then, each in earlier.items()}
            held[NEXT] = coming
        return new

    def end_renewal(self) -> None:
        """Let the next key be the only one: who was not handed it opens the ledger no more."""
        with self.changed() as held:
            coming = held.pop(NEXT)
            for part in ("operators", COMING):
                before = held.get(part, {})
                held[part] = {
                    name: {**before[name], **handed}
                    for name, handed in coming[part].items()
                    if name in before
                }
            held[RECOVERY] = {**held[RECOVERY], **coming[RECOVERY]}
            held |= {name: coming[name] for name in ("id", "in_store", EARLIER)}

    def drop_renewal(self) -> None:
        """Let the next key go: the file did not get it."""
        with self.changed() as held:
            held.pop(NEXT, None)

    def of_backup(self, copy: Path, key: bytes) -> bytes | None:
        """Return the key, today's or an earlier one, that opens a copy of this ledger; None: no one."""
        earlier = self._earlier(self.read(), key) if self.exist() else {}
        return next((each for each in (key, *earlier.values()) if opens(copy, each)), None)

    def _earlier(self, held: Held, key: bytes) -> dict[str, bytes]:
        try:
            found = {id_: sealing.unlock(each, key, id_) for id_, each in held.get(EARLIER, {}).items()}
        except UNREADABLE:
            raise self.bad() from None
        return {id_: each for id_, each in found.items() if each is not None}

    @contextmanager
    def changed_by(self, key: bytes) -> Iterator[Held]:
        """Yield what the file holds, to be changed by whoever has the ledger open by a key.

        A renewal that was cut off comes to its end first, by what that key is.
        """
        with self.alone():
            held = self.read()
            if NEXT in held:
                handed = {PUBLIC: held[RECOVERY].get(PUBLIC), **held[NEXT][RECOVERY]}
                is_next = sealing.is_marked(key, held[NEXT]["id"], RECOVERY, handed)
                (self.end_renewal if is_next else self.drop_renewal)()
            with self.changed() as held:
                yield held

    def settled(self, key: bytes | None, coming: bytes | None) -> bytes | None:
        """Return the one of two keys that the ledger opens by, and bring a renewal to its end."""
        if coming is not None and opens(self.ledger, coming):
            with suppress(*LATER):
                self.end_renewal()
            return coming
        if key is not None and opens(self.ledger, key):
            with suppress(*LATER):
                self.drop_renewal()
        return key


def purpose_of(operator: str) -> str:
    """Return the name of an operator as a holder."""
    return f"operator {operator}"
