"""What came of reconciling, for other programs as JSON and for people as a workbook of several sheets."""

from collections.abc import Sequence
from typing import Any, Final

from core.agreement.explain import kinds_of
from core.agreement.meeting import Ambiguous
from core.agreement.messages_of_platform import TotalsStated
from core.agreement.our_rows import OurRow
from core.agreement.reconcile import Reconciled, RowDifference
from core.agreement.result_row import ResultFault, ResultRow
from core.agreement.theirs import Inconsistent
from core.agreement.wording import clause, name_of, why
from core.messages import Fault
from core.money import plain
from core.tables.results import Written, Yuan
from core.tables.writing import NamedSheet
from core.words import Words

_AMOUNTS_SHOWN: Final = ("inscp_scp_amt", "act_pay_dedc", "hifp_pay", "hifmi_pay", "maf_pay", "psn_part_amt")


def as_json(reconciled: Reconciled, words: Words) -> dict[str, Any]:
    """Return what came of reconciling, as the interface writes it."""
    return {
        "ours": reconciled.ours,
        "theirs": reconciled.theirs,
        "equal": reconciled.equal,
        "differences": [_difference(each, words) for each in reconciled.differences],
        "kinds": [
            {"kind": kind, "rows": rows, "yuan": plain(fen)} for kind, rows, fen in reconciled.by_kind()
        ],
        "only_ours": [
            {**_own(own), **_same_visit(reconciled.twice.get(own.number))} for own in reconciled.only_ours
        ],
        "only_theirs": list(map(_row, reconciled.only_theirs)),
        "inconsistent": [
            {
                "file": each.row.file,
                "row": each.row.number,
                "setl_id": each.row.setl_id or None,
                "check": each.check,
                "by": plain(each.by),
            }
            for each in reconciled.inconsistent
        ],
        "ambiguous": list(map(_ambiguous, reconciled.ambiguous)),
        "again": [{"file": file, "of": of, "rows": rows} for file, of, rows in reconciled.said_again()],
        "unexplained": reconciled.unexplained,
    }


def _difference(each: RowDifference, words: Words) -> dict[str, Any]:
    own, source = each.own, clause(each)
    return {
        "file": each.row.file,
        "row": each.row.number,
        "setl_id": each.row.setl_id or (own.keys[0] if own is not None and own.keys else None),
        "entry": None if own is None else own.number,
        "called": None if own is None else own.called,
        "others": [other.setl_id or other.number for other in each.others],
        "amounts": {
            name: [None if ours is None else plain(ours), plain(stated)]
            for name, (ours, stated) in each.amounts.items()
        },
        "kinds": each.kinds if each.explained else ["unexplained"],
        "or": _others(each),
        "explained": each.explained,
        "why": words(why(each)),
        "clause": None if source is None else f"{source.document} {source.clause}",
    }


def _others(each: RowDifference) -> list[list[str]]:
    """Return the kinds of the other ways, each set once."""
    found: list[list[str]] = []
    first = set(kinds_of(each.ways[0])) if each.ways else set()
    for way in each.ways[1:]:
        kinds = kinds_of(way)
        if set(kinds) != first and kinds not in found:
            found.append(kinds)
    return found


def _own(own: OurRow) -> dict[str, Any]:
    return {
        "row": own.number,
        "setl_id": own.keys[0] if own.keys else None,
        "entry": own.entry,
        "called": own.called,
        "day": own.day.isoformat(),
        "total": plain(own.total),
    }


def _same_visit(other: OurRow | None) -> dict[str, Any]:
    if other is None:
        return {"same_visit": None}
    return {"same_visit": other.number, "same_visit_called": other.called}


def _row(row: ResultRow) -> dict[str, Any]:
    total = row.amounts.get("medfee_sumamt")
    return {
        "file": row.file,
        "row": row.number,
        "setl_id": row.setl_id or None,
        "day": None if row.discharged is None else row.discharged.isoformat(),
        "total": None if total is None else plain(total),
    }


def _ambiguous(each: Ambiguous) -> dict[str, Any]:
    return {**_row(each.row), "candidates": list(map(_own, each.ours))}


def faults_of(
    ours: Sequence[tuple[int, list[Fault]]], theirs: Sequence[ResultFault], words: Words
) -> list[dict[str, Any]]:
    """Return the rows that were refused, on either side, each fault with its place."""
    told = [
        {"file": None, "row": number, "column": fault.field, "message": words(fault.message)}
        for number, faults in ours
        for fault in faults
    ]
    return told + [
        {"file": each.file, "row": each.row, "column": each.column, "message": words(each.message)}
        for each in theirs
    ]


def nobody(totals: Sequence[TotalsStated]) -> list[dict[str, Any]]:
    """Return the stated totals of nobody."""
    return [{"file": each.file, "row": each.number} for each in totals]


# ---- a workbook


