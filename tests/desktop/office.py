"""The office's pages with something in them: long work is done at once, by the same functions."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from core.jobs.doing import _doers, _done
from core.tables.watch import Watch
from desktop.desk.desk_work import DeskWork
from tests.agreement.test_ledger_and_totals import CUMINFO, INFO
from tests.desktop.keys import Keys
from tests.tables.files import FULL, QIAN, row, workbook

ID = "220113196004080016"
AGREES = {**INFO, "certno": ID}
LEVEL_1 = {
    **AGREES,
    "act_pay_dedc": 200.0,
    "hifp_pay": 38120.0,
    "hifmi_pay": 0,
    "fund_pay_sumamt": 38120.0,
    "psn_part_amt": 13880.0,
}
STRANGER = {**INFO, "setl_id": "S9", "mdtrt_id": "J9", "certno": "980101193802201801", "psn_no": "P9"}
BROKEN = {**STRANGER, "setl_id": "S8", "mdtrt_id": "J8", "medfee_sumamt": 52001.0}
ITEMS = {
    "data": [
        {"setlId": "S1", "polItemCode": code, "polItemName": code, "polItemPaySum": whole, "fundPayAmt": fund}
        for code, whole, fund in (
            ("101", 4000, 0),
            ("103", 0, 0),
            ("102", 1200, 0),
            ("S001", 200, 0),
            ("C001", 29800, 23840),
            ("C002", 16800, 14280),
        )
    ]
}
TOTALS = {"input": {"psn_no": "P1"}, "output": {"cuminfo": CUMINFO}}
TOTAL = ["合计", *[None] * 6, 92000]
OTHER = row(证件号码=QIAN, 姓名="W9", 人员类别="特困", **{"医疗费总额（元）": 20000, "全自费金额": 0})
"""A row whose parts do not come to its total, of a category that says too little."""
OWN = (
    *FULL,
    "明细",
    "合计",
    "普通居民",
    "特困",
    "二级",
    "普通住院",
    "三月.json",
    "三月.xlsx",
    "三月",
    "政策项.json",
    "5206.json",
)
"""What stands in the files of these pages, in no language of the window."""


def written(folder: Path, name: str, value: object) -> Path:
    file = folder / name
    file.write_text(json.dumps(value), encoding="utf-8")
    return file


def theirs(folder: Path) -> list[Path]:
    """The insurer's files about the first admission: a difference, a stranger, a row at odds with itself."""
    results = [{"setlinfo": info} for info in (LEVEL_1, STRANGER, BROKEN)]
    return [
        written(folder, "三月.json", results),
        written(folder, "政策项.json", ITEMS),
        written(folder, "5206.json", TOTALS),
    ]


def claims(folder: Path) -> Path:
    """A table with a sound row, one at fault, and a total."""
    return workbook(folder / "三月.xlsx", [FULL, row(姓名="K7"), OTHER, TOTAL])


def at_once(keys: Keys) -> None:
    """Have long work done in this process before the next key."""
    pages = keys.program.pages
    assert pages is not None
    doers = _doers()
    watch = Watch()

    def begin(job: Any, _told: object, ended: Callable[[Any], object]) -> None:
        ended(_done(partial(doers[type(job)]), job, watch))

    for work in (pages.tables.work, pages.agreement.reconciling, pages.agreement.accounts, pages.model.work):
        process: DeskWork = work.process
        process.begin = begin  # type: ignore[method-assign, assignment]


def do(keys: Keys, word: str, folder: Path) -> bool:
    """Do a word about these pages: a file put into a cell and read, a list shown. False: it is none."""
    page: Any = keys.program.navigator.page
    if word == "Table":
        at_once(keys)
        page.typed("file", str(claims(folder)))
        keys.type("Return")
    elif word == "Theirs":
        at_once(keys)
        page.typed("files", ";".join(map(str, theirs(folder))))
        page.typed("month", "")
        keys.type("F12")
    elif word == "Statement":
        keys.program.navigator.press("statement")
    elif word == "Account":
        at_once(keys)
        page.typed("month", f"{keys.entries()[0].recorded:%Y-%m}")  # type: ignore[attr-defined]
        page.typed("out", str(folder / "up.zip"))
        keys.type("F12")
    elif word == "Model":
        keys.program.navigator.press("model")
        at_once(keys)
        page = keys.program.navigator.page
        page.typed("population", "40:3")  # type: ignore[attr-defined]
        page.typed("sets", "critical_illness.2026.deductible=2000")  # type: ignore[attr-defined]
        keys.type("F12")
    elif word.startswith("Shown:"):
        page.typed("shown", word.removeprefix("Shown:"))
        keys.app.processEvents()
    else:
        return False
    return True
