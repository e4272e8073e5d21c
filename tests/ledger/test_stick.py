"""Several ledgers by a stick: whatever is handed over, in whatever order, all come to one and the same."""

import json
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from core.claim import NOTHING_YET, YearToDate
from core.clock import BEIJING
from core.counter import Counter, personal_data, persons, visit_facts
from core.desks import affected, conflicts, in_order, known_ledgers, stick, trusting
from core.desks.arriving import Arriving
from core.desks.in_order import InOrder
from core.desks.known_ledgers import Trust
from core.ledger.desk_scope import EVERY_DESK
from core.ledger.entries import Identifier, PatientGiven
from core.ledger.journal import Journal
from core.ledger.ledger import Ledger
from core.ledger.record import OWN, totals_record
from tests.ledger.desk import LI, WANG, Desk, chronic, stay, triggers_aside
from tests.ledger.test_console_ledger import Console, console
from tests.ledger.test_operators import CHIEF, PIN, guarded, ids

__all__ = ["console", "guarded"]

WHO = "赵"


@pytest.fixture
def desk_of(tmp_path: Path, reader: Any) -> Iterator[Callable[..., Desk]]:
    opened: list[Counter] = []

    def made(name: str, now: Callable[[], datetime] | None = None) -> Desk:
        path = tmp_path / f"{name}.db"
        counter = Counter(reader, Ledger(path, now=now) if now else Ledger(path))
        opened.append(counter)
        desk = Desk(counter)
        desk._keys = (f"{name}-{number}" for number in count())  # every desk's program has its own
        return desk

    yield made
    for counter in opened:
        counter.close()


def packet(desk: Desk, file: Path, **more: Any) -> Path:
    done = stick.hand_over(desk.counter, file, operator=WHO, **more)
    assert not isinstance(done, list), done
    return file


def taken(desk: Desk, file: Path) -> stick.TakenIn:
    done = stick.take_in(desk.counter, file, operator=WHO)
    assert not isinstance(done, list), done
    assert desk.sound()
    return done


def refused(desk: Desk, file: Path) -> str:
    before = dump(desk)
    done = stick.take_in(desk.counter, file, operator=WHO)
    assert isinstance(done, list), done
    assert dump(desk) == before, "nothing is taken in part"
    return done[0].message.id


def dump(desk: Desk) -> list[Any]:
    tables = ("ledgers", "patients", "identifiers", "entries", "summaries", "totals", "facts", "withheld")
    return [desk.ledger.db.execute(f"SELECT * FROM {table}").fetchall() for table in tables]


def totals_of(desk: Desk, patient: PatientGiven = WANG, year: int = 2026) -> YearToDate:
    return desk.totals(patient, year)


def here(desk: Desk, of: Desk, number: int) -> int:
    """The number that another ledger's entry has at a desk."""
    known = known_ledgers.find(desk.ledger.db, of.ledger.id)
    assert known is not None
    return known.first + number


# ---- there and back


def test_two_ledgers_come_to_the_same_totals_and_print_what_the_contract_says(
    console, tmp_path, capsys, monkeypatch
):
    posting = {"patient": {"id_type": "01", "id": WANG.identifiers[0].id, "name": WANG.name}, "operator": WHO}
    file, there = tmp_path / "a.packet", Console(tmp_path / "other.db", capsys, monkeypatch)
    console("post", stdin={"key": "a1", **posting, "request": stay()})
    later = stay(admitted="2026-05-01", discharged="2026-05-05")
    there("post", stdin={"key": "b1", **posting, "request": later})
    assert console("hand-over", file)[0] == 0
    status, (answer,) = there("take-in", file)
    assert (status, answer["new"], answer["known"], answer["people"]) == (0, 1, 0, 1)
    assert answer["conflicts"] == []
    assert [(each["number"], each["amounts"] != each["would_be"]) for each in answer["affected"]] == [
        (1, True)
    ]
    again = there("take-in", file)[1][0]
    assert again == {**answer, "new": 0, "known": 1, "people": 0, "affected": []}
    console("hand-over", tmp_path / "b.packet", "--receipt", answer["receipt"])
    back = tmp_path / "back.packet"
    there("hand-over", back)
    assert console("take-in", back)[1][0]["new"] == 1
    asked = ("year-to-date", "--patient", WANG.identifiers[0].id, "--year", 2026)
    both = [ledger(*asked)[1] for ledger in (console, there)]
    assert both[0] == both[1]
    assert both[0][0]["admissions"] == 2
    assert [ledger("verify")[1][0]["ok"] for ledger in (console, there)] == [True, True]


