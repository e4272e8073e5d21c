"""The hospital's key, one for each time that a desk was closed: the newest seals, all of them open.

A row of the server tells a new one: under the recovery code all keys so far, and for every desk that stays
the new key, sealed to it; signed by the desk that closed another one, with the digest of the rows before.
"""

import json
from collections.abc import Collection
from typing import Any, Final, NamedTuple

from core.desks.ledger_keys import LedgerKeys, ephemeral_for, is_signed, keep_secret, kept_secret, lock
from core.desks.server.link import HospitalKey
from core.ledger.keys import plain_code
from core.ledger.ledger import Ledger
from core.ledger.record import canonical, digest
from core.ledger.sealing import COST, UNREADABLE, seal, unseal

HOSPITAL: Final = "hospital"
"""The name under which the hospital's key stands among the sealed keys, an epoch each time."""

SECRET: Final = 32
"""The length of a key (bytes)."""

_HALF: Final = 32


class Own(NamedTuple):
    """This desk: its ledger's id, and that one's keys."""

    ledger: str
    keys: LedgerKeys


Told = tuple[int, str]
"""A row of the server: an epoch (from 1), and what it tells of its key."""


def kept(ledger: Ledger) -> HospitalKey | None:
    """Return the hospital's key as a ledger keeps it, None where it has joined none."""
    secrets: list[bytes] = []
    while (secret := kept_secret(ledger, HOSPITAL, len(secrets) + 1)) is not None:
        secrets.append(secret)
    return HospitalKey(secrets) if secrets else None


def keep(ledger: Ledger, secrets: list[bytes]) -> None:
    """Keep the hospital's key, every epoch of it, inside a transaction."""
    for epoch, secret in enumerate(secrets, 1):
        keep_secret(ledger, HOSPITAL, epoch, secret)


def digest_of(rows: list[Told]) -> str:
    """Return the digest of what others join by."""
    return digest("\n".join(f"{epoch} {told}" for epoch, told in rows))


def under_code(secrets: list[bytes], code: str) -> str:
    """Return the keys as the recovery code opens them."""
    return canonical(seal(b"".join(secrets), plain_code(code), HOSPITAL, COST))


def by_code(told: str, code: str) -> list[bytes] | None:
    """Return the keys that a row tells whoever has the recovery code, None for another code."""
    try:
        raw = json.loads(told)
        opened = unseal(raw.get("code", raw), plain_code(code), HOSPITAL)
    except UNREADABLE:
        return None
    if opened is None:
        return None
    return [opened[at : at + SECRET] for at in range(0, len(opened), SECRET)]


def new_row(rows: list[Told], secrets: list[bytes], code: str, desks: dict[str, str], own: Own) -> Told:
    """Return the row that tells a new key, the last of ``secrets``.

    ``rows`` are those before it; ``desks`` the public keys of the ledgers (ids) that get it; ``own`` is the
    one that signs.
    """
    epoch = len(secrets)
    sealed = {id_: _sealed(public, secrets[-1], epoch, id_) for id_, public in desks.items()}
    content = {"code": json.loads(under_code(secrets, code)), "desks": sealed, "by": own.ledger}
    signature = own.keys.sign(_signed(epoch, digest_of(rows), content)).hex()
    return epoch, canonical({**content, "signature": signature})


def _sealed(public: str, secret: bytes, epoch: int, ledger: str) -> str:
    half, key = ephemeral_for(public)
    return (half + lock(key, secret, _about(epoch, ledger))).hex()


def _about(epoch: int, ledger: str) -> bytes:
    return f"mingzhang hospital {epoch} {ledger}".encode()


def _signed(epoch: int, before: str, content: dict[str, Any]) -> bytes:
    return canonical([epoch, before, content]).encode()


def read(
    rows: list[Told], known: HospitalKey, seen: str, desks: dict[str, str], closed: Collection[str], own: Own
) -> list[bytes] | None:
    """Return the keys that rows tell a desk (``own``) beyond those that it knows.

    None where a row is not to be believed. ``seen`` is the digest of the rows that it knows; ``desks`` the
    public keys of the ledgers (ids), ``closed`` those that were lost: the last row is of none of them. A row
    without a key for this desk ends the list.
    """
    count = len(known.secrets)
    if [epoch for epoch, _ in rows] != list(range(1, len(rows) + 1)) or digest_of(rows[:count]) != seen:
        return None
    found: list[bytes] = []
    try:
        for place in range(count, len(rows)):
            content = _believed(rows, place, desks)
            if content is None or (place + 1 == len(rows) and content["by"] in closed):
                return None
            block = bytes.fromhex(content["desks"].get(own.ledger, ""))
            if not block or len(found) < place - count:
                continue
            about = _about(rows[place][0], own.ledger)
            secret = own.keys.unseal(block[:_HALF], block[_HALF:], about)
            if secret is None:
                return None
            found.append(secret)
    except UNREADABLE:
        return None
    return found


def _believed(rows: list[Told], place: int, desks: dict[str, str]) -> dict[str, Any] | None:
    """Return what a row tells, None where no desk has signed it. Raises one of `UNREADABLE`."""
    epoch, told = rows[place]
    content: dict[str, Any] = json.loads(told)
    signature = bytes.fromhex(content.pop("signature"))
    signed = _signed(epoch, digest_of(rows[:place]), content)
    return content if is_signed(desks[content["by"]], signed, signature) else None
