"""Every page of the window in the states that a clerk meets, by the keys that lead there."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PySide6.QtTest import QTest

from core.policy import packets
from desktop.views.window import MENU_KEY
from tests.core.test_packets import region
from tests.desktop import office
from tests.desktop.conftest import DESK, PIN, Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.test_packet_page import signed
from tests.desktop.test_scanner_by_keys import code_of
from tests.desktop.test_sign_in_by_keys import CHANGCHUN, figures

_PATIENT: Final = "220113196004080016 Return 张建国 Return"
_POSTED: Final = FIRST_ADMISSION + " F12 Y"
_AGAIN: Final = "F2 220113196004080016 Return {0}01 Return {0}10 Return 20000 Return 20000 Return F12 Y"
_REVERSING: Final = f"{_POSTED} {_AGAIN.format('04')} {_AGAIN.format('05')} F7 Down Down F6 录错 Return 1"

_SHEET: Final = "300 Return 33390 Return 2106 Return Return 16504 Return Work"
"""What the insurer's sheet says otherwise: another deductible."""

PAGES: Final = {
    "empty": "",
    "inpatient": FIRST_ADMISSION,
    "extras": FIRST_ADMISSION + " Ctrl+E",
    "wrong day": f"{_PATIENT} 1 2 0310 Return 0301 Return",
    "diseases": f"{_PATIENT} 5 1 tnb",
    "question": FIRST_ADMISSION + " F12",
    "posted": _POSTED,
    "find": "F3",
    "history": _POSTED + " F7",
    "clauses": FIRST_ADMISSION + " F8",
    "articles": FIRST_ADMISSION + " F8 Down Down Return",
    "outlook": FIRST_ADMISSION + " F10",
    "fund": "F10 F10",
    "opening": FIRST_ADMISSION + " F11",
    "enrolment": _POSTED + " F7 Shift+F11",
    "reversal": _POSTED + " F6",
    "region": "F5",
    "region inpatient": "F5 PgDn",
    "region critical": "F5 PgDn PgDn PgDn PgDn PgDn",
}
DESKS: Final = {
    "newborn": "Backtab 4 22011319850512432X 1101 Return 王某之子 Return 1 2 1101 1110 Return 20000",
    "unknown": "Backtab 5 Return 无名氏 Return 1 2 1101 1110 Return 20000 Return 18000 Return F12 Y",
    "placeholder": "000000000000000000 Return",
    "day surgery": f"{_PATIENT} 3",
    "retail": f"{_PATIENT} 4 2",
    "find nobody": "F3 wqx",
    "find somebody": _POSTED + " F3 张",
    "day": _POSTED + " Ctrl+D",
    "entries": _POSTED + " Ctrl+F",
    "facts": FIRST_ADMISSION + " Ctrl+W ZY202603001 Return PJ0077 Return Return Return 1",
    "facts of an entry": _POSTED + " Ctrl+W",
    "person": _POSTED + " F7 F7 2 220113198505124321",
    "aside": FIRST_ADMISSION + " Shift+F2 Shift+F3",
    "reversed": _POSTED + " F6 录错 F12 Y",
    "fund account": _POSTED + " F7 Shift+F11 6 Return 1 Return Return 5000 F12",
    "print": FIRST_ADMISSION + " menu:print",
    "manual": FIRST_ADMISSION + " F1",
    "samples": "menu:samples",
    "diagnosis": "menu:diagnosis",
    "menu": FIRST_ADMISSION + f" menu:{MENU_KEY}",
    "tables": "Ctrl+I Table",
    "table_column": "Ctrl+I Table 1 Return Return Down Return",
    "reconcile": f"{_POSTED} F2 Ctrl+U Theirs",
    "difference": f"{_POSTED} F2 Ctrl+U Theirs Return Return",
    "statement": "menu:statement",
    "platform": FIRST_ADMISSION + " Ctrl+P",
    "platform, a kind": f"{FIRST_ADMISSION} Ctrl+P {_SHEET}",
    "claim": _POSTED + " menu:claim",
    "measure": "menu:measure",
    "receipt": "menu:receipts",
    "reports": "Ctrl+S",
    "report": _POSTED + " Ctrl+S Return Work",
    "plot": _POSTED + " Ctrl+S Return Work F10",
    "summed": _POSTED + " Ctrl+S Return Work Right Return",
    "hand over": _POSTED + " Ctrl+H",
    "model": "menu:model",
    "packet": "packet",
    "set up": "Ctrl+G",
    "day end": "real " + _POSTED + " Ctrl+J",
    "sign in": "real Ctrl+L",
    "sign in wrong": "real Ctrl+L wrong-passphrase Return",
    "recovery": "real Ctrl+L Shift+F4",
    "code": "real Ctrl+O code",
    "pin": "real menu:pin",
    "operators": "real Ctrl+O",
    "people": "real " + _POSTED + " F2 Ctrl+R 220113196004080016 Return",
    "server": "real menu:server",
    "trail": "real " + _POSTED + " F2 Ctrl+T",
    "act": "real F5 PgDn PgDn 300 F12 Esc Ctrl+T Return",
    "rules": "real menu:rules",
    "check": "real menu:check",
    "sign": "menu:sign",
    "backups": "real Ctrl+B",
    "restore": "real Ctrl+B F6",
}
"""The pages of the desk itself; ``real``: a desk in use, ``menu:``: a line of the menu, others by name."""

