"""The input method that Qt speaks to: by the road that is there, where its own plugin is missing.

PySide6 brings a plugin for ibus and none for fcitx. fcitx 5 serves ibus programs by the desktop's portal
(``org.freedesktop.portal.IBus``), so that an environment that asks for fcitx is answered by way of that.

By itself the plugin for ibus asks about a key and goes on before it is answered, but only in a cell that can
compose: the next key overtakes it where the focus has moved to one that cannot. So it is told to wait.
"""

import os
from collections.abc import Callable, Collection, MutableMapping
from pathlib import Path
from typing import Final

_ONE, _SEVERAL, _OF_X = "QT_IM_MODULE", "QT_IM_MODULES", "XMODIFIERS"
_PORTAL: Final = "IBUS_USE_PORTAL"
_IN_STEP: Final = "IBUS_ENABLE_SYNC_MODE"
_FCITX: Final = ("fcitx", "fcitx5")
_GUI: Final = "libQt6Gui.so.6"
_AT_ONCE: Final = "_ZN22QWindowSystemInterface32setSynchronousWindowSystemEventsEb"
"""QWindowSystemInterface::setSynchronousWindowSystemEvents(bool), and where it is."""


def installed() -> frozenset[str]:
    """Return the names of the plugins for input methods that are there, as their files have them."""
    from PySide6.QtCore import QLibraryInfo

    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforminputcontexts"
    return frozenset(file.stem for file in folder.glob("*platforminputcontext*"))


def choose(environment: MutableMapping[str, str], plugins: Callable[[], Collection[str]]) -> None:
    """Let an environment that asks for fcitx find it by ibus's plugin, where there is none for fcitx.

    ibus's plugin, asked for in either way, is told to answer a key before the next one. Nothing else is
    changed, and ``plugins`` is not even asked where nothing asks for fcitx. It has to be called before there
    is a QGuiApplication.
    """
    asked = environment.get(_SEVERAL, "").split(";") if environment.get(_SEVERAL) else []
    one = environment.get(_ONE, "")
    if "ibus" in (*asked, one):
        environment.setdefault(_IN_STEP, "1")
    by_x = not asked and not one and "fcitx" in environment.get(_OF_X, "")
    if not by_x and one not in _FCITX and not set(asked) & set(_FCITX):
        return
    there = plugins()
    if any("fcitx" in plugin for plugin in there) or not any("ibus" in plugin for plugin in there):
        return
    if asked:
        environment[_SEVERAL] = ";".join(dict.fromkeys("ibus" if each in _FCITX else each for each in asked))
    if one in _FCITX or by_x:
        environment[_ONE] = "ibus"
    environment.setdefault(_PORTAL, "1")
    environment.setdefault(_IN_STEP, "1")


def in_step(environment: MutableMapping[str, str]) -> bool:
    """Return True where the input method's plugin answers a key before the next one.

    What was composed is then on its way when the key arrives, and has to be taken first.
    """
    return environment.get(_IN_STEP) == "1"


def deliver_at_once(environment: MutableMapping[str, str]) -> bool:
    """Let Qt deliver a key before it asks the input method about the next one; return True where it does.

    Keys wait while the window is busy, and Qt asks about all of them before it delivers the first: letters
    after an Enter would be composed in the cell that the Enter leaves, and be lost with it. Qt has a switch
    for this, and no public name of it. It has to be called once there is a QGuiApplication.
    """
    if not in_step(environment):
        return False
    import ctypes

    try:
        switch = getattr(ctypes.CDLL(_GUI, mode=getattr(os, "RTLD_NOLOAD", 0)), _AT_ONCE)
    except (OSError, AttributeError):
        return False
    switch.argtypes, switch.restype = [ctypes.c_bool], None
    switch(True)
    return True


def in_use(environment: MutableMapping[str, str], plugins: Collection[str]) -> str:
    """Return the input method that works here, as the diagnosis names it; a dash where none is asked for.

    One that was asked for and has no plugin is named with a question mark.
    """
    asked = environment.get(_SEVERAL, "").split(";")[0] or environment.get(_ONE, "")
    if not asked:
        return "—"
    if not any(asked in plugin for plugin in plugins):
        return f"{asked}?"
    by_portal = asked == "ibus" and environment.get(_PORTAL)
    return f"{asked} ({_PORTAL})" if by_portal else asked
