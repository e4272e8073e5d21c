"""The lines on paper and on the screen hold all that is needed to redo them."""

import json
import re
from random import Random
from typing import Any

import pytest

from core.counter import WorkedOut
from core.exchange.answer import answer
from core.exchange.request import Asked
from core.messages import term
from core.words import languages, words
from desktop.paper.sheet import sheet_of
from desktop.paper.sheet_head import Issue
from desktop.presenters import figures
from tests.desk_calculator.lines import CannotRedo
from tests.desk_calculator.printed import Printed, redone
from tests.desktop.test_paper import PRINTED, READER, settle
from tests.reference.requests import random_request

NUMBER = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")


def _worked(rng: Random) -> tuple[dict[str, Any], WorkedOut]:
    request = random_request(rng)
    asked = READER.read_tables(request, [])
    assert isinstance(asked, Asked), asked
    return request, WorkedOut(asked.claim, asked.policy, settle(asked.policy, asked.claim))


def _on_paper(worked: WorkedOut, language: str) -> list[dict[str, Any]]:
    """The working as the sheet prints it: its groups under their headings, without the sums around them."""
    said = words(language)
    issue = Issue(words=said, hospital="", operator="", printed_at=PRINTED, made_up=False)
    sheet = sheet_of(worked, issue)
    stages = list(dict.fromkeys(step.stage for step in worked.settlement.steps))
    titles = {said(term("stage", stage)): stage for stage in stages}
    labels = {said(step.label) for step in worked.settlement.steps if step.stage == "patient"}
    return [
        {"stage": titles[group.title], "label": row.label, "amount": row.amount.replace(",", "") or None}
        for group in sheet.groups
        for number, row in enumerate(group.rows)
        if (titles[group.title] != "bill" or number)
        and (titles[group.title] != "patient" or row.label in labels)
    ]


@pytest.mark.parametrize("language", languages())
def test_every_line_on_the_sheet_is_redone_from_the_sheet(language: str) -> None:
    rng = Random(21)
    for _ in range(60):
        request, worked = _worked(rng)
        made = json.loads(answer(worked.settlement, words(language)))
        printed = Printed(request, made, request.get("year_to_date", {}), language)
        steps = _on_paper(worked, language)
        redone(printed, steps)
        with pytest.raises(CannotRedo):
            redone(printed, [step for step in steps if step["label"] != steps[-1]["label"]])


@pytest.mark.parametrize("language", languages())
def test_the_table_beside_the_form_shows_every_operand_of_a_line(language: str) -> None:
    rng, said = Random(22), words(language)
    for _ in range(100):
        _, worked = _worked(rng)
        for step in worked.settlement.steps:
            row = figures.row(step, said)
            shown = _numbers(f"{row.label} {row.sum}")
            assert _numbers(said(step.label)) <= shown, (said(step.label), row.label, row.sum)


def _numbers(text: str) -> set[str]:
    return {number.rstrip(",").removesuffix(".00") for number in NUMBER.findall(text)}
