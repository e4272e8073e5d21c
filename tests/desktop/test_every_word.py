"""No text of another language stands in the window, in a message or on a sheet; and every text fits."""

import dataclasses
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from core.desks import known_ledgers
from core.policy import packets
from core.words import DOMAIN, TRANSLATIONS, languages
from desktop.paper.sheet import Pair
from desktop.presenters.desk.diagnosis import DiagnosisPage
from desktop.presenters.help.samples import stories
from desktop.settings import Settings
from desktop.views.window import MENU_KEY
from tests.core.test_packets import region
from tests.desktop import office
from tests.desktop.clipping import clipped
from tests.desktop.conftest import PIN, Desk
from tests.desktop.key_tables import KEYS
from tests.desktop.keys import Keys
from tests.desktop.reading import foreign, wrong
from tests.desktop.test_packet_page import signed
from tests.desktop.test_paper import REQUESTS, case_of
from tests.desktop.test_scanner_by_keys import code_of
from tests.desktop.test_sign_in_by_keys import OTHER_PIN
from tests.desktop.walking import walked

TYPED = ("220113196004080016", "K7", "W9", "H5", "QQQ", "qqq")
OWN = Settings(hospital="H5", operator="W9")
PATIENT = "220113196004080016 Return K7 Return"
VISIT = f"{PATIENT} 1 2 0301 Return 0310 Return Return 52000 Return 48000 Return 1200 Return"
AGAIN = "F2 220113196004080016 Return {0}01 Return {0}10 Return 20000 Return 20000 Return F12 Y"
THREE = f"{VISIT} F12 Y {AGAIN.format('04')} {AGAIN.format('05')}"
STATES = {
    "empty": "",
    "inpatient": VISIT,
    "extras": f"{VISIT} Ctrl+E",
    "day surgery": f"{PATIENT} 3",
    "special diseases": f"{PATIENT} 2 2 Down",
    "common": f"{PATIENT} 4 2",
    "chronic diseases": f"{PATIENT} 5 1 Down",
    "no such disease": f"{PATIENT} 5 1 qqq Return",
    "Category B lines": f"{VISIT.removesuffix('1200 Return')}Return 12000 Return Return 3000",
    "wrong day": f"{PATIENT} 1 2 0310 Return 0301 Return",
    **{
        f"odd number {number}": f"{number} Return K7"
        for number in (
            "220113196004080013",
            "22011319600408001",
            "220113600408001",
            "220113203004080019",
            "220113196013080018",
            "990113196004080014",
        )
    },
    "odd number of an opening": "F11 220113196004080013 Return",
    "odd number of an account": "F3 Shift+F11 220113203004080019 Return",
    "question": f"{VISIT} F12",
    "posted": f"{VISIT} F12 Y",
    "find": f"{VISIT} F12 Y F2 F3 K",
    "patient": f"{VISIT} F12 Y F7",
    "newborn": "Backtab 4 22011319850512432X 1101 Return K7 Return"
    " 1 2 1101 1110 Return 20000 Return 18000 Return",
    "newborn wrong": "Backtab 4 22011319850512432X 20270101 Return 0 Return K7 Return",
    "unknown": "Backtab 5 Return K7 Return 1 2 1101 1110 Return 20000 Return 18000 Return F12 Y",
    "unknown wrong": "Backtab 5 U9999-9 Return K7 Return 1 2 1101 1110 Return 20000 Return 18000 Return F12",
    "placeholder": "000000000000000000 Return",
    "facts": f"{VISIT} Ctrl+W K7 Return K7 Return Return Return 1",
    "facts of an entry": f"{VISIT} Ctrl+W K7 Esc F12 Y F7 Ctrl+W F12",
    "facts in the history": f"{VISIT} Ctrl+W K7 Return Return Return Return 1 Esc F12 Y F7",
    "person": f"{VISIT} F12 Y F7 F7 1 qqq Return qqq Return",
    "person joined": f"{VISIT} F12 Y F7 F7 2 220113198505124321 Return qqq Return",
    "person apart": f"{VISIT} F12 Y F7 F7 3 Return",
    "person joined twice": f"{VISIT} F12 Y F7 F7 2 220113198505124321 Return qqq Return Y 3 Return",
    "day": f"{VISIT} F12 Y Ctrl+D 1101 Return",
    "entries": f"{VISIT} F12 Y Ctrl+F",
    "aside": f"{VISIT} Shift+F2 Shift+F3",
    "aside, one to drop": f"{VISIT} Shift+F2 Shift+F3 F6",
    "aside, nobody": "Shift+F3",
    "put aside": f"{VISIT} Shift+F2",
    "taken back": f"{VISIT} Shift+F2 {PATIENT} Shift+F3 Return",
    "a key without a use": f"{VISIT} F12 Y F7 F10",
    "entries, given out": f"{VISIT} F12 Y Ctrl+F Shift+F12",
    "card": "F4",
    "clauses": f"{VISIT} F8",
    "nothing worked out": "F8",
    "articles": f"{VISIT} F8 F8",
    "outlook": f"{VISIT} F10",
    "fund": f"{VISIT} F10 F10",
    "opening": f"{VISIT} F12 Y F11",
    "enrolment": f"{VISIT} F12 Y F7 Shift+F11 6 Return 1 Return Return 5000 F12",
    "reversal": f"{VISIT} F12 Y F6",
    "reversal of three": f"{THREE} F7 Down Down F6 qqq Return 1",
    "settled again": f"{THREE} F7 Down Down F6 qqq Return 1 F12 Y",
    "settings": "F5",
    **{f"settings {turns}": "F5 " + "PgDn " * turns for turns in range(1, 11)},
    "manual": "F1",
    "samples": "Samples",
    "print": f"{VISIT} Print",
    "day_end": f"{VISIT} F12 Y Ctrl+J",
    "platform": f"{VISIT} Ctrl+P",
    "platform, equal": f"{VISIT} Ctrl+P 400 Return 33320 Return 2088 Return 0 Return 16592 Return Work",
    "platform, a kind": f"{VISIT} Ctrl+P 300 Return 33390 Return 2106 Return 0 Return 16504 Return Work",
    "platform, no visit": "Ctrl+P",
    "claim": f"{VISIT} F12 Y Claim",
    "claim, nothing posted": "Claim",
    "measure": "Measure",
    "receipt": "Receipt",
    "reports": "Ctrl+S",
    "reports, several desks": "Known Ctrl+S",
    "report, several desks": f"{VISIT} F12 Y Known Ctrl+S Return Work",
    "day_end, several desks": f"{VISIT} F12 Y Known Ctrl+J",
    "hand_over": f"{VISIT} F12 Y Ctrl+H 5 Return qqq Return F12",
    "hand_over, asked": f"{VISIT} F12 Y Ctrl+H 16592 Return qqq Return F12",
    "hand_over, done": f"{VISIT} F12 Y Ctrl+H 16592 Return qqq Return F12 Y",
    "report, handed over": (
        f"{VISIT} F12 Y Ctrl+H 1 Return qqq Return qqq F12 Y Esc Ctrl+S {'Down ' * 10}Return Work"
    ),
    "report": f"{VISIT} F12 Y Ctrl+S Return Work",
    "report, people": f"{VISIT} F12 Y Ctrl+S Down Down Down Down Return Work",
    "plot": f"{VISIT} F12 Y Ctrl+S Return Work F10 2",
    "summed": f"{VISIT} F12 Y Ctrl+S Return Work Right Return",
    "set_up": "Ctrl+G",
    "sticks": "Sticks",
    "server": "Server",
    "people": "Ctrl+R",
    "trail": "Ctrl+T",
    "menu": f"{VISIT} Menu",
    "sheet": f"{VISIT} Sheet",
}


