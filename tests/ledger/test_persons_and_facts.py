"""Stays that overlap, facts beside the figures, persons renamed and joined, persons without a number."""

import pytest

from core.ledger.entries import Posted
from tests.ledger.desk import LI, WANG, Desk, stay
from tests.ledger.test_console_ledger import PATIENT, POSTING, Console, console, fields
from tests.ledger.test_operators import CHIEF, PIN, guarded, ids

__all__ = ["console", "guarded"]

OTHER = {"id_type": "01", "id": LI.identifiers[0].id, "name": LI.name}
BIRTHS = [each["id"][6:14] for each in (PATIENT, OTHER)]
WHY = ("--reason", "核对过", "--operator", "赵")


def posting_of(key, patient=PATIENT, facts=None, **cells):
    more = {} if facts is None else {"facts": facts}
    return {"key": key, "patient": patient, "operator": "赵", "request": stay(**cells), **more}


def post(console: Console, key, patient=PATIENT, facts=None, **cells):
    status, (answer,) = console("post", stdin=posting_of(key, patient, facts, **cells))
    assert status == 0, answer
    return answer


def admissions(console: Console, identifier):
    return console("year-to-date", "--patient", identifier, "--year", 2026)[1][0]["admissions"]


# ---- stays that overlap


@pytest.mark.parametrize(
    ("admitted", "discharged", "told"),
    [
        ("2026-03-01", "2026-03-10", [1]),
        ("2026-03-04", "2026-03-05", [1]),
        ("2026-02-20", "2026-03-02", [1]),
        ("2026-03-10", "2026-03-12", None),
        ("2026-02-20", "2026-03-01", None),
        ("2026-04-01", "2026-04-02", None),
    ],
)
def test_a_stay_that_overlaps_a_standing_one_is_told(console, admitted, discharged, told):
    post(console, "k1")
    answer = post(console, "k2", admitted=admitted, discharged=discharged)
    assert answer.get("overlaps") == told
    assert any("第 1 笔" in note for note in answer["notes"]) == bool(told)
    assert console("post", stdin=posting_of("k2", admitted=admitted, discharged=discharged))[1] == [answer]


def test_of_many_overlapping_stays_the_latest_ten_are_named_and_the_others_counted(console):
    for number in range(13):
        last = post(console, f"k{number}")
    assert (last["overlaps"], last["more_overlaps"]) == ([*range(3, 13)], 2)
    assert any("12（另有较早的 2 笔）" in note for note in last["notes"])
    assert console("post", stdin=posting_of("k12"))[1] == [last]
    assert "more_overlaps" not in post(console, "k9")


def test_a_reversed_stay_and_somebody_else_s_overlap_nothing(console):
    post(console, "k1")
    assert "overlaps" not in post(console, "k2", OTHER)
    console("reverse", "1", "--reason", "录错", "--operator", "赵")
    assert "overlaps" not in post(console, "k3")


def test_the_same_visit_of_a_day_is_told_and_another_one_is_not(console):
    visit = {"benefit": "common_outpatient", "hospital_level": "level_1", "admitted": None}
    post(console, "k1", **visit)
    assert post(console, "k2", **visit)["overlaps"] == [1]
    assert "overlaps" not in post(console, "k3", **visit, total="30000.00")


def test_a_guarded_ledger_asks_for_a_supervisor_and_a_reason(guarded: Desk):
    counter = guarded.counter
    counter.sign_in("赵", PIN)
    guarded.posted(stay())
    assert ids(guarded.post(stay(), reason="")) == ["overlap_refused", "right_needed"]
    assert ids(guarded.post(stay(), reason="转科")) == ["overlap_refused", "right_needed"]
    counter.sign_in("钱", PIN)
    assert ids(guarded.post(stay(), operator="钱", reason="")) == ["overlap_refused"]
    allowed = guarded.post(stay(), operator="钱", reason="转科后重新办理")
    assert isinstance(allowed, Posted)
    assert allowed.overlapped.numbers == (1,)
    act = guarded.ledger.trail.acts()[-1]
    assert (act.act.value, act.about, act.operator) == ("overlap_allowed", "2", "钱")
    assert act.detail == {"entries": [1], "reason": "转科后重新办理"}
    assert guarded.sound()


