"""Passphrases that open the file: what others try first is refused, with what to do instead."""

import pytest

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
