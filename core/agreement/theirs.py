"""The insurer's side: every file of a run read, each row checked in itself."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from core.agreement.codes import Codes
from core.agreement.details import is_details, read_details
from core.agreement.messages_of_platform import TotalsStated, items_fault, read_messages
from core.agreement.result_row import AMOUNTS, BESIDE, OTHER_FUNDS, PAYERS, Item, ResultFault, ResultRow
from core.agreement.tables_of_platform import read_result_table
from core.messages import Fault, Message
from core.tables.names import Names
from core.tables.watch import Watch

_JSON: Final = (".json", ".jsonl", ".log")


class Inconsistent(NamedTuple):
    """A row that contradicts itself: the check that fails, and by how much (fen)."""

    row: ResultRow
    check: str
    by: int


class Theirs(NamedTuple):
    """What the insurer's files hold.

    ``items`` are policy items by settlement, ``totals`` what 5206 stated. ``left_out`` are file, number and
    text of lines that are no rows, ``unread`` file, row and headings of columns of amounts that nobody knows.
    """

    rows: list[ResultRow]
    items: dict[str, list[Item]]
    totals: list[TotalsStated]
    faults: list[ResultFault]
    left_out: list[tuple[str, int, str]]
    unread: list[tuple[str, int, str]]


def read_theirs(files: Sequence[Path], names: Names, watch: Watch) -> Theirs | Fault:
    """Return what some files hold, or the fault of the first that cannot be read. Raises Cancelled."""
    theirs = Theirs([], {}, [], [], [], [])
    for file in files:
        wrong = _add(file, names, theirs, watch)
        if wrong is not None:
            return Fault("theirs", wrong)
    for place, row in enumerate(theirs.rows):
        if row.setl_id in theirs.items:
            theirs.rows[place] = row._replace(items=tuple(theirs.items[row.setl_id]))
    return theirs


def _add(file: Path, names: Names, theirs: Theirs, watch: Watch) -> Message | None:
    """Add a file; return why it cannot be read, None where it was."""
    if is_details(file):
        details = read_details(file, watch)
        if isinstance(details, Message):
            return details
        theirs.rows.extend(details.rows)
        theirs.faults.extend(details.faults)
        return None
    if file.suffix.lower() in _JSON:
        messages = read_messages(file, names, watch)
        if isinstance(messages, Message):
            return messages
        theirs.rows.extend(messages.rows)
        theirs.totals.extend(messages.totals)
        theirs.faults.extend(messages.faults)
        for setl_id, items in messages.items.items():
            theirs.items.setdefault(setl_id, []).extend(items)
    else:
        table = read_result_table(file, names, watch)
        if isinstance(table, Message):
            return table
        theirs.rows.extend(table.rows)
        theirs.faults.extend(table.faults)
        theirs.left_out.extend((file.name, number, text) for number, text in table.left_out)
        number, headings = table.unread
        theirs.unread.extend((file.name, number, heading) for heading in headings)
    return None


def check(row: ResultRow, codes: Codes) -> Inconsistent | None:
    """Return the first sum of a row that does not come out, None where all do.

    Of a sum with a part that is not stated only what the others are beyond the whole is told.
    """
    by = _apart(
        row, "medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt"
    )
    if by and by + row.amounts.get("elsewhere_pay", 0):
        return Inconsistent(row, "parts", by)
    by = _apart(row, "medfee_sumamt", "fund_pay_sumamt", "psn_part_amt", "hosp_part_amt")
    if by:
        return Inconsistent(row, "payers", by)
    by = _apart(row, "psn_part_amt", "acct_pay", "psn_cash_pay")
    if by:
        return Inconsistent(row, "patient", by)
    total = row.amounts.get("medfee_sumamt")
    by = _funds_miss(row, codes)
    if by:
        return Inconsistent(row, "funds", by)
    missed = items_fault(list(row.items), total, codes) if total is not None else 0
    return Inconsistent(row, "items", missed) if missed else None


def _apart(row: ResultRow, whole: str, *parts: str) -> int:
    """Return by how much the parts of a sum are more (or, below zero, less) than the whole, 0 where they fit.

    A part that is not stated makes up what the others leave, which lies on the side of zero that the whole is
    on: a patient may get more back than was paid.
    """
    amounts = row.amounts
    stated = [amounts[name] for name in parts if name in amounts]
    if whole not in amounts:
        return 0
    by = sum(stated) - amounts[whole]
    below = amounts[whole] < 0 or (row.negative and not amounts[whole])
    fits = by >= 0 if below else by <= 0
    return 0 if fits and len(stated) < len(parts) else by


def _all(amounts: Mapping[str, int], *names: str) -> int | None:
    """Return a sum, None where a part of it is not stated."""
    return sum(amounts[name] for name in names) if all(name in amounts for name in names) else None


def _funds_miss(row: ResultRow, codes: Codes) -> int:
    """Return by how much the sum of funds differs from the funds, 0 where it is one of their sums.

    A sum that holds rows which are no funds is another matter (`not_funds`).
    """
    stated = row.amounts.get("fund_pay_sumamt")
    if stated is None:
        return 0
    if row.funds:
        sums = _sums_of_rows(row, codes)
        return 0 if stated in sums else stated - sums[0]
    sums = _sums_of_layers(row)
    if not sums or stated in sums:
        return 0
    more = stated - sums[0]
    could_be_paid = more < 0 if row.negative else more > 0
    return 0 if could_be_paid and _all(row.amounts, "maf_pay", "oth_pay") is None else more


def _sums_of_layers(row: ResultRow) -> list[int]:
    """Return what the stated payers add up to: the disabled fund inside `oth_pay` and beside it.

    A payer that is not stated may have paid something beyond that.
    """
    if _all(row.amounts, "hifp_pay", "hifmi_pay") is None:
        return []
    beside = ("hifdm_pay", "hosp_part_amt", "acct_pay")
    funds = sum(row.amounts[name] for name in (*PAYERS, *OTHER_FUNDS) if name in row.amounts)
    return [funds, *(funds + row.amounts[name] for name in beside if name in row.amounts)]


def _sums_of_rows(row: ResultRow, codes: Codes) -> list[int]:
    """Return what the rows of funds may add up to: without those that are none, and with some of them."""
    payers = [(codes.payer(fund.code), fund.paid) for fund in row.funds]
    funds = sum(paid for payer, paid in payers if payer not in ("hospital", "account", "either"))
    sums = [funds]
    for payer in ("either", "hospital", "account"):
        sums += [each + paid for each in sums for one, paid in payers if one == payer]
    return sums


def not_funds(row: ResultRow, codes: Codes) -> dict[str, int]:
    """Return what a row's sum of funds holds that is no fund: hospital and account, each with its amount."""
    stated = row.amounts.get("fund_pay_sumamt")
    if stated is None:
        return {}
    if row.funds:
        payers = [(codes.payer(fund.code), fund.paid) for fund in row.funds]
        funds = sum(paid for payer, paid in payers if payer not in ("hospital", "account", "either"))
        beside = {
            name: sum(paid for payer, paid in payers if payer == name) for name in ("hospital", "account")
        }
    else:
        sums = _sums_of_layers(row)
        if not sums:
            return {}
        funds = sums[0]
        beside = {"hospital": row.amounts.get("hosp_part_amt", 0), "account": row.amounts.get("acct_pay", 0)}
    for chosen in (("hospital",), ("account",), ("hospital", "account")):
        more = {name: beside[name] for name in chosen}
        if all(more.values()) and funds + sum(more.values()) == stated:
            return more
    return {}


