"""One person under several numbers or names: looked up once, corrected, joined and taken apart, by keys."""

from core.counter import personal_data, persons
from core.ledger.entries import Identifier, PatientGiven
from tests.desktop.conftest import Desk
from tests.desktop.keys import FIRST_ADMISSION
from tests.desktop.test_lookup_by_keys import post

A = "220113196004080016"
OLD_CARD = PatientGiven((Identifier("90", "E12345678"),), "张建国")


def test_a_joined_person_stands_once_in_every_search(desk: Desk) -> None:
    keys = desk()
    keys.type(FIRST_ADMISSION + " F12 Y F2")
    post(keys, OLD_CARD, "card", admitted="2026-05-01", discharged="2026-05-05")
    counter = keys.program.session.opened
    keys.type("F3")
    assert len(keys.rows()) == 2
    keys.type("Esc")
    made = persons.join(counter, A, "E12345678", reason="同一人", operator="王芳")
    assert not isinstance(made, list)
    for search in ("F3", "F3 张", "F3 zjg"):
        keys.type(search)
        assert len(keys.rows()) == 1, search
        keys.type("Esc")
    assert len(counter.search("张建国")) == 1


def test_of_a_forgotten_person_nothing_is_taken_to_the_counter(desk: Desk) -> None:
    keys = desk()
    keys.type(FIRST_ADMISSION + " F12 Y F2")
    counter = keys.program.session.opened
    assert personal_data.erase(counter, A, "王芳") == 1
    keys.type("Ctrl+F" + " Return" * 8)
    keys.type("Return Return")
    assert "个人信息已经删去" in keys.seen()
