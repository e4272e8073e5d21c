"""Opening a desk: the rules on file, the ledger, and in an encrypted one an operator signed in."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from core.counter.counter import Counter
from core.exchange.request import RequestReader
from core.files import why_failed
from core.ledger import access
from core.ledger.connection import TIMEOUT
from core.ledger.errors import LedgerUnavailable, unavailable
from core.ledger.keys import Keys, KeyStore
from core.ledger.ledger import Ledger
from core.ledger.operators import Operator
from core.messages import Fault, message
from core.places import home, user_documents, user_regions
from core.policy import packets
from core.policy.shelf import DOCUMENTS, REGIONS, BadDocument, BadPack, load_documents, load_regions


class RulesOnFile(NamedTuple):
    """Documents and packs as a reader of requests, and the pack files that could not be used."""

    reader: RequestReader
    bad_packs: tuple[BadPack, ...]


def rules_on_file(region_folders: Sequence[Path]) -> RulesOnFile:
    """Read the documents on file, and the packs that ship, the user's own and those of some folders.

    Raises LedgerUnavailable where a document cannot be used: no older one stands in for it. Raises OSError
    where a folder of packs cannot be read.
    """
    try:
        packets.finish(home())
    except OSError as error:
        raise LedgerUnavailable(why_failed(error, str(error.filename or home()))) from error
    try:
        documents = load_documents(DOCUMENTS, user_documents())
    except BadDocument as error:
        raise LedgerUnavailable(message("fault.document_unusable", name=str(error.file))) from error
    folders = dict.fromkeys((REGIONS, user_regions(), *region_folders))  # none twice: it would replace itself
    regions, bad = load_regions(documents, folders)
    return RulesOnFile(RequestReader(documents, regions), tuple(bad))


def read_again(counter: Counter, region_folders: Sequence[Path] = ()) -> None:
    """Read documents and region packs anew, over the ledger as it is. Raises as `rules_on_file` does."""
    counter.reader, counter.bad_packs = rules_on_file(region_folders)


def open_counter(
    ledger: Path,
    region_folders: Sequence[Path] = (),
    key: bytes | None = None,
    keys: Keys | None = None,
    timeout: float = TIMEOUT,
) -> Counter:
    """Open a desk over the rules on file and a ledger, which is made where there is none.

    ``key`` is that of an encrypted ledger, which is never made. ``timeout``: how long to wait for another
    process (seconds). Raises LedgerUnavailable, and OSError where a folder of packs cannot be read.
    """
    reader, bad_packs = rules_on_file(region_folders)
    if ledger.parent == home():
        try:
            ledger.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unavailable(error, ledger) from error
    opened = Ledger(ledger, timeout, key=key, create=key is None)
    return Counter(reader, opened, bad_packs, keys)


def open_guarded(
    ledger: Path,
    operator: str,
    pin: str,
    region_folders: Sequence[Path] = (),
    store: KeyStore | None = None,
    timeout: float = TIMEOUT,
) -> Counter | list[Fault]:
    """Open a desk of an encrypted ledger with an operator signed in, or return why not.

    Raises as `open_counter` does.
    """
    keys = Keys(ledger, store)
    unlocked = keys.unlock(operator, pin)
    if isinstance(unlocked, list):
        return unlocked
    counter = open_counter(ledger, region_folders, unlocked.key, keys, timeout)
    try:
        if not counter.operators.guarded():
            counter.close()
            return [Fault("operator", message(access.UNFINISHED))]
        access.note_tries(counter.ledger, operator, unlocked.wrong)
        signed_in = counter.sign_in(operator, pin)
        if isinstance(signed_in, Operator):
            keys.end_change(operator, pin, unlocked.key)
    except BaseException:
        counter.close()
        raise
    if isinstance(signed_in, list):
        counter.close()
        return signed_in
    return counter
