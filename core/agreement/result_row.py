"""A result of the insurer's platform as a row: what it says of one settlement, whatever file it stood in."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from core.messages import Message, message
from core.money import MOST_DIGITS
from core.tables import values
from core.tables.names import Names
from core.tables.reading.cells import Cell
from core.vocabulary import Benefit, Level, Population

AMOUNTS: Final = (
    "medfee_sumamt",
    "fulamt_ownpay_amt",
    "overlmt_selfpay",
    "preselfpay_amt",
    "inscp_scp_amt",
    "act_pay_dedc",
    "hifp_pay",
    "hifmi_pay",
    "maf_pay",
    "fund_pay_sumamt",
    "psn_part_amt",
    "hosp_part_amt",
)
"""The amounts that are held against ours, by the platform's names."""

OTHER_FUNDS: Final = ("oth_pay", "cvlserv_pay", "hifes_pay", "hifob_pay", "further_pay")
"""Payers that no settlement of ours knows."""

PAYERS: Final = ("hifp_pay", "hifmi_pay", "maf_pay")
"""The payers of our layers, in their order."""

BESIDE: Final = (*OTHER_FUNDS, "hifdm_pay", "acct_pay", "acct_mulaid_pay", "psn_cash_pay", "elsewhere_pay")
"""Amounts that a row's own sums need."""

PEOPLE: Final = ("certno", "psn_no", "card_no")
_WORDS: Final = {
    "level": ("hospital_level", "dedc_hosp_lv", "hosp_lv"),
    "benefit": ("benefit", "med_type"),
    "population": ("population", "psn_idet_type", "psn_type"),
}
_VALUES: Final = {
    "hospital_level": frozenset(Level),
    "benefit": frozenset(Benefit),
    "population": frozenset(Population),
}
_SAY_THE_SAME: Final = ("benefit",)
"""Whose columns are about one and the same, so that the next is read where one is not understood.

A hospital's own level is not that of its deductible, and what `psn_type` calls a resident may be destitute.
"""
_DAYS: Final = {"admitted": ("admitted", "begndate"), "discharged": ("discharged", "enddate")}
_SAME: Final = {
    "medfee_sumamt": "total",
    "overlmt_selfpay": "over_limit",
    "preselfpay_amt": "category_b_selfpay",
}
_EXACT: Final = Decimal("0.000001")
_MOST_EXACT: Final = 10**20
"""Beyond this a number of JSON stays text: nobody means it, and its digits may not fit any memory."""


_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class FundRow(NamedTuple):
    """One row of a settlement's funds: code, name, and the amount (fen)."""

    code: str
    name: str
    paid: int


class Item(NamedTuple):
    """One policy item of a settlement: code, name, its sum and the fund's part of it (fen)."""

    code: str
    name: str
    whole: int
    fund: int


class ResultFault(NamedTuple):
    """A row that cannot be read: its file and number, the column, and the reason."""

    file: str
    row: int
    column: str
    message: Message


