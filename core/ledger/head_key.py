"""The head key: whoever has a supervisor's rights signs what the ledger has come to, by a key of their own.

The key lies in the ledger, sealed to its holder's PIN or passphrase, together with the head that its holder
signed last. So the chain cannot be written anew without the next sign-in of that holder telling. What was
signed last stands outside the file too (`copies_of`), and is compared when the ledger is verified.
"""

import json
import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from core.clock import BEIJING
from core.files import read_bounded, write_whole
from core.ledger import heads, signatures, trail
from core.ledger.connection import damaged
from core.ledger.keys import cost_of_a_try
from core.ledger.ledger import Ledger
from core.ledger.operators import spellings
from core.ledger.record import OWN, UNREADABLE, canonical, digest, linked
from core.ledger.sealing import Sealed, lock, seal, unlock, unseal
from core.ledger.signatures import Signatures, Signer
from core.ledger.trail import ActKind
from core.messages import Message, message
from core.places import backups_in, home, path_mark

NAME: Final = "head"
"""The name under which head keys stand among the sealed keys."""

SUFFIX: Final = ".json"
"""The end of the name of a file that holds what was signed last."""

_SECRET, _LARGEST = 32, 20_000
_READ: Final = "SELECT public_key, sealed FROM sealed_keys WHERE name = ? AND holder = ?"
_WRITE: Final = """INSERT OR REPLACE INTO sealed_keys (name, epoch, holder, public_key, sealed)
    VALUES (?, 1, ?, ?, ?)"""
_DROP: Final = "DELETE FROM sealed_keys WHERE name = ? AND holder = ?"
_LATEST: Final = "SELECT number, previous, record, hash FROM acts WHERE number = ?"
_FIRST_ENTRY: Final = "SELECT recorded FROM entries WHERE number > ? AND number < ? ORDER BY number LIMIT 1"
_FIRST_ACT: Final = """SELECT recorded FROM acts WHERE number > ? AND number < ?
    AND act NOT IN ('signed_in', 'day_signed', 'head_key') ORDER BY number LIMIT 1"""


class Box(NamedTuple):
    """What a holder's key lies in: the key of the box, and how a PIN opens it."""

    key: bytes
    sealed: Sealed


class HeadKey:
    """The head key of whoever is signed in, who signs days by it.

    ``second`` are folders beside the usual ones that hold what was signed last.
    """

    def __init__(self, ledger: Ledger, signer: Signer, box: Box, second: Sequence[Path] = ()) -> None:
        self._ledger = ledger
        self._signer = signer
        self._box = box
        self._second = tuple(second)

    @property
    def name(self) -> str:
        """The holder's name."""
        return self._signer.name

    def go_on(self, ledger: Ledger) -> None:
        """Sign in the same ledger, which was opened again."""
        self._ledger = ledger

    def sign_days(self, *, today: bool) -> bool:
        """Sign what the ledger has come to, where anything is new since the last signature.

        ``today``: also where all of it is of today. Tell whether it was signed. What was signed is written to
        the other places as far as they can be.
        """
        ledger = self._ledger
        with ledger.transaction():
            now, since = ledger.now().astimezone(BEIJING).date(), _unsigned_since(ledger)
            if since is None or (since.astimezone(BEIJING).date() >= now and not today):
                return False
            head, restored, day = heads.head_of(ledger.connection.db), _restored(ledger), now.isoformat()
            detail = {"entries": head.entries, "hash": head.entries_hash, "restored": restored}
            ledger.trail.note(ActKind.DAY_SIGNED, day, self._signer.name, **detail)
            self.pin(restored)
            row = ledger.db.execute(_LATEST, [head.acts + 1]).fetchone()
        self._write_copies(dict(zip(("number", "previous", "record", "hash"), row, strict=True)))
        return True

    def pin(self, restored: str) -> None:
        """Seal the key anew together with the ledger's head, inside a transaction."""
        head = heads.head_of(self._ledger.connection.db)
        held = {**head._asdict(), "restored": restored, "secret": self._signer.secret.hex()}
        content = lock(
            canonical(held).encode(), self._box.key, _purpose(self._signer.ledger, self._signer.name)
        )
        sealed = canonical({"box": self._box.sealed, "content": content})
        self._ledger.db.execute(_WRITE, [NAME, self._signer.name, self._signer.public, sealed])

    def seal_to(self, pin: str) -> None:
        """Seal the key to a new PIN, inside the transaction that changes it."""
        self._box = _new_box(self._signer.ledger, self._signer.name, pin)
        self.pin(_restored(self._ledger))

    def _write_copies(self, signed: dict[str, Any]) -> None:
        text = canonical({"ledger": self._signer.ledger, **signed}).encode()
        for file in copies_of(self._ledger.path, self._signer.ledger, self._second):
            with suppress(OSError):
                if file.parent.name == heads.FOLDER:
                    file.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
                if file.parent.is_dir():
                    write_whole(file, text)


