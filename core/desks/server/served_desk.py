"""A desk beside a server: a posting knows what the other desks have posted; without the server it goes on."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from core.counter.counter import Counter
from core.desks import affected as affected_entries
from core.desks import conflicts, known_ledgers
from core.desks.chains import Fork
from core.desks.conflicts import Conflict
from core.desks.known_ledgers import Heads
from core.desks.ledger_keys import keys_of
from core.desks.server import epochs, exchange, proof, sending, tables
from core.desks.server.exchange import Fetched
from core.desks.server.link import HospitalKey, Link, ask, take_locks
from core.desks.server.sending import RowPlace
from core.ledger import foreign
from core.ledger.entries import Affected
from core.ledger.errors import LATER, AnswerLost, LedgerUnavailable, ServerAway
from core.ledger.keys import new_code
from core.ledger.operators import Role
from core.ledger.trail import ActKind
from core.messages import Fault, Message, message

if TYPE_CHECKING:
    from core.desks.server.exchange import Cursor

Made = TypeVar("Made")

_TRIES = 3


class Exchanged(NamedTuple):
    """What came of an exchange with the server, summed up over all of it.

    ``sent`` rows were new there; ``new``, ``people``, ``conflicts`` and ``affected`` are as of a stick.
    ``told`` is what somebody has to look at: rows that are gone or altered, and that the server is away.
    ``away``: it could not be reached, or this ledger failed while it met the server.
    """

    sent: int = 0
    new: int = 0
    people: int = 0
    conflicts: tuple[Conflict, ...] = ()
    affected: tuple[Affected, ...] = ()
    told: tuple[Message, ...] = ()
    away: bool = False

    def plus(self, fetched: Fetched) -> "Exchanged":
        """Return it with what was fetched."""
        arrived, told = fetched.arrived, (*self.told, *fetched.told)
        if arrived is None:
            return self._replace(told=_each_once(told))
        return Exchanged(
            self.sent,
            self.new + arrived.new,
            self.people + arrived.people,
            (*self.conflicts, *arrived.conflicts),
            (*self.affected, *fetched.affected),
            _each_once(told),
        )


def _each_once(told: Sequence[Message]) -> tuple[Message, ...]:
    return tuple(each for place, each in enumerate(told) if each not in told[:place])


class ServedDesk:
    """A desk whose ledger has joined a server. ``last`` is what came of everything since it was opened."""

    def __init__(self, counter: Counter, dsn: str, operator: str) -> None:
        self._counter = counter
        self._link = Link(dsn)
        self._operator = operator
        self._key = epochs.kept(counter.ledger)
        self.last = Exchanged()

    @property
    def joined(self) -> bool:
        """True where this ledger holds the key of a hospital."""
        return self._key is not None

    def close(self) -> None:
        """Close the connection."""
        self._link.close()

    def under_lock(self, identifiers: Callable[[], Sequence[str]], work: Callable[[], Made]) -> Made:
        """Do some work on a patient, whose identifiers no other desk works on meanwhile.

        What others have added is fetched before it, and what it added is on the server when this returns.
        Without the server the work is done all the same, and ``last`` says so. ``identifiers`` are read anew
        once what is new was fetched. Raises LedgerUnavailable.
        """
        done: list[Made] = []
        for _ in range(_TRIES):
            wanted = frozenset(identifiers())
            try:
                with self._link.transaction() as cursor:
                    take_locks(cursor, [self._sealing().lock_of(each) for each in wanted])
                    heads = self._fetch(cursor)
                    if frozenset(identifiers()) - wanted:  # another desk knows one more number of the person
                        continue
                    done.append(work())
                    self._send(cursor, heads=heads)
            except LedgerUnavailable as error:
                if not done:
                    raise
                self._later(error)
            except ServerAway as away:
                self._without(away)
            except Fork as fork:
                self._fork(fork)
            break
        return done[0] if done else work()

    def exchange(self) -> Exchanged:
        """Fetch what is new and send what the server lacks; say what came of it. Raises LedgerUnavailable."""
        self.last = Exchanged()
        affected_entries.look_again(self._counter)
        try:
            with self._link.transaction() as cursor:
                self._fetch(cursor)
            with self._link.transaction() as cursor:
                self._send(cursor)
            sending.sent_again(self._counter)
            with self._link.transaction() as cursor:  # the acts that the fetching noted, and others' since
                self._fetch(cursor)
        except ServerAway as away:
            self._without(away)
        except Fork as fork:
            self._fork(fork)
        return self.last

    def after(self, *, proving: bool = False) -> Exchanged:
        """Exchange, or prove, once something was done: what the ledger fails is told, and done later."""
        try:
            return self.prove() if proving else self.exchange()
        except LedgerUnavailable as error:
            return self._later(error)

    def fault(self) -> Message | None:
        """Return the first thing on the server that is altered or gone, or why it is away; None: all well."""
        try:
            told = self._link.once(self._proved).told
        except ServerAway as away:
            return away.said
        return told[0] if told else None

    def prove(self) -> Exchanged:
        """Hold everything on the server against this ledger, after an exchange; add again what is gone.

        What is altered stays as it is, since rows are only added. Raises LedgerUnavailable.
        """
        if self.exchange().away:
            return self.last
        try:
            with self._link.transaction() as cursor:
                found = self._proved(cursor)
                told = (*self.last.told, *(each for each in found.told if each not in self.last.told))
                self.last = self.last._replace(told=told)
                if found.rows or found.ledgers or found.persons or found.back:
                    sending.add_again(
                        cursor, self._counter, self._sealing(), found.ledgers, found.persons, found.back
                    )
                    self._send(cursor, found.rows)
        except ServerAway as away:
            self._without(away)
        except Fork as fork:
            self._fork(fork)
        return self.last

    def _proved(self, cursor: "Cursor") -> proof.Proof:
        exchange.renew(cursor, self._counter, self._sealing())
        return proof.prove(cursor, self._counter, self._sealing())

    def _sealing(self) -> HospitalKey:
        if self._key is None:
            raise ServerAway(message("desks.server.not_joined"))
        return self._key

    def _fetch(self, cursor: "Cursor") -> Heads:
        fetched = exchange.fetch(cursor, self._counter, self._sealing(), self._operator)
        self.last = self.last.plus(fetched)
        return fetched.heads

    def _send(self, cursor: "Cursor", missing: Sequence[RowPlace] = (), heads: "Heads | None" = None) -> None:
        sent = sending.send(cursor, self._counter, self._sealing(), missing, heads)
        self.last = self.last._replace(sent=self.last.sent + sent)

    def _later(self, error: LedgerUnavailable) -> Exchanged:
        told = message("desks.server.later", why=error.said)
        self.last = self.last._replace(away=True, told=(*self.last.told, told))
        return self.last

    def _without(self, away: ServerAway) -> None:
        self.last = self.last._replace(away=True, told=(*self.last.told, away.said))

    def _fork(self, fork: Fork) -> None:
        """Note a fork, at the next exchange where the ledger fails now, and tell of it."""
        ledger = self._counter.ledger
        try:
            with ledger.transaction():
                found = conflicts.of(conflicts.ConflictKind.FORK, [], [(fork.ledger, fork.number)])
                conflicts.note(ledger, [found], self._operator)
        except LedgerUnavailable as error:
            self._later(error)
        told = message("desks.forked", ledger=foreign.short(fork.ledger), number=str(fork.number))
        self.last = self.last._replace(told=(*self.last.told, told))


# ---- setting up, joining, closing


def set_up(counter: Counter, dsn: str, operator: str) -> str | list[Fault]:
    """Make the server's tables and the hospital's key, for an administrator; return the recovery code.

    The ledger as it is becomes the first desk. Done again by it, before another one has joined, it makes
    another key and code: the answer of the first time may be lost. Raises ServerAway (AnswerLost where it has
    to be done again to know) and LedgerUnavailable.
    """
    refused = counter.refusal(operator, Role.ADMINISTRATOR)
    if refused:
        return refused
    link, code, secret = Link(dsn), new_code(), os.urandom(epochs.SECRET)
    try:
        with link.transaction(together=False) as cursor:
            take_locks(cursor, [tables.ALL_WRITES])
            cursor.execute(tables.MAKE)
            for table in tables.GUARDED:
                cursor.execute(tables.GUARD.format(table=table))
            cursor.execute(tables.LATEST_HOSPITAL)
            if cursor.fetchone() is None:
                cursor.execute(tables.ADD_HOSPITAL, [1, epochs.under_code([secret], code)])
                _keep(counter, [secret], proof.of_hospital(cursor), operator)
                return code
            made = _another_key(cursor, counter) if _is_alone(cursor, counter) else None
        if made is None:
            return [Fault("server", message("desks.server.set_up_already"))]
        _take_key(counter, made)
    except AnswerLost as lost:
        raise AnswerLost(message("desks.server.set_up_unknown")) from lost
    finally:
        link.close()
    return made.code


def _is_alone(cursor: "Cursor", counter: Counter) -> bool:
    """Tell whether this ledger has set the server up, and no other one has sent anything there."""
    key = epochs.kept(counter.ledger)
    if key is None:
        return False
    with suppress(ServerAway):  # another hospital's: what this ledger has seen is not there
        exchange.renew(cursor, counter, key)
    if exchange.seen_of(counter).hospital != proof.of_hospital(cursor):
        return False
    return set(exchange.ledgers_of(cursor, key)) <= {counter.ledger.id}


class _NewKey(NamedTuple):
    """A new key of the hospital: all keys so far, the code that opens them, the digest of the rows."""

    secrets: list[bytes]
    code: str
    digest: str


def _another_key(cursor: "Cursor", counter: Counter, closing: str = "") -> _NewKey:
    """Add a key of the hospital at the server, sealed to every desk that stays; ``closing`` is one that goes.

    Raises ServerAway where this ledger has joined none.
    """
    key, ledger = epochs.kept(counter.ledger), counter.ledger
    if key is None:
        raise ServerAway(message("desks.server.not_joined"))
    own = epochs.Own(ledger.id, keys_of(ledger))
    (found,) = ask(cursor, (tables.HOSPITAL, []))
    rows = [(int(epoch), str(sealed)) for epoch, sealed in found]
    staying = {own.ledger: own.keys.public} | {
        each.id: each.public_key
        for each in known_ledgers.known_ledgers(ledger.db)
        if not each.closed and each.id != closing and known_ledgers.has_joined(ledger.db, each)
    }
    secrets, code = [*key.secrets, os.urandom(epochs.SECRET)], new_code()
    row = epochs.new_row(rows, secrets, code, staying, own)
    cursor.execute(tables.ADD_HOSPITAL, list(row))
    return _NewKey(secrets, code, epochs.digest_of([*rows, row]))


def _take_key(counter: Counter, made: _NewKey) -> None:
    """Keep a new key of the hospital, which the server has: the next exchange takes it from there as well."""
    with suppress(*LATER), counter.ledger.transaction():
        epochs.keep(counter.ledger, made.secrets)
        exchange.keep_seen(counter, exchange.seen_of(counter)._replace(hospital=made.digest))


def has_joined(counter: Counter) -> bool:
    """Tell whether a ledger holds the key of a hospital."""
    return epochs.kept(counter.ledger) is not None


def join(counter: Counter, dsn: str, code: str, operator: str) -> list[Fault]:
    """Let a ledger join the server by the recovery code, for an administrator.

    Raises ServerAway and LedgerUnavailable.
    """
    refused = counter.refusal(operator, Role.ADMINISTRATOR)
    if refused:
        return refused
    link = Link(dsn)
    try:
        with link.transaction() as cursor:
            cursor.execute("SELECT to_regclass('mingzhang_hospital')")
            there = cursor.fetchone()
            if there is None or there[0] is None:
                return [Fault("server", message("desks.server.not_set_up"))]
            cursor.execute(tables.LATEST_HOSPITAL)
            row = cursor.fetchone()
            hospital = proof.of_hospital(cursor)
        if row is None:
            return [Fault("server", message("desks.server.not_set_up"))]
        secrets = epochs.by_code(row[1], code)
        if secrets is None:
            return [Fault("recovery_code", message("desks.server.wrong_code"))]
        _keep(counter, secrets, hospital, operator)
    finally:
        link.close()
    return []


def close(counter: Counter, dsn: str, ledger: str) -> str:
    """Tell the server that a ledger was closed, which this one has closed; return a new recovery code.

    The desks that stay get a new key of the hospital: what is posted from now on the closed one cannot read.
    Done again it makes another one. Raises ServerAway (AnswerLost where it has to be done again to know) and
    LedgerUnavailable.
    """
    key = epochs.kept(counter.ledger)
    if key is None:
        raise ServerAway(message("desks.server.not_joined"))
    link, held = Link(dsn), known_ledgers.holdings_of(counter.ledger.db)
    numbers = (held.entries(ledger).number, held.acts(ledger).number)
    try:
        with link.transaction() as cursor:
            take_locks(cursor, [tables.ALL_WRITES])
            exchange.renew(cursor, counter, key)
            cursor.execute(tables.ADD_CLOSED, [ledger, *numbers, key.mark("closed", ledger, *numbers)])
            made = _another_key(cursor, counter, ledger)
    except AnswerLost as lost:
        raise AnswerLost(message("desks.server.close_unknown", ledger=foreign.short(ledger))) from lost
    finally:
        link.close()
    _take_key(counter, made)
    return made.code


def _keep(counter: Counter, secrets: list[bytes], hospital: str, operator: str) -> None:
    """Keep the hospital's key in this ledger, and say so in the trail."""
    ledger = counter.ledger
    keys_of(ledger)
    with ledger.transaction():
        epochs.keep(ledger, secrets)
        exchange.keep_seen(counter, exchange.NOTHING_SEEN._replace(hospital=hospital))
        ledger.trail.note(ActKind.SERVER_JOINED, "", operator)
