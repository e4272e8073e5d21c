"""Desks of one hospital over one PostgreSQL: nothing lost, nothing doubled; without it they go on."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from core.counter import Counter, personal_data
from core.desks import affected as affected_entries
from core.desks import conflicts, known_ledgers, stick, trusting
from core.desks.chains import Fork
from core.desks.known_ledgers import Trust
from core.desks.server import exchange, reasons, sending, served_desk
from core.desks.server.served_desk import ServedDesk
from core.ledger.connection import utc_now
from core.ledger.errors import LedgerUnavailable
from core.ledger.ledger import Ledger
from core.messages import message
from tests.ledger import cluster
from tests.ledger.cluster import Cluster, Proxy
from tests.ledger.desk import LI, WANG, Desk, chronic, stay
from tests.ledger.test_console_ledger import console
from tests.ledger.test_stick import PEOPLE, WHO, here, totals_of

__all__ = ["console"]


@pytest.fixture(scope="module")
def postgres() -> Iterator[Cluster]:
    with cluster.running() as there:
        if there is None:
            pytest.skip("no PostgreSQL on this machine: initdb is not found")
        yield there


@pytest.fixture
def way(postgres: Cluster) -> Iterator[Proxy]:
    """A desk's own way to the server, which can be cut."""
    proxy = Proxy(postgres.port)
    yield proxy
    proxy.close()