OFFICE = {
    "tables": "Ctrl+I",
    "tables, read": "Ctrl+I Table",
    "tables, checked": "Ctrl+I Table 1 Ctrl+Q",
    "tables, asked": "Ctrl+I Table 1 F12",
    "tables, left out": "Ctrl+I Table Shown:left_out",
    "table_column": "Ctrl+I Table 1 Return Return Down Return",
    "reconcile": "Ctrl+U",
    "reconcile, held": f"{VISIT} F12 Y F2 Ctrl+U Theirs",
    "reconcile, rows": f"{VISIT} F12 Y F2 Ctrl+U Theirs Return",
    **{
        f"reconcile, {shown}": f"{VISIT} F12 Y F2 Ctrl+U Theirs Shown:{shown}"
        for shown in ("only_theirs", "faulty", "totals", "earlier")
    },
    "difference": f"{VISIT} F12 Y F2 Ctrl+U Theirs Return Return",
    "difference, kept": f"{VISIT} F12 Y F2 Ctrl+U Theirs Return Return 2 F12",
    "statement": "Statement",
    "statement, written": f"{VISIT} F12 Y F2 Statement Account",
    "model": "Model",
    **{f"model, table {turns + 1}": "Model" + " PgDn" * turns for turns in range(1, 10, 4)},
    "charts": "Model F10 PgDn",
}
"""The office's pages; ``Table``, ``Theirs`` and the like are words of `tests.desktop.office`."""


