"""Passphrases that open the file: what others try first is refused, with what to do instead."""

import pytest

from core.ledger import passphrase
from core.ledger.operators import SHORTEST_PASSPHRASE, SHORTEST_PIN, pin_faults


@pytest.mark.parametrize(
    "passphrase",
    [
        "1234567890",
        "13844012345",
        "220102195001010011",
        "wang123456",
        "１２３４５６７８９０１",
        "password2026!",
        "woaini5201314",
        "aaaaaaaaaabb",
        "qwertyuiop123",
        "王芳2026112800",
        "mingzhang-2026",
    ],
)
def test_what_is_tried_first_is_refused(passphrase: str) -> None:
    faults = pin_faults(passphrase, SHORTEST_PASSPHRASE)
    assert [fault.message.id for fault in faults] == ["ledger.passphrase_plain"]


@pytest.mark.parametrize(
    "passphrase", ["long-passphrase", "taiyang xiaohe baicai", "白菜小河太阳钢笔二月", "kX9#mQ2$vLw7"]
)
def test_what_nobody_guesses_is_taken(passphrase: str) -> None:
    assert pin_faults(passphrase, SHORTEST_PASSPHRASE) == []


def test_a_pin_in_a_key_store_may_be_digits() -> None:
    assert pin_faults("135790", SHORTEST_PIN) == []


def test_four_words_are_offered_that_are_taken_and_never_the_same() -> None:
    found = {passphrase.offered() for _ in range(200)}
    assert len(found) == 200
    for words in found:
        assert pin_faults(words.typed, SHORTEST_PASSPHRASE) == []
        assert len(words.typed.split("-")) == len(words.meant.split()) == passphrase.WORDS


def test_each_word_is_there_once_and_is_typed_without_an_input_method() -> None:
    words = passphrase.word_list()
    typed = [pinyin for pinyin, _ in words]
    assert len(set(typed)) == len(typed) == 4096
    assert all(each.isascii() and each.islower() and each.isalpha() for each in typed)