@pytest.fixture
def dsn(postgres: Cluster) -> str:
    """A database of the test's own."""
    import psycopg

    with psycopg.connect(postgres.dsn, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS hospital WITH (FORCE)")
        connection.execute("CREATE DATABASE hospital")
    return postgres.dsn.replace("dbname=postgres", "dbname=hospital")


class Hospital:
    """Desks that have joined one server; ``way`` is a DSN of their own for each, where one is given."""

    def __init__(self, folder: Path, reader: Any, dsn: str) -> None:
        self._folder, self._reader, self.dsn = folder, reader, dsn
        self.desks: dict[str, Desk] = {}
        self.served: dict[str, ServedDesk] = {}
        self.code = ""

    def desk(self, name: str, way: str = "", joined: bool = True) -> Desk:
        desk = Desk(Counter(self._reader, Ledger(self._folder / f"{name}.db")))
        desk._keys = (f"{name}-{number}" for number in range(10**6))  # type: ignore[assignment]
        if joined:
            if self.code:
                assert served_desk.join(desk.counter, self.dsn, self.code, WHO) == []
            else:
                made = served_desk.set_up(desk.counter, self.dsn, WHO)
                assert isinstance(made, str), made
                self.code = made
        self.desks[name], self.served[name] = desk, ServedDesk(desk.counter, way or self.dsn, WHO)
        return desk

    def post(self, name: str, request: dict[str, Any], patient: Any = WANG) -> Any:
        desk = self.desks[name]

        def known() -> list[str]:
            found = desk.counter.find(patient.identifiers[0].id)
            return [each.id for each in (found or patient).identifiers]

        return self.served[name].under_lock(known, lambda: desk.post(request, patient))

    def meet(self) -> None:
        """Every desk fetches and sends until nothing is new to any."""
        for _ in range(3):
            for served in self.served.values():
                done = served.exchange()
                assert not done.away, done

    def close(self) -> None:
        for name, desk in self.desks.items():
            self.served[name].close()
            desk.counter.close()


@pytest.fixture
def hospital(tmp_path: Path, reader: Any, dsn: str) -> Iterator[Hospital]:
    made = Hospital(tmp_path, reader, dsn)
    yield made
    made.close()


def query(dsn: str, text: str) -> list[Any]:
    import psycopg

    with psycopg.connect(dsn, autocommit=True) as connection:
        cursor = connection.execute(text)
        return cursor.fetchall() if cursor.description else []


# ---- one patient at several desks


def test_a_posting_knows_what_the_other_desks_have_posted(hospital: Hospital) -> None:
    one, other = hospital.desk("one"), hospital.desk("other")
    for month, name in enumerate(("one", "other", "one", "other"), 1):
        hospital.post(name, stay(admitted=f"2026-0{month}-01", discharged=f"2026-0{month}-05"))
    hospital.meet()
    assert totals_of(one) == totals_of(other)
    assert totals_of(one).admissions == 4
    assert affected(one) == [] == affected(other), "each was settled on those before"
    assert all(desk.sound() for desk in (one, other))


def affected(desk: Desk, patient: Any = WANG) -> list[Any]:
    known = desk.counter.find(patient.identifiers[0].id)
    with desk.ledger.snapshot():
        return affected_entries.among(desk.counter, [known.key])


def test_without_the_server_a_desk_goes_on_and_its_entries_are_affected_when_it_is_back(
    hospital: Hospital, postgres: Cluster
) -> None:
    proxy = Proxy(postgres.port)
    one = hospital.desk("one")
    other = hospital.desk("other", way=hospital.dsn.replace(str(postgres.port), str(proxy.port)))
    hospital.post("one", stay())
    proxy.cut()
    hospital.post("other", stay(admitted="2026-04-01", discharged="2026-04-05"))
    assert hospital.served["other"].last.away
    assert totals_of(other).admissions == 1
    proxy.mend()
    done = hospital.served["other"].exchange()
    assert not done.away
    assert [each.entry.number for each in done.affected] == [1]
    hospital.meet()
    assert totals_of(one) == totals_of(other)
    assert totals_of(one).admissions == 2
    proxy.close()


def test_a_server_that_was_away_and_is_back_is_reached_by_the_first_posting(
    hospital: Hospital, postgres: Cluster
) -> None:
    for name in ("one", "other"):
        hospital.desk(name)
    hospital.post("one", stay())
    hospital.post("other", stay(admitted="2026-04-01", discharged="2026-04-05"))
    postgres.stop()
    postgres.start()
    hospital.post("one", stay(admitted="2026-06-01", discharged="2026-06-05"))
    assert not hospital.served["one"].last.away
    assert totals_of(hospital.desks["one"]).admissions == 3


def test_a_desk_whose_clock_is_days_ahead_is_held_back_and_told_of_at_the_others(hospital: Hospital) -> None:
    one, other = hospital.desk("one"), hospital.desk("other")
    one.ledger.connection.now = lambda: utc_now() + timedelta(days=2)
    hospital.post("one", stay())
    for _ in range(2):
        (told,) = hospital.served["other"].exchange().told
        assert told == message("desks.held", ledger=one.ledger.short_id, number="1")
    hospital.post("other", stay(admitted="2026-04-01", discharged="2026-04-05"))
    assert totals_of(other).admissions == 1
    other.ledger.connection.now = one.ledger.connection.now
    assert hospital.served["other"].exchange().told == ()
    assert totals_of(other).admissions == 2, "its time has come"


def test_what_somebody_has_to_mend_is_said_where_the_server_cannot_be_used(hospital: Hospital) -> None:
    one = hospital.desk("one")
    ways = {
        "dbname=nowhere": "desks.server.no_database",
        "user=nobody_there": "desks.server.wrong_password",
        "sslmode=require": "desks.server.not_proved",
        "options=-csearch_path=elsewhere": "desks.server.not_set_up",
    }
    for way, reason in ways.items():
        served = ServedDesk(one.counter, f"{hospital.dsn} {way}", WHO)
        (told,) = served.exchange().told
        assert (told.id, told.params["why"].id) == ("desks.server.away_because", reason), way
    (told,) = ServedDesk(one.counter, "no string of a connection", WHO).exchange().told
    assert told.id == "desks.server.dsn_form"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("SSL SYSCALL error: Connection timed out", "silent"),
        ("SSL connection has been closed unexpectedly", "silent"),
        ("SSL error: certificate verify failed", "not_proved"),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.7", user "m", no encryption', "needs_tls"),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.7", user "m", SSL encryption', "not_let_in"),
        ("FATAL:  the database system is starting up", "starting"),
        ('connection to server at "database.lan", port 5432 failed: Connection refused', "refused"),
        ('FATAL:  database "nowhere" does not exist', "no_database"),
    ],
)
def test_what_passes_by_itself_is_not_told_as_something_to_mend(words: str, reason: str) -> None:
    assert reasons.why(psycopg.OperationalError(words)) == f"desks.server.{reason}"


