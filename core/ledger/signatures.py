"""Signatures in the trail: acts that need rights, and days, signed by keys that clerks do not have.

Whoever holds the file and its key can write whatever they like into it, and chain it anew. So each supervisor
and administrator has a key, sealed to their own PIN (core.ledger.head_key), and the acts that give rights,
change rules or close days bear its signature. A signature covers the act, the ledger's id and the hash of the
act before, and so the whole trail until there.

The first key is believed as it stands. A later one is where an act that was signed has let its holder have
one: whoever was made a supervisor, or got a new PIN, brings a key at the next sign-in. What else happens, as
after a recovery, is told and stays told.
"""

import sqlite3
from collections.abc import Callable
from typing import Final, NamedTuple

from core.ledger import trail
from core.ledger.record import OWN, UNREADABLE
from core.ledger.trail import ActKind, AuditAct
from core.messages import Message, message

HOLDERS: Final = frozenset({"supervisor", "administrator"})
"""The roles that have a key."""

_OPERATORS: Final = (ActKind.OPERATOR_ADDED, ActKind.OPERATOR_CHANGED, ActKind.OPERATOR_NOTED)
_RULES: Final = (ActKind.REGION_CHANGED, ActKind.REGION_CHECKED, ActKind.CHECK_REQUIRED)
GIVE_RIGHTS: Final = (*_OPERATORS, ActKind.HEAD_KEY, ActKind.RESTORED)
"""The kinds of acts that decide who has rights."""

_RIGHTS: Final = (*GIVE_RIGHTS, *_RULES)
_SIGNED: Final = frozenset({*_RIGHTS, ActKind.DAY_SIGNED})
_LAST_DAY: Final = f"""SELECT record FROM acts WHERE act = 'day_signed' AND number < {OWN}
    ORDER BY number DESC LIMIT 1"""  # noqa: S608  ours


class Signer(NamedTuple):
    """Whoever is signed in with a key: the operator, the ledger's id, and the secret key (32 bytes)."""

    name: str
    ledger: str
    secret: bytes

    @property
    def public(self) -> str:
        """The public key, in hexadecimal."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.secret).public_key().public_bytes_raw().hex()

    def sign(self, text: str) -> dict[str, str]:
        """Return what an act's detail holds as its signature."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        key = Ed25519PrivateKey.from_private_bytes(self.secret)
        value = key.sign(f"{self.ledger}\n{text}".encode()).hex()
        return {"key": key.public_key().public_bytes_raw().hex(), "value": value}


def signing(signer: Signer | None, act: ActKind, operator: str) -> Callable[[str], dict[str, str]] | None:
    """Return what signs an act of an operator, None where it needs no signature or nobody can give it."""
    return signer.sign if signer and signer.name == operator and act in _SIGNED else None


def counts(db: sqlite3.Connection, ledger: str, signer: Signer) -> bool:
    """Tell whether the trail, as it stands, knows the key of whoever is signed in.

    Another program may have restored the ledger since, or taken the rights away: what is signed by such a key
    is signed by nobody. Raises as `trail.read` does.
    """
    known = read(db, ledger, GIVE_RIGHTS)
    return signer.ledger == ledger and known.keys.get(signer.name) == signer.public