def test_a_key_of_an_entry_that_was_taken_back_says_so_with_the_totals_of_today(console):
    first = post(console, "k1")
    post(console, "k2", admitted="2026-04-01", discharged="2026-04-09")
    assert console("reverse", "1", "--reason", "录错", "--operator", "赵", "--resettle")[0] == 0
    again = post(console, "k1")
    assert (again["entry"], again["amounts"], again["reversed_by"]) == (1, first["amounts"], 3)
    assert "replaced_by" not in again
    assert again["year_to_date"]["admissions"] == 1
    resettled = post(console, "k2", admitted="2026-04-01", discharged="2026-04-09")
    assert (resettled["reversed_by"], resettled["replaced_by"]) == (4, 5)
    console("reverse", "5", "--reason", "录错", "--operator", "赵")
    assert post(console, "k2", admitted="2026-04-01", discharged="2026-04-09")["replaced_by"] == 5


# ---- facts


FACTS = {
    "setl_id": "S-2026-1",
    "mdtrt_id": "M900001",
    "psn_no": "22010000000000007319",
    "receipt": "0012345",
    "injury": True,
    "third_party": False,
}


def test_facts_touch_no_figure_and_are_shown_and_found(console, desk):
    plain = post(console, "k1", OTHER)
    answer = post(console, "k2", facts=FACTS)
    assert answer["amounts"] == plain["amounts"]
    _, (entry,) = console("entries", "--patient", PATIENT["id"])
    assert entry["facts"] == FACTS
    by_number = console("entries", "--patient", FACTS["psn_no"])[1]
    assert [each["entry"] for each in by_number] == [2]
    assert console("verify")[0] == 0
    from core.ledger.search import Wanted

    for number in ("S-2026-1", "M900001", "0012345", "s-2026-1", "ｍ９００００１", " ００１２３４５ "):
        assert [found.number for found in desk.ledger.search.entries(Wanted(fact=number))] == [2]
    assert desk.ledger.search.entries(Wanted(fact="S-2026-2")) == []
    post(console, "k3", OTHER, facts={"mdtrt_id": "Zy2026aB", "receipt": "zY2026Ab"})
    for number in ("Zy2026aB", "zY2026Ab", "zy2026ab", "ZY2026AB", "Ｚy2026Ab"):
        assert [found.number for found in desk.ledger.search.entries(Wanted(fact=number))] == [3]
    for number in ("Zy2026a", "Zy2026aBc", " ", "%"):
        assert desk.ledger.search.entries(Wanted(fact=number)) == []


def test_facts_are_added_later_as_an_act_and_stay_with_what_settles_the_entry_again(console, desk):
    post(console, "k1")
    post(console, "k2", admitted="2026-04-01", discharged="2026-04-09")
    assert console("facts", 2, "--operator", "赵", stdin={"receipt": "77", "filed": True}) == (
        0,
        [{"receipt": "77", "filed": True}],
    )
    _, (all_of_them,) = console("facts", 2, "--operator", "赵", stdin={"receipt": "78", "mdtrt_id": "M1"})
    assert all_of_them == {"mdtrt_id": "M1", "receipt": "78", "filed": True}
    acts = [act for act in desk.ledger.trail.acts() if act.act.value == "facts_noted"]
    assert [(act.about, act.detail["names"]) for act in acts] == [
        ("2", ["filed", "receipt"]),
        ("2", ["mdtrt_id", "receipt"]),
    ]
    console("reverse", "1", "--reason", "录错", "--operator", "赵", "--resettle")
    assert console("entries", "--patient", PATIENT["id"])[1][-1]["facts"] == all_of_them
    assert console("verify")[0] == 0


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"receipt": 5}, "facts.receipt"),
        ({"injury": "yes"}, "facts.injury"),
        ({"ward": "3"}, "facts.ward"),
        ({"setl_id": "x" * 65}, "facts.setl_id"),
        ({"psn_no": "无"}, "facts.psn_no"),
    ],
)
def test_facts_that_are_none_are_refused(console, facts, field):
    assert field in fields(console("post", stdin=posting_of("k1", facts=facts)))
    assert console("verify") == (0, [{"ok": True, "entries": 0}])


