"""Names and numbers that look alike are one, and what nobody can see or tell apart makes no second person."""

import pytest

from core.counter.input_text import identifier_text, identifier_to_keep
from core.ledger.free_text import cleaned
from core.messages import Message
from core.names import fold, likeness, shown

SOUND = "220113196004080016"
WITH_X = "22010219500101001X"


def refused(number: str, id_type: str = "01") -> tuple[str, object]:
    text = identifier_to_keep(id_type, number)
    if not isinstance(text, Message):
        return "", None
    return text.id, text.params.get("place")


@pytest.mark.parametrize(
    "number",
    [
        SOUND,
        "２２０１１３１９６００４０８００１６",
        " 22010219500101001x ",
        "220113500101001",
        "C0001",
        "2201",
        "1",
        "E12345678",
        "12345678",
        "A123",
        "H1234567(8)",
        "CAN110102198009",
        "军字第01234567号",
        "K220123456",
        "990113195001010012",
    ],
)
def test_a_number_of_somebody_is_taken(number: str) -> None:
    assert refused(number) == ("", None)


@pytest.mark.parametrize(
    "number",
    [
        "无",
        "不详",
        "-",
        "--",
        "N/A",
        "none",
        "XXXX",
        "000000000000000000",
        "0000",
        "1111111",
        "999999999999999999",
        "０００００",
        "123456789012345678",
        "9876543210",
        "220113000000000000",
        "...",
    ],
)
@pytest.mark.parametrize("id_type", ["01", "90", "99"])
def test_a_placeholder_is_nobody_s_number(number: str, id_type: str) -> None:
    assert refused(number, id_type)[0] in ("identity.placeholder", "identity.character")


@pytest.mark.parametrize(
    ("number", "said", "place"),
    [
        (SOUND[:4] + "\ufe0f" + SOUND[4:], "identity.unseen", 5),
        ("\u200b" + SOUND, "identity.unseen", 1),
        (SOUND + "\u3164", "identity.unseen", 19),
        (SOUND[:8] + "\u202e" + SOUND[8:], "identity.unseen", 9),
        (SOUND[:8] + "\u034f" + SOUND[8:], "identity.unseen", 9),
        (SOUND[:8] + "\u2800" + SOUND[8:], "identity.unseen", 9),
        (SOUND[:8] + "\ue863" + SOUND[8:], "identity.unseen", 9),
        (WITH_X[:-1] + "\u0425", "identity.character", 18),
        (WITH_X[:-1] + "\u03a7", "identity.character", 18),
        (WITH_X[:-1] + "×", "identity.character", 18),
        (SOUND.replace("0", "O", 1), "identity.look_alike", 4 - 1),
        (SOUND[:-2] + "l6", "identity.look_alike", 17),
        (SOUND[:6] + "-" + SOUND[6:], "identity.look_alike", 7),
        (SOUND[:6] + "\u2010" + SOUND[6:], "identity.character", 7),
        (SOUND.replace("6", "\u0666", 1), "identity.character", 9),
        ("O" + SOUND[1:], "identity.look_alike", 1),
    ],
)
def test_a_character_that_looks_like_another_is_refused_with_its_place(
    number: str, said: str, place: int
) -> None:
    assert refused(number) == (said, place)


def test_a_letter_in_another_document_s_number_is_refused_where_it_is_a_resident_s() -> None:
    assert refused(SOUND.replace("0", "O", 1), "90")[0] == "identity.look_alike"
    assert refused("O20113196004080017", "90") == ("", None)


def test_what_older_ledgers_hold_is_still_found() -> None:
    assert identifier_text("无") == "无"
    assert identifier_text("000") == "000"


@pytest.mark.parametrize("mark", ["\ufe0f", "\u3164", "\u115f", "\u034f", "\u200d", "\u2800", "\U000e0101"])
@pytest.mark.parametrize("field", ["operator", "patient.name"])
def test_a_name_holds_nothing_that_nobody_sees(field: str, mark: str) -> None:
    found = cleaned(field, f"王{mark}芳")
    assert isinstance(found, Message)
    assert found.params["place"] == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("欧阳 娜娜", "欧阳娜娜"),
        ("阿依古丽·买买提", "阿依古丽买买提"),
        ("阿依古丽·买买提", "阿依古丽•买买提"),
        ("阿依古丽・买买提", "阿依古丽．买买提"),
        ("Ａｎｎａ", "anna"),
        ("\uf90a美", "金美"),
        ("\ue863某", "䶮某"),
        ("\u1112\u1161\u11ab", "한"),
    ],
)
def test_names_that_are_written_in_two_ways_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_other_names_stay_apart() -> None:
    names = ("王芳", "王方", "汪芳", "anna", "ana", "金美", "")
    assert len({fold(name) for name in names}) == len(names)
    assert len({likeness(name) for name in names}) == len(names)


def test_old_private_characters_are_shown_as_what_they_stand_for() -> None:
    assert shown("\ue863\ue864\ue81e") == "䶮\u9fbb\u9fb4"
    assert shown("\uf000") == "\uf000"


@pytest.mark.parametrize("twin", ["Wаng", "wang", "Ｗang", "Wang ", "W·ang"])
def test_operators_that_look_alike_are_one(twin: str) -> None:
    assert likeness(twin) == likeness("Wang")
