"""The server did what it was asked, and its answer was lost: nobody claims to know, and again finds out."""

from contextlib import closing

import pytest

from core.counter import Counter, personal_data
from core.desks import trusting
from core.desks.server import served_desk
from core.desks.server.served_desk import ServedDesk
from core.ledger.errors import AnswerLost
from core.ledger.ledger import Ledger
from tests.ledger.cluster import Cluster, Proxy
from tests.ledger.conftest import reader
from tests.ledger.desk import LI, WANG, Desk, stay
from tests.ledger.test_console_ledger import Console, console
from tests.ledger.test_server import Hospital, dsn, hospital, postgres, query, way
from tests.ledger.test_stick import WHO, totals_of

__all__ = ["console", "dsn", "hospital", "postgres", "reader", "way"]

LATER = {"admitted": "2026-04-01", "discharged": "2026-04-05"}


@pytest.fixture
def at(way: Proxy, postgres: Cluster, dsn: str) -> str:
    """The way to the server that loses answers."""
    return dsn.replace(f"port={postgres.port}", f"port={way.port}")


def test_a_posting_is_there_once_and_said_to_be_unknown(hospital: Hospital, way: Proxy, at: str) -> None:
    one, other = hospital.desk("one", at), hospital.desk("other")
    hospital.post("one", stay())
    way.swallow()
    hospital.post("one", stay(**LATER))
    last = hospital.served["one"].last
    assert (last.away, [each.id for each in last.told]) == (True, ["desks.server.answer_lost"])
    count = f"SELECT count(*) FROM mingzhang_rows WHERE chain = 'entries' AND ledger = '{one.ledger.id}'"
    assert query(hospital.dsn, count) == [(2,)], "the server had done it"
    done = hospital.served["one"].exchange()
    assert (done.away, done.sent, done.told) == (False, 0, ())
    hospital.meet()
    assert totals_of(other) == totals_of(one)
    assert totals_of(other).admissions == 2
    assert hospital.served["other"].prove().told == ()


def test_before_the_commit_nothing_is_there_and_it_is_away(hospital: Hospital, way: Proxy, at: str) -> None:
    """The planted other case: the connection breaks before the last, and nothing is unknown."""
    one = hospital.desk("one", at)
    hospital.post("one", stay())
    way.swallow("advisory")
    hospital.post("one", stay(**LATER))
    assert [each.id for each in hospital.served["one"].last.told] == ["desks.server.away"]
    assert hospital.served["one"].exchange().sent >= 1
    assert totals_of(one).admissions == 2


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("act", ["erased", "sent"])
def test_what_is_sent_later_is_sent_once(hospital: Hospital, way: Proxy, at: str, act: str) -> None:
    one, other = hospital.desk("one", at), hospital.desk("other")
    hospital.post("one", stay())
    hospital.post("one", stay(), LI)
    hospital.meet()
    if act == "erased":
        assert personal_data.erase(one.counter, WANG.identifiers[0].id, WHO) == 1
    else:
        one.post(stay(**LATER), LI)
    way.swallow()
    for _ in range(2):
        hospital.served["one"].exchange()
    hospital.meet()
    assert hospital.served["one"].prove().told == hospital.served["other"].prove().told == ()
    assert totals_of(other, LI).admissions == (1 if act == "erased" else 2)
    assert (other.counter.find(WANG.identifiers[0].id) is None) is (act == "erased")


def closed(desk: Desk, at: str, lost: Desk) -> str:
    trusting.close(desk.counter, lost.ledger.id, operator=WHO)
    return served_desk.close(desk.counter, at, lost.ledger.id)