def test_facts_are_added_to_standing_visits_alone(console):
    post(console, "k1", facts={"psn_no": "7001"})
    post(console, "k2", OTHER)
    assert fields(console("facts", 9, "--operator", "赵", stdin={"receipt": "1"})) == ["entry"]
    assert fields(console("facts", 2, "--operator", "赵", stdin={})) == ["facts"]
    assert fields(console("facts", 2, "--operator", "赵", stdin={"psn_no": "7001"})) == ["facts.psn_no"]
    console("reverse", "2", "--reason", "录错", "--operator", "赵")
    for number in (2, 3):
        assert fields(console("facts", number, "--operator", "赵", stdin={"receipt": "1"})) == ["entry"]


def test_a_personal_number_joins_nobody_whatever_the_name_is(console):
    """Two of one name are two until somebody joins them, whichever kind of document the second one brings."""
    post(console, "k1", facts={"psn_no": "7001"})
    namesake = {**OTHER, "name": PATIENT["name"]}
    card = {"id_type": "90", "id": "A123456", "name": PATIENT["name"]}
    child = {"id_type": "990201", "mother": OTHER["id"], "born": "2026-02-01", "child": 1}
    for patient in (namesake, card, child, {"id_type": "unknown", "name": PATIENT["name"]}):
        refused = console("post", stdin=posting_of("k2", patient, facts={"psn_no": "7001"}))
        assert fields(refused) == ["facts.psn_no"], patient
    post(console, "k2", namesake)
    assert fields(console("post", stdin=posting_of("k3", namesake, facts={"psn_no": "7001"}))) == [
        "facts.psn_no"
    ]
    assert [admissions(console, each["id"]) for each in (PATIENT, namesake)] == [1, 1]
    assert console("join", "--patient", PATIENT["id"], "--with", namesake["id"], *WHY)[0] == 0
    post(console, "k3", namesake, facts={"psn_no": "7001"}, admitted="2026-05-01", discharged="2026-05-02")
    assert admissions(console, "7001") == 3


def test_facts_that_were_changed_by_hand_are_found_and_go_with_the_person(console, desk):
    post(console, "k1", facts=FACTS)
    with_facts = desk.ledger.db
    with_facts.execute("UPDATE facts SET receipt = '1' WHERE entry = 1")
    assert console("verify")[1][0]["ok"] is False
    with_facts.execute("UPDATE facts SET receipt = '0012345' WHERE entry = 1")
    assert console("verify")[0] == 0
    (record,) = with_facts.execute("SELECT record FROM entries").fetchone()
    assert not any(str(value) in record for value in FACTS.values() if isinstance(value, str))
    console("--operator", "赵", "erase", "--patient", PATIENT["id"])
    assert with_facts.execute("SELECT count(*) FROM facts").fetchone() == (0,)
    assert console("verify")[0] == 0


# ---- persons


