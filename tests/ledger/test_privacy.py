"""A person is given out, forgotten, and found nowhere but in the ledger."""

import json
import os
import subprocess
import sys
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.agreement.judging import DifferenceState, KnownDifference, judge
from core.agreement.paper_receipts import drop_paper
from core.clock import BEIJING
from core.counter import LEAST_MONTHS, Counter, paper_claims, personal_data, posting
from core.enrolment import Account
from core.ledger.backup import backup
from core.ledger.entries import Identifier, PatientGiven, Posted
from core.ledger.ledger import Ledger
from core.ledger.restore import restore
from core.ledger.sqlite import connect
from core.words import languages, words
from tests.ledger.desk import LI, WANG, Desk, chronic, stay
from tests.ledger.test_console_ledger import POSTING, Console, fields

ROOT = Path(__file__).resolve().parents[2]


class Clock:
    def __init__(self) -> None:
        self.shows = datetime(2024, 1, 10, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.shows


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(path, reader, clock):
    counter = Counter(reader, Ledger(path, now=clock))
    yield Desk(counter)
    counter.close()


def chain(desk: Desk) -> list[tuple[str, str]]:
    return desk.ledger.db.execute("SELECT record, hash FROM entries ORDER BY number").fetchall()


def on_disk(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.glob("ledger.db*"))


def test_erasing_takes_the_person_and_leaves_the_money_and_the_chain(desk: Desk, path):
    desk.posted(stay())
    desk.posted(stay(), LI)
    account = Account(2026, 6, 1, 0, (500_000,))
    posting.enter_enrolment(desk.counter, patient=WANG, operator="赵", day=date(2026, 2, 1), account=account)
    desk.ledger.drafts.save("one", {"name": WANG.name})
    desk.ledger.drafts.save("two", {"id": WANG.identifiers[0].id})
    desk.ledger.drafts.save("three", {"name": LI.name})
    known, before = desk.counter.find(WANG.identifiers[0].id), chain(desk)
    totals = desk.ledger.journal.totals(known.key, 2026)
    for text in (WANG.name, WANG.identifiers[0].id):
        assert text.encode() in on_disk(path)  # the search finds what is there
    assert personal_data.erase(desk.counter, WANG.identifiers[0].id, "赵") == 1
    assert chain(desk) == before
    assert desk.ledger.journal.totals(known.key, 2026) == totals
    assert desk.sound()
    assert desk.counter.find(WANG.identifiers[0].id) is None
    assert desk.counter.search(WANG.name) == []
    assert desk.ledger.accounts.history(known.key) == []
    assert [desk.ledger.drafts.read(name) for name in ("one", "two")] == [None, None]
    assert desk.ledger.drafts.read("three") == {"name": LI.name}
    for text in (WANG.name, WANG.identifiers[0].id, json.dumps(WANG.name)[1:-1]):
        assert text.encode() not in on_disk(path)
    assert desk.counter.find(LI.identifiers[0].id).name == LI.name
    act = desk.ledger.trail.acts()[-1]
    assert (act.act, act.about, act.operator) == ("erased", known.key, "赵")


@pytest.mark.parametrize(
    "form",
    [
        {"id": "220102 19500101 001x"},
        {"id": "２２０１０２１９５００１０１００１Ｘ"},
        {"name": ' 欧阳\u3000"娜娜" '},
        {"extra": '看 欧阳 "娜娜"'},
    ],
)
def test_a_draft_is_forgotten_however_it_was_typed(desk: Desk, form):
    patient = PatientGiven((Identifier("01", "22010219500101001X"),), '欧阳 "娜娜"')
    desk.posted(stay(), patient)
    desk.ledger.drafts.save("one", form)
    desk.ledger.drafts.save("two", {"id": "220102195001010011", "name": "欧阳"})
    personal_data.erase(desk.counter, "22010219500101001x", "赵")
    assert (desk.ledger.drafts.read("one"), desk.ledger.drafts.read("two") is None) == (None, False)


def test_whoever_was_erased_begins_anew(desk: Desk):
    desk.posted(stay())
    personal_data.erase(desk.counter, WANG.identifiers[0].id, "赵")
    made = desk.post(stay())
    assert isinstance(made, Posted)
    assert made.entry.after.admissions == 1
    assert desk.sound()


def test_whoever_was_erased_is_not_brought_back_by_a_restore(desk: Desk, path):
    desk.posted(stay())
    desk.posted(stay(), LI)
    desk.ledger.drafts.save("one", {"id": WANG.identifiers[0].id})
    copy = path.with_name("copy.db")
    backup(desk.ledger, copy)
    known = desk.counter.find(WANG.identifiers[0].id)
    personal_data.erase(desk.counter, WANG.identifiers[0].id, "赵")
    desk.posted(stay(), PatientGiven((Identifier("01", "220102197003030033"),), "赵刚"))
    assert restore(path, copy, operator="钱").entries == 2
    assert desk.sound()
    assert desk.counter.find(WANG.identifiers[0].id) is None
    assert desk.ledger.drafts.read("one") is None
    assert desk.counter.find(LI.identifiers[0].id).name == LI.name
    assert [(act.act, act.about, act.operator) for act in desk.ledger.trail.acts()][-3:] == [
        ("restored", "copy.db", "钱"),
        ("person_noted", known.key, "钱"),
        ("erased", known.key, "钱"),
    ]
    for text in (WANG.name, WANG.identifiers[0].id):
        assert text.encode() in copy.read_bytes()  # until it is thinned
        assert text.encode() not in on_disk(path)


def test_an_export_holds_everything_and_is_in_the_trail(desk: Desk):
    number = desk.posted(stay())
    desk.posted(stay(), LI)
    account = Account(2026, 6, 1, 0, (500_000,))
    posting.enter_enrolment(desk.counter, patient=WANG, operator="赵", day=date(2026, 2, 1), account=account)
    desk.counter.printed(number, "赵")
    entry, lines = desk.ledger.journal.entry(number), paper_claims.claim_lines()
    kinds = (lines.bills[0].line.id, lines.reasons[0].id, lines.sources[0].id)
    claim = paper_claims.PaperClaim("PJ1", *kinds, ())
    assert paper_claims.take_claim(desk.counter, "赵", entry, claim, lines) == []
    difference = KnownDifference("0" * 32, "S1", ("level",), "2026-03", 100, number)
    assert judge(desk.counter, difference, DifferenceState.ASKED, "问过中心", "赵") == []
    desk.reverse(number)
    assert drop_paper(desk.counter, "赵", number) == []  # of a number that is no entry's
    made = personal_data.export(desk.counter, WANG.identifiers[0].id, "赵")
    assert (made["name"], made["identifiers"][0]["id"]) == (WANG.name, WANG.identifiers[0].id)
    assert [entry["kind"] for entry in made["entries"]] == ["posted", "reversed"]
    assert [each["cause"] for each in made["enrolments"]] == ["entered"]
    acts = ["person_noted", "person_noted", "printed", "facts_noted", "claim_taken"]
    acts += ["difference_judged", "reversed", "exported"]
    assert [act["act"] for act in made["acts"]] == acts
    assert LI.name not in json.dumps(made, ensure_ascii=False)
    assert desk.ledger.trail.acts()[-1].act == "exported"


def old_stay() -> dict[str, Any]:
    return stay(admitted="2023-03-01", discharged="2023-03-10")


def test_a_purge_forgets_whoever_has_not_come_for_so_long(desk: Desk, clock: Clock, path):
    desk.posted(old_stay())
    desk.posted(old_stay(), LI)
    clock.shows = datetime(2026, 2, 1, tzinfo=UTC)
    desk.posted(stay(admitted="2026-01-20", discharged="2026-02-01"), LI)
    before = chain(desk)
    clock.shows = datetime(
        2038, 1, 1, tzinfo=UTC
    )  # a clock that ran ahead forgets no more than the entries say
    assert personal_data.to_purge(desk.counter, LEAST_MONTHS, "赵") == (1, date(2024, 2, 1))
    assert personal_data.purge(desk.counter, LEAST_MONTHS, "赵") == 1
    assert desk.counter.find(WANG.identifiers[0].id) is None
    assert desk.counter.find(LI.identifiers[0].id) is not None
    assert chain(desk) == before
    assert desk.sound()
    assert WANG.name.encode() not in on_disk(path)
    assert personal_data.purge(desk.counter, LEAST_MONTHS, "赵") == 0
    act = desk.ledger.trail.acts()[-2]
    assert (act.act, act.detail) == ("purged", {"months": LEAST_MONTHS, "persons": 1})


def test_a_purge_keeps_the_month_that_is_just_kept(desk: Desk, clock: Clock):
    clock.shows = datetime(2024, 3, 1, tzinfo=BEIJING)
    first = chronic(discharged="2024-03-01")  # 2024 has no rule for critical illness
    desk.posted(first)
    desk.posted(first, LI)
    clock.shows = datetime(2026, 3, 31, tzinfo=BEIJING)
    other = PatientGiven((Identifier("01", "220102197003030033"),), "赵刚")
    desk.posted(stay(admitted="2026-03-30", discharged="2026-03-31"), other)
    assert personal_data.purge(desk.counter, LEAST_MONTHS, "赵") == 0
    clock.shows += timedelta(days=1)
    desk.posted(stay(admitted="2026-04-01", discharged="2026-04-01"), other)
    assert personal_data.purge(desk.counter, LEAST_MONTHS, "赵") == 2


def test_an_entry_that_a_wrong_clock_recorded_makes_nobody_forgotten(desk: Desk, clock: Clock):
    """The days of the visits count: a clock that ran ahead for a day, or behind, forgets nobody of today."""
    clock.shows = datetime(2026, 3, 11, tzinfo=UTC)
    desk.posted(stay())
    clock.shows = datetime(2031, 3, 11, tzinfo=UTC)
    desk.posted(stay(), LI)
    assert personal_data.to_purge(desk.counter, LEAST_MONTHS, "赵").persons == 0
    assert personal_data.purge(desk.counter, LEAST_MONTHS, "赵") == 0
    clock.shows = datetime(2021, 3, 11, tzinfo=UTC)
    other = PatientGiven((Identifier("01", "220102197003030033"),), "赵刚")
    desk.posted(stay(), other)
    clock.shows = datetime(2026, 3, 12, tzinfo=UTC)
    assert personal_data.purge(desk.counter, LEAST_MONTHS, "赵") == 0


def test_erasing_beside_a_reader_says_that_the_log_still_holds_it(desk: Desk, path):
    desk.posted(stay())
    desk.counter.ledger.connection.db.execute("PRAGMA busy_timeout = 500")  # the reader stays longer
    with closing(connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM entries").fetchone()
        assert personal_data.erase(desk.counter, WANG.identifiers[0].id, "赵") == 1
        assert personal_data.still_in_log(desk.counter)
        assert WANG.name.encode() in on_disk(path)
        reader.execute("COMMIT")
    assert not personal_data.still_in_log(desk.counter)
    assert WANG.name.encode() not in on_disk(path)


def test_what_a_cut_left_half_made_goes_with_whoever_is_erased(desk: Desk, path):
    desk.posted(stay())
    backups = path.parent / "backups"
    backups.mkdir()
    old = [path.with_name(".ledger.db.abc.part"), backups / ".mingzhang-20260301T080000.db.x.part-wal"]
    being_made = backups / ".mingzhang-20260302T080000.db.y.part"
    others = path.with_name("letter.part")
    for file in (*old, being_made, others):
        file.write_bytes(WANG.name.encode())
    for file in (*old, others):
        os.utime(file, (0, 0))
    assert personal_data.erase(desk.counter, WANG.identifiers[0].id, "赵") == 1
    assert [file.exists() for file in (*old, being_made, others)] == [False, False, True, True]


@pytest.mark.parametrize("months", [-1, 0, LEAST_MONTHS - 1, 10**9])
def test_a_retention_that_cannot_be_is_refused(desk: Desk, months):
    (fault,) = personal_data.purge(desk.counter, months, "赵")
    assert fault.field == "months"
    assert all(words(language)(fault.message) for language in languages())


def test_nobody_unknown_and_nobody_unnamed(desk: Desk):
    for work in (personal_data.export, personal_data.erase):
        assert [fault.field for fault in work(desk.counter, "220102", "赵")] == ["patient"]
        assert [fault.field for fault in work(desk.counter, "220102", " ")] == ["operator", "patient"]


def test_a_clerk_gives_out_and_erases_nothing(desk: Desk):
    from core.ledger.operators import Role

    chief = desk.counter.operators.set_up("孙", "390517")
    desk.counter.operators.add(chief, "赵", Role.CLERK, "390517")
    desk.counter.sign_in("赵", "390517")
    desk.posted(stay())
    for work in (personal_data.export, personal_data.erase):
        assert [fault.message.id for fault in work(desk.counter, WANG.identifiers[0].id, "赵")] == [
            "ledger.right_needed"
        ]
    assert [fault.message.id for fault in personal_data.purge(desk.counter, 24, "赵")] == [
        "ledger.right_needed"
    ]
    assert desk.counter.find(WANG.identifiers[0].id) is not None


def test_a_person_at_the_console(path, capsys, monkeypatch):
    console = Console(path, capsys, monkeypatch)
    id_ = POSTING["patient"]["id"]
    console("post", stdin=POSTING)
    assert fields(console("export", "--patient", id_)) == ["operator"]
    who = ("--operator", "赵")
    assert console(*who, "export", "--patient", id_)[1][0]["name"] == POSTING["patient"]["name"]
    status, (told,) = console(*who, "purge", "--months", "24", "--count")
    assert (status, told["would_erase"]) == (0, 0)
    status, (told,) = console(*who, "purge", "--months", "24")
    assert (status, told["persons"]) == (0, 0)
    assert fields(console(*who, "purge", "--months", "1")) == ["months"]
    status, (erased,) = console(*who, "erase", "--patient", id_)
    assert (status, erased["entries"], len(erased["notes"])) == (0, 1, 1)
    assert fields(console(*who, "erase", "--patient", id_)) == ["patient"]
    assert console("verify")[0] == 0


CANARY = {"id_type": "01", "id": "990102195001010099", "name": "欧阳金丝雀"}


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("encrypted", [False, True])
def test_a_canary_is_found_nowhere_but_in_the_ledger_and_its_copies(tmp_path, encrypted):
    """Everything that the console writes through a day of use and of errors, its own answers left aside."""
    places = {name: tmp_path / name for name in ("home", "tmp", "work", "ledger")}
    for place in places.values():
        place.mkdir()
    ledger, copy = places["ledger"] / "ledger.db", places["ledger"] / "copy.db"
    environment = {
        **os.environ,
        "HOME": str(places["home"]),
        "MINGZHANG_HOME": str(places["home"]),
        "XDG_CACHE_HOME": str(places["home"]),
        "TMPDIR": str(places["tmp"]),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "MINGZHANG_PIN": "long-passphrase",
    }
    who = ["--operator", "赵", "--portable"] if encrypted else ["--plain"]
    said, statuses = [], []

    def console(*arguments: str, stdin: str = "") -> None:
        command = [sys.executable, "-m", "core.console", "ledger", "--db", str(ledger), *who, *arguments]
        done = subprocess.run(
            command,
            cwd=places["work"],
            env=environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        said.append(done.stderr)
        statuses.append(done.returncode)

    posting = {**POSTING, "patient": CANARY}
    if encrypted:
        console("set-up")
    console("post", stdin=json.dumps(posting))
    console("post", "--reason", "分次办理", stdin=json.dumps({**posting, "key": "k2"}))
    console("reverse", "1", "--resettle", "--reason", "录错", "--operator", "赵")
    console("backup", str(copy))
    console("restore", str(copy))
    assert set(statuses) == {0}
    if not encrypted:
        console("post", stdin=json.dumps({**posting, "key": "k3", "request": stay(eligible=1.5)}))
        console("post", stdin=json.dumps({**posting, "key": "k4", "patient": {**CANARY, "name": 1}}))
        console("post", stdin=json.dumps(posting)[:-1])
        console("year-to-date", "--patient", CANARY["id"], "--year", "2026")
    ledger.write_bytes(ledger.read_bytes()[:8192])
    console("verify")
    console("post", stdin=json.dumps(posting))
    hidden = [text.encode() for text in (CANARY["id"], CANARY["name"], json.dumps(CANARY["name"])[1:-1])]
    assert encrypted or hidden[0] in copy.read_bytes()  # the search finds what is there
    for place in places if encrypted else ("home", "tmp", "work"):
        for file in places[place].rglob("*"):
            assert not file.is_file() or not any(text in file.read_bytes() for text in hidden), file
            assert not any(text.decode() in str(file) for text in hidden[:2])
    for text in hidden:
        assert text not in "".join(said).encode()
    assert said == [""] * len(said)