class ResultRow(NamedTuple):
    """A settlement as the platform states it. Amounts are fen; an amount that is not stated is not there.

    ``number`` is the row's as the file counts, of a ledger the entry's, which people know as ``called`` (of a
    file empty). ``people`` are numbers that name the
    person, ``psn_no`` the platform's own among them. ``discharged``
    and ``settled`` are None where the row does not say. ``refund``: it takes another one back, by its flag.
    ``preliminary``: it was worked out before the settlement. ``unknown_category`` is what stands for the
    category where nobody can tell which one is meant, ``category_column`` where the category stands.
    """

    file: str
    number: int
    setl_id: str = ""
    mdtrt_id: str = ""
    msgid: str = ""
    people: tuple[str, ...] = ()
    name: str = ""
    admitted: date | None = None
    discharged: date | None = None
    settled: datetime | None = None
    amounts: Mapping[str, int] = _NOTHING
    funds: tuple[FundRow, ...] = ()
    items: tuple[Item, ...] = ()
    refund: bool = False
    preliminary: bool = False
    level: str | None = None
    benefit: str | None = None
    population: str | None = None
    details: Mapping[str, Any] = _NOTHING
    psn_no: str = ""
    called: str = ""
    unknown_category: str = ""
    category_column: str = "population"

    @property
    def settles(self) -> bool:
        """True where the row is about a settlement; one of a list of people only says who is who."""
        return bool(self.amounts or self.setl_id or self.mdtrt_id or self.msgid)

    @property
    def negative(self) -> bool:
        """True for a reversal: its amounts are below zero."""
        return self.amounts.get("medfee_sumamt", 0) < 0

    @property
    def month(self) -> str:
        """The month of the settlement, as ``2026-03``; empty where it is not stated."""
        return "" if self.settled is None else f"{self.settled:%Y-%m}"

    @property
    def says_of_category(self) -> tuple[int, int]:
        """How much the row says of the category, the least number most: by its column, then by its word.

        Of one column a word that is not understood may mean more than "ordinary" does.
        """
        if not (self.population or self.unknown_category):
            return len(_WORDS["population"]), 0
        ordinary = 2 if self.population == Population.ORDINARY else 0
        return _WORDS["population"].index(self.category_column), 1 if self.unknown_category else ordinary

    def other_funds(self) -> int:
        """Return what payers are stated to have paid that no settlement of ours knows (fen)."""
        return sum(self.amounts.get(name, 0) for name in OTHER_FUNDS)

    def paid(self, name: str) -> int | None:
        """Return what a payer paid (fen): as stated, 0 where the sums leave nothing for it, else None."""
        stated = self.amounts.get(name)
        return 0 if stated is None and self._leaves_nothing() else stated

    def first_share(self) -> int | None:
        """Return the share paid first (fen): as stated, else what the other parts leave of the total.

        None where they do not say: parts that are more than the total leave no share.
        """
        amounts = self.amounts
        parts = ("medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "inscp_scp_amt")
        if "preselfpay_amt" in amounts or any(name not in amounts for name in parts):
            return amounts.get("preselfpay_amt")
        total, *others = (amounts[name] for name in parts)
        left = total - sum(others) - amounts.get("elsewhere_pay", 0)
        return left if left >= 0 or self.negative else None

    def _leaves_nothing(self) -> bool:
        """Return whether what all funds paid is what the stated ones did, so that no other paid anything.

        Where total and patient alone make that up, nothing is left for the hospital either.
        """
        amounts = self.amounts
        funds = amounts.get("fund_pay_sumamt")
        if funds is None and "psn_part_amt" in amounts and "medfee_sumamt" in amounts:
            funds = amounts["medfee_sumamt"] - amounts["psn_part_amt"] - amounts.get("hosp_part_amt", 0)
        return funds == sum(amounts.get(name, 0) for name in PAYERS) + self.other_funds()


Get = Callable[[str], Iterable[Cell | Decimal]]
"""Return what the columns of a field hold, in their order; empty ones may be among them."""


class Refused(Exception):
    """A row that cannot be read; ``column`` and ``fault`` say why."""

    def __init__(self, column: str, fault: Message) -> None:
        super().__init__(column)
        self.column = column
        self.fault = fault


class Reader:
    """Makes rows out of fields, whether they stand in a table or in a message. Raises Refused."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def row(self, file: str, number: int, get: Get, date_1904: bool = False) -> ResultRow:
        """Return a row from what its fields hold."""
        amounts = self._amounts(get)
        named: dict[str, Any] = {
            column: _identifier(get, column) for column in ("setl_id", "mdtrt_id", "msgid", *PEOPLE)
        }
        days = {name: _day(get, columns, date_1904) for name, columns in _DAYS.items()}
        words = {name: self._word(get, columns) for name, columns in _WORDS.items()}
        population, category, column = words["population"]
        return ResultRow(
            file=file,
            number=number,
            setl_id=named["setl_id"],
            mdtrt_id=named["mdtrt_id"],
            msgid=named["msgid"],
            psn_no=named["psn_no"],
            people=tuple(filter(None, (named[column] for column in PEOPLE))),
            name=values.text(_first(get("psn_name"))) or "",
            settled=_moment(get, date_1904),
            amounts=amounts,
            refund=self._refund(get, amounts),
            admitted=days["admitted"],
            discharged=days["discharged"],
            level=words["level"][0],
            benefit=words["benefit"][0],
            population=population,
            details=self._details(get),
            unknown_category="" if population else category,
            category_column=column,
        )

    def _refund(self, get: Get, amounts: Mapping[str, int]) -> bool:
        """Return whether a row takes another one back by its flag; amounts below zero need none."""
        flags: Iterable[Any] = get("refd_setl_flag")
        refunded = self._names.refunded(filter(None, map(values.text, flags)))
        if isinstance(refunded, bool):
            return refunded
        if amounts.get("medfee_sumamt", 0) >= 0:
            raise Refused("refd_setl_flag", refunded)
        return True

    def _amounts(self, get: Get) -> dict[str, int]:
        amounts: dict[str, int] = {}
        for name in (*AMOUNTS, *BESIDE):
            stated = [
                (column, fen)
                for column in (name, _SAME.get(name))
                if column is not None
                for fen in map(signed, get(column))
                if fen is not None
            ]
            wrong = next((fen for _, fen in stated if isinstance(fen, Message)), None)
            if wrong is not None:
                raise Refused(name, wrong)
            if name == "hosp_part_amt" and len({fen for _, fen in stated}) > 1:
                raise Refused(name, message("agreement.stated_twice"))
            if stated:
                fens = [fen for _, fen in stated if isinstance(fen, int)]
                amounts[name] = sum(fens) if name == "further_pay" else fens[0]
        return _placed(amounts, [fen for fen in map(signed, get("pool_or_sum")) if isinstance(fen, int)])

    def _word(self, get: Get, columns: tuple[str, ...]) -> tuple[str | None, str, str]:
        """Return the value of the first column that says anything, its text, and the column.

        The value is None where the text is not understood: what a later column says is another matter.
        """
        found: tuple[str | None, str, str] = None, "", columns[0]
        for column in columns:
            written = values.text(_first(get(column)))
            if written is None:
                continue
            known = self._names.value(column, written)
            own = written.casefold() if written.casefold() in _VALUES[columns[0]] else None
            found = (known if isinstance(known, str) else own), written, column
            if found[0] is not None or columns[0] not in _SAY_THE_SAME:
                break
        return found

    def _details(self, get: Get) -> dict[str, Any]:
        """Return the request's fields that a platform's row may carry beside its amounts."""
        found = {}
        for name in ("disease", "disease_rank", "special_disease"):
            number = values.whole(_first(get(name)))
            if isinstance(number, int):
                found[name] = number
        drugs = values.text(_first(get("two_disease_drugs")))
        if drugs is not None and self._names.value("yes_or_no", drugs) == "true":
            found["two_disease_drugs"] = True
        return found


def _placed(amounts: dict[str, int], pool_or_sum: list[int]) -> dict[str, int]:
    """Give a column of funds its meaning: the sum where the pooled fund has a column, else that fund."""
    if pool_or_sum:
        alone = "hifp_pay" not in amounts
        amounts.setdefault("hifp_pay" if alone else "fund_pay_sumamt", pool_or_sum[0])
    return amounts


def signed(cell: Cell | Decimal) -> int | Message | None:
    """Return the fen of an amount that may be negative, None where nothing is stated."""
    if isinstance(cell, Decimal):
        if abs(cell) >= 10**MOST_DIGITS:
            return message("fault.amount.digits", digits=MOST_DIGITS)
        fen = round(cell * 100)
        return fen if abs(fen - cell * 100) <= _EXACT * 100 else message("fault.amount.decimals")
    return values.signed_amount(cell)


def _first(cells: Iterable[Cell | Decimal]) -> Cell:
    for cell in cells:
        if isinstance(cell, Decimal):
            exact = abs(cell) < _MOST_EXACT and cell == int(cell)
            return int(cell) if exact else str(cell)
        if cell is not None and cell != "":
            return cell
    return None


def _identifier(get: Get, column: str) -> str:
    number = values.identifier(_first(get(column)), column == "certno")
    if isinstance(number, Message):
        raise Refused(column, number)
    return number or ""


def _day(get: Get, columns: tuple[str, ...], date_1904: bool) -> date | None:
    for column in columns:
        day = values.day(_first(get(column)), date_1904, None)
        if isinstance(day, Message):
            raise Refused(column, day)
        if day is not None:
            return day
    return None


def _moment(get: Get, date_1904: bool) -> datetime | None:
    """Return the time of settlement by the platform's clock, midnight where only its day is stated."""
    for column in ("setl_time", "settled"):
        moment = values.moment(_first(get(column)), date_1904, None)
        if isinstance(moment, Message):
            raise Refused(column, moment)
        if moment is not None:
            return moment
    return None