def test_two_numbers_of_one_person_are_joined_and_taken_apart_again(console):
    post(console, "k1")
    second = post(console, "k2", OTHER, admitted="2026-04-01", discharged="2026-04-09")
    assert second["year_to_date"]["admissions"] == 1
    status, (joined,) = console("join", "--patient", PATIENT["id"], "--with", OTHER["id"], *WHY)
    assert status == 0
    assert joined["name"] == PATIENT["name"]
    assert len(joined["notes"]) == 1
    assert all(f"{born[:4]}-{born[4:6]}-{born[6:]}" in joined["notes"][0] for born in BIRTHS), joined["notes"]
    assert {each["id"] for each in joined["identifiers"]} == {PATIENT["id"], OTHER["id"]}
    assert [(each["entry"], each["amounts"] != each["would_be"]) for each in joined["affected"]] == [
        (2, True)
    ]
    assert admissions(console, PATIENT["id"]) == admissions(console, OTHER["id"]) == 2
    third = post(console, "k3", OTHER | {"name": ""}, admitted="2026-05-01", discharged="2026-05-09")
    assert third["year_to_date"]["admissions"] == 3
    assert [each["entry"] for each in console("entries", "--patient", PATIENT["id"])[1]] == [1, 2, 3]
    assert console("verify") == (0, [{"ok": True, "entries": 3}])
    assert fields(console("join", "--patient", PATIENT["id"], "--with", OTHER["id"], *WHY)) == ["with"]
    console("reverse", "3", "--reason", "录错", "--operator", "赵")
    post(console, "k4", OTHER | {"name": ""}, admitted="2026-06-01", discharged="2026-06-09")
    status, (apart,) = console("separate", "--patient", PATIENT["id"], "--with", OTHER["id"], *WHY)
    assert (status, apart["name"]) == (0, PATIENT["name"])
    assert [each["id"] for each in apart["identifiers"]] == [PATIENT["id"]]
    assert (admissions(console, PATIENT["id"]), admissions(console, OTHER["id"])) == (1, 2)
    assert console("verify") == (0, [{"ok": True, "entries": 5}])
    assert fields(console("separate", "--patient", PATIENT["id"], "--with", OTHER["id"], *WHY)) == ["with"]


def test_a_third_number_stays_with_the_one_that_it_was_joined_to(console):
    third = {"id_type": "03", "id": "E12345678", "name": "王秀英"}
    for key, patient in (("k1", PATIENT), ("k2", OTHER), ("k3", third)):
        post(console, key, patient)
    console("join", "--patient", PATIENT["id"], "--with", OTHER["id"], *WHY)
    console("join", "--patient", third["id"], "--with", OTHER["id"], *WHY)
    assert admissions(console, PATIENT["id"]) == 3
    console("separate", "--patient", PATIENT["id"], "--with", OTHER["id"], *WHY)
    assert [admissions(console, each["id"]) for each in (PATIENT, OTHER, third)] == [1, 2, 2]
    assert console("verify")[0] == 0


def test_a_join_by_hand_is_found(console, desk):
    post(console, "k1")
    post(console, "k2", OTHER)
    desk.ledger.db.execute("UPDATE patients SET person = (SELECT min(key) FROM patients)")
    assert console("verify")[0] == 1


def test_a_wrong_name_is_corrected_and_the_right_one_taken_from_then_on(console, desk):
    post(console, "k1", PATIENT | {"name": "王秀荣"})
    assert fields(console("post", stdin=POSTING | {"key": "k2"})) == ["patient.name"]
    status, (renamed,) = console("rename", "--patient", PATIENT["id"], "--name", " 王秀英 ", *WHY)
    assert (status, renamed["name"], renamed["affected"]) == (0, "王秀英", [])
    post(console, "k2")
    assert fields(console("rename", "--patient", "220102199001010013", "--name", "某", *WHY)) == ["patient"]
    acts = [act for act in desk.ledger.trail.acts() if act.act.value == "renamed"]
    assert [act.detail for act in acts] == [{"reason": "核对过"}]
    assert console("verify")[0] == 0


