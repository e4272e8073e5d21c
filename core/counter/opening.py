"""Opening a desk: the rules on file, the ledger, and in an encrypted one an operator signed in."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from core.counter.confirming import take_stock
from core.counter.counter import Counter
from core.counter.rules_on_record import read_record, rules_on_file
from core.ledger import access, leftovers
from core.ledger.connection import TIMEOUT
from core.ledger.errors import LATER, LedgerUnavailable, unavailable
from core.ledger.keys import Keys
from core.ledger.keys_file import KeyStore
from core.ledger.ledger import Ledger
from core.ledger.operators import Operator
from core.messages import Fault, message
from core.places import home


def read_again(counter: Counter, region_folders: Sequence[Path] = ()) -> None:
    """Read documents and region packs anew, over the ledger as it is. Raises as `rules_on_file` does."""
    if counter.on_record is not None:
        counter.on_record = read_record(counter.ledger)
    counter.reader, counter.bad_packs = rules_on_file(region_folders, counter.on_record)


def open_counter(
    ledger: Path,
    region_folders: Sequence[Path] = (),
    key: bytes | None = None,
    keys: Keys | None = None,
    timeout: float = TIMEOUT,
    second: Sequence[Path] = (),
) -> Counter:
    """Open a desk over the rules on file and a ledger, which is made where there is none.

    ``key`` is that of an encrypted ledger, which is never made. ``timeout``: how long to wait for another
    process (seconds). ``second`` are further folders for what supervisors sign. Raises LedgerUnavailable, and
    OSError where a folder of packs cannot be read.
    """
    leftovers.sweep_free(ledger)
    if key is not None:
        return _over(Ledger(ledger, timeout, key=key, create=False), region_folders, keys, second)
    reader, bad_packs = rules_on_file(region_folders)
    if ledger.parent == home():
        try:
            ledger.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unavailable(error, ledger) from error
    return Counter(reader, Ledger(ledger, timeout), bad_packs, keys)


def _over(
    opened: Ledger, region_folders: Sequence[Path], keys: Keys | None, second: Sequence[Path]
) -> Counter:
    """Return a desk in real use over an opened ledger, which is closed where the rules cannot be read."""
    try:
        record = read_record(opened)
        reader, bad_packs = rules_on_file(region_folders, record)
    except BaseException:
        opened.close()
        raise
    return Counter(reader, opened, bad_packs, keys, record, second)


def _forget_the_off(counter: Counter, keys: Keys) -> None:
    """Take from the keys whoever is off the list, where taking them off was cut off before that."""
    for each in counter.operators.all():
        if not each.active:
            keys.forget(each.name)


def open_guarded(
    ledger: Path,
    operator: str,
    pin: str,
    region_folders: Sequence[Path] = (),
    store: KeyStore | None = None,
    timeout: float = TIMEOUT,
    second: Sequence[Path] = (),
) -> Counter | list[Fault]:
    """Open a desk of an encrypted ledger with an operator signed in, or return why not.

    ``second`` is as `open_counter` takes it. Raises as `open_counter` does.
    """
    keys = Keys(ledger, store)
    unlocked = keys.unlock(operator, pin)
    if isinstance(unlocked, list):
        return unlocked
    try:
        counter = open_counter(ledger, region_folders, unlocked.key, keys, timeout, second)
    except LedgerUnavailable as error:
        again = keys.unlock(operator, pin) if error.said.id == "ledger.wrong_key" else unlocked
        if isinstance(again, list) or again.key == unlocked.key:
            raise
        counter = open_counter(
            ledger, region_folders, again.key, keys, timeout, second
        )  # it got another one just now
        unlocked = again
    try:
        if not counter.operators.guarded():
            counter.close()
            return [Fault("operator", message(access.UNFINISHED))]
        access.note_tries(counter.ledger, operator, unlocked.wrong)
        signed_in = counter.sign_in(operator, pin)
        counter.wrong_tries += unlocked.wrong
        if isinstance(signed_in, Operator):
            with suppress(*LATER):  # the keys can be mended at another time
                keys.end_change(operator, pin, unlocked.key)
                _forget_the_off(counter, keys)
    except BaseException:
        counter.close()
        raise
    if isinstance(signed_in, list):
        counter.close()
        return signed_in
    try:
        take_stock(counter)
    except BaseException:
        counter.close()
        raise
    return counter
