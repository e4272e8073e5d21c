"""Rules that somebody has to see: those found at a desk, confirmed once, and figures that another checks."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.counter import rules_on_record
from core.counter.counter import Counter
from core.counter.rules_on_record import RulesFound, Unchecked
from core.ledger.operators import Role
from core.ledger.trail import ActKind
from core.messages import Fault, message
from core.policy.regions import RegionPack
from core.policy.soundness import read_pack


def unconfirmed(counter: Counter) -> RulesFound | None:
    """Return the rules that settle though the trail does not answer for them yet; None where there are none.

    So it is at a desk whose ledger is of an earlier version, until an administrator has seen them. Raises as
    `rules_on_record.found_on_file` does.
    """
    if counter.on_record is None or counter.on_record.confirmed:
        return None
    return rules_on_record.found_on_file() or None


def confirm(counter: Counter, folders: Sequence[Path] = (), seen: RulesFound | None = None) -> list[Fault]:
    """Let an administrator put the rules of the desk's own folders, and of some others, on record.

    From then on nothing else is in force beside what ships; the caller reads the rules again. ``seen`` is
    what the administrator was shown (None: nothing): where other rules lie there by now, none are confirmed.
    Raises as `rules_on_record.found_on_file` does.
    """
    if counter.on_record is None:
        return [Fault("operator", message("ledger.not_plain"))]
    with counter.ledger.transaction():
        refused = counter.refused(Role.ADMINISTRATOR)
        if refused:
            return refused
        found = rules_on_record.found_on_file(folders)
        if seen is not None and found != seen:
            return [Fault("region", message("fault.rules_changed"))]
        _confirm(counter, found)
    counter.on_record = rules_on_record.record_after(counter.ledger, counter.on_record)
    return []


def as_believed(counter: Counter, name: str, tables: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the tables that a change of a pack's file begins with; None where nobody's act brought the pack.

    They are the file's own where it is in force or waits for a check, else those of the trail: whoever
    changes one figure puts no other one in force that somebody wrote into the file. A file with faults that
    the trail does not know is shown as it is, to be mended. ``name`` is the pack's.
    """
    record = counter.on_record
    if record is None or not record.confirmed:
        return tables
    pack = read_pack(tables, counter.reader.documents)
    in_force = counter.reader.regions.versions(pack.id) if isinstance(pack, RegionPack) else ()
    if isinstance(pack, RegionPack) and (record.answers_for(pack) or pack in in_force):
        return tables
    recorded = record.packs.get(name)
    if recorded is None:
        return None if isinstance(pack, RegionPack) else tables
    return {**recorded, "effective": tables["effective"]}


def unchecked(counter: Counter) -> Mapping[str, Unchecked]:
    """Return the packs by name that are in force only once a second person has checked them."""
    return counter.on_record.unchecked if counter.on_record is not None else {}


def check(counter: Counter, name: str) -> list[Fault]:
    """Let another supervisor than who entered a pack's figures check them; the caller reads the rules again.

    While no check is required, whoever entered them may say so, too. Raises LedgerUnavailable.
    """
    with counter.ledger.transaction():
        faults = counter.refused(Role.SUPERVISOR)
        waiting = unchecked(counter).get(name)
        if faults or waiting is None or counter.operator is None or counter.on_record is None:
            return faults or [Fault("region", message("fault.nothing_to_check", name=name))]
        if counter.operator.name == waiting.entered_by and counter.on_record.check_required:
            return [Fault("operator", message("fault.check_by_another", name=waiting.entered_by))]
        hash_ = rules_on_record.hash_of(waiting.tables)
        counter.ledger.trail.note(ActKind.REGION_CHECKED, name, counter.operator.name, hash=hash_)
    counter.on_record = rules_on_record.record_after(counter.ledger, counter.on_record)
    return []


def require_check(counter: Counter, required: bool) -> list[Fault]:
    """Let an administrator say whether figures that are entered from now on need a second person's check."""
    if counter.on_record is None:
        return [Fault("operator", message("ledger.not_plain"))]
    with counter.ledger.transaction():
        refused = counter.refused(Role.ADMINISTRATOR)
        if refused or counter.operator is None:
            return refused
        if not counter.on_record.confirmed:  # until then everything that lies there settles
            return [Fault("region", message("fault.confirm_first"))]
        detail = {rules_on_record.REQUIRED: required}
        counter.ledger.trail.note(ActKind.CHECK_REQUIRED, "", counter.operator.name, **detail)
    counter.on_record = rules_on_record.record_after(counter.ledger, counter.on_record)
    return []


def take_stock(counter: Counter) -> None:
    """Put on record that no rules lie at this desk, where none do: what comes later by hand is then told."""
    if counter.on_record is not None and not counter.on_record.confirmed and unconfirmed(counter) is None:
        with counter.ledger.transaction():
            _confirm(counter, RulesFound((), (), ()))
        counter.on_record = rules_on_record.record_after(counter.ledger, counter.on_record)


def lay_out(counter: Counter, folder: Path) -> None:
    """Write each pack on record that no file of a folder holds, as on a machine where only the ledger came.

    Raises OSError where the folder cannot be written.
    """
    from core.policy.packfile import file_of, save_pack  # its writer of TOML is slow to import

    documents = counter.reader.documents
    for tables in counter.on_record.packs.values() if counter.on_record else ():
        pack = read_pack(tables, documents)
        if isinstance(pack, RegionPack) and not file_of(folder, pack.id, pack.effective).exists():
            save_pack(folder, tables | {"effective": pack.effective}, documents)


def _confirm(counter: Counter, found: RulesFound) -> None:
    assert counter.operator is not None
    detail = rules_on_record.confirmed(found, counter.reader)
    counter.ledger.trail.note(ActKind.REGION_CHANGED, "*", counter.operator.name, **detail)
