"""Whoever alters, removes, swaps or puts back anything on the server is told of by every desk."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from core.counter import personal_data, persons
from core.desks import affected as affected_entries
from core.desks import conflicts, trusting
from core.desks.chains import Fork
from core.desks.server import sending, served_desk
from tests.ledger.desk import LI, WANG, chronic, stay
from tests.ledger.test_server import Hospital, dsn, hospital, postgres, query
from tests.ledger.test_stick import PEOPLE, WHO, totals_of

__all__ = ["dsn", "hospital", "postgres"]

NAMES = ("one", "other", "third")


@pytest.fixture
def used(hospital: Hospital) -> Hospital:
    """A hospital in which something of every kind has happened; its triggers are set aside."""
    for name in NAMES:
        hospital.desk(name)
    lost = hospital.desk("lost")
    hospital.post("one", stay())
    hospital.post("other", chronic(), LI)
    hospital.post("third", chronic(disease=2), PEOPLE[0])
    hospital.post("lost", chronic(), PEOPLE[1])
    hospital.meet()
    hospital.served.pop("lost").close()
    one = hospital.desks["one"].counter
    assert not isinstance(trusting.close(one, lost.ledger.id, operator=WHO), list)
    hospital.code = served_desk.close(one, hospital.dsn, lost.ledger.id)
    personal_data.erase(one, PEOPLE[1].identifiers[0].id, WHO)
    hospital.meet()
    for table in tables(hospital.dsn):
        query(hospital.dsn, f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    query(hospital.dsn, "ALTER TABLE mingzhang_rows DROP CONSTRAINT mingzhang_rows_chain_check")
    hospital.served["lost"] = hospital.served["one"]
    return hospital


def tables(dsn: str) -> list[str]:
    found = query(dsn, "SELECT tablename FROM pg_tables WHERE tablename LIKE 'mingzhang%' ORDER BY 1")
    return [name for (name,) in found]


def columns(dsn: str, table: str) -> list[tuple[str, str]]:
    return query(
        dsn,
        "SELECT column_name, data_type FROM information_schema.columns"
        f" WHERE table_name = '{table}' ORDER BY ordinal_position",
    )


class Copies:
    """Copies of the server's tables, and each put back from them."""

    def __init__(self, dsn: str, name: str) -> None:
        self._dsn, self._name = dsn, name
        for table in tables(dsn):
            query(dsn, f"CREATE TABLE {name}_{table} AS TABLE {table}")

    def back(self, table: str) -> None:
        names = ", ".join(column for column, _ in columns(self._dsn, table))
        copied = f"INSERT INTO {table} SELECT {names} FROM {self._name}_{table}"
        query(self._dsn, f"BEGIN; DELETE FROM {table}; {copied}; COMMIT")


_OTHER = {
    "bigint": "{0} + 1",
    "integer": "{0} + 1",
    "text": "overlay({0} placing chr(ascii({0}) + 1) from 1 for 1)",
    "bytea": "set_byte({0}, length({0}) - 1, get_byte({0}, length({0}) - 1) # 1)",
}


def changes(dsn: str, table: str) -> Iterator[tuple[str, str]]:
    """Every way to change a table: each column of its first and its last row, swapped, and each row gone."""
    there = [ctid for (ctid,) in query(dsn, f"SELECT ctid::text FROM {table} ORDER BY ctid")]
    names = columns(dsn, table)
    for name, type_ in names:
        for ctid in {there[0], there[-1]}:
            change = _OTHER[type_].format(name)
            yield f"{table}.{name}", f"UPDATE {table} SET {name} = {change} WHERE ctid = '{ctid}'"
    for ctid in there:
        yield f"a row of {table}", f"DELETE FROM {table} WHERE ctid = '{ctid}'"
    yield f"all of {table}", f"DELETE FROM {table}"
    for name, _ in names[-3:] if len(there) > 1 else ():
        yield (
            f"two of {table}.{name}",
            f"UPDATE {table} SET {name} = other.{name} FROM {table} AS other WHERE {table}.ctid ="
            f" '{there[0]}' AND other.ctid = '{there[-1]}' AND {table}.{name} <> other.{name}",
        )


def untold(hospital: Hospital) -> list[str]:
    """What was changed on the server and not told by every desk."""
    copies, found, tried = Copies(hospital.dsn, "pristine"), set(), set()
    for table in tables(hospital.dsn):
        for place in range(len([*changes(hospital.dsn, table)])):
            what, change = [*changes(hospital.dsn, table)][place]  # a row that was put back lies elsewhere
            with psycopg.connect(hospital.dsn, autocommit=True) as connection:
                try:
                    changed = connection.execute(change).rowcount
                except psycopg.IntegrityError:
                    continue  # the server itself refuses it
            if not changed:
                continue
            tried.add(what)
            found |= {what for name in NAMES if hospital.served[name].fault() is None}
            copies.back(table)
            copies.back("mingzhang_person_keys")
    every = {f"{table}.{name}" for table in tables(hospital.dsn) for name, _ in columns(hospital.dsn, table)}
    assert every <= tried, every - tried
    return sorted(found)


