"""People are found by letters as their surnames are read, by parts of a name and by the end of a number."""

import threading
import time
from types import SimpleNamespace

import pytest

from core.ledger.search import Person
from desktop.presenters.lookup.people import People
from desktop.presenters.pinyin import readings, spells, surnames

NAMES = (
    "单雄信",
    "张建国",
    "赵军",
    "朱佳桂",
    "欧阳修",
    "单于台",
    "John Smith",
    "김철수",
    "吕布",
    "长孙无忌",
    "章邯",
)


class FakeCounter:
    """A ledger of some people; the later, the more recent."""

    def __init__(self, names: tuple[str, ...] = NAMES) -> None:
        self.persons = [
            Person(row, f"key {row}", name, (f"2201131960040{row:04}X",), row)
            for row, name in enumerate(names, 1)
        ]
        self.latest: list[tuple[str, int]] = []
        self.ledger = SimpleNamespace(search=self)

    def people(self, after: int, most: int) -> list[Person]:
        return [one for one in self.persons if one.row > after][:most]

    def latest_of_each(self, after: int) -> list[tuple[str, int]]:
        return [(key, number) for key, number in self.latest if number > after]

    def search(self, text: str, most: int) -> list[Person]:
        return [_Patient(one.patient) for one in self.persons if one.identifiers[0].startswith(text)][:most]  # type: ignore[misc]


class _Patient:
    def __init__(self, key: str) -> None:
        self.key = key


def found(people: People, text: str) -> list[str]:
    names = {f"key {row}": name for row, name in enumerate(NAMES, 1)}
    return [names.get(key, key) for key in people.search(text)]


@pytest.fixture
def people() -> People:
    return People(FakeCounter())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("surname", "reading"),
    [
        ("单", "shan"),
        ("仇", "qiu"),
        ("曾", "zeng"),
        ("解", "xie"),
        ("朴", "piao"),
        ("区", "ou"),
        ("覃", "qin"),
        ("盖", "ge"),
        ("查", "zha"),
        ("尹", "yin"),
        ("翟", "zhai"),
        ("缪", "miao"),
        ("华", "hua"),
        ("任", "ren"),
        ("万俟", "mo"),
        ("尉迟", "yu"),
        ("尉", "wei"),
    ],
)
def test_a_surname_is_read_as_surnames_are(surname: str, reading: str) -> None:
    assert readings(f"{surname}大明")[0][0] == reading


def test_every_reading_of_the_table_is_one_that_a_keyboard_can_type() -> None:
    table = surnames()
    for texts in (*table.single.values(), *table.compound.values()):
        assert all(text.isascii() and text.isalpha() and text.islower() for text in texts)
    assert all(len(name) == 1 for name in table.single)
    assert all(len(name) == len(texts) for name, texts in table.compound.items())


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("zjg", "张建国"),
        ("zhangjianguo", "张建国"),
        ("zhangjg", "张建国"),
        ("zhjg", "张建国"),
        ("zhangj", "张建国"),
        ("oyx", "欧阳修"),
        ("ouyang", "欧阳修"),
        ("cyt", "单于台"),
        ("zhangsun", "长孙无忌"),
        ("lvbu", "吕布"),
        ("john", "John Smith"),
    ],
)
def test_letters_spell_a_name_by_syllables_initials_or_both(people: People, wanted: str, name: str) -> None:
    assert name in found(people, wanted)


def test_letters_that_spell_nothing_find_nobody(people: People) -> None:
    assert found(people, "qqq") == []
    assert not spells("zjgx", readings("张建国"))
    assert not spells("zhangu", readings("张建国"))


def test_the_latest_come_first_and_a_name_s_beginning_before_its_middle(people: People) -> None:
    assert found(people, "z") == ["章邯", "长孙无忌", "朱佳桂", "赵军", "张建国"]
    assert found(people, "张") == ["张建国"]
    assert found(people, "国") == ["张建国"]
    counter = people._counter
    counter.latest = [("key 2", 99)]  # type: ignore[attr-defined]
    assert found(people, "z")[0] == "张建国"


def test_a_number_is_found_by_its_beginning_or_from_its_last_four_on(people: People) -> None:
    assert found(people, "22011319600400") == list(reversed(NAMES))
    assert found(people, "003X") == ["赵军"]
    assert found(people, "0003x") == ["赵军"]
    assert found(people, "03X") == []


def test_who_comes_later_is_found_and_who_is_forgotten_is_not(people: People) -> None:
    assert found(people, "mql") == []
    people._counter.persons.append(Person(99, "key 99", "万俟良", ("1",), 100))  # type: ignore[attr-defined]
    assert people.search("mql") == ["key 99"]
    people.forget("key 99")
    assert people.search("mql") == []
    assert people.search("万俟") == []


def test_many_names_are_read_in_pieces_beside_the_window_and_reading_stops_when_told() -> None:
    counter = FakeCounter(tuple(f"张{chr(0x4E00 + at)}" for at in range(3_000)))
    people = People(counter)  # type: ignore[arg-type]
    people.begin()
    people.stop()
    assert not people.complete
    assert threading.active_count() < 10
    again = People(counter)  # type: ignore[arg-type]
    again.begin()
    until = time.monotonic() + 20
    while not again.complete and time.monotonic() < until:
        time.sleep(0.01)
    assert again.complete
    assert len(again) == 3_000
    again.stop()