def test_a_closing_is_said_to_be_unknown_and_again_gives_a_code_that_opens(
    hospital: Hospital, way: Proxy, at: str
) -> None:
    one, other, lost = hospital.desk("one", at), hospital.desk("other"), hospital.desk("lost")
    hospital.post("lost", stay())
    hospital.meet()
    way.swallow(after=1)
    with pytest.raises(AnswerLost) as told:
        closed(one, at, lost)
    assert told.value.said.id == "desks.server.close_unknown"
    assert query(hospital.dsn, "SELECT count(*) FROM mingzhang_closed") == [(1,)], "it was done"
    assert not hospital.served["one"].exchange().away, "and this desk goes on by the new key"
    code = closed(one, at, lost)
    assert query(hospital.dsn, "SELECT count(*) FROM mingzhang_closed") == [(1,)], "done once"
    hospital.post("one", stay(**LATER))
    assert not hospital.served["other"].exchange().away
    assert totals_of(other).admissions == 2
    assert [each.id for each in hospital.served["lost"].exchange().told] == ["desks.server.join_again"]
    late = hospital.desk("late", joined=False)
    before = served_desk.join(late.counter, hospital.dsn, hospital.code, WHO)
    assert [each.message.id for each in before] == ["desks.server.wrong_code"]
    assert served_desk.join(late.counter, hospital.dsn, code, WHO) == []
    with closing(ServedDesk(late.counter, hospital.dsn, WHO)) as served:
        assert not served.exchange().away
    assert totals_of(late).admissions == 2


def test_a_set_up_is_done_again_until_its_code_is_known(
    hospital: Hospital, way: Proxy, at: str, console: Console
) -> None:
    one = hospital.desk("one", joined=False)
    way.swallow(after=1)
    with pytest.raises(AnswerLost) as told:
        served_desk.set_up(one.counter, at, WHO)
    assert told.value.said.id == "desks.server.set_up_unknown"
    assert query(hospital.dsn, "SELECT count(*) FROM mingzhang_hospital") == [(1,)], "it was done"
    stranger = hospital.desk("stranger", joined=False)
    refused = served_desk.set_up(stranger.counter, hospital.dsn, WHO)
    assert isinstance(refused, list), "another ledger cannot"
    assert [each.message.id for each in refused] == ["desks.server.set_up_already"]
    code = served_desk.set_up(one.counter, at, WHO)
    assert isinstance(code, str)
    one.post(stay())
    with closing(ServedDesk(one.counter, at, WHO)) as served:
        assert served.exchange().sent >= 1
    assert served_desk.join(stranger.counter, hospital.dsn, code, WHO) == []
    with closing(ServedDesk(stranger.counter, hospital.dsn, WHO)) as served:
        assert served.prove().told == ()
        stranger.post(stay(**LATER))
        assert served.exchange().told == ()
    assert totals_of(stranger).admissions == 2
    again = served_desk.set_up(one.counter, hospital.dsn, WHO)
    assert isinstance(again, list), "once another desk has joined its code is known"
    fresh = Counter(one.counter.reader, Ledger(one.ledger.path.with_name("fresh.db")))
    assert served_desk.join(fresh, hospital.dsn, code, WHO) == []
    fresh.close()


def test_a_joining_whose_answer_is_lost_is_done_again(hospital: Hospital, way: Proxy, at: str) -> None:
    hospital.desk("one")
    late = hospital.desk("late", at, joined=False)
    way.swallow(after=1)
    with pytest.raises(AnswerLost):
        served_desk.join(late.counter, at, hospital.code, WHO)
    assert served_desk.join(late.counter, at, hospital.code, WHO) == []
    assert not hospital.served["late"].exchange().away or late.ledger
    with closing(ServedDesk(late.counter, at, WHO)) as served:
        assert not served.exchange().away


def test_the_console_says_that_a_closing_is_unknown(
    hospital: Hospital, way: Proxy, at: str, console: Console
) -> None:
    one, lost = hospital.desk("one"), hospital.desk("lost")
    hospital.meet()
    console.path = one.ledger.path
    trusting.close(one.counter, lost.ledger.id, operator=WHO)
    one.counter.close()
    way.swallow(after=5)  # that of connecting twice, and three of the exchange before
    status, (answer,) = console("--server", at, "close", lost.ledger.id, "--operator", WHO, tells="(?s).*")
    assert status != 0
    assert "还不知道" in str(answer)
    status, (answer,) = console("--server", at, "close", lost.ledger.id, "--operator", WHO, tells="(?s).*")
    assert (status, "recovery_code" in answer) == (0, True)
