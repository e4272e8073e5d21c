"""What a sentence of a story means at the keyboard, and what it looks for in the window."""

import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytest_bdd import given, parsers, then, when

from desktop.settings import Settings
from tests.counter_day import printers
from tests.counter_day.day import Day, packet_on_a_stick
from tests.counter_day.hands import DOES, PEOPLE

_NUMBERS = {"no": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "a": 1, "an": 1}
_LEVELS = {"a village clinic": "0", "level 1": "1", "level 2": "2", "level 3": "3"}
_CATEGORIES = {
    "an ordinary": "1",
    "a low-income": "2",
    "a rural destitute": "3",
    "an urban destitute": "4",
    "an orphaned": "5",
    "a registered poor": "6",
    "an at-risk": "7",
}
_LINES = {
    "English": "English",
    "Korean": "조선어",
    "the made-up patients": "练习用的患者",
    "the packet": "导入规则包…",
    "the dark colours": "深色",
    "letters of 130%": "字号 130%",
    "the diagnosis": "诊断信息…",
}
_WHERE = "a village clinic|level [123]"
_PERSON = "|".join(PEOPLE)
_KEY = "|".join(DOES)


def _number(text: str) -> int:
    return _NUMBERS[text] if text in _NUMBERS else int(text)


def does(sentence: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A deed, also told of what went before."""
    parser = parsers.re(f"(?:the clerk(?: |(?='s )))?{sentence}")

    def told(deed: Callable[..., None]) -> Callable[..., None]:
        return given(parser, stacklevel=2)(when(parser, stacklevel=2)(deed))

    return told


def sees(sentence: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Something that stands in the window, on paper or in the ledger."""
    return then(parsers.re(sentence), stacklevel=1)


# The desk


@given("a desk of the made-up region")
def _(day: Day) -> None:
    day.open()


@given("a desk in Changchun, whose figures nobody has entered yet")
def _(day: Day) -> None:
    day.use_really(figures_known=False)


@given("a desk in use in Changchun, whose figures are those of the made-up region")
def _(day: Day) -> None:
    day.use_really(figures_known=True)


@given("a desk that is started for the first time")
def _(day: Day) -> None:
    day.settings = Settings()
    day.open()


@given("a desk where nobody is named as operator")
def _(day: Day) -> None:
    day.settings = day.settings._replace(operator="")
    day.open()


@given(parsers.re("a desk of the made-up region in (?P<language>English|Korean)"))
def _(day: Day, language: str) -> None:
    day.settings = day.settings._replace(language={"English": "en", "Korean": "ko"}[language])
    day.open()


@when("the program is started again")
def _(day: Day) -> None:
    day.open()


@when("the clerk closes the window and opens it again")
def _(day: Day) -> None:
    day.close()
    day.open()


@when("the power fails")
def _(day: Day) -> None:
    day.lose_power()


@when("another clerk's program is killed while the next patient is typed")
def _(day: Day) -> None:
    day.close()
    killed = subprocess.run(
        [sys.executable, "-m", "tests.counter_day.killed", str(day.home)], check=False, timeout=60
    )
    assert killed.returncode == -signal.SIGKILL


@given("something stands where the papers' folder should be")
def _(day: Day) -> None:
    day.papers.write_text("")


@given("a printer without paper")
def _(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    printers.without_paper(monkeypatch)


@given("a packet of figures that the desk trusts lies on a stick")
def _(day: Day, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = str(packet_on_a_stick(tmp_path, day.home))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (file, ""))


@given("a moment passes")
@when("a moment passes")
def _(day: Day) -> None:
    day.wait_for_draft()


# A patient and a visit


def _go_back_to(day: Day, cell: str) -> None:
    """Shift and Enter to a cell that was passed over as known; nowhere where the cell has the focus."""
    for _step in range(12):
        if day.clerk.focus == cell:
            return
        day.clerk.type("Shift+Return")
    raise AssertionError(day.clerk.focus)


def _visit(day: Day, benefit: int, where: str) -> None:
    """The benefit and the level, also of a patient of whom both are known."""
    _go_back_to(day, "cell_benefit")
    day.clerk.type(str(benefit))
    _go_back_to(day, "cell_level")
    day.clerk.type(_LEVELS[where])


@does(f"begins with (?P<name>{_PERSON})")
def _(day: Day, name: str) -> None:
    day.begin_with(name)


@does(f"types an inpatient stay at (?P<where>{_WHERE}) from (?P<first>\\S+) to (?P<last>\\S+)")
def _(day: Day, where: str, first: str, last: str) -> None:
    _visit(day, 1, where)
    day.clerk.type(f"{first} Return {last}")


@does(f"types day surgery at (?P<where>{_WHERE}) from (?P<first>\\S+) to (?P<last>\\S+)")
def _(day: Day, where: str, first: str, last: str) -> None:
    _visit(day, 3, where)
    day.clerk.type(f"{first} Return {last}")


@does(f"types a visit for special disease (?P<disease>\\S+) at (?P<where>{_WHERE}) on (?P<on>\\S+)")
def _(day: Day, disease: str, where: str, on: str) -> None:
    _visit(day, 2, where)
    day.clerk.type(f"{disease} Return {on}")


@does(f"types a common outpatient visit at (?P<where>{_WHERE}) on (?P<on>\\S+)")
def _(day: Day, where: str, on: str) -> None:
    _visit(day, 4, where)
    day.clerk.type(on)


@does(
    f"types a visit for chronic disease (?P<disease>\\S+) at (?P<where>{_WHERE}) on (?P<on>\\S+)"
    "(?:, the patient's disease number (?P<rank>\\d))?"
)
def _(day: Day, disease: str, where: str, on: str, rank: str | None) -> None:
    _visit(day, 5, where)
    day.clerk.type(f"{disease} Return {on} {rank or ''} Return")


@does(f"chooses (?P<category>{'|'.join(_CATEGORIES)}) patient")
def _(day: Day, category: str) -> None:
    _go_back_to(day, "cell_population")
    day.clerk.type(_CATEGORIES[category])


@does("says that the drugs are for (?P<not_>neither|one) of the two diseases")
def _(day: Day, not_: str) -> None:
    day.clerk.type("0" if not_ == "neither" else "1")


@does("types a bill of (?P<total>\\S+), all of it eligible")
def _(day: Day, total: str) -> None:
    day.clerk.type(f"{total} Return {total} Return")


@does(
    "types a bill of (?P<total>\\S+), of which (?P<eligible>\\S+) is eligible"
    "(?: and (?P<first>\\S+) is paid first for Category B)?"
)
def _(day: Day, total: str, eligible: str, first: str | None) -> None:
    day.clerk.type(f"{total} Return {eligible} Return" + (f" {first} Return" if first else ""))


@does(
    f"has posted (?P<name>{_PERSON})'s stay at (?P<where>{_WHERE}) from (?P<first>\\S+) to (?P<last>\\S+)"
    ", a bill of (?P<total>\\S+), all of it eligible"
)
def _(day: Day, name: str, where: str, first: str, last: str, total: str) -> None:
    day.begin_with(name)
    _visit(day, 1, where)
    day.clerk.type(f"{first} Return {last}")
    if day.clerk.focus == "cell_population":
        day.clerk.type("1")
    day.clerk.type(f"{total} Return {total} Return")
    day.post()
    assert day.clerk.label("posted"), day.clerk.seen()


# Keys


@does("presses (?P<keys>[A-Z]\\S*(?: [A-Z]\\S*)*)")
def _(day: Day, keys: str) -> None:
    day.clerk.type(keys)


@does("presses (?P<key>\\S+) (?P<times>\\d+) times")
def _(day: Day, key: str, times: str) -> None:
    day.clerk.type(" ".join([key] * int(times)))


@does('types "(?P<text>[^"]+)"(?P<enter> and Enter)?')
def _(day: Day, text: str, enter: str | None) -> None:
    day.clerk.write(text)
    if enter:
        day.clerk.type("Return")


@does(f"opens the (?P<what>{_KEY})")
def _(day: Day, what: str) -> None:
    day.do(what)


@does(f"opens the history of (?P<name>{_PERSON})")
def _(day: Day, name: str) -> None:
    day.begin_with(name)
    day.do("history")


@does("waits for the ledger's check")
def _(day: Day) -> None:
    assert day.clerk.wait(lambda: "正在核对" not in day.clerk.notice)


@does("gives the PIN")
def _(day: Day) -> None:
    day.sign_in()


@does("gives a wrong PIN")
def _(day: Day) -> None:
    day.sign_in("wrong-passphrase")


@does("types the last four letters of the recovery code")
def _(day: Day) -> None:
    (code,) = set(re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3,}", day.clerk.seen()))
    day.clerk.type(f"{code[-4:]} Return")
    day.clerk.program.desk.backups.wait()
    day.clerk.app.processEvents()


@does("waits until the backup is made")
def _(day: Day) -> None:
    day.clerk.program.desk.backups.wait()
    day.clerk.app.processEvents()


@does("goes back")
def _(day: Day) -> None:
    day.do("back")


@does("(?P<what>prints|asks to save)")
def _(day: Day, what: str) -> None:
    day.do("print" if what == "prints" else "save")


@does("posts it")
def _(day: Day) -> None:
    day.post()


@does("answers (?P<letter>[A-Z])")
def _(day: Day, letter: str) -> None:
    day.clerk.type(letter)


@does(f"chooses (?P<what>{'|'.join(_LINES)}) in the menu")
def _(day: Day, what: str) -> None:
    day.clerk.choose(_LINES[what])


@does("'s reader reads (?P<text>\\S+)")
def _(day: Day, text: str) -> None:
    day.clerk.scan(text)


@does("holds (?P<key>\\S+) down")
def _(day: Day, key: str) -> None:
    day.clerk.hold(key)


@does("starts to count the keys")
def _(day: Day) -> None:
    day.counted = day.clerk.pressed


# What is seen


@sees("the patient pays (?P<amount>[0-9.,]+)")
def _(day: Day, amount: str) -> None:
    assert day.clerk.figure == f"¥ {amount}", day.clerk.seen()


@sees("in capitals that is (?P<text>\\S+)")
def _(day: Day, text: str) -> None:
    assert day.clerk.label("capitals") == text


@sees("no amount is shown")
def _(day: Day) -> None:
    assert day.clerk.figure == ""
    assert not re.search(r"(?<![0-9])0\.00", day.clerk.label("headline") + day.clerk.label("missing"))


@sees('the working has "(?P<line>[^"]+)"')
def _(day: Day, line: str) -> None:
    assert line in day.clerk.working, day.clerk.working


@sees('the working does not have "(?P<line>[^"]+)"')
def _(day: Day, line: str) -> None:
    assert line not in day.clerk.working


@sees('the window says "(?P<text>[^"]+)"')
def _(day: Day, text: str) -> None:
    assert text in day.clerk.seen(), day.clerk.seen()


@sees('the window does not say "(?P<text>[^"]+)"')
def _(day: Day, text: str) -> None:
    assert text not in day.clerk.seen()


@sees('under the cell stands "(?P<text>[^"]+)"')
def _(day: Day, text: str) -> None:
    assert text in day.clerk.faults, day.clerk.faults


@sees("nothing is marked wrong")
def _(day: Day) -> None:
    assert day.clerk.faults == []


@sees("the cursor stands in (?P<cell>\\S+)")
def _(day: Day, cell: str) -> None:
    assert day.clerk.focus == f"cell_{cell}"


@sees('the cell (?P<cell>\\S+) holds "(?P<text>[^"]*)"')
def _(day: Day, cell: str, text: str) -> None:
    assert day.clerk.holds(cell) == text


@sees('the page is "(?P<text>[^"]+)"')
def _(day: Day, text: str) -> None:
    assert text in day.clerk.title, day.clerk.title


@sees("the page is the counter")
def _(day: Day) -> None:
    assert day.clerk.title == ""


@sees('the list has (?P<number>\\S+) rows?(?:, the first with "(?P<text>[^"]+)")?')
def _(day: Day, number: str, text: str | None) -> None:
    rows = day.clerk.rows()
    assert len(rows) == _number(number), rows
    if text:
        assert any(text in cell for cell in rows[0]), rows


@sees('a row of the list has "(?P<first>[^"]+)" and "(?P<second>[^"]+)"')
def _(day: Day, first: str, second: str) -> None:
    assert any(first in row and second in row for row in day.clerk.rows()), day.clerk.rows()


@sees("the window asks whether (?P<what>.+)")
def _(day: Day, what: str) -> None:
    assert day.clerk.label("questionText"), f"no question whether {what}"


@sees("no question stands")
def _(day: Day) -> None:
    assert not day.clerk.label("questionText")


@sees(
    "no more than (?P<most>\\d+) keys were pressed beside the ID, the days and the amounts: (?P<typed>\\d+)"
)
def _(day: Day, most: str, typed: str) -> None:
    pressed = day.clerk.pressed - day.counted - int(typed)
    assert pressed <= int(most), pressed


# The ledger and the paper


@sees("the ledger holds (?P<number>\\S+) entr(?:y|ies)")
def _(day: Day, number: str) -> None:
    (proof,) = day.ask("verify")
    assert proof["entries"] == _number(number), day.entries()


@sees("entry (?P<number>\\d+) says that the patient pays (?P<amount>[0-9.]+)")
def _(day: Day, number: str, amount: str) -> None:
    found = {one["entry"]: one for one in day.entries()}
    assert found[int(number)]["amounts"]["psn_part_amt"] == amount


@sees("entry (?P<number>\\d+) undoes entry (?P<other>\\d+), because of (?P<why>.+)")
def _(day: Day, number: str, other: str, why: str) -> None:
    found = {one["entry"]: one for one in day.entries()}
    assert (found[int(number)]["reverses"], found[int(number)]["reason"]) == (int(other), why)
    assert found[int(other)]["reversed_by"] == int(number)


@sees(
    f"(?P<name>{_PERSON})'s year has (?P<admissions>\\d+) admissions?, (?P<basic>[0-9.]+) of basic "
    "insurance and (?P<critical>[0-9.]+) of critical illness"
)
def _(day: Day, name: str, admissions: str, basic: str, critical: str) -> None:
    (answer,) = day.ask("year-to-date", "--patient", PEOPLE[name], "--year", "2026")
    year = answer.get("year_to_date", answer)
    found = (year["admissions"], year["basic_paid"], year["critical_paid"])
    assert found == (int(admissions), basic, critical)


@sees("(?P<number>\\S+) sheets? (?:lies|lie) in the folder")
def _(day: Day, number: str) -> None:
    assert len(day.sheets()) == _number(number)


@sees('the last sheet says "(?P<text>[^"]+)"')
def _(day: Day, text: str) -> None:
    assert text in day.last_sheet(), day.last_sheet()


@sees('the last sheet does not say "(?P<text>[^"]+)"')
def _(day: Day, text: str) -> None:
    assert text not in day.last_sheet()