def test_persons_are_corrected_by_a_supervisor_alone(guarded: Desk):
    from core.counter import persons

    counter = guarded.counter
    counter.sign_in("赵", PIN)
    guarded.posted(stay())
    guarded.posted(stay(), LI)
    one, other = WANG.identifiers[0].id, LI.identifiers[0].id
    cells = {"reason": "核对过", "operator": "赵"}
    assert ids(persons.rename(counter, one, "王秀荣", **cells)) == ["right_needed"]
    assert ids(persons.join(counter, one, other, **cells)) == ["right_needed"]
    counter.sign_in(CHIEF, PIN)
    joined = persons.join(counter, one, other, reason="同一人", operator=CHIEF)
    assert not isinstance(joined, list)
    act = guarded.ledger.trail.acts()[-1]
    assert (act.act.value, act.operator, act.detail["reason"]) == ("joined", CHIEF, "同一人")
    assert guarded.sound()


# ---- persons without a number


BABY = {"id_type": "990201", "mother": PATIENT["id"], "born": "2026-03-01", "child": 1, "name": "王秀英之女"}


def test_a_newborn_is_known_by_mother_day_and_child_and_later_by_its_own_number(console):
    post(console, "k1", BABY)
    assert (
        post(console, "k2", BABY, admitted="2026-04-01", discharged="2026-04-09")["year_to_date"][
            "admissions"
        ]
        == 2
    )
    twin = post(console, "k3", BABY | {"child": 2, "name": "王秀英之子"})
    assert twin["year_to_date"]["admissions"] == 1
    own = {"id_type": "01", "id": "220102202603010023", "name": "李小雨"}
    post(console, "k4", own, admitted="2026-06-01", discharged="2026-06-03")
    newborn = f"{PATIENT['id']}-20260301-1"
    status, (joined,) = console("join", "--patient", own["id"], "--with", newborn, *WHY)
    assert (status, joined["name"]) == (0, "李小雨")
    assert admissions(console, own["id"]) == 3
    assert console("verify")[0] == 0


def test_a_newborn_keeps_its_identity_when_the_mother_is_forgotten(console, desk):
    post(console, "k1")
    post(console, "k2", BABY)
    console("--operator", "赵", "erase", "--patient", PATIENT["id"])
    assert console("verify")[0] == 0
    rows = desk.ledger.db.execute("SELECT id FROM identifiers").fetchall()
    assert len(rows) == 1
    assert PATIENT["id"] not in rows[0][0]
    assert rows[0][0].endswith("-20260301-1")


@pytest.mark.parametrize(
    ("patient", "field"),
    [
        ({"id_type": "990201"}, "patient.mother"),
        ({"id_type": "990201", "mother": "220102195001010011", "born": "2026-03-01"}, "patient.child"),
        ({"id_type": "01", "id": "220102195001010011", "child": 1}, "patient.child"),
        ({"id_type": "01"}, "patient.id"),
    ],
)
def test_what_names_nobody_is_refused(console, patient, field):
    assert field in fields(console("post", stdin=posting_of("k1", patient)))


def test_somebody_without_any_number_gets_one_and_is_known_by_it(console):
    nobody = {"id_type": "unknown", "name": "无名氏"}
    first = post(console, "k1", nobody)
    number = first["patient"]["id"]
    assert first["patient"]["id_type"] == "unknown"
    assert post(console, "k1", nobody) == first
    another = post(console, "k2", nobody)
    assert another["patient"]["id"] != number
    known = {"id_type": "unknown", "id": number.lower()}
    again = post(console, "k3", known, admitted="2026-04-01", discharged="2026-04-09")
    assert again["year_to_date"]["admissions"] == 2
    assert console("join", "--patient", PATIENT["id"], "--with", number, *WHY)[0] == 2
    post(console, "k4", admitted="2026-05-01", discharged="2026-05-09")
    assert console("join", "--patient", PATIENT["id"], "--with", number, *WHY)[0] == 0
    assert admissions(console, PATIENT["id"]) == 3
    assert console("verify")[0] == 0
