"""The pages about the desk, without a window: what they ask of the desk and what they say."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from core.counter import Counter
from core.exchange.request import RequestReader
from core.ledger.access import SetUp
from core.ledger.errors import LedgerUnavailable
from core.ledger.ledger import Ledger
from core.ledger.operators import Operator, Role
from core.ledger.restore import Held, Restored
from core.ledger.trail import PIN_SEAL, ActKind, AuditAct
from core.masking import masked_name
from core.messages import Fault, message
from core.policy.shelf import load_documents, load_regions
from core.words import words
from desktop.presenters.counter.presenter import CounterPresenter
from desktop.presenters.desk.backups import BackupsPage, Copy
from desktop.presenters.desk.day_end import DayEndPage
from desktop.presenters.desk.desk_page import Ways
from desktop.presenters.desk.restore import RestorePage
from desktop.presenters.desk.set_up import CodePage, DeskGiven, SetUpPage
from desktop.presenters.desk.sign_in import RecoveryPage, SignInPage
from desktop.presenters.desk.trail import act_texts
from desktop.presenters.frame import frame
from desktop.presenters.states import Notice, Option
from tests.desktop.sessions import press, session
from tests.ledger.desk import Desk, chronic, stay

WAYS = Ways(lambda: None, lambda: None)
REGIONS = [Option("jilin/changchun", "1", "长春市")]
NOW = datetime(2026, 11, 22, 9, 12)  # noqa: DTZ001


def nothing() -> None:
    """Nobody draws."""


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    documents = load_documents()
    ledger = Ledger(tmp_path / "ledger.db", now=lambda: datetime(2026, 11, 22, 1, tzinfo=UTC))
    made = Counter(RequestReader(documents, load_regions(documents)[0]), ledger)
    yield made
    made.close()


def filled(page: Any, **texts: str) -> Any:
    for name, text in texts.items():
        page.typed(name, text)
    return page


def test_an_unavailable_ledger_is_said_and_the_pin_is_to_be_typed_anew() -> None:
    def locked(_name: str, _pin: str) -> list[Fault]:
        raise LedgerUnavailable(message("ledger.locked", name="x.db"))

    page = filled(SignInPage(session(operator="王芳"), nothing, WAYS, locked), pin="secret")
    page.enter("pin")
    assert page.notice is not None
    assert "正被另一个程序占用" in page.notice.text
    assert page.texts["pin"] == ""
    assert page.state.cells["pin"].secret


def test_which_of_name_and_pin_was_wrong_is_told_to_nobody() -> None:
    wrong = [Fault("operator", message("ledger.wrong_pin"))]
    page = filled(SignInPage(session(), nothing, WAYS, lambda *_: wrong), operator="谁", pin="secret")
    page.save()
    assert set(page.faults) == {"pin"}


def test_the_set_up_hands_on_what_was_typed_and_nothing_incomplete() -> None:
    given: list[DeskGiven] = []

    def make(one: DeskGiven) -> SetUp:
        given.append(one)
        return SetUp(Operator(one.operator, Role.ADMINISTRATOR, False, True), "AAAA-BBBB", True)

    made: list[SetUp] = []
    page = SetUpPage(session(), nothing, REGIONS, {}, False, WAYS, make, lambda _given, one: made.append(one))
    page.save()
    assert set(page.faults) == {"hospital", "region", "operator", "pin", "pin_again"}
    filled(page, hospital=" 县医院 ", region="jilin/changchun", operator="孙", pin="1", pin_again="2")
    page.save()
    assert set(page.faults) == {"pin_again"}
    assert given == []
    filled(page, pin_again="1", portable="yes").save()
    assert given == [DeskGiven("县医院", "jilin/changchun", "孙", "1", True)]
    assert len(made) == 1


@pytest.mark.parametrize(
    ("typed", "proved"), [("BBBB", True), (" bb-bb ", True), ("8B8b", True), ("", False), ("AAAA", False)]
)
def test_the_code_s_last_four_prove_that_somebody_has_it(typed: str, proved: bool) -> None:
    done: list[str] = []
    page = CodePage(session(), nothing, "AAAA-BBBB", _notice, lambda: done.append("proved"))
    assert "AAAA-BBBB" in page.state.title
    filled(page, proof=typed).enter("proof")
    assert bool(done) == proved
    assert bool(page.faults) == (not proved)


def test_a_recovery_names_the_code_where_the_code_is_wrong() -> None:
    wrong = [Fault("recovery_code", message("ledger.wrong_code"))]
    page = RecoveryPage(
        session(), nothing, REGIONS, "jilin/changchun", lambda _: wrong, lambda: "/stick/a.db"
    )
    filled(page, code="x", operator="孙", pin="1", pin_again="1")
    press(page, "F3")
    assert page.texts["file"] == "/stick/a.db"
    page.save()
    assert set(page.faults) == {"code"}


@pytest.mark.parametrize(("operator", "after"), [("", "operator"), ("孙", "pin")])
def test_a_region_is_followed_by_the_pin_of_whoever_is_known(operator: str, after: str) -> None:
    page = SignInPage(session(operator=operator), nothing, WAYS, lambda *_: [], regions=REGIONS)
    page.chosen("region", "jilin/changchun")
    assert page.state.focus == after


def test_a_name_that_was_refused_is_not_passed_over() -> None:
    wrong = [Fault("operator", message("fault.required"))]
    page = RecoveryPage(session(), nothing, REGIONS, "jilin/changchun", lambda _: wrong, lambda: "")
    filled(page, code="x", operator="孙", pin="1", pin_again="1").save()
    page.enter("code")
    assert page.state.focus == "operator"
    filled(page, operator="孙二").enter("code")
    assert page.state.focus == "pin"


def test_a_restore_asks_with_what_would_be_lost_and_forgets_the_pin() -> None:
    asked: list[Any] = []
    held = Held(3, "2026-11-21T09:00:00.000+00:00", 5, 2)

    def restore(*given: Any) -> Restored:
        asked.append(given)
        return Restored(3, None)

    done: list[Restored] = []
    page = RestorePage(
        session(operator="孙"), nothing, "a.db", lambda *_: held, restore, done.append, lambda: ""
    )
    filled(page, pin="secret").save()
    assert page.question is not None
    assert "2 笔" in page.question.text
    assert any("2026-11-21 17:00" in line for line in page.state.lines), "in China's time"
    page.answer("no")
    assert asked == []
    page.save()
    page.answer("restore")
    assert asked == [(Path("a.db"), "孙", "secret")]
    assert done == [Restored(3, None)]
    assert page.texts["pin"] == ""
    filled(page, file="b.db")
    assert page.state.lines == (), "another file was not looked into"


def test_the_copies_stand_with_the_latest_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for day in (3, 9, 7):
        Path(f"{day}.db").touch()  # a copy that went since is told, and not offered
    copies = [Copy(Path(f"{day}.db"), NOW.replace(day=day), "here") for day in (3, 9, 7)]
    opened: list[str] = []
    page = BackupsPage(session(), nothing, lambda: copies, list, lambda _: [], lambda: "", opened.append)
    assert [row.value for row in page.state.rows] == ["9.db", "7.db", "3.db"]
    press(page, "F6")
    page.picked("3.db")
    press(page, "F6")
    page.opened("7.db")
    assert opened == ["9.db", "3.db", "7.db"]


def test_the_day_s_sum_stands_under_its_lines_and_the_file_has_no_separators(counter: Counter) -> None:
    desk = Desk(counter)
    desk.posted(stay(eligible="20000.00"), operator="赵")
    desk.posted(chronic(), operator="=钱")
    page = DayEndPage(session(counter), nothing, lambda _found, _day: _notice(_day), _notice)
    sheet = page.sheet
    assert sheet is not None
    assert [row[0] for row in sheet.rows] == ["=钱", "赵", "合计"]
    assert [row[0] for row in sheet.plain] == ["'=钱", "赵", "合计"]
    assert sheet.rows[1][4] == "20,000.00"
    assert sheet.plain[1][4] == "20000.00"
    assert counter.day_end(date(2026, 11, 22)).fingerprint in sheet.lines[0]
    assert len(page.state.rows) == 3


def _notice(_sheet: object) -> Notice:
    return Notice("")


def test_every_act_has_words_and_names_no_patient() -> None:
    when = datetime(2026, 11, 22, 1, 12, tzinfo=UTC)
    details: dict[ActKind, dict[str, Any]] = {
        ActKind.OPERATOR_CHANGED: {
            "role": "supervisor",
            "active": False,
            "pin": True,
            PIN_SEAL: "9f" * 32,
            "recovered": True,
        },
        ActKind.OPERATOR_NOTED: {"wrong": 2, PIN_SEAL: "9f" * 32},
        ActKind.PRINTED: {"copy": 2},
        ActKind.HANDED_OVER: {
            "after": 3,
            "entry": 7,
            "since": "2026-11-22T01:12:00+00:00",
            "posted": 3,
            "reversed": 1,
            "taken": "90.00",
            "given_back": "20.00",
            "not_cash": "5.00",
            "due": "65.00",
            "counted": "64.00",
            "difference": "-1.00",
            "to": "W9",
            "note": "W9",
        },
        ActKind.CLAIM_TAKEN: {"kind": "W9", "reason": "W9", "source": "W9", "papers": ["W9"]}
        | {"already": "0.00", "payable": "9.00"},
        ActKind.RECEIPT_NOTED: {"level": "level_2", "benefit": "inpatient", "population": "ordinary"}
        | {"day": "2026-03-10", "amounts": {"hifp_pay": "1.00"}, "before": {}, "bands": []}
        | {"person": "W9", "stay": 2, "disease": 3},
        ActKind.PURGED: {"months": 24, "persons": 3},
        ActKind.WRONG_PIN: {"tries": 2},
        ActKind.REVERSED: {"by": 4},
        ActKind.RESTORED: {"entries": 4, "replaced": 7},
    }
    acts = [
        AuditAct(number, kind, "0123456789abcdef" * 2, when, "孙", details.get(kind, {}))
        for number, kind in enumerate(ActKind, 1)
    ]
    for language in ("zh", "en"):
        rows = [act_texts(act, words(language)) for act in acts]
        assert len({row[2] for row in rows}) == len(ActKind)
        assert all("0123456789abcdef0123" not in row[3] for row in rows)
    texts = {row[2]: row for row in (act_texts(act, words()) for act in acts)}
    assert texts["修改操作员"][5] == "主管 已停用 重设口令 凭恢复码"
    assert texts["登记操作员"][5] == "口令连错 2 次"
    assert texts["恢复备份"][5] == "4 笔 换下 7 笔"
    assert texts["打印"][1] == "2026-11-22 09:12:00"


def test_the_title_line_hides_the_operator_s_name_and_a_locked_desk_has_none(counter: Counter) -> None:
    real = {"operator": "王小芳", "region": "jilin/changchun"}
    signed_in, locked = session(counter, **real), session(**real)
    page = CounterPresenter(signed_in, nothing)
    assert "操作员 王*" in frame(signed_in, page).right
    assert "王" not in frame(locked, SignInPage(locked, nothing, WAYS, lambda *_: [])).right
    state = frame(signed_in, page, ("已备份 09:12", "太旧"))
    assert "已备份 09:12" in state.right
    assert state.warning == "太旧"
    assert state.practice == ""


@pytest.mark.parametrize(("name", "shown"), [("王芳", "王*"), ("王", "王*"), ("", ""), ("Kim Min", "K*")])
def test_of_a_name_only_the_beginning_is_shown(name: str, shown: str) -> None:
    assert masked_name(name) == shown
