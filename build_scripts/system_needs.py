"""The system's part: a display and shared libraries for Qt, and on Debian the packages that hold them."""

import ctypes
import os
import shutil
import sys

from processes import KnownError, listen

LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
}
"""The libraries that Qt loads from the system, each with the Debian package that holds it."""
X11_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
"""The libraries that a window under X11 needs beyond `LIBRARIES`."""
WAYLAND_LIBRARIES = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
}
"""The libraries that a window under Wayland needs beyond `LIBRARIES`."""


def on_linux() -> bool:
    """Return whether this is Linux. A bare test would make mypy call the rest unreachable elsewhere."""
    return sys.platform.startswith("linux")


def is_root() -> bool:
    """Return whether this user may install Debian packages; on Windows nobody may."""
    return sys.platform != "win32" and os.geteuid() == 0


def has_display() -> bool:
    """Return whether there is a screen to open a window on. Outside Linux there always is."""
    if not on_linux():
        return True
    chosen = os.environ.get("QT_QPA_PLATFORM")
    if chosen:
        return chosen not in ("offscreen", "minimal")
    return bool(os.environ.get("WAYLAND_DISPLAY")) or (bool(os.environ.get("DISPLAY")) and x11_answers())


def x11_answers() -> bool:
    """Return whether DISPLAY leads to an X server. A stale one would end Qt with a core dump."""
    if not loads("libxcb.so.1"):
        return True  # not known before Qt's libraries are there
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not refused


def display_libraries() -> dict[str, str]:
    """Return the libraries that a window on this display needs beyond `LIBRARIES`."""
    if os.environ.get("DISPLAY"):
        return X11_LIBRARIES
    return WAYLAND_LIBRARIES if os.environ.get("WAYLAND_DISPLAY") else {}


def need_libraries(libraries: dict[str, str]) -> None:
    """Install the packages of the libraries that are missing. Raises KnownError where that fails."""
    if not on_linux():
        return
    missing = [library for library in libraries if not loads(library)]
    if not missing:
        return
    if shutil.which("apt-get"):
        apt_install([libraries[library] for library in missing])
        if all(map(loads, missing)):
            return
    ask = f"Qt needs system libraries that are missing here ({' '.join(missing)})"
    if shutil.which("dnf"):
        wanted = " ".join(f"'{library}()(64bit)'" for library in missing)
        raise KnownError(f"{ask}; type: sudo dnf install {wanted}")
    raise KnownError(f"{ask}: install them with this system's package manager.")


def loads(library: str) -> bool:
    """Return whether the system finds a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def need_venv_module(python: str) -> None:
    """Install the part of a Python that Debian puts into a package of its own. Raises KnownError."""
    if not shutil.which("apt-get") or not python.startswith("/usr/bin/"):
        raise KnownError(f"{python} was built without the module ensurepip: use a Python that has it.")
    apt_install(["python{}.{}-venv".format(*sys.version_info)])


def apt_install(packages: list[str]) -> None:
    """Install Debian packages. Raises KnownError if apt-get fails, and if this user is not root."""
    install_them = ["apt-get", "install", "--no-install-recommends", *packages]
    if not is_root():
        raise KnownError(f"System packages are missing; type: sudo {' '.join(install_them)}")
    print(f"Installing system packages: {' '.join(packages)} ...")
    install_them.insert(2, "--yes")
    result = listen(install_them, DEBIAN_FRONTEND="noninteractive")
    if result.returncode:  # a machine that has never read the lists, or read them too long ago
        listen(["apt-get", "update"])
        result = listen(install_them, DEBIAN_FRONTEND="noninteractive")
    if result.returncode:
        raise KnownError(
            f"apt-get could not install {' '.join(packages)}: {result.stdout.strip().splitlines()[-1]}"
        )