@pytest.mark.parametrize(
    ("state", "reason"), [("53100", "disk_full"), ("42501", "no_rights"), ("53300", "full")]
)
def test_what_the_server_refuses_is_told_as_what_has_to_be_mended(state: str, reason: str) -> None:
    told = reasons.without(psycopg.errors.lookup(state)("refused"))
    assert (told.id, told.params["why"].id) == ("desks.server.away_because", f"desks.server.{reason}")


@pytest.mark.parametrize("done", [True, False], ids=["once it was done", "before"])
def test_a_fork_that_the_ledger_cannot_note_takes_nothing_back(
    desk: Desk, done: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forked(*_: object, **__: object) -> None:
        raise Fork("0" * 64, 7)

    def fails(*_: object) -> None:
        raise LedgerUnavailable(message("ledger.locked", name="ledger.db"))

    served = ServedDesk(desk.counter, "", WHO)
    monkeypatch.setattr(served._link, "transaction", lambda: nullcontext())
    monkeypatch.setattr(served_desk, "take_locks", lambda *_: None)
    monkeypatch.setattr(served, "_fetch", forked if not done else lambda _cursor: {})
    monkeypatch.setattr(served, "_send", forked)
    monkeypatch.setattr(conflicts, "note", fails)
    assert served.under_lock(list, lambda: "posted") == "posted"
    assert served.last.away
    assert [each.id for each in served.last.told] == ["desks.server.later", "desks.forked"]


def test_a_new_desk_joins_by_the_recovery_code_and_knows_everything(
    hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "PAGE", 3)  # so that each chain comes in several pieces
    hospital.desk("one")
    for person in PEOPLE[:4]:
        hospital.post("one", chronic(), person)
    hospital.served["one"].exchange()
    stranger = hospital.desk("stranger", joined=False)
    faults = served_desk.join(stranger.counter, hospital.dsn, "AAAA-BBBB", WHO)
    assert [fault.message.id for fault in faults] == ["desks.server.wrong_code"]
    late = hospital.desk("late")
    done = hospital.served["late"].exchange()
    assert (done.new, done.people) == (4, 4)
    assert all(totals_of(late, person) == totals_of(hospital.desks["one"], person) for person in PEOPLE[:4])
    assert late.sound()


def test_a_desk_that_was_lost_is_closed_and_nothing_more_of_it_is_taken(hospital: Hospital) -> None:
    one, _, lost = hospital.desk("one"), hospital.desk("other"), hospital.desk("lost")
    hospital.post("lost", stay())
    hospital.meet()
    trusting.close(one.counter, lost.ledger.id, operator=WHO)
    hospital.code = served_desk.close(one.counter, hospital.dsn, lost.ledger.id)
    hospital.post("lost", stay(admitted="2026-04-01", discharged="2026-04-05"))
    sent_by_force(hospital, "lost")
    for name in ("one", "other"):
        assert not hospital.served[name].exchange().away
        assert totals_of(hospital.desks[name]).admissions == 1
    personal_data.erase(lost.counter, WANG.identifiers[0].id, WHO)
    sent_by_force(hospital, "lost")
    late = hospital.desk("late")
    for desk in ("late", "other"):
        assert not hospital.served[desk].exchange().away
        count = "SELECT count(*) FROM entries"
        assert hospital.desks[desk].ledger.db.execute(count).fetchone() == (1,), "posted before the closing"
    assert totals_of(hospital.desks["other"]).admissions == 1, "its later acts count nowhere"
    assert late.sound()
    known = known_ledgers.find(hospital.desks["other"].ledger.db, lost.ledger.id)
    assert known is not None
    assert known.closed


def sent_by_force(hospital: Hospital, name: str) -> None:
    """Sends what a desk has by the key that it had, as whoever found it would."""
    served = hospital.served[name]
    with served._link.transaction() as cursor:
        assert sending.send(cursor, hospital.desks[name].counter, served._sealing())


def test_a_closing_gives_the_desks_that_stay_a_new_key_which_the_lost_one_has_not(
    hospital: Hospital, postgres: Cluster
) -> None:
    proxy = Proxy(postgres.port)
    one, lost = hospital.desk("one"), hospital.desk("lost")
    other = hospital.desk("other", way=hospital.dsn.replace(str(postgres.port), str(proxy.port)))
    hospital.post("lost", stay())
    hospital.meet()
    proxy.cut()
    old, codes = hospital.code, [hospital.code]
    for _ in range(2):  # closed again: another key, and another code
        trusting.close(one.counter, lost.ledger.id, operator=WHO)
        codes.append(served_desk.close(one.counter, hospital.dsn, lost.ledger.id))
    assert len(set(codes)) == 3
    hospital.post("one", chronic(eligible="4321.00"))
    assert not hospital.served["one"].last.away, hospital.served["one"].last
    for served in (hospital.served["lost"], ServedDesk(lost.counter, hospital.dsn, WHO)):
        told = served.exchange()
        assert (told.away, [each.id for each in told.told]) == (True, ["desks.server.join_again"])
        served.close()
    assert not lost.ledger.db.execute(
        "SELECT 1 FROM entries WHERE number > ?", [here(lost, one, 0)]
    ).fetchall()
    proxy.mend()
    done = hospital.served["other"].exchange()
    assert (done.new, done.told) == (1, ()), "it was away when the key was made"
    late = hospital.desk("stranger", joined=False)
    for code in codes[:2]:
        faults = served_desk.join(late.counter, hospital.dsn, code, WHO)
        assert [fault.message.id for fault in faults] == ["desks.server.wrong_code"]
    assert old in codes[:2]
    assert served_desk.join(late.counter, hospital.dsn, codes[-1], WHO) == []
    served = ServedDesk(late.counter, hospital.dsn, WHO)
    assert (served.exchange().new, served.prove().told) == (2, ()), "what the older keys sealed, too"
    assert totals_of(late) == totals_of(other) == totals_of(one)
    assert [hospital.served[name].prove().told for name in ("one", "other")] == [(), ()]
    served.close()
    proxy.close()


def test_a_new_key_that_the_closed_desk_has_made_is_believed_by_none(hospital: Hospital) -> None:
    one, lost = hospital.desk("one"), hospital.desk("lost")
    other = hospital.desk("other")
    hospital.meet()
    served_desk.close(lost.counter, hospital.dsn, other.ledger.id)  # whoever found it, with the password
    trusting.close(one.counter, lost.ledger.id, operator=WHO)
    query(hospital.dsn, "ALTER TABLE mingzhang_closed DISABLE TRIGGER ALL")
    query(hospital.dsn, "DELETE FROM mingzhang_closed")
    key = hospital.served["one"]._sealing()
    mark = key.mark("closed", lost.ledger.id, 0, 1)
    query(hospital.dsn, f"INSERT INTO mingzhang_closed VALUES ('{lost.ledger.id}', 0, 1, '{mark}')")
    for name in ("one", "other"):
        done = hospital.served[name].exchange()
        assert (done.away, [each.id for each in done.told]) == (True, ["desks.server.code_altered"])
    assert totals_of(one).admissions == 0


def test_a_village_that_another_desk_took_in_sees_its_own_patients_alone_at_every_desk(
    hospital: Hospital, tmp_path: Path
) -> None:
    one, other = hospital.desk("one"), hospital.desk("other")
    village = hospital.desk("village", joined=False)
    village.posted(chronic())
    assert not isinstance(stick.hand_over(village.counter, tmp_path / "v", operator=WHO), list)
    assert not isinstance(stick.take_in(one.counter, tmp_path / "v", operator=WHO), list)
    del hospital.served["village"]
    hospital.post("one", stay())
    hospital.post("one", stay(), LI)
    hospital.meet()
    trusts = {
        desk.ledger.id: known.trust
        for desk in (one, village)
        if (known := known_ledgers.find(other.ledger.db, desk.ledger.id)) is not None
    }
    assert trusts == {one.ledger.id: Trust.EVERYTHING, village.ledger.id: Trust.OWN_PATIENTS}
    file = tmp_path / "back"
    done = stick.hand_over(other.counter, file, receiver=village.ledger.id, operator=WHO)
    assert not isinstance(done, list), done
    assert not isinstance(stick.take_in(village.counter, file, operator=WHO), list)
    assert totals_of(village) == totals_of(one)
    assert village.counter.find(LI.identifiers[0].id) is None
    hospital.served["village"] = ServedDesk(village.counter, hospital.dsn, WHO)


def test_what_a_village_brought_by_a_stick_is_at_every_desk(hospital: Hospital, tmp_path: Path) -> None:
    one, other = hospital.desk("one"), hospital.desk("other")
    village = hospital.desk("village", joined=False)
    village.posted(chronic())
    assert not isinstance(stick.hand_over(village.counter, tmp_path / "v", operator=WHO), list)
    assert not isinstance(stick.take_in(one.counter, tmp_path / "v", operator=WHO), list)
    del hospital.served["village"]
    hospital.meet()
    assert totals_of(other) == totals_of(village)
    assert here(other, village, 1)
    hospital.served["village"] = ServedDesk(village.counter, hospital.dsn, WHO)


# ---- who holds the server


def test_whoever_holds_the_server_learns_no_name_no_number_and_no_amount(hospital: Hospital) -> None:
    hospital.desk("one")
    hospital.post("one", stay(total="27182.81"))
    hospital.served["one"].exchange()
    tables = query(hospital.dsn, "SELECT tablename FROM pg_tables WHERE tablename LIKE 'mingzhang%'")
    dump = ""
    for (table,) in tables:
        rows = query(hospital.dsn, f"SELECT * FROM {table}")
        dump += "".join(
            bytes(cell).decode("latin-1") if isinstance(cell, bytes) else str(cell)
            for row in rows
            for cell in row
        )
    assert hospital.desks["one"].ledger.id in dump, "what is not secret is there"
    for canary in (
        WANG.name,
        WANG.name.encode().decode("latin-1"),
        WANG.identifiers[0].id,
        "27182",
        "2718281",
        WHO,
    ):
        assert canary not in dump


def test_rows_are_only_added_and_an_altered_or_removed_one_is_told_by_every_desk(hospital: Hospital) -> None:
    import psycopg

    one = hospital.desk("one")
    other = hospital.desk("other")
    hospital.post("one", stay())
    hospital.meet()
    for change in (
        "UPDATE mingzhang_rows SET number = 9",
        "DELETE FROM mingzhang_people",
        "TRUNCATE mingzhang_rows",
    ):
        with pytest.raises(psycopg.Error):
            query(hospital.dsn, change)
    query(hospital.dsn, "ALTER TABLE mingzhang_rows DISABLE TRIGGER ALL")
    hospital.post("one", stay(admitted="2026-04-01", discharged="2026-04-05"))
    hospital.served["one"].exchange()
    at = f"ledger = '{one.ledger.id}' AND chain = 'entries'"
    query(hospital.dsn, f"UPDATE mingzhang_rows SET sealed = sealed || '\\x00' WHERE {at} AND number = 2")
    told = hospital.served["other"].exchange().told
    assert [each.id for each in told] == ["desks.server.row_altered"]
    assert totals_of(other).admissions == 1, "nothing of it is taken"
    query(hospital.dsn, f"DELETE FROM mingzhang_rows WHERE {at}")
    for name in ("other", "one"):  # the first one sends again what it has, which is not all
        assert "desks.server.rows_gone" in [each.id for each in hospital.served[name].exchange().told]
    assert hospital.served["one"].exchange().told == (), "it has sent again what it has"
    hospital.served["other"].exchange()
    assert totals_of(other) == totals_of(one)
    query(hospital.dsn, f"UPDATE mingzhang_rows SET hash = '00' WHERE {at} AND number = 1")
    for name in ("one", "other"):
        fault = hospital.served[name].fault()
        assert fault is not None
        assert fault.id == "desks.server.row_altered"


def test_erasing_destroys_the_key_on_the_server_and_no_row_brings_the_person_back(hospital: Hospital) -> None:
    one, other = hospital.desk("one"), hospital.desk("other")
    hospital.post("one", stay())
    hospital.post("one", chronic(), LI)
    hospital.meet()
    personal_data.erase(one.counter, WANG.identifiers[0].id, WHO)
    hospital.meet()
    assert query(hospital.dsn, "SELECT count(*) FROM mingzhang_person_keys") == [(1,)]
    late = hospital.desk("late")
    hospital.meet()
    for desk in (one, other, late):
        assert desk.counter.find(WANG.identifiers[0].id) is None
        assert desk.counter.find(LI.identifiers[0].id) is not None
        assert desk.sound()


# ---- the console


def test_the_console_posts_over_the_server_and_says_when_it_is_away(console, dsn, tmp_path) -> None:
    from tests.ledger.test_console_ledger import Console

    at = ("--server", dsn)
    posting = {"patient": {"id_type": "01", "id": WANG.identifiers[0].id, "name": WANG.name}, "operator": WHO}

    def ask(ledger: Any, *arguments: Any, server: tuple[str, ...] = at, **more: Any) -> Any:
        ledger_command = ("--server", server[1], *arguments)
        return ledger(*ledger_command, tells="(?s).*", **more)

    status, (made,) = ask(console, "server-set-up", "--operator", WHO)
    assert status == 0, made
    other = Console(tmp_path / "other.db", console._capsys, console._monkeypatch)
    console._monkeypatch.setenv("MINGZHANG_RECOVERY_CODE", made["recovery_code"])
    assert ask(other, "server-join", "--operator", WHO)[0] == 0
    answer = ask(console, "post", stdin={"key": "a1", **posting, "request": stay()})[1][0]
    assert (answer["entry"], answer["server"]) == (1, "reached")
    later = stay(admitted="2026-05-01", discharged="2026-05-05")
    second = ask(other, "post", stdin={"key": "b1", **posting, "request": later})[1][0]
    assert second["year_to_date"]["admissions"] == 2
    nowhere = ("--server", "host=127.0.0.1 port=1 connect_timeout=1")
    third = stay(admitted="2026-06-01", discharged="2026-06-05")
    away = ask(other, "post", server=nowhere, stdin={"key": "b2", **posting, "request": third})[1][0]
    assert (away["server"], away["entry"]) == ("away", 2)
    assert ask(console, "sync", "--operator", WHO)[1][0]["new"] == 1
    assert ask(other, "sync", "--operator", WHO)[1][0]["sent"] > 0
    total = ask(console, "year-to-date", "--patient", WANG.identifiers[0].id, "--year", 2026)[1][0]
    assert total["admissions"] == 3
    assert ask(console, "verify")[1][0]["ok"]
