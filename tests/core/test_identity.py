"""A number that is odd is said to be, in words; nothing is refused, and no live number is odd."""

from datetime import date

import pytest

from core.identity import RESIDENT_ID, check, check_character
from core.words import languages, words

TODAY = date(2026, 11, 24)


def number(area: str, born: str = "19500101", sequence: str = "001") -> str:
    digits = area + born + sequence
    return digits + check_character(digits)


def found(text: str, id_type: str = RESIDENT_ID) -> list[str]:
    said = check(id_type, text, TODAY)
    assert all(words(language)(each) for language in languages() for each in said)
    return [each.id.removeprefix("identity.") for each in said]


@pytest.mark.parametrize("text", ["11010519491231002X", "34052419800101001X", "120223198902021249"])
def test_the_standards_own_examples_are_sound(text):
    assert found(text) == []


@pytest.mark.parametrize(
    "text", ["11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ", " 110105 19491231 002x "]
)
def test_width_case_and_spaces_make_no_difference(text):
    assert found(text) == []


@pytest.mark.parametrize(
    "area",
    ["220113", "220184", "220802", "220781", "220605", "220724", "220171", "810000", "820000", "830000"],
)
def test_live_prefixes_and_residence_permits_are_not_odd(area):
    assert found(number(area)) == []


@pytest.mark.parametrize("place", range(18))
def test_any_one_mistyped_digit_is_noticed(place):
    sound = number("220113", "19870415", "123")
    for other in "0123456789":
        if other != sound[place]:
            assert found(sound[:place] + other + sound[place + 1 :])


@pytest.mark.parametrize("place", range(16))
def test_two_digits_in_each_others_place_are_noticed(place):
    sound = number("220113", "19870425", "136")
    swapped = sound[:place] + sound[place + 1] + sound[place] + sound[place + 2 :]
    assert swapped == sound or "check_character" in found(swapped)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (number("220113", "20261124"), []),
        (number("220113", "20261125"), ["birth_future"]),
        (number("220113", "18900408"), ["birth_past"]),
        ("440524188001010014", ["birth_past"]),  # the standard's example of somebody past a hundred
        (number("220113", "19060101"), []),
        (number("220113", "20240229"), []),
        (number("220113", "20250229"), ["birth_unreal"]),
        (number("220113", "19500001"), ["birth_unreal"]),
        (number("220113", "00000101"), ["birth_unreal"]),
        (number("990113"), ["area"]),
        (number("990113", "20270231"), ["birth_unreal", "area"]),
        ("911124198108030024", []),
        (number("922840"), []),
        (number("919840", "19500230"), ["birth_unreal", "area"]),
        ("220113500101001", ["old_number"]),
        ("220113501301001", ["old_number", "birth_unreal"]),
        ("990113500101001", ["old_number", "area"]),
        ("C0001", ["form"]),
        ("2201131950010100", ["form"]),
        ("22011319500101001XX", ["form"]),
        ("2201131950010100²7", ["check_character"]),
    ],
)
def test_what_is_odd_is_named(text, said):
    assert found(text) == said


@pytest.mark.parametrize("text", ["", "  ", "　"])
def test_a_number_that_is_not_typed_yet_is_not_odd(text):
    assert found(text) == []


@pytest.mark.parametrize("id_type", ["02", "08", "90", "99", "990201"])
def test_other_documents_have_numbers_of_their_own(id_type):
    assert found("C0001", id_type) == []