def signed_by(ledger: str, act: AuditAct, previous: str) -> str | None:
    """Return the public key whose valid signature an act bears, None where it bears none."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    recorded = act.recorded.isoformat(timespec="milliseconds")
    text = trail.text_to_sign(
        previous, act.number, act.act.value, act.about, recorded, act.operator, act.detail
    )
    try:
        key = str(act.signature["key"])
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public.verify(bytes.fromhex(act.signature["value"]), f"{ledger}\n{text}".encode())
    except (InvalidSignature, *UNREADABLE):
        return None
    return key


class Unsigned(NamedTuple):
    """An act without the signature that it needs, and whom it is about."""

    number: int
    about: str


class Signatures:
    """The signatures of a ledger's trail, followed act by act.

    ``keys`` are the public keys that count, by holder; ``free`` those who may bring a key of their own.
    ``faults`` are acts that nobody with rights has signed; ``told`` are those that nobody could sign, as
    after a recovery. ``restores`` are the numbers of restores, with the hash before. ``restore_counts``: the
    latest of them may give rights, as somebody who had them signed it.
    """

    def __init__(self, ledger: str) -> None:
        self._ledger = ledger
        self._roles: dict[str, tuple[str, bool]] = {}
        self._restored = False
        self.restore_counts = True
        self.started = False
        self.keys: dict[str, str] = {}
        self.free: set[str] = set()
        self.faults: list[Unsigned] = []
        self.told: list[Unsigned] = []
        self.restores: list[tuple[int, str]] = []

    def take(self, act: AuditAct, previous: str) -> None:
        """Follow an act, in order; ``previous`` is the hash of the one before."""
        if act.act in _SIGNED:
            key = signed_by(self._ledger, act, previous) if act.signature else None
            is_signed = key is not None and self.keys.get(act.operator) == key
            self._restored = self._restored and act.act in _OPERATORS
            if act.act is ActKind.HEAD_KEY:
                self._introduce(act, key)
            elif self.started and not is_signed:
                self._judge(act)
            if act.act in _OPERATORS:
                self._follow(act)
            if act.act is ActKind.RESTORED:
                self.restores.append((act.number, previous))
                self._restored = True
                self.restore_counts = is_signed or not self.started

    def _introduce(self, act: AuditAct, key: str | None) -> None:
        """Take a new key, which has to sign itself."""
        public = act.detail.get("key")
        if key is None or key != public or act.about != act.operator:
            self.faults.append(Unsigned(act.number, act.about))
            return
        if not self.started:
            self.started = True
            self.free = {name for name in self._roles if self._holds(name)}
        elif act.about not in self.free:
            self.told.append(Unsigned(act.number, act.about))
        self.keys[act.about] = key
        self.free.discard(act.about)

    def _judge(self, act: AuditAct) -> None:
        """Say of an act that is not signed whether it is a fault, or is told."""
        by_hand = Unsigned(act.number, act.about)
        if act.act is ActKind.RESTORED or (
            act.act is ActKind.OPERATOR_CHANGED and act.detail.get("recovered")
        ):
            self.told.append(by_hand)
        elif not self._is_own_pin(act) and not self._goes_with_restore(act):
            self.faults.append(by_hand)

    def _is_own_pin(self, act: AuditAct) -> bool:
        """Tell whether somebody without rights changed only their own PIN, which needs nobody."""
        own = act.act is ActKind.OPERATOR_CHANGED and act.about == act.operator
        holder = act.about in self.keys or act.about in self.free
        changed = any(act.detail.get(name) is not None for name in ("role", "active"))
        return own and not changed and (self._restored or not holder)

    def _goes_with_restore(self, act: AuditAct) -> bool:
        """Tell whether an act keeps a part of the list over a restore, which gives no rights by itself."""
        role, active = self._after(act)
        raises = active and role in HOLDERS and not self._holds(act.about)
        noted = act.act is ActKind.OPERATOR_NOTED
        return noted and self._restored and (self.restore_counts or not raises)

    def _after(self, act: AuditAct) -> tuple[str, bool]:
        """Return role and place on the list of an operator after an act."""
        role, active = self._roles.get(act.about, ("clerk", True))
        role = act.detail["role"] if act.detail.get("role") is not None else role
        active = act.detail["active"] if act.detail.get("active") is not None else active
        return role, bool(active)

    def _follow(self, act: AuditAct) -> None:
        """Keep who has rights, and who has to bring a key."""
        name, detail = act.about, act.detail
        self._roles[name] = self._after(act)
        if not self._holds(name):
            self.keys.pop(name, None)
            self.free.discard(name)
        elif self.started:
            by_another = bool(detail.get("pin")) and (act.operator != name or bool(detail.get("recovered")))
            if name not in self.keys or by_another or act.act is not ActKind.OPERATOR_CHANGED:
                self.free.add(name)

    def _holds(self, name: str) -> bool:
        role, active = self._roles.get(name, ("clerk", False))
        return active and role in HOLDERS

    def explained(self, acts: int, restored: str) -> bool:
        """Tell whether a restore is why the trail no longer holds an act.

        ``restored`` is the hash before the latest restore that there was when the act was written.
        """
        return any(number <= acts + 1 and before != restored for number, before in self.restores)

    @property
    def fault(self) -> Message | None:
        """The first act without the signature that it needs, None where there is none."""
        if not self.faults:
            return None
        first = self.faults[0]
        return message("ledger.fault.unsigned", number=str(first.number), name=first.about or "—")


def read(db: sqlite3.Connection, ledger: str, kinds: tuple[ActKind, ...] = _RIGHTS) -> Signatures:
    """Follow the acts that need rights, in order; days are left aside. Raises as `trail.read` does.

    ``kinds``: only these of them, `GIVE_RIGHTS` at least.
    """
    signatures = Signatures(ledger)
    for act, previous in trail.read_with_hashes(db, *kinds):
        signatures.take(act, previous)
    return signatures


class LastDay(NamedTuple):
    """The latest signature of a day: the number of its act, and the latest entry that it covers."""

    act: int
    entry: int
    day: str
    by: str


def last_day(db: sqlite3.Connection) -> LastDay | None:
    """Return the latest signature of a day, None where no day is signed."""
    row = db.execute(_LAST_DAY).fetchone()
    if row is None:
        return None
    act = trail.read_act(row[0])
    return LastDay(act.number, int(act.detail["entries"]), act.about, act.operator)


def unsigned_days(db: sqlite3.Connection) -> int:
    """Count the days of China with entries that no signature covers yet."""
    last = last_day(db)
    (days,) = db.execute(
        "SELECT count(DISTINCT (moment + 28800) / 86400) FROM summaries WHERE number > ? AND number < ?",
        [last.entry if last else 0, OWN],
    ).fetchone()
    return int(days)


def day_fault(connection: sqlite3.Connection, act: AuditAct) -> Message | None:
    """Return what is wrong with a signed day: the entries have to be those that were signed."""
    entry, hash_ = act.detail.get("entries"), act.detail.get("hash")
    row = connection.execute("SELECT hash FROM entries WHERE number = ?", [entry]).fetchone()
    if entry == 0 or (row is not None and row[0] == hash_):
        return None
    return message("ledger.fault.signed_day", number=str(act.number), day=act.about, name=act.operator)