def as_one(rows: Sequence[ResultRow]) -> ResultRow:
    """Return one settlement that several files state, with all that any of them says."""
    first, *others = rows
    category = min(rows, key=lambda row: row.says_of_category)
    for other in others:
        first = first._replace(
            mdtrt_id=first.mdtrt_id or other.mdtrt_id,
            msgid=first.msgid or other.msgid,
            psn_no=first.psn_no or other.psn_no,
            people=tuple(dict.fromkeys((*first.people, *other.people))),
            name=first.name or other.name,
            discharged=first.discharged or other.discharged,
            admitted=first.admitted or other.admitted,
            settled=first.settled or other.settled,
            amounts={**other.amounts, **first.amounts},
            funds=first.funds or other.funds,
            items=first.items or other.items,
            level=first.level or other.level,
            benefit=first.benefit or other.benefit,
            details={**other.details, **first.details},
        )
    return first._replace(
        population=category.population,
        unknown_category=category.unknown_category,
        category_column=category.category_column,
    )


def same_amounts(one: ResultRow, other: ResultRow) -> bool:
    """Return whether two rows state no amount differently."""
    return all(
        one.amounts[name] == other.amounts[name]
        for name in (*AMOUNTS, *BESIDE)
        if name in one.amounts and name in other.amounts
    )
