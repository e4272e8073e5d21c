"""A reader is told from a hand by its pace; what it sends is known by its form."""

import pytest

from desktop.presenters.counter.scanner import FASTEST_HAND, SHORTEST, Kind, Scan, Scanner, recognise

ID = "22011319600408001X"
TOKEN = "28C8A0D7F3E94B60A1B2C3D4E5F60718"


def sent(scanner: Scanner, text: str, gap: float, begun: float = 0.0) -> list[bool]:
    """Types a text at a pace as the window does; which characters were held back."""
    held = []
    for at, character in enumerate(text):
        moment = begun + at * gap
        if scanner.length and not scanner.goes_on(moment):
            scanner.end()
        held.append(scanner.typed(character, moment))
    return held


def test_a_reader_s_characters_are_held_from_the_fourth_on_and_taken_as_a_whole() -> None:
    scanner = Scanner()
    assert sent(scanner, ID, 5) == [False] * 3 + [True] * 15
    scan, held = scanner.end()
    assert scan == Scan(Kind.RESIDENT, "01", ID)
    assert "".join(held) == ID[3:]
    assert scanner.length == 0


def test_just_under_the_pace_of_a_hand_is_a_reader_and_just_over_it_is_none() -> None:
    scanner = Scanner()
    sent(scanner, ID, FASTEST_HAND - 1)
    assert scanner.end().scan is not None
    sent(scanner, ID, FASTEST_HAND)
    assert scanner.end().scan is None


def test_fewer_characters_than_the_shortest_are_typing() -> None:
    scanner = Scanner()
    sent(scanner, "1" * (SHORTEST - 1), 5)
    scan, held = scanner.end()
    assert scan is None
    assert held == ("1",) * 4


def test_another_key_in_between_means_that_nothing_was_read() -> None:
    scanner = Scanner()
    sent(scanner, ID, 5)
    assert scanner.end(read=False).scan is None


def test_a_late_enter_belongs_to_the_burst_and_a_further_one_only_at_a_reader_s_pace() -> None:
    scanner = Scanner()
    scanner.expect_enter(1000)
    assert scanner.late_enter(1100)
    assert scanner.late_enter(1104)
    assert not scanner.late_enter(1104 + FASTEST_HAND)
    scanner.expect_enter(1000)
    assert not scanner.late_enter(1151)


@pytest.mark.parametrize(
    ("text", "scan"),
    [
        (ID, Scan(Kind.RESIDENT, "01", ID)),
        (ID.lower(), Scan(Kind.RESIDENT, "01", ID)),
        ("２２０１１３１９６００４０８００１Ｘ", Scan(Kind.RESIDENT, "01", ID)),
        ("6217001234567890123", Scan(Kind.CARD, "90", "6217001234567890123")),
        ("12345678", Scan(Kind.CARD, "90", "12345678")),
        ("A12345678", Scan(Kind.CARD, "90", "A12345678")),
        ("MZ1:eyJyZWdpb24iOiJqaWxpbiJ9", Scan(Kind.SHEET, text="MZ1:EYJYZWDPB24IOIJQAWXPBIJ9")),
        (TOKEN, Scan(Kind.CREDENTIAL)),
        ("~220113196004080016", Scan(Kind.RESIDENT, "01", "220113196004080016")),
        ("ID:220113196004080016#", Scan(Kind.RESIDENT, "01", "220113196004080016")),
        ("220113 19600408 0016", Scan(Kind.RESIDENT, "01", "220113196004080016")),
        ("220113196004080016,张建国", Scan(Kind.RESIDENT, "01", "220113196004080016", "张建国")),
        ("~220113196004080013", None),
        ("220113196004080016+5", None),
        (ID + "110101199003078515", Scan(Kind.SEVERAL)),
        ("220113196004080016;110101199003078515", Scan(Kind.SEVERAL)),
        ("A12345678B12345678", Scan(Kind.SEVERAL)),
        ("222200111133119958080025102500213253", Scan(Kind.SEVERAL)),
        ("zhangjianguo", None),
        ("张建国住院出院一二三", None),
        ("52000.00+12", None),
    ],
)
def test_what_was_read_is_known_by_its_form(text: str, scan: Scan | None) -> None:
    assert recognise(text) == scan


