"""Access to a ledger: set-up, recovery, and restoring or inspecting a backup, each by a PIN or a code."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

from core.ledger import free_text, head_key, heads, key_renewal
from core.ledger.backup import FIELD, copy_to_disk, encrypt
from core.ledger.errors import ENCRYPTED, LATER, LedgerUnavailable, unavailable
from core.ledger.keys import Keys
from core.ledger.keys_file import KeyStore, keys_file
from core.ledger.ledger import Ledger
from core.ledger.operators import (
    SHORTEST_PASSPHRASE,
    SHORTEST_PIN,
    Operator,
    Operators,
    Role,
    pin_faults,
    right_needed,
)
from core.ledger.restore import Held, Restored, contents, restore
from core.ledger.signatures import Signer
from core.ledger.trail import ActKind
from core.messages import Fault, message

UNFINISHED: Final = "ledger.set_up_unfinished"
"""The message of a set-up that was cut off after the file was made: doing it again brings it to its end."""

_IN_USE: Final = {"ledger.locked", "ledger.disk_error", "ledger.full", "ledger.no_permission", "ledger.newer"}
"""Errors that mean "busy", not "damaged"."""


class SetUp(NamedTuple):
    """A ledger that was set up: its administrator, the recovery code, and where the key is.

    ``in_store``: the system's key store keeps the key; otherwise it is sealed by passphrases.
    """

    operator: Operator
    recovery_code: str
    in_store: bool


def needs_set_up(ledger: Path) -> bool:
    """Tell whether nobody can sign in yet: there is no ledger, or a plain one. Raises LedgerUnavailable."""
    if not ledger.exists():
        return not keys_file(ledger).exists()
    return _opens_plain(ledger)


def set_up(ledger: Path, operator: str, pin: str, store: KeyStore | None) -> SetUp | list[Fault]:
    """Make an encrypted ledger with its administrator, out of the plain one where there is one.

    Without a key store the PIN is a passphrase that opens the file too. Raises LedgerUnavailable.
    """
    faults: list[Fault] = []
    operator = free_text.take("operator", operator, faults)
    faults += pin_faults(pin, SHORTEST_PIN if store else SHORTEST_PASSPHRASE)
    if faults:
        return faults
    keys = Keys(ledger, store)
    with keys.alone():  # of two set-ups at once the second finds what the first has made
        return _set_up(ledger, keys, operator, pin)


def recover(
    ledger: Path, code: str, operator: str, pin: str, store: KeyStore | None = None
) -> Operator | list[Fault]:
    """Give an administrator a new PIN by the recovery code, on this machine or another.

    Raises LedgerUnavailable.
    """
    keys = Keys(ledger, store)
    key = keys.recover(code)
    if isinstance(key, list):
        return key
    with closing(Ledger(ledger, key=key, create=False)) as opened:
        shortest = SHORTEST_PASSPHRASE if keys.sealed() else SHORTEST_PIN
        operators = Operators(opened, shortest)

        def change() -> Operator | list[Fault]:
            with opened.transaction():
                head_key.forget(opened, operator)  # it is sealed to the PIN that is lost
                return operators.set_pin_after_recovery(operator, pin)

        recovered = change_pin(opened, keys, operator, pin, change)
    if isinstance(recovered, Operator):
        with suppress(*LATER):  # it is due, and the next closing tries again
            if key_renewal.seconds_needed(ledger) < key_renewal.AT_ONCE:
                key_renewal.renew(ledger, key, keys, operator)
    return recovered


def restore_guarded(
    ledger: Path, source: Path, operator: str, pin: str, store: KeyStore | None = None
) -> Restored | list[Fault]:
    """Restore a backup of an encrypted ledger for an administrator, or return why not.

    The ledger's own list decides who is one; the backup's decides only where the ledger is unreadable or its
    list is not as its trail has it. Raises LedgerUnavailable.
    """
    ledger, source = ledger.absolute(), source.absolute()
    with _administrator(ledger, source, operator, pin, store) as admitted:
        if isinstance(admitted, list):
            return admitted
    restored = restore(
        ledger,
        source,
        operator=operator,
        key=admitted.key,
        source_key=admitted.of_copy,
        signer=admitted.signer,
    )
    if isinstance(restored, Restored):
        if not Keys(ledger).exist():
            copy_to_disk(keys_file(source), keys_file(ledger))
        with suppress(*LATER):  # it is restored; doing it again matches the PIN
            if Keys(ledger).sealed():
                _match_pin(ledger, operator, pin, admitted)
    return restored


def inspect_backup(
    ledger: Path, source: Path, operator: str, pin: str, store: KeyStore | None = None
) -> Held | list[Fault]:
    """Tell an administrator what a restore of a backup would bring and take, or return why not.

    The rights are those of `restore_guarded`. Raises LedgerUnavailable.
    """
    ledger, source = ledger.absolute(), source.absolute()
    with _administrator(ledger, source, operator, pin, store) as admitted:
        if isinstance(admitted, list):
            return admitted
        held = contents(ledger, admitted.copy, source, admitted.key, admitted.of_copy)
    if isinstance(held, Held) and admitted.of_copy != admitted.key:
        return held._replace(opens_for=opens_for(ledger, source))
    return held


def opens_for(ledger: Path, backup: Path) -> tuple[str, ...]:
    """Return whose passphrases of then open a backup that has an earlier key than its ledger; else nobody.

    The recovery code of then opens it, too.
    """
    try:
        of_backup, today = Keys(backup), Keys(ledger)
        return () if not today.exist() or of_backup.id() == today.id() else tuple(of_backup.holders())
    except LedgerUnavailable:  # it says nothing of itself
        return ()


def restore_by_code(
    ledger: Path, source: Path, code: str, operator: str, pin: str, store: KeyStore | None = None
) -> Restored | list[Fault]:
    """Make a ledger, where there is none, of a backup of another machine, by its recovery code.

    ``pin`` becomes the administrator's new PIN. Nothing is left where it fails. Raises LedgerUnavailable.
    """
    ledger, source = ledger.absolute(), source.absolute()
    if ledger.exists():
        return [Fault(FIELD, message("ledger.is_there", name=str(ledger)))]
    if not source.is_file():
        return [Fault(FIELD, message("ledger.backup_missing", name=str(source)))]
    if not keys_file(source).exists():
        return [Fault(FIELD, message("ledger.no_keys", name=str(keys_file(source))))]
    restored: Restored | list[Fault] = []
    before = keys_file(ledger).with_name(f"{keys_file(ledger).name}-before")
    if keys_file(ledger).exists():
        keys_file(ledger).replace(before)
    try:
        copy_to_disk(keys_file(source), keys_file(ledger))
        key = Keys(ledger, store).recover(code)
        restored = key if isinstance(key, list) else restore(ledger, source, operator=operator, key=key)
        if isinstance(restored, Restored):
            administrator = recover(ledger, code, operator, pin, store)
            restored = administrator if isinstance(administrator, list) else restored
    except OSError as error:
        raise unavailable(error, ledger) from error
    finally:
        if not isinstance(restored, Restored):
            for file in (ledger, keys_file(ledger), heads.beside(ledger)):
                file.unlink(missing_ok=True)
            if before.exists():
                before.replace(keys_file(ledger))
    return restored


def change_pin(
    ledger: Ledger,
    keys: Keys | None,
    name: str,
    pin: str | None,
    change: Callable[[], Operator | list[Fault]],
) -> Operator | list[Fault]:
    """Change a PIN in the list of operators and in the keys; at every moment the old or the new one opens.

    ``change`` changes the list; it is all that is done where ``keys`` or ``pin`` is None. A power cut between
    the two leaves both PINs in the keys, and the list says which holds.
    """
    if keys is None or pin is None:
        return change()
    with ledger.transaction():
        operator = change()
        if isinstance(operator, Operator) and ledger.key is not None:
            keys.prepare(name, pin, ledger.key)
    if isinstance(operator, Operator):
        with suppress(*LATER):  # it is changed; the next sign-in brings the keys to their end
            note_tries(ledger, name, keys.confirm(name))
    return operator


def note_tries(ledger: Ledger, operator: str, tries: int) -> None:
    """Note in the trail how often a passphrase was wrong while the ledger was closed."""
    if tries:
        with ledger.transaction():
            ledger.trail.note(ActKind.WRONG_PIN, operator, "", tries=tries)


def _set_up(ledger: Path, keys: Keys, operator: str, pin: str) -> SetUp | list[Fault]:
    is_plain = ledger.exists() and _opens_plain(ledger)
    if ledger.exists() and not is_plain:
        if not keys.exist():
            raise LedgerUnavailable(message("ledger.not_a_ledger", name=str(ledger)))
        return _finish_set_up(ledger, keys, operator, pin)
    if is_plain:
        with closing(Ledger(ledger)) as plain:
            administrator = Operators(plain).set_up(operator, pin)
            if isinstance(administrator, list):  # a set-up that was cut off, or somebody else's
                administrator = Operators(plain).sign_in(operator, pin)
            if isinstance(administrator, list):
                return administrator
    new = keys.make(operator, pin)
    if is_plain:
        encrypt(ledger, new.key)
    else:
        with closing(Ledger(ledger, key=new.key)) as fresh:
            administrator = Operators(fresh).set_up(operator, pin)
            if isinstance(administrator, list):
                return administrator
    assert isinstance(administrator, Operator)
    return SetUp(administrator, new.recovery_code, new.in_store)


def _finish_set_up(ledger: Path, keys: Keys, operator: str, pin: str) -> SetUp | list[Fault]:
    """Go on with a set-up that was cut off before it had an administrator."""
    unlocked = keys.unlock(operator, pin)
    if isinstance(unlocked, list):
        return [Fault("operator", message("ledger.set_up_already"))]
    with closing(Ledger(ledger, key=unlocked.key)) as opened:
        administrator = Operators(opened).set_up(operator, pin)
    if isinstance(administrator, list):
        return administrator
    return SetUp(administrator, keys.new_code(unlocked.key), not keys.sealed())


def _opens_plain(ledger: Path) -> bool:
    try:
        Ledger(ledger).close()
    except LedgerUnavailable as error:
        if error.said.id not in {"ledger.not_a_ledger", ENCRYPTED}:
            raise
        return False
    return True


def _match_pin(ledger: Path, operator: str, pin: str, admitted: "_Admitted") -> None:
    """Give an operator the PIN that opens the file, where a backup's list has another."""
    with closing(Ledger(ledger, key=admitted.key)) as restored:
        operators = Operators(restored, SHORTEST_PASSPHRASE)
        known = operators.find(operator)
        if known is not None and not operators.is_pin_of(operator, pin):
            restored.connection.signer = head_key.signer_of(restored, operator, pin)
            operators.change(known, operator, pin=pin)