def test_whose_entries_come_in_order_is_summed_up_from_the_last_one_and_nobody_else(
    desk_of, tmp_path, monkeypatch
):
    take, found = Arriving.take, list[bool]()

    def told(self: Arriving, *given: Any) -> Any:
        done = take(self, *given)
        found.append(bool(done.in_order))
        return done

    def visit(month: int) -> dict[str, Any]:
        return stay(admitted=f"2026-{month:02d}-01", discharged=f"2026-{month:02d}-09")

    def brought(source: Desk, target: Desk) -> tuple[bool, list[int]]:
        done = taken(target, packet(source, tmp_path / "in-order"))
        known = target.counter.find(WANG.identifiers[0].id)
        with target.ledger.snapshot():
            wrong = affected.among(target.counter, [known.key])
        assert not done.affected or done.affected == wrong
        return found[-1], [each.entry.number % OWN for each in done.affected]

    monkeypatch.setattr(Arriving, "take", told)
    one, other = desk_of("one"), desk_of("other")
    one.posted(visit(1))
    assert brought(one, other) == (True, [])
    other.posted(visit(2))
    assert brought(other, one) == (True, []), "each was posted knowing all before it"
    one.posted(visit(3))
    other.posted(visit(4))
    assert brought(one, other) == (False, [2]), "it stands before one that is here"
    assert brought(other, one) == (False, [2]), "it did not know one that is here"
    one.posted(visit(5))
    straight, wrong = brought(one, other)
    assert straight
    assert 2 in wrong, "what was to be settled again is told with what was posted after it"
    one.reverse(one.posted(visit(6)))
    assert not brought(one, other)[0], "a reversal takes the totals back"
    other.posted(chronic(discharged="2025-03-05"))
    one.posted(visit(7))
    assert not brought(one, other)[0], "the totals of its year are the same; last year's was not known"
    brought(other, one)
    one.ledger.db.execute("UPDATE totals SET totals = replace(totals, '\"admissions\":', '\"admissions\":1')")
    one.posted(visit(8))
    assert not brought(one, other)[0], "it knew all, and its ledger's totals had been altered"


def test_a_receipt_leaves_out_what_it_names_and_the_rest_waits_for_what_came_before(desk_of, tmp_path):
    one, other, third = desk_of("one"), desk_of("other"), desk_of("third")
    one.posted(stay())
    first = taken(other, packet(one, tmp_path / "1"))
    one.posted(stay(admitted="2026-04-01", discharged="2026-04-05"))
    second = packet(one, tmp_path / "2", receipt=first.receipt)
    assert refused(third, second) == "desks.lacks_entries_one"
    taken(third, tmp_path / "1")
    for desk in (third, other):
        done = taken(desk, second)
        assert (done.new, done.known) == (1, 1)
        assert totals_of(desk) == totals_of(one)
    one.posted(stay(admitted="2026-06-01", discharged="2026-06-05"))
    assert taken(desk_of("fourth"), packet(one, tmp_path / "3")).new == 3, "whole by itself"


def test_a_file_that_was_altered_cut_off_or_is_none_is_refused_and_nothing_of_it_stays(desk_of, tmp_path):
    one, other = desk_of("one"), desk_of("other")
    for month in range(1, 6):
        one.posted(stay(admitted=f"2026-0{month}-01", discharged=f"2026-0{month}-05"))
    whole = packet(one, tmp_path / "whole").read_bytes()
    file = tmp_path / "file"
    for place in random.Random(7).sample(range(len(whole)), 25):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert refused(other, file) in {"desks.altered", "desks.no_packet"}
        file.write_bytes(whole[:place])
        assert refused(other, file) in {"desks.altered", "desks.no_packet"}
    file.write_bytes(whole)
    assert taken(other, file).new == 5