ROWS = [
    ("1|{id}|张建国|", Kind.RESIDENT, ID, "张建国"),
    ("１｜{id}｜张建国｜", Kind.RESIDENT, ID, "张建国"),
    ("2|D12345678|张建国|", Kind.CARD, "D12345678", "张建国"),
    ("2|6217001234567890123||", Kind.CARD, "6217001234567890123", ""),
    ("李四|13800138000", Kind.UNKNOWN, "", ""),
    ("李四\t女\t043188123456", Kind.UNKNOWN, "", ""),
    ("1|李四|D12345678|13800138000", Kind.CARD, "D12345678", "李四"),
    ("2|13800138000||", Kind.CARD, "13800138000", ""),
    ("李四|0012345678", Kind.CARD, "0012345678", "李四"),
    ("A12345678901A", Kind.CARD, "12345678901", ""),
    ("t12345678n", Kind.CARD, "12345678", ""),
    ("b220113196004080016d", Kind.RESIDENT, "220113196004080016", ""),
    (
        "欧阳娜娜\t女\t满族\t19600408\t吉林省延吉市局子街\t{id}\t延吉市公安局\t长期",
        Kind.RESIDENT,
        ID,
        "欧阳娜娜",
    ),
    ("阿依古丽·买买提\n{id}", Kind.RESIDENT, ID, "阿依古丽·买买提"),
    ("{id}\r\n李四", Kind.RESIDENT, ID, "李四"),
    ("姓名:李四 性别:男 身份证号码:{id}", Kind.RESIDENT, ID, "李四"),
    ('{{"name":"李四","id":"{id}"}}', Kind.RESIDENT, ID, "李四"),
    ("1|{id}|张 建国|", Kind.RESIDENT, ID, "张建国"),
    ("欧阳 娜娜\t女\t{id}", Kind.RESIDENT, ID, "欧阳娜娜"),
    ("李四 男 {id}", Kind.RESIDENT, ID, "李四"),
    ("李四 汉 {id}", Kind.RESIDENT, ID, "李四"),
    ("李四,王五,{id}", Kind.RESIDENT, ID, ""),
    (";{id}=0123?", Kind.RESIDENT, ID, ""),
    ("1|220113196004080013|张建国|", Kind.RESIDENT, "220113196004080013", "张建国"),
    (";6217001234567890123=25122010000?", Kind.UNKNOWN, "", ""),
    ("张建国|男|汉", Kind.UNKNOWN, "", ""),
    ("{id}|22010219500101001X|张建国", Kind.UNKNOWN, "", ""),
]


@pytest.mark.parametrize(("text", "kind", "number", "name"), ROWS)
def test_a_row_of_a_card_is_its_number_and_its_holder(text: str, kind: Kind, number: str, name: str) -> None:
    scan = recognise(text.format(id=ID))
    assert scan is not None
    assert (scan.kind, scan.text, scan.name) == (kind, number, name)


CARDS = [f"62170012345678{end:05}" for end in range(0, 100_000, 347)]
"""Numbers of bank cards: in a tenth of them 18 figures have the right check character for a resident's ID."""


def after(first: str, *lines: str) -> Scan | None:
    """What is read of lines that follow a number at a reader's pace, each after an Enter."""
    scanner = Scanner()
    sent(scanner, first, 5)
    assert scanner.end().scan is not None
    moment = 5.0 * len(first)
    scanner.expect_rest(moment)
    for piece in "".join(f"\n{line}" for line in lines)[1:]:
        moment += 5
        assert scanner.takes_rest(piece, moment)
    return scanner.end_rest()


def test_a_card_s_number_beside_an_id_is_nobody_s_id() -> None:
    told = Scan(Kind.RESIDENT, "01", ID, "张建国")
    assert {recognise(f"1|{ID}|张建国|{card}") for card in (*CARDS, *(card[1:] for card in CARDS))} == {told}
    named = Scan(Kind.NAME, text="张建国")
    assert {after(ID, "张建国", card) for card in (*CARDS, *(card[1:] for card in CARDS))} == {named}
    assert {recognise(f"~{card[1:]}") for card in CARDS} == {None}


SOUND, OTHER = "220113196004080016", "110101199003078515"


@pytest.mark.parametrize(
    ("first", "lines", "read"),
    [
        ("D12345678", ("张建国", SOUND), Scan(Kind.NAME, text="张建国")),
        ("D12345678", (SOUND, "张建国", SOUND), Scan(Kind.NAME, text="张建国")),
        ("D12345678", (SOUND, OTHER, "张建国"), Scan(Kind.ANOTHER)),
        (SOUND, (SOUND, "张建国"), Scan(Kind.NAME, text="张建国")),
        (ID, ("张建国", OTHER), Scan(Kind.ANOTHER)),
        (SOUND, (OTHER + SOUND,), Scan(Kind.ANOTHER)),
        (ID, ("１１０１０１１９９００３０７８５１５",), Scan(Kind.ANOTHER)),
    ],
)
def test_what_follows_a_number_is_the_holder_s_or_another_person_s(
    first: str, lines: tuple[str, ...], read: Scan
) -> None:
    assert after(first, *lines) == read


@pytest.mark.parametrize("text", ["52000\t48000\t1200", "20260301\t20260310", "1200+350.5,3000", "00123456|"])
def test_a_row_that_is_no_card_s_is_typed(text: str) -> None:
    scan = recognise(text)
    assert scan is None or scan == Scan(Kind.CARD, "90", "00123456")


def test_of_the_electronic_credential_nothing_is_handed_on() -> None:
    assert recognise(TOKEN) == Scan(Kind.CREDENTIAL, "", "")
