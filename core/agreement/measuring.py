"""A region measured at the desk: receipts of files and of paper, what they say, and what is taken over."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from core.agreement import stated_totals
from core.agreement.codes import known_codes, result_names
from core.agreement.explain import Explainer
from core.agreement.measure import Measured, measure
from core.agreement.measured_pack import Proposal, measured_tables, open_cells_of, proposals_of, taken_paths
from core.agreement.meeting import learned
from core.agreement.paper_receipts import KeptReceipt, rows_of_papers
from core.agreement.receipts import Receipt, Unusable, receipts_of
from core.agreement.theirs import Theirs, read_theirs
from core.agreement.trial import amounts_of_case, differing, target_of
from core.clock import BEIJING
from core.ledger.connection import utc_now
from core.messages import Fault, Message, message
from core.policy.regions import RegionPack
from core.policy.select import Policy
from core.policy.soundness import read_pack
from core.tables.watch import Watch
from core.words import Words

_PAYERS: Final = ("act_pay_dedc", "hifp_pay", "hifmi_pay", "maf_pay")
"""The amounts by which a receipt settles identically; the others follow from the bill."""


class RegionMeasured(NamedTuple):
    """What was measured in a region: the pack that it was measured against, and what cannot be used."""

    policy: Policy
    measured: Measured
    unusable: list[Unusable]


class Agreement(NamedTuple):
    """How far settlements agree: all, identical to the fen, explained by a kind, and not."""

    settlements: int
    identical: int
    explained: int
    not_explained: int


def measure_region(
    policy: Policy, year: int, files: Sequence[Path], papers: list[KeptReceipt], watch: Watch
) -> RegionMeasured | Message:
    """Measure a region's empty cells, or say why that cannot be done. Raises Cancelled."""
    codes = known_codes()
    theirs = read_theirs(files, result_names(), watch) if files else Theirs([], {}, [], [], [], [])
    if isinstance(theirs, Fault):
        return theirs.message
    rows, stated = rows_of_papers(papers)
    theirs.rows.extend(rows)
    people = learned(theirs.rows, ())
    today = utc_now().astimezone(BEIJING).date()
    more, _ = stated_totals.attribute(theirs.totals, theirs.rows, people, codes, None, today)
    receipts, unusable = receipts_of(theirs, policy, codes, year, [*stated, *more])
    if not receipts:
        return message("agreement.no_receipt", year=str(year))
    return RegionMeasured(policy, measure(receipts, year, watch), unusable)


def proposals(found: RegionMeasured) -> list[Proposal]:
    """Return what is proposed for the cells that the pack leaves empty."""
    cells = open_cells_of(found.measured, found.policy.region)
    return [each for cell in cells for each in proposals_of(cell)]


def taken_over(
    found: RegionMeasured, paths: Collection[str], by: str, words: Words
) -> dict[str, Any] | list[Fault]:
    """Return the pack's tables with the cells and settings of some paths taken over, or its faults.

    ``by`` is who has checked them: without a name nothing is taken over.
    """
    if not by.strip():
        return [Fault("checked_by", message("fault.required"))]
    tables = measured_tables(found.measured, found.policy, words, paths)
    tables["source"] = _source(found, by.strip(), words)
    checked = read_pack(tables, found.policy.documents)
    return tables if isinstance(checked, RegionPack) else checked


def _source(found: RegionMeasured, by: str, words: Words) -> dict[str, str]:
    """Return the source of a pack that figures were taken over into; what it said before stays beside it."""
    days = [receipt.case.day for receipt in found.measured.receipts]
    span = f"{min(days).isoformat()} – {max(days).isoformat()}"
    measured = words.text("agreement.measured_taken", receipts=len(days), days=span)
    before = found.policy.region.source
    document = (
        f"{before.document}{words.text('window.semicolon')}{measured}" if before.entered_by else measured
    )
    return {"document": document, "entered_by": before.entered_by or by, "checked_by": by}


def agreement(found: RegionMeasured, paths: Collection[str], words: Words, watch: Watch) -> Agreement:
    """Return how far the receipts agree with us once some paths are taken over. Raises Cancelled."""
    tables = measured_tables(found.measured, found.policy, words, paths)
    pack = read_pack(tables, found.policy.documents)
    policy = Policy(found.policy.documents, pack) if isinstance(pack, RegionPack) else found.policy
    explainer, identical, explained = Explainer(), 0, 0
    for count, receipt in enumerate(found.measured.receipts):
        watch.tell("comparing", count, len(found.measured.receipts))
        apart = _apart(receipt, policy)
        identical += not apart
        explained += bool(apart) and _is_explained(explainer, receipt, policy)
    whole = len(found.measured.receipts)
    return Agreement(whole, identical, explained, whole - identical - explained)


def _target(receipt: Receipt) -> dict[str, int]:
    target = target_of(receipt.row)
    return {name: target[name] for name in _PAYERS if name in target}


def _apart(receipt: Receipt, policy: Policy) -> Mapping[str, tuple[int | None, int]]:
    case = receipt.case._replace(policy=policy)
    return differing(amounts_of_case(case, case.settled()), _target(receipt))


def _is_explained(explainer: Explainer, receipt: Receipt, policy: Policy) -> bool:
    case, target = receipt.case._replace(policy=policy), _target(receipt)
    settlement = case.settled()
    return not settlement.missing and bool(explainer.ways(case, target, target, 0, ()))


def certain_paths(found: RegionMeasured) -> set[str]:
    """Return the paths that are certain, which are taken over unless somebody leaves them out."""
    return taken_paths(found.measured, found.policy.region)