def test_an_entry_reversed_at_two_desks_counts_once_and_is_a_conflict_that_a_supervisor_settles(
    desk_of, tmp_path
):
    one, other = desk_of("one"), desk_of("other")
    number = one.posted(stay())
    one.posted(stay(admitted="2026-04-01", discharged="2026-04-05"))
    taken(other, packet(one, tmp_path / "1"))
    one.reverse(number)
    other.reverse(here(other, one, number))
    found = taken(one, packet(other, tmp_path / "2")).conflicts
    assert [(each.kind, len(each.persons)) for each in found] == [("reversal", 1)], "whose it is"
    taken(other, packet(one, tmp_path / "3"))
    assert totals_of(one) == totals_of(other)
    assert totals_of(one).admissions == 1
    assert [each.id for each in conflicts.open_ones(other.ledger)] == [found[0].id]
    assert not isinstance(trusting.settle(one.counter, found[0].id, reason="核对过", operator=WHO), list)
    assert conflicts.open_ones(one.ledger) == []
    assert [each.kind for each in taken(one, tmp_path / "2").conflicts] == [], "told once"


def test_one_key_or_one_stay_posted_at_two_desks_is_a_conflict_and_both_stand(desk_of, tmp_path):
    one, other = desk_of("one"), desk_of("other")
    one.posted(stay(), key="same")
    other.posted(stay(admitted="2026-03-05", discharged="2026-03-12"), key="same")
    other.posted(stay(admitted="2026-04-01", discharged="2026-04-12"), LI, key="other")
    one.posted(stay(admitted="2026-05-01", discharged="2026-05-12"), key="other")
    found = taken(one, packet(other, tmp_path / "1")).conflicts
    assert sorted((each.kind, len(each.persons)) for each in found) == [("key", 2), ("key", 2), ("stay", 1)]
    assert totals_of(one).admissions == 3


def test_people_meet_by_their_number_and_two_names_are_a_conflict_until_one_is_corrected(desk_of, tmp_path):
    one, other = desk_of("one"), desk_of("other")
    one.posted(stay())
    other.posted(stay(admitted="2026-05-01", discharged="2026-05-05"), WANG._replace(name="王秀荣"))
    other.posted(stay(), PatientGiven((Identifier("01", "220102195001010012"),), WANG.name))  # a namesake
    found = taken(one, packet(other, tmp_path / "1")).conflicts
    assert [each.kind for each in found] == ["names"]
    assert totals_of(one).admissions == 2
    number = WANG.identifiers[0].id
    persons.rename(one.counter, number, "王秀荣", reason="看过证件", operator=WHO)
    taken(other, packet(one, tmp_path / "2"))
    assert other.counter.find(number).name == "王秀荣"
    assert conflicts.open_ones(other.ledger) == []


def test_whoever_is_forgotten_at_one_desk_is_at_the_others_and_no_older_file_brings_them_back(
    desk_of, tmp_path
):
    one, other = desk_of("one"), desk_of("other")
    one.posted(stay(), facts={"setl_id": "S-1"})
    old = packet(one, tmp_path / "old")
    taken(other, old)
    other.posted(chronic())
    assert other.ledger.journal.facts(here(other, one, 1)).setl_id == "S-1"
    personal_data.erase(one.counter, WANG.identifiers[0].id, WHO)
    taken(other, packet(one, tmp_path / "new"))
    for file in (old, tmp_path / "new", old):
        taken(other, file)
        assert other.counter.find(WANG.identifiers[0].id) is None
        kept = other.ledger.db.execute("SELECT name, salt, own_key FROM patients").fetchall()
        assert set(kept) == {("", "", "")}
        assert other.ledger.journal.facts(here(other, one, 1)) is None
    late = desk_of("late")  # which hears of the forgetting before it sees the older file
    taken(late, tmp_path / "new")
    taken(late, old)
    assert late.counter.find(WANG.identifiers[0].id) is None


def test_an_entry_more_than_a_day_ahead_is_held_back_and_shown_until_its_time(desk_of, tmp_path):
    ahead = datetime.now(UTC) + timedelta(days=3)
    clock = [datetime.now(UTC)]
    one = desk_of("one", lambda: clock[0])
    one.posted(stay())
    clock[0] = ahead
    one.posted(stay(admitted="2026-04-01", discharged="2026-04-05"))
    file = packet(one, tmp_path / "1")
    other = desk_of("other")
    done = taken(other, file)
    assert (done.new, [(each.ledger, each.number) for each in done.held]) == (1, [(one.ledger.id, 2)])
    late = desk_of("late", lambda: ahead)
    taken(late, file)
    assert totals_of(late) == totals_of(one)
    later = late.post(stay(admitted="2026-06-01", discharged="2026-06-05")).entry
    assert later.place > late.ledger.journal.entry(here(late, one, 2)).place, "stamps never go back"