class Entered(NamedTuple):
    """A holder who signed in: the key, None where nothing may be signed, and what has to be told."""

    key: HeadKey | None
    said: Message | None


def enter(ledger: Ledger, name: str, pin: str, second: Sequence[Path] = ()) -> Entered:
    """Unseal the head key of a supervisor or administrator who has just signed in, and sign the days.

    Whoever has none yet gets one. Nothing is signed where the trail is not what its holder signed last, or
    holds an act that nobody with rights has signed. Raises LedgerUnavailable.
    """
    with ledger.transaction():
        entered = _entered(ledger, name, pin, tuple(second))
    if entered.key is not None:
        entered.key.sign_days(today=False)
    return entered


def _entered(ledger: Ledger, name: str, pin: str, second: tuple[Path, ...]) -> Entered:
    known, id_ = _read(ledger), ledger.id
    if known.faults:
        return Entered(None, known.fault)
    held = _held(ledger, name, pin)
    public = known.keys.get(name)
    if held is not None and held.signer.public == public:
        if not _still(ledger, held, known):
            return Entered(None, message("ledger.signing.rewritten", name=name, day=_since(ledger)))
        key, said = HeadKey(ledger, held.signer, held.box, second), copies_fault(ledger, second, known)
        ledger.connection.signer = held.signer
        return Entered(None if said else key, said)
    if held is not None and public is not None and name not in known.free:
        return Entered(None, message("ledger.signing.rewritten", name=name, day=_since(ledger)))
    fault = copies_fault(ledger, second, known)
    if fault is not None:
        return Entered(None, fault)
    replaced = public is not None and name not in known.free
    said = message("ledger.signing.replaced", name=name) if replaced else None
    if not known.started and ledger.journal.next_number() > 1:
        said = message("ledger.signing.first", name=name)
    signer = Signer(name, id_, secrets.token_bytes(_SECRET))
    ledger.connection.signer = signer
    ledger.trail.note(ActKind.HEAD_KEY, name, name, key=signer.public)
    key = HeadKey(ledger, signer, _new_box(id_, name, pin), second)
    key.pin(_restored(ledger))
    return Entered(key, said)


def forget(ledger: Ledger, name: str) -> None:
    """Drop somebody's sealed key, inside the transaction in which another one changed PIN or place."""
    ledger.db.execute(_DROP, [NAME, name])


def signer_of(ledger: Ledger, name: str, pin: str) -> Signer | None:
    """Return whoever may sign for a restore; None where the key does not open or does not count."""
    known, held = _read(ledger), _held(ledger, name, pin)
    if held is None or known.faults or held.signer.public != known.keys.get(name):
        return None
    return held.signer


def told(ledger: Ledger) -> list[Message]:
    """List what happened to keys without anybody's signature, as after a recovery, for whoever verifies."""
    return [
        message("ledger.signing.told", number=str(act.number), name=act.about or "—")
        for act in _read(ledger).told
    ]