def _walk(
    desk: Desk, settings: Settings, language: str, states: dict[str, str], do: Callable[[Keys, str], object]
) -> Iterator[tuple[str, Keys]]:
    """The states in windows of 1280 x 800, each on a desk of its own."""
    made: list[Keys] = []

    def start() -> Keys:
        if made:
            made[-1].program.close()
        made.append(desk(settings, language, folder=f"home{len(made)}"))
        made[-1].window.resize(1280, 800)
        return made[-1]

    return walked(states, start, do)


@pytest.mark.each_value
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("column", [False, True])  # a table that was checked has no more columns to look at
def test_every_text_of_the_office_is_in_its_language_and_fits(
    desk: Desk, language: str, column: bool, tmp_path: Path
) -> None:
    states = {state: script for state, script in OFFICE.items() if (state == "table_column") is column}
    folders: dict[Keys, Path] = {}

    def do(keys: Keys, word: str) -> None:
        folder = folders.setdefault(keys, tmp_path / f"files{len(folders)}")
        folder.mkdir(exist_ok=True)
        if not office.do(keys, word, folder):
            keys.enter(word)

    found = {}
    for state, keys in _walk(desk, OWN, language, states, do):
        assert keys.program.navigator.page.name == state.split(",")[0]
        own = (
            *TYPED,
            *office.OWN,
            *(part for folder in folders.values() for part in (str(folder), folder.name)),
        )
        found[state] = wrong(keys.window, language, own) + clipped(keys.window)
        keys.shot(f"office-{state.replace(', ', '-')}-{language}")
    assert found == {state: [] for state in states}


def _by_menu(keys: Keys, word: str) -> None:
    """A word of `STATES`: a line of the menu, the page of a sheet's code, other ledgers, or keys."""
    lines = {"Menu": MENU_KEY, "Samples": "samples", "Print": "print"}
    lines |= {
        "Measure": "measure",
        "Receipt": "receipts",
        "Claim": "claim",
        "Sticks": "sticks",
        "Server": "server",
    }
    if word == "Known":
        ledger = keys.program.session.counter.ledger
        with ledger.transaction():
            known_ledgers.note(ledger.db, "0123" * 8, "", "")
            known_ledgers.note(ledger.db, "4567" * 8, "K7", "")
    elif word == "Sheet":
        keys.program.pages.visit.sheet(code_of(keys), keys.program.pages.lookup.patient)
    elif word in lines:
        keys.program.navigator.press(lines[word])
    else:
        keys.enter(word)


BEGINNINGS = (f"{VISIT} F12 Y", VISIT, "F5", "")


def _beginning(script: str) -> str:
    return next(words for words in BEGINNINGS if script.startswith(words))