def test_a_village_sees_what_was_added_for_its_patients_and_of_the_others_only_digests(desk_of, tmp_path):
    hospital, village = desk_of("hospital"), desk_of("village")
    village.posted(chronic())
    introduced = packet(village, tmp_path / "v1")
    mark = trusting.introduced(introduced)
    trusting.trust(hospital.counter, introduced, mark.fingerprint, sees=Trust.OWN_PATIENTS, operator=WHO)
    taken(hospital, introduced)
    hospital.posted(stay(), facts={"mdtrt_id": "M-WANG"})
    hospital.posted(stay(), LI, facts={"mdtrt_id": "M-LI"})
    file = packet(hospital, tmp_path / "h1")
    taken(village, file)
    assert totals_of(village) == totals_of(hospital)
    assert village.counter.find(LI.identifiers[0].id) is None
    secret = (village.ledger.path.read_bytes() + Path(f"{village.ledger.path}-wal").read_bytes()).decode(
        "latin-1"
    )
    for canary in (LI.identifiers[0].id, LI.name.encode().decode("latin-1"), "M-LI"):
        assert canary not in secret
    assert "M-WANG" in secret
    village.posted(chronic(disease=2), LI)  # now it is a patient of the village's, too
    taken(hospital, packet(village, tmp_path / "v2"))
    done = taken(village, packet(hospital, tmp_path / "h2"))
    assert done.new == 1, "the record that was withheld"
    assert totals_of(village, LI) == totals_of(hospital, LI)
    assert totals_of(village, LI).admissions == 1


def test_a_sealed_file_tells_whoever_finds_it_no_name_no_number_and_no_amount(desk_of, tmp_path):
    one, other, third = desk_of("one"), desk_of("other"), desk_of("third")
    one.posted(stay(total="27182.81"), facts={"receipt": "R-31415"})
    public = trusting.own(other.counter).public
    file = packet(one, tmp_path / "1", receiver=public)
    content = file.read_bytes()
    for canary in (WANG.name, WANG.identifiers[0].id, "2718281", "27182.81", "R-31415"):
        assert canary.encode() not in content
    assert refused(third, file) == "desks.sealed_to_another"
    assert taken(other, file).new == 1


def test_a_guarded_ledger_takes_in_only_whom_an_administrator_trusts_by_the_fingerprint(
    guarded, desk_of, tmp_path
):
    one = desk_of("one")
    one.posted(stay())
    file = packet(one, tmp_path / "1")
    counter = guarded.counter
    counter.sign_in("赵", PIN)
    assert ids(stick.take_in(counter, file, operator="赵")) == ["desks.stranger"]
    mark = trusting.introduced(file).fingerprint
    told = {"sees": Trust.EVERYTHING, "operator": "赵"}
    assert ids(trusting.trust(counter, file, mark, **told)) == ["right_needed"]
    counter.sign_in(CHIEF, PIN)
    told["operator"] = CHIEF
    assert ids(trusting.trust(counter, file, mark[::-1], **told)) == ["desks.other_fingerprint"]
    assert not isinstance(trusting.trust(counter, file, mark.lower(), **told), list)
    done = stick.take_in(counter, file, operator=CHIEF)
    assert not isinstance(done, list)
    assert done.new == 1
    assert counter.ledger.verify().fault is None
    trusting.close(counter, one.ledger.id, operator=CHIEF)
    assert ids(stick.take_in(counter, file, operator=CHIEF)) == ["desks.closed"]
    back = stick.hand_over(counter, file, receiver=one.ledger.id, operator=CHIEF)
    assert ids(back) == ["desks.closed"]


def test_a_chain_that_forks_is_told_and_listed_and_nothing_is_taken_in(desk_of, tmp_path):
    one, other = desk_of("one"), desk_of("other")
    one.posted(stay())
    packet(one, tmp_path / "0")
    one.ledger.connection.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (tmp_path / "copy.db").write_bytes((tmp_path / "one.db").read_bytes())
    copy = desk_of("copy")
    one.posted(stay(admitted="2026-04-01", discharged="2026-04-05"))
    copy.posted(stay(admitted="2026-06-01", discharged="2026-06-05"))
    taken(other, packet(one, tmp_path / "1"))
    assert refused(other, packet(copy, tmp_path / "2")) == "desks.forked"
    assert [each.kind for each in conflicts.open_ones(other.ledger)] == ["fork"]


