"""A year of the ledger beside what the documents aim at: inpatient care's share, the largest payment."""

import sqlite3
from typing import NamedTuple


class YearShares(NamedTuple):
    """The standing entries of the visits that ended in a year (fen).

    ``stays`` inpatient stays had ``in_scope`` in scope, of which basic insurance paid ``paid``.
    ``most_critical`` is what critical illness paid for the person for whom it paid most.
    """

    stays: int
    in_scope: int
    paid: int
    most_critical: int


def year_shares(db: sqlite3.Connection, year: int) -> YearShares:
    """Sum a year up."""
    span = {"first": f"{year:04d}-01-01", "last": f"{year:04d}-12-31"}
    stays, in_scope, paid = db.execute(
        """SELECT count(*), coalesce(sum(inscp_scp_amt), 0), coalesce(sum(hifp_pay), 0) FROM summaries
        WHERE kind = 'posted' AND reversed_by IS NULL AND benefit = 'inpatient'
            AND day BETWEEN :first AND :last""",
        span,
    ).fetchone()
    (most,) = db.execute(
        """SELECT coalesce(max(paid), 0) FROM (
            SELECT sum(hifmi_pay) AS paid FROM summaries JOIN patients ON patients.key = summaries.patient
            WHERE kind = 'posted' AND reversed_by IS NULL AND day BETWEEN :first AND :last
            GROUP BY patients.person)""",
        span,
    ).fetchone()
    return YearShares(stays, in_scope, paid, most)