RARE: Final = {
    "incomplete": "bare " + FIRST_ADMISSION,
    "incomplete posted": f"bare {FIRST_ADMISSION} F12",
    "no figures": "bare",
    "real counter": "real " + FIRST_ADMISSION,
    "special": f"{_PATIENT} 2",
    "special diseases": f"{_PATIENT} 2 2 Down",
    "chronic diseases": f"{_PATIENT} 5 1 Down",
    "Category B lines": FIRST_ADMISSION.removesuffix("1200 Return") + "Return 12000 Return Return 3000",
    "odd number": "220113196004080013 Return K7",
    "card": "F4",
    "printed": FIRST_ADMISSION + " F9",
    "sample": "menu:samples Return",
    "nothing worked out": "F8",
    "opening of one on file": _POSTED + " F11",
    "reversal of three": _REVERSING,
    "settled again": f"{_REVERSING} F12 Y",
    "sheet": FIRST_ADMISSION + " sheet",
    "pictures": "menu:samples F1 picture",
    "diagnosis done": "menu:diagnosis Ctrl+Q checked",
    "tables checked": "Ctrl+I Table 1 Ctrl+Q",
    "reconcile rows": f"{_POSTED} F2 Ctrl+U Theirs Return",
    "reconcile faulty": f"{_POSTED} F2 Ctrl+U Theirs Shown:faulty",
    "reconcile only theirs": f"{_POSTED} F2 Ctrl+U Theirs Shown:only_theirs",
    "statement written": f"{_POSTED} F2 menu:statement Account",
    "report of all entries": _POSTED + " Ctrl+S Down Down Down Down Return Work",
    "operators asked": "real Ctrl+O Shift+F4",
    "backups done": "real Ctrl+B Shift+F12 waited",
    "restore asked": f"real Ctrl+B F6 {PIN} F12",
    **{f"region {turns}": "F5 " + "PgDn " * turns for turns in (2, 3, 4, 6, 7, 8, 9, 10)},
}
"""More of their states; ``bare``: a region that has no figures yet."""

EVERY: Final = PAGES | DESKS | RARE


def opened(desk: Desk, page: str, home: Path, look: str = "", language: str = "zh") -> Keys:
    """A window with the page open, in a theme or size of the menu."""
    script = EVERY[page].split()
    kind = script.pop(0) if script[:1] in (["real"], ["bare"]) else ""
    if kind == "real":
        figures(home)
    keys = desk(CHANGCHUN if kind else DESK, language)
    pages, counter = keys.program.pages, keys.program.session.counter
    assert pages is not None
    assert counter is not None
    if look:
        choose(keys, look)
    counter.ledger.connection.now = lambda: datetime(2026, 11, 22, 1, 12, tzinfo=UTC)
    for word in script:
        _do(keys, word, home)
    settle(keys)
    return keys


def _do(keys: Keys, word: str, home: Path) -> None:
    pages = keys.program.pages
    if office.do(keys, word, home.parent):
        return
    if word.startswith("menu:"):
        keys.program.navigator.press(word.removeprefix("menu:"))
    elif word == "packet":
        file = home.parent / "stick.mzpack"
        packets.trust(signed(file, regions=region()), home)
        pages.rules.packet(file)
    elif word == "code":
        pages.signing_in.show_code("K7QM-2XRT-9WPA-C4HN-8VJD-3EYF", print)
    elif word == "sheet":
        pages.visit.sheet(code_of(keys), keys.program.pages.lookup.patient)
    elif word == "picture":
        page = keys.program.navigator.page
        page.pointed(next(at for at in range(len(page.state.rows)) if _has_picture(page, at)))
    elif word == "waited":
        keys.program.desk.backups.wait()
    elif word == "checked":
        for _ in range(2_000):
            if not keys.program.navigator.page.checking:
                break
            QTest.qWait(5)
    else:
        keys.enter(word)


def _has_picture(page: object, at: int) -> bool:
    page.pointed(at)  # type: ignore[attr-defined]
    return ".png" in page.state.markdown  # type: ignore[attr-defined]


def choose(keys: Keys, name: str) -> None:
    """A theme or size of the menu."""
    keys.program.navigator.press(name)
    settle(keys)


def settle(keys: Keys) -> None:
    """A layout asks for another one where what it holds has changed its width."""
    for _ in range(4):
        keys.app.processEvents()
