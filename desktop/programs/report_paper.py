"""A report of the office as a PDF, for a console without paper: its texts come as JSON on standard input."""

import json
import sys
from pathlib import Path
from typing import Any, Final

from core.places import home
from core.words import Words, words
from desktop.paper.layout import lay_out
from desktop.paper.output import PaperNotSaved, first_line, pages_pdf
from desktop.paper.sheet_head import Issue, contact_of, head_of
from desktop.paper.sheet_head import Pair as Fact
from desktop.paper.slips import Slip, Table
from desktop.paper.wide_paper import wide_paper
from desktop.startup import settings_file

_TOGETHER: Final = 5
"""A Chinese heading of so many characters stands on one line, as a word would be parted otherwise."""
_LETTERS: Final = 4
"""The Chinese characters of a longer heading that stand on one line."""


def report_paper(out: Path) -> int:
    """Write the report that standard input tells of; return the exit status.

    It is the number of the system's error where there is one, else 1 where the report cannot be written.
    """
    try:
        told = json.load(sys.stdin)
        sheet = report_sheet(told, words(told["language"]))
        pages_pdf(lay_out(sheet, wide_paper(sheet)), first_line(sheet), out)
    except PaperNotSaved as error:
        return error.number or 1
    except (ValueError, LookupError, TypeError):
        return 1
    return 0


def report_sheet(told: dict[str, Any], said: Words) -> Slip:
    """Return the sheet of a report: ``title``, ``days``, ``headings``, ``rows``, ``numbers``, ``last``.

    ``made_up`` is true where a made-up region's figures are in it. There may be a ``caption``, ``more``
    tables of the same parts, ``charts`` (SVG), ``notes``, and a ``disclaimer`` where it is no ledger's.

    ``by_hand`` are the columns that people fill in. Raises LookupError or TypeError where one of the parts is
    missing or no such thing.
    """
    from core.clock import now

    desk = settings_file.load(home())
    contact = (desk.hospital_code, desk.telephone, desk.address)
    issue = Issue(said, desk.hospital, "", now(), made_up=bool(told["made_up"]), contact=contact)
    hospital = Fact(said.text("paper.fact.hospital"), desk.hospital or said.text("paper.not_given"))
    return Slip(
        **head_of(issue, "paper.day_end.title") | {"title": str(told["title"]), "state": str(told["days"])},
        disclaimer=str(told.get("disclaimer") or said.text("report.disclaimer")),
        facts=(hospital, *contact_of(issue)),
        tables=tuple(_table(part, said) for part in (told, *told.get("more", ()))),
        charts=tuple(map(str, told.get("charts", ()))),
        notes_title=said.text("report.notes") if told.get("notes") else "",
        notes=tuple(map(str, told.get("notes", ()))),
        signatures=(said.text("paper.day_end.made"), said.text("paper.day_end.checked")),
        stamp=said.text("paper.sign.stamp"),
    )


def _table(part: dict[str, Any], said: Words) -> Table:
    return Table(
        str(part.get("caption", "")),
        tuple(_broken(heading) for heading in part["headings"]),
        frozenset(part["numbers"]),
        tuple(tuple(map(str, row)) for row in part["rows"]),
        tuple(map(str, part["last"])),
        said.text("report.nothing"),
        by_hand=frozenset(part.get("by_hand", ())),
    )


def _broken(heading: str) -> str:
    """Break a long heading into lines: at its spaces, or Chinese in pieces. A Latin word stays whole."""
    if " " in heading or heading.isascii():
        return heading.replace(" ", "\n")
    if len(heading) <= _TOGETHER:
        return heading
    first = max(2, len(heading) % _LETTERS or _LETTERS)
    rest = [heading[at : at + _LETTERS] for at in range(first, len(heading), _LETTERS)]
    return "\n".join([heading[:first], *rest]).replace("（\n", "\n（")