def test_an_altered_record_of_another_ledger_is_found_when_everything_is_verified(desk_of, tmp_path):
    one, other = desk_of("one"), desk_of("other")
    one.posted(stay())
    taken(other, packet(one, tmp_path / "1"))
    raw = other.ledger.connection.db
    for table, column in (("entries", "record"), ("acts", "record"), ("summaries", "medfee_sumamt")):
        raw.execute("SAVEPOINT planted")
        with triggers_aside(raw, table):
            raw.execute(f"UPDATE {table} SET {column} = replace({column}, '2', '3') WHERE number > ?", [OWN])
        assert other.ledger.verify().fault is not None, table
        raw.execute("ROLLBACK TO planted")
        raw.execute("RELEASE planted")
    assert other.sound()


def test_facts_of_another_ledgers_entry_are_added_there(desk_of, tmp_path):
    one, other = desk_of("one"), desk_of("other")
    one.posted(stay())
    taken(other, packet(one, tmp_path / "1"))
    faults = visit_facts.add(other.counter, here(other, one, 1), {"receipt": "7"}, operator=WHO)
    assert ids(faults) == ["desks.facts_elsewhere"]


def test_a_day_is_summed_up_at_one_desk_or_at_all_with_the_heads_of_every_ledger(desk_of, tmp_path):
    one, other = desk_of("one"), desk_of("other")
    one.posted(stay())
    other.posted(stay(admitted="2026-05-01", discharged="2026-05-05"))
    taken(one, packet(other, tmp_path / "1"))
    day = one.ledger.now().astimezone(BEIJING).date()
    own, every = one.counter.day_end(day), one.counter.day_end(day, EVERY_DESK)
    assert [sum(line.posted for line in end.lines) for end in (own, every)] == [1, 2]
    head = other.ledger.db.execute("SELECT hash FROM entries WHERE number = 1").fetchone()[0]
    assert [(each.ledger, each.entry, each.hash) for each in own.others] == [(other.ledger.short_id, 1, head)]


# ---- many clinics, many months


PEOPLE = [
    PatientGiven((Identifier("01", f"2201021950{month:02d}{day:02d}0011"),), f"患者{month}-{day}")
    for day in range(1, 6)
    for month in range(1, 13)
]


def own_records(desk: Desk) -> list[tuple[int, Any]]:
    """What a desk itself has posted, each with its number."""
    rows = desk.ledger.db.execute("SELECT number, record FROM entries WHERE number < ?", [OWN]).fetchall()
    return [(number, json.loads(text)) for number, text in rows]


def one_true(
    desks: list[Desk],
    person: PatientGiven,
    year: int = 2026,
    own: Callable[[Desk], list[tuple[int, Any]]] = own_records,
) -> tuple[int, int, int]:
    """Admissions, in-scope cost and payments of a year, from the records of the desks' own entries alone."""
    records: dict[tuple[str, int], Any] = {}
    for desk in desks:
        keys = {
            part.key for part in desk.ledger.patients.parts(desk.counter.find(person.identifiers[0].id).key)
        }
        for number, record in own(desk):
            if record["patient"] in keys and record["year"] == year:
                records[desk.ledger.id, number] = record
    gone = set()
    for (ledger, _), record in records.items():
        if record["kind"] == "reversed":
            gone.add(tuple(record.get("reverses_of") or (ledger, record["reverses"])))
    names = ("admissions", "in_scope", "basic_paid")
    counted = [r for at, r in records.items() if at not in gone and r["kind"] == "posted"]
    return tuple(sum(r["after"][name] - r["before"][name] for r in counted) for name in names)  # type: ignore[return-value]