class _Admitted(NamedTuple):
    """The key of a ledger, that of its backup, a copy of the backup that may be opened, and who signs."""

    key: bytes
    of_copy: bytes
    copy: Path
    signer: Signer | None


@contextmanager
def _administrator(
    ledger: Path, source: Path, operator: str, pin: str, store: KeyStore | None
) -> Iterator[_Admitted | list[Fault]]:
    """Yield the key and a copy of the backup if this operator is an administrator, else the faults.

    The ledger's own list decides. The backup's decides only when the ledger is unreadable or its list fails
    verification.
    """
    if not source.is_file():
        yield [Fault(FIELD, message("ledger.backup_missing", name=str(source)))]
        return
    keys = Keys(ledger if Keys(ledger).exist() else source, store)
    unlocked = keys.unlock(operator, pin)
    if isinstance(unlocked, list):
        yield unlocked
        return
    with tempfile.TemporaryDirectory() as folder:  # opening a backup must not change it
        copy = Path(folder, "backup.db")
        try:
            shutil.copyfile(source, copy)
        except OSError as error:
            raise unavailable(error, source) from error
        of_copy = keys.of_backup(copy, unlocked.key) or unlocked.key
        faults: list[Fault] = []
        signer = None
        for asked, key in ((ledger, unlocked.key), (copy, of_copy)):
            try:
                with closing(Ledger(asked, key=key, create=False, heads=False)) as opened:
                    operators = Operators(opened)
                    if asked is ledger and not operators.lawful():
                        continue  # the backup answers for whoever wrote themselves in
                    proved = asked is copy and keys.sealed()  # its list may have an earlier PIN
                    faults = _refused_administrator(operators, operator, None if proved else pin)
                    signer = None if faults else head_key.signer_of(opened, operator, pin)
                break
            except LedgerUnavailable as error:
                if error.said.id in _IN_USE:
                    raise
                faults = [Fault(FIELD, message("ledger.backup_wrong_key", name=str(source)))]
        yield faults or _Admitted(unlocked.key, of_copy, copy, signer)


def _refused_administrator(operators: Operators, name: str, pin: str | None) -> list[Fault]:
    """Return why somebody may not restore, empty where they may.

    ``pin`` is None where a passphrase that opened the file has proved who it is.
    """
    known = operators.find(name) if pin is None else operators.sign_in(name, pin)
    if isinstance(known, list):
        return known
    if known is None:
        return [Fault("operator", right_needed(Role.ADMINISTRATOR))]
    return operators.refusal(known, Role.ADMINISTRATOR)