@pytest.mark.each_value
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("beginning", BEGINNINGS, ids=["posted", "worked out", "settings", "others"])
def test_every_text_of_the_window_is_in_its_language_and_fits(
    desk: Desk, beginning: str, language: str
) -> None:
    own = TYPED + tuple(story.cells["name"] for story in stories())
    states = {state: script for state, script in STATES.items() if _beginning(script) == beginning}
    found = {}
    for state, keys in _walk(desk, OWN, language, states, _by_menu):
        found[state] = wrong(keys.window, language, own) + clipped(keys.window)
    assert found == {state: [] for state in states}


IN_USE = Settings(hospital="H5", operator="W9", region="jilin/changchun")
_ADDING = f"qqq Return 1 {OTHER_PIN} Return"
DESK_STATES = {
    "sign_in": "Ctrl+L",
    "sign_in, refused": "Ctrl+L wrong-passphrase Return",
    "sign_in, a card": "Ctrl+L Card",
    "sign_in, nobody": "Ctrl+L Up qqq",
    "recovery": "Ctrl+L Shift+F4",
    "recovery, refused": "Ctrl+L Shift+F4 QQQ F12",
    "pin": "Pin",
    "pin, refused": "Pin qqq Return qqq Return QQQ F12",
    "operators": "Ctrl+O",
    "operators, one more": f"Ctrl+O {_ADDING} {OTHER_PIN} F12",
    "operators, two that differ": f"Ctrl+O {_ADDING} qqq F12",
    "operators, a new code asked": "Ctrl+O Shift+F4",
    "code": "Ctrl+O Shift+F4 Y",
    "backups": "Ctrl+B",
    "backups, one more": "Ctrl+B Shift+F12 Wait",
    "restore": "Ctrl+B F6",
    "restore, refused": "Ctrl+B F6 qqq F12",
    "restore, asked": f"Ctrl+B F6 {PIN} F12",
    "set_up of one that is": "Ctrl+G",
    "trail of acts": "Ctrl+T",
    "trail, no such act": "Ctrl+T Backtab Backtab qqq Return",
    "act": "F5 PgDn PgDn 300 F12 Esc Ctrl+T Return",
    "people": "Ctrl+R",
    "day_end": "Ctrl+J",
    "rules": "Rules",
    "check": "Check",
    "sign": "Sign",
    "sign, refused": "Sign F12",
    "menu": "Menu",
}
"""Of a desk in use whose administrator has signed in; signing in is shown once it is locked."""


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("language", languages())
def test_every_text_of_a_desk_in_use_is_in_its_language_and_fits(desk: Desk, language: str) -> None:
    lines = {"Pin": "pin", "Menu": MENU_KEY, "Rules": "rules", "Check": "check", "Sign": "sign"}

    def do(keys: Keys, word: str) -> None:
        if word in lines:
            keys.program.navigator.press(lines[word])
        elif word == "Wait":
            keys.program.desk.backups.wait()
        elif word == "Card":
            keys.scan("220113196004080016")
        else:
            keys.enter(word)

    found = {}
    for state, keys in _walk(desk, IN_USE, language, DESK_STATES, do):
        page = keys.program.navigator.page.name
        assert page == state.split(",")[0].split()[0] or keys.program.navigator.at_counter, (state, page)
        code = keys.title.split()[-1] if page == "code" else ""
        own = [text for text in (*TYPED, *_names_of_files(keys), PIN, OTHER_PIN, code) if text]
        found[state] = wrong(keys.window, language, own) + clipped(keys.window)
    assert found == {state: [] for state in DESK_STATES}


def _names_of_files(keys: Keys) -> tuple[str, ...]:
    return tuple(file.name for file in (keys.program.session.home / "backups").glob("*"))