def travelled(desk_of: Any, folder: Path, clinics: int, months: int, seed: int, visits: int = 3) -> None:
    """Clinics post for the same people month by month; all of them meet in any order, often twice."""
    draw = random.Random(seed)
    hospital, villages = desk_of("hospital"), [desk_of(f"village{n}") for n in range(clinics)]
    every, files = [hospital, *villages], list[tuple[Desk, Path]]()
    people = PEOPLE[: max(12, 3 * clinics)]
    for month in range(1, months + 1):
        for desk in every:
            for person in draw.sample(people, visits):
                day = draw.randint(1, 20)
                request = stay(
                    admitted=f"2026-{month:02d}-{day:02d}", discharged=f"2026-{month:02d}-{day + 5:02d}"
                )
                desk.posted(draw.choice([request, chronic(discharged=f"2026-{month:02d}-{day:02d}")]), person)
            standing = desk.ledger.db.execute(
                "SELECT number FROM summaries WHERE kind = 'posted' AND reversed_by IS NULL"
            ).fetchall()
            if draw.random() < 0.3:
                desk.reverse(draw.choice(standing)[0])
            file = packet(desk, folder / f"{month}-{desk.ledger.short_id}")
            spoilt, whole, place = folder / "spoilt", file.read_bytes(), draw.randrange(file.stat().st_size)
            altered = whole[:place] + bytes([whole[place] ^ 1 << draw.randrange(8)]) + whole[place + 1 :]
            spoilt.write_bytes(draw.choice([whole[:place], altered]))
            files.append((desk, file))
            for target in draw.sample(every, min(3, len(every))):
                assert isinstance(stick.take_in(target.counter, spoilt, operator=WHO), list)
                source, carried = draw.choice(files)
                if source is not target:
                    done = stick.take_in(target.counter, carried, operator=WHO)
                    assert not isinstance(done, list), done
    last = [(desk, packet(desk, folder / f"last-{place}")) for place, desk in enumerate(villages)]
    draw.shuffle(last)
    for _, file in last:
        assert not isinstance(stick.take_in(hospital.counter, file, operator=WHO), list)
    everything = (hospital, packet(hospital, folder / "everything"))
    for village in villages:
        for source, file in draw.sample([everything, everything, *draw.sample(last, 2)], 4):
            if source is not village:
                assert not isinstance(stick.take_in(village.counter, file, operator=WHO), list)
    own = cache(own_records)
    for person in people:
        if hospital.counter.find(person.identifiers[0].id) is not None:
            found = {canonical(totals_of(desk, person)) for desk in every}
            assert len(found) == 1, person
            expected = one_true(every, person, own=own)
            totals = totals_of(hospital, person)
            assert (totals.admissions, totals.in_scope, totals.basic_paid) == expected
    assert all(desk.sound() for desk in every)


def canonical(totals: YearToDate) -> str:
    return json.dumps(totals._asdict(), sort_keys=True, default=str)


def test_clinics_that_meet_in_any_order_come_to_the_one_true_ledger(desk_of, tmp_path):
    travelled(desk_of, tmp_path, clinics=2, months=2, seed=1)


@pytest.mark.parametrize("way", ["folded", "in order"])
def test_an_entry_that_is_left_out_of_the_totals_is_caught(desk_of, tmp_path, monkeypatch, way):
    fold, totals = Journal.fold, InOrder.totals

    def without_the_last(self: Journal, patient: str, year: int, *more: Any, **cells: Any) -> YearToDate:
        return fold(self, patient, year, {max(each.number for each in self.entries(patient, year))})

    def as_before(self: InOrder, alone: set[str]) -> dict[tuple[str, int], str]:
        return dict.fromkeys(totals(self, alone), json.dumps(totals_record(NOTHING_YET)))

    if way == "folded":
        monkeypatch.setattr(in_order, "MOST", 0)
        monkeypatch.setattr(Journal, "fold", without_the_last)
    else:
        monkeypatch.setattr(InOrder, "totals", as_before)
    with pytest.raises(AssertionError):
        travelled(desk_of, tmp_path, clinics=2, months=1, seed=1)


@pytest.mark.long
def test_twenty_clinics_and_twelve_months_come_to_the_one_true_ledger(desk_of, tmp_path):
    travelled(desk_of, tmp_path, clinics=20, months=12, seed=2, visits=2)


@pytest.mark.long
def test_a_stick_of_ten_thousand_entries_is_taken_in_under_ten_seconds(desk_of, tmp_path):
    one, other = desk_of("one"), desk_of("other")
    with one.ledger.transaction():
        for number in range(10_000):
            person = PatientGiven(
                (Identifier("01", f"22010219500{number % 2000:04d}001"),), f"患者{number % 2000}"
            )
            one.posted(chronic(disease=1 + number % 18, eligible="50.00"), person)
    for person in PEOPLE[:12]:
        other.posted(chronic(), person)
    file = packet(one, tmp_path / "1")
    began = time.process_time()  # what else the machine does is not the stick's
    done = stick.take_in(other.counter, file, operator=WHO)
    seconds = time.process_time() - began
    assert not isinstance(done, list)
    assert done.new == 10_000
    assert seconds < 10, seconds
