"""The system asks the program to end: the window is closed as a person closes it."""

import contextlib
import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtGui import QGuiApplication, QSessionManager

_SIGNALS = ("SIGTERM", "SIGINT", "SIGHUP")


class SystemEnd(QObject):
    """A watch for a signal to end and for the end of the session. ``close`` closes the window.

    Python runs no handler of a signal while Qt waits for events; a socket that the signal writes to wakes Qt.
    """

    def __init__(self, close: Callable[[], object]) -> None:
        super().__init__()
        self._close = close
        self._read, self._write = socket.socketpair()
        self._read.setblocking(False)
        self._write.setblocking(False)
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._arrived)
        signal.set_wakeup_fd(self._write.fileno())
        for name in _SIGNALS:
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), _noticed)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.commitDataRequest.connect(self._session_ends)

    def _arrived(self) -> None:
        with contextlib.suppress(OSError):
            self._read.recv(64)
        self._close()

    def _session_ends(self, _manager: QSessionManager) -> None:
        self._close()

    def end(self) -> None:
        """Stop watching."""
        signal.set_wakeup_fd(-1)
        self._notifier.setEnabled(False)
        self._read.close()
        self._write.close()


def _noticed(_number: int, _frame: object) -> None:
    """Let the socket tell of the signal."""