def test_every_column_altered_every_row_removed_and_two_rows_swapped_are_told_by_every_desk(
    used: Hospital,
) -> None:
    assert [used.served[name].fault() for name in NAMES] == [None] * 3
    query(used.dsn, "ALTER TABLE mingzhang_rows ADD COLUMN planted text NOT NULL DEFAULT 'a'")
    assert untold(used) == ["mingzhang_rows.planted"], "what no desk proves is found out, and only that"
    assert [used.served[name].fault() for name in NAMES] == [None] * 3


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("way", ["fault", "exchange"])
def test_a_server_put_back_to_an_older_state_is_told_by_every_desk_and_made_whole_again(
    used: Hospital, way: str
) -> None:
    before = Copies(used.dsn, "before")
    number = WANG.identifiers[0].id
    persons.rename(used.desks["other"].counter, number, "王秀荣", reason="看过证件", operator=WHO)
    used.post("other", stay(admitted="2026-05-01", discharged="2026-05-05"), WANG._replace(name="王秀荣"))
    used.post("third", chronic(), PEOPLE[2])
    personal_data.erase(used.desks["third"].counter, LI.identifiers[0].id, WHO)
    used.meet()
    every = tables(used.dsn)
    now = Copies(used.dsn, "now")
    same = [
        table
        for table in every
        if not query(used.dsn, f"TABLE now_{table} EXCEPT TABLE before_{table}")
        and not query(used.dsn, f"TABLE before_{table} EXCEPT TABLE now_{table}")
    ]
    for table in every:
        if table not in same:
            before.back(table)
            assert all(used.served[name].fault() is not None for name in NAMES), table
            now.back(table)
    for table in every:
        before.back(table)
    told = {
        "fault": lambda name: used.served[name].fault(),
        "exchange": lambda name: used.served[name].prove().told,
    }[way]
    assert all(told(name) for name in NAMES[: 3 if way == "fault" else 1])
    whole_again(used)
    assert used.desks["one"].counter.find(number).name == "王秀荣"


def whole_again(hospital: Hospital) -> None:
    """What is gone is sent again, nobody who was erased comes back, and a new desk knows everything."""
    for _ in range(2):
        for name in NAMES:
            hospital.served[name].prove()
    assert [hospital.served[name].prove().told for name in NAMES] == [()] * 3
    late = hospital.desk("late")
    assert hospital.served["late"].exchange().told == ()
    one = hospital.desks["one"]
    for person in (WANG, PEOPLE[0], PEOPLE[2]):
        assert totals_of(late, person) == totals_of(one, person)
    for erased in (LI, PEOPLE[1]):
        assert late.counter.find(erased.identifiers[0].id) is None
    assert late.sound()


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("table", ["mingzhang_rows", "mingzhang_people", "mingzhang_person_keys"])
def test_what_is_removed_is_sent_again_by_whichever_desk_proves(used: Hospital, table: str) -> None:
    query(used.dsn, f"DELETE FROM {table}")
    personal_data.erase(used.desks["third"].counter, LI.identifiers[0].id, WHO)
    used.post("third", chronic(), PEOPLE[2])
    whole_again(used)


def test_what_nobody_can_read_is_told_and_the_desk_goes_on(used: Hospital) -> None:
    used.post("one", chronic(disease=3), PEOPLE[3])
    query(
        used.dsn, "UPDATE mingzhang_person_keys SET sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)"
    )
    done = used.served["other"].exchange()
    assert [each.id for each in done.told] == ["desks.server.key_altered"]
    used.post("other", stay(admitted="2026-07-01", discharged="2026-07-05"))
    assert totals_of(used.desks["other"]).admissions == 2


def test_what_came_is_on_the_disk_with_whom_it_affects(
    hospital: Hospital, postgres: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.ledger.cluster import Proxy

    proxy = Proxy(postgres.port)
    hospital.desk("one")
    hospital.desk("other", way=hospital.dsn.replace(f"port={postgres.port}", f"port={proxy.port}"))
    hospital.post("one", stay())
    proxy.cut()
    hospital.post("other", stay(admitted="2026-04-01", discharged="2026-04-05"))
    proxy.mend()
    fold: Callable[..., Any] = affected_entries.note

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(affected_entries, "note", killed)
    with pytest.raises(KeyboardInterrupt):
        hospital.served["other"].exchange()
    monkeypatch.setattr(affected_entries, "note", fold)
    hospital.served["other"].exchange()
    assert len(affected_entries.open_ones(hospital.desks["other"].counter)) == 1
    proxy.close()


def test_a_desk_whose_older_copy_is_used_is_told_and_what_it_posts_then_is_a_fork_at_every_desk(
    hospital: Hospital,
) -> None:
    one, other = hospital.desk("one"), hospital.desk("other")
    hospital.post("one", stay())
    hospital.meet()
    one.ledger.connection.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = one.ledger.path.with_name("copy.db")
    copy.write_bytes(one.ledger.path.read_bytes())
    for month in (4, 5):
        hospital.post("one", stay(admitted=f"2026-0{month}-01", discharged=f"2026-0{month}-05"))
    hospital.meet()
    back = hospital.desk("copy", joined=False)
    for _ in range(2):
        told = hospital.served["copy"].exchange().told
        assert [each.id for each in told] == ["desks.server.gone_back"]
    hospital.post("copy", chronic())
    assert [each.id for each in hospital.served["copy"].exchange().told] == ["desks.forked"]
    assert [each.kind for each in conflicts.open_ones(back.ledger)] == ["fork"]
    assert totals_of(back).admissions == 1, "it goes on with what it has"
    for month in (6, 7, 8):
        hospital.post("copy", chronic(discharged=f"2026-0{month}-05"))
    told = hospital.served["copy"].exchange().told
    assert [each.id for each in told] == ["desks.forked"], "further than the server goes, too"
    served = hospital.served["copy"]
    with pytest.raises(Fork), served._link.transaction() as cursor:  # what another one sends meanwhile
        sending.send(cursor, back.counter, served._sealing(), heads={})
    assert hospital.served["other"].exchange().told == ()
    assert totals_of(other) == totals_of(one)