def sheets(reconciled: Reconciled, refused: list[dict[str, Any]], words: Words) -> list[NamedSheet]:
    """Return the sheets of a workbook: summary, kinds, rows, only here, only there, refused."""
    return [
        _summary(reconciled, words),
        _kinds(reconciled, words),
        _rows(reconciled, words),
        NamedSheet(
            words.text("agreement.sheet.only_ours"),
            _heads(words, "row", "setl_id", "day", "total", "same_visit"),
            [_our_cells(own, reconciled) for own in reconciled.only_ours],
        ),
        NamedSheet(
            words.text("agreement.sheet.only_theirs"),
            _heads(words, "file", "row", "setl_id", "day", "total"),
            [_their_cells(row) for row in reconciled.only_theirs],
        ),
        _refused(reconciled, refused, words),
    ]


def _heads(words: Words, *names: str) -> list[str]:
    return [words.text(f"agreement.head.{name}") for name in names]


def _summary(reconciled: Reconciled, words: Words) -> NamedSheet:
    counts = {
        "ours": reconciled.ours,
        "theirs": reconciled.theirs,
        "equal": reconciled.equal,
        "explained": len(reconciled.differences) - reconciled.unexplained,
        "unexplained": reconciled.unexplained,
        "only_ours": len(reconciled.only_ours),
        "only_theirs": len(reconciled.only_theirs),
        "inconsistent": len(reconciled.inconsistent),
        "ambiguous": len(reconciled.ambiguous),
    }
    rows: list[list[Written]] = [
        [words.text(f"agreement.count.{name}"), count] for name, count in counts.items()
    ]
    rows += [
        [words.text("agreement.count.again", file=file, of=of), count]
        for file, of, count in reconciled.said_again()
    ]
    return NamedSheet(words.text("agreement.sheet.summary"), _heads(words, "what", "rows"), rows)


def _kinds(reconciled: Reconciled, words: Words) -> NamedSheet:
    rows: list[list[Written]] = [
        [words(name_of(kind)), kind, count, Yuan(fen)] for kind, count, fen in reconciled.by_kind()
    ]
    return NamedSheet(
        words.text("agreement.sheet.kinds"), _heads(words, "kind", "code", "rows", "yuan"), rows
    )


def _rows(reconciled: Reconciled, words: Words) -> NamedSheet:
    amounts = [
        words.text(f"agreement.{side}", name=words.text(f"amount.{name}"))
        for name in _AMOUNTS_SHOWN
        for side in ("ours", "theirs")
    ]
    header = [*_heads(words, "file", "row", "setl_id", "entry", "name", "kind", "why", "clause"), *amounts]
    return NamedSheet(
        words.text("agreement.sheet.rows"),
        header,
        [_difference_cells(each, words) for each in reconciled.differences],
    )


def _difference_cells(each: RowDifference, words: Words) -> list[Written]:
    own, source = each.own, clause(each)
    kinds = each.kinds if each.explained else ["unexplained"]
    cells: list[Written] = [
        each.row.file,
        each.row.number,
        each.row.setl_id or (own.keys[0] if own is not None and own.keys else None),
        None if own is None else _number(own),
        each.row.name or (own.name if own is not None else None),
        words.text("tables.then").join(words(name_of(kind)) for kind in kinds),
        words(why(each)),
        None if source is None else f"{source.document} {source.clause}",
    ]
    settled = own.settlement.amounts._asdict() if own is not None else {}
    for name in _AMOUNTS_SHOWN:
        ours, stated = settled.get(name), each.row.amounts.get(name)
        cells += [None if ours is None else Yuan(ours), None if stated is None else Yuan(stated)]
    return cells


def _our_cells(own: OurRow, reconciled: Reconciled) -> list[Written]:
    id_, other = own.keys[0] if own.keys else None, reconciled.twice.get(own.number)
    return [_number(own), id_, own.day, Yuan(own.total), None if other is None else _number(other)]


def _number(own: OurRow) -> Written:
    """Return the number of a row of ours as a cell: a number, or how people know another desk's entry."""
    return own.number if own.called == str(own.number) else own.called


def _their_cells(row: ResultRow) -> list[Written]:
    total = row.amounts.get("medfee_sumamt")
    return [
        row.file,
        row.number,
        row.setl_id or None,
        row.discharged,
        None if total is None else Yuan(total),
    ]


def _refused(reconciled: Reconciled, refused: list[dict[str, Any]], words: Words) -> NamedSheet:
    rows: list[list[Written]] = [
        [each["file"], each["row"], each["column"], each["message"]] for each in refused
    ]
    rows += [_inconsistent_cells(each, words) for each in reconciled.inconsistent]
    rows += [_ambiguous_cells(each, words) for each in reconciled.ambiguous]
    return NamedSheet(
        words.text("agreement.sheet.refused"), _heads(words, "file", "row", "column", "why"), rows
    )


def _inconsistent_cells(each: Inconsistent, words: Words) -> list[Written]:
    said = words.text(f"agreement.check.{each.check}")
    return [each.row.file, each.row.number, each.check, f"{said} ({plain(each.by)})"]


def _ambiguous_cells(each: Ambiguous, words: Words) -> list[Written]:
    candidates = ", ".join(own.called for own in each.ours)
    return [each.row.file, each.row.number, None, words.text("agreement.candidates", entries=candidates)]