def copies_of(ledger: Path, id_: str, second: Sequence[Path] = ()) -> tuple[Path, ...]:
    """Return where what was signed last stands outside the file: at home, and in the folders of backups."""
    name = f"signed-{id_[:16]}-{path_mark(ledger)[:16]}{SUFFIX}"
    return tuple(folder / name for folder in (home() / heads.FOLDER, backups_in(ledger.parent), *second))


def copies_fault(
    ledger: Ledger, second: Sequence[Path] = (), known: Signatures | None = None
) -> Message | None:
    """Return the message of the first place whose signature the trail does not hold, None without one."""
    id_ = ledger.id
    known = known or _read(ledger)
    for file in copies_of(ledger.path, id_, second):
        try:
            raw: dict[str, Any] = json.loads(read_bounded(file, _LARGEST))
            act = trail.read_act(raw["record"])
            number, hash_ = act.number, linked(raw["previous"], digest(raw["record"]))
            sound = raw["ledger"] == id_ and signatures.signed_by(id_, act, raw["previous"]) is not None
            restored = str(act.detail["restored"])
        except (OSError, *UNREADABLE):
            continue
        if not sound or heads.is_prefix(ledger.connection.db, "acts", number, hash_):
            continue
        if not known.explained(number, restored):
            params = {"name": act.operator, "day": act.about, "number": str(number), "place": str(file)}
            return message("ledger.fault.signed_copy", **params)
    return None


class _Held(NamedTuple):
    """A key as it was unsealed, with the head that its holder signed last."""

    signer: Signer
    box: Box
    head: heads.Head
    restored: str


def _read(ledger: Ledger) -> Signatures:
    with ledger.snapshot():
        try:
            return signatures.read(ledger.db, ledger.id)
        except UNREADABLE as error:
            raise damaged(ledger.path) from error


def _held(ledger: Ledger, name: str, pin: str) -> _Held | None:
    with ledger.snapshot():
        row = ledger.db.execute(_READ, [NAME, name]).fetchone()
    if row is None:
        return None
    id_ = ledger.id
    purpose = _purpose(id_, name)
    try:
        held = json.loads(row[1])
        for typed in spellings(pin):
            key = unseal(held["box"], typed, purpose)
            content = None if key is None else unlock(held["content"], key, purpose)
            if key is not None and content is not None:
                raw = json.loads(content)
                signer = Signer(name, id_, bytes.fromhex(raw["secret"]))
                head = heads.Head(*(raw[part] for part in heads.Head._fields))
                return _Held(signer, Box(key, held["box"]), head, str(raw["restored"]))
    except UNREADABLE:
        return None
    return None


def _still(ledger: Ledger, held: _Held, known: Signatures) -> bool:
    """Tell whether the ledger still holds what its holder signed last, or a restore says why not."""
    return heads.holds(ledger.connection.db, held.head) or known.explained(held.head.acts, held.restored)


def _restored(ledger: Ledger) -> str:
    """Return the hash before the latest restore; empty where there is none."""
    last = list(trail.read_with_hashes(ledger.db, ActKind.RESTORED))
    return last[-1][1] if last else ""


def _unsigned_since(ledger: Ledger) -> datetime | None:
    """Return the moment (UTC) of the first entry or act that no signature covers, None where all are."""
    last = signatures.last_day(ledger.db)
    asked = ((_FIRST_ENTRY, last.entry if last else 0), (_FIRST_ACT, last.act if last else 0))
    rows = [ledger.db.execute(query, [number, OWN]).fetchone() for query, number in asked]
    return min((datetime.fromisoformat(row[0]) for row in rows if row is not None), default=None)


def _since(ledger: Ledger) -> str:
    last = signatures.last_day(ledger.db)
    return last.day if last else "—"


def _purpose(id_: str, name: str) -> str:
    return f"{id_} {NAME} {name}"


def _new_box(id_: str, name: str, pin: str) -> Box:
    key = secrets.token_bytes(_SECRET)
    return Box(key, seal(key, pin, _purpose(id_, name), cost_of_a_try()))
