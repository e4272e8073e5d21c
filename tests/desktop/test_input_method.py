"""The input method that an environment asks for is the one that Qt can speak to."""

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
