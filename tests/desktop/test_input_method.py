"""The input method that an environment asks for is the one that Qt can speak to."""

import ctypes
import sys

import pytest

from desktop.startup import input_method

SHIPPED = frozenset({"libibusplatforminputcontextplugin", "libcomposeplatforminputcontextplugin"})
WITH_FCITX = SHIPPED | {"libfcitx5platforminputcontextplugin"}
IN_STEP = {"IBUS_ENABLE_SYNC_MODE": "1"}
PORTAL = {"IBUS_USE_PORTAL": "1", **IN_STEP}


@pytest.mark.parametrize(
    ("environment", "plugins", "after"),
    [
        ({"QT_IM_MODULE": "fcitx"}, SHIPPED, {"QT_IM_MODULE": "ibus", **PORTAL}),
        ({"QT_IM_MODULE": "fcitx5"}, SHIPPED, {"QT_IM_MODULE": "ibus", **PORTAL}),
        ({"QT_IM_MODULES": "wayland;fcitx;ibus"}, SHIPPED, {"QT_IM_MODULES": "wayland;ibus", **PORTAL}),
        ({"XMODIFIERS": "@im=fcitx"}, SHIPPED, {"XMODIFIERS": "@im=fcitx", "QT_IM_MODULE": "ibus", **PORTAL}),
        ({"QT_IM_MODULE": "fcitx"}, WITH_FCITX, {"QT_IM_MODULE": "fcitx"}),
        ({"QT_IM_MODULE": "fcitx"}, frozenset(), {"QT_IM_MODULE": "fcitx"}),
        ({"QT_IM_MODULE": "ibus"}, SHIPPED, {"QT_IM_MODULE": "ibus", **IN_STEP}),
        ({"QT_IM_MODULES": "wayland;ibus"}, SHIPPED, {"QT_IM_MODULES": "wayland;ibus", **IN_STEP}),
        ({}, SHIPPED, {}),
    ],
)
def test_who_asks_for_fcitx_is_served_by_its_ibus_portal(
    environment: dict[str, str], plugins: frozenset[str], after: dict[str, str]
) -> None:
    input_method.choose(environment, lambda: plugins)
    assert environment == after
    assert input_method.in_step(environment) is ("IBUS_ENABLE_SYNC_MODE" in after)


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "—"),
        ({"QT_IM_MODULE": "fcitx"}, "fcitx?"),
        ({"QT_IM_MODULE": "ibus"}, "ibus"),
        ({"QT_IM_MODULE": "ibus", **PORTAL}, "ibus (IBUS_USE_PORTAL)"),
    ],
)
def test_the_diagnosis_names_what_works(environment: dict[str, str], said: str) -> None:
    assert input_method.in_use(environment, SHIPPED) == said


def test_the_plugin_for_ibus_is_there() -> None:
    assert any("ibus" in plugin for plugin in input_method.installed())


@pytest.mark.skipif(sys.platform != "linux", reason="ibus and fcitx are on Linux alone")
def test_qt_has_the_switch_by_which_a_key_is_delivered_before_the_next_one_is_asked_about(
    qapp: object,
) -> None:
    assert qapp
    assert getattr(ctypes.CDLL(input_method._GUI), input_method._AT_ONCE)


def test_where_qt_has_no_such_switch_or_nothing_needs_it_all_stays_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not input_method.deliver_at_once({})
    monkeypatch.setattr(input_method, "_AT_ONCE", "no_such_switch")
    assert not input_method.deliver_at_once(dict(IN_STEP))
