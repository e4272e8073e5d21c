"""The receipt of a claim's papers: what was handed in, what is missing, and what is still to be paid."""

from typing import TYPE_CHECKING

from core.money import grouped
from desktop.paper.bilingual import on_a_line
from desktop.paper.sheet_head import Issue, Pair, contact_of, head_of, patient_of
from desktop.paper.slips import Slip, Table

if TYPE_CHECKING:
    from core.counter.paper_claims import ClaimLines, PaperClaim
    from core.ledger.entries import Entry


def claim_slip(
    entry: "Entry", claim: "PaperClaim", lines: "ClaimLines", payable: int, language: str, issue: Issue
) -> Slip:
    """Return the receipt of a claim. ``payable`` is in fen; the data's texts are in ``language``."""
    words, text = issue.words, issue.words.text
    bill = next(each for each in lines.bills if each.line.id == claim.kind)
    reason = next(each for each in lines.reasons if each.id == claim.reason)
    source = next(each for each in lines.sources if each.id == claim.source)
    fund = entry.settlement.amounts.fund_pay_sumamt if entry.settlement is not None else 0
    handed = on_a_line(words).text("paper.claim.yes"), on_a_line(words).text("paper.claim.no")
    return Slip(
        **head_of(issue, "paper.claim.title"),
        person=issue.person,
        disclaimer=text("paper.claim.disclaimer"),
        facts=(
            Pair(text("paper.fact.hospital"), issue.hospital or text("paper.not_given"), "hospital"),
            *contact_of(issue),
            *patient_of(issue),
            Pair(text("paper.claim.bill"), claim.bill.strip()),
            Pair(text("paper.claim.kind"), bill.line.text(language)),
            Pair(text("paper.claim.reason"), f"{reason.text(language)} · {source.text(language)}"),
        ),
        answer_label=on_a_line(words).text("paper.claim.payable"),
        answer=grouped(payable),
        tables=(
            Table(
                on_a_line(words).text("paper.claim.papers"),
                (text("paper.claim.paper"), text("paper.claim.handed")),
                frozenset(),
                tuple((paper.text(language), handed[paper.id not in claim.papers]) for paper in bill.papers),
                headless=True,
            ),
        ),
        notes_title=on_a_line(words).text("paper.notes"),
        notes=(text("paper.claim.sum", fund=grouped(fund or 0), already=grouped(claim.already)),),
        signatures=(text("paper.sign.clerk"), text("paper.sign.patient")),
        stamp=text("paper.sign.stamp"),
    )