@pytest.mark.each_value
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("checked", [False, True], ids=["opened", "checked"])
def test_every_text_of_the_diagnosis_is_in_its_language_and_fits(
    desk: Desk, language: str, checked: bool
) -> None:
    keys = desk(OWN, language)
    keys.window.resize(1280, 800)
    keys.program.navigator.press("diagnosis")
    page = keys.program.navigator.page
    assert isinstance(page, DiagnosisPage)
    if checked:
        keys.type("F6")
        for _ in range(2_000):
            if not page.checking:
                break
            QTest.qWait(5)
    keys.app.processEvents()
    found = page.findings
    hashes = [rule.sha256[:16] for rule in (*found.documents, *found.packs)]
    own = (*TYPED, *hashes, *found.versions.values(), found.font, found.key_store, *found.printers)
    assert wrong(keys.window, language, [text for text in own if text]) == []
    assert clipped(keys.window) == []


@pytest.mark.each_value
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("state", ["known", "asked", "stranger", "mistyped", "damaged"])
def test_every_text_of_a_packet_is_in_its_language_and_fits(
    desk: Desk, tmp_path: Path, state: str, language: str
) -> None:
    keys = desk(OWN, language)
    keys.window.resize(1280, 800)
    file = tmp_path / "stick.mzpack"
    public = signed(file, regions=region())
    if state in ("known", "asked"):
        packets.trust(public, tmp_path / "home")
    elif state == "damaged":
        file.write_bytes(file.read_bytes()[:-40])
    keys.program.pages.rules.packet(file)
    keys.type({"asked": "F12", "mistyped": "qqq F12"}.get(state, ""))
    keys.app.processEvents()
    own = (*TYPED, "试用局", "试用文件", "甲", "乙", *packets.fingerprint(public), "stick.mzpack")
    assert wrong(keys.window, language, own) == []
    assert clipped(keys.window) == []


def test_every_page_is_among_them() -> None:
    walked = {state.split(",")[0] for state in (*STATES, *OFFICE, *DESK_STATES)}
    assert set(KEYS) == (walked | {"counter", "region", "packet", "diagnosis"}) & set(KEYS)


@pytest.mark.parametrize("language", languages())
def test_every_message_is_in_its_language(language: str) -> None:
    with (TRANSLATIONS / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        entries = {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}
    found = {id_: left for id_, text in entries.items() if (left := foreign(text, language))}
    assert found == {}


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, Enum):
        return
    if isinstance(value, str):
        yield value
    elif isinstance(value, Pair):
        yield from (value.label, value.value)  # its key is a name of ours
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from _strings(getattr(value, field.name))
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _strings(one)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", REQUESTS)
def test_every_text_of_a_sheet_is_in_its_language(kind: str, language: str) -> None:
    sheet = case_of(REQUESTS[kind], language, patient_name="K7", hospital="H5", operator="W9").sheet
    found = [left for text in _strings(sheet) if (left := foreign(text.replace("K*", ""), language))]
    assert found == []


def test_a_text_of_another_language_and_one_that_does_not_fit_would_be_found(desk: Desk) -> None:
    keys = desk(OWN, "en")
    keys.enter(VISIT)
    label = keys.window.findChild(QLabel, "heading")
    label.setText("出院日期早于入院日期")
    assert wrong(keys.window, "en", TYPED)
    label.setText("x")
    label.setToolTip("今年累计")
    assert wrong(keys.window, "en", TYPED)
    label.setToolTip("")
    assert wrong(keys.window, "en", TYPED) == []
    label.setFixedWidth(40)
    label.setText("a heading that is much too long")
    assert clipped(keys.window)


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "日期"), ("ko", "出院日期"), ("ko", "Please check"), ("zh", "Please check"), ("zh", "날자")],
)
def test_a_word_of_another_language_would_be_found(language: str, text: str) -> None:
    assert foreign(text, language)


@pytest.mark.parametrize(
    "code", ["U1FC5-1", "UABCD-12", "ABCD-EF01", "abcd ef01 abcd ef01", "ABCDEF0123", "jilin/baishan"]
)
def test_a_code_ends_where_a_sentence_goes_on(code: str) -> None:
    assert foreign(f"환자번호{code}을(를) 적어두십시오.", "ko") == ""
    assert foreign(f"请记下{code}以便查找。", "zh") == ""
