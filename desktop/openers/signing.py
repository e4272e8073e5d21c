"""Opener of the page that makes a rule packet for others."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from core.files import read_bounded, write_given_out
from core.messages import Fault
from core.policy import packets
from core.policy.packets import SUFFIX
from desktop.desk import documents_folder
from desktop.navigator import Navigator
from desktop.presenters.rules.sign import Asked, SignActs, SignPage
from desktop.session import Session


class SigningPackets:
    """Opener of this page; files are asked for by the system's dialogs."""

    def __init__(self, session: Session, navigator: Navigator) -> None:
        self._session = session
        self._navigator = navigator

    def open(self) -> None:
        """Open the page that makes a packet for others."""
        doing = SignActs(self._choose_rules, self._choose_key, self._new_key, self._sign)
        self._navigator.open(SignPage(self._session, self._navigator.render, doing))

    def _choose_rules(self) -> list[Path]:
        title = self._session.words.text("window.sign.title")
        files, _ = QFileDialog.getOpenFileNames(
            self._navigator.window, title, str(self._session.home / "regions"), "*.toml"
        )
        return [Path(file) for file in files]

    def _choose_key(self) -> str:
        title = self._session.words.text("window.sign.key")
        return QFileDialog.getOpenFileName(self._navigator.window, title, "", "*.pem;;*")[0]

    def _new_key(self) -> tuple[Path, str] | None:
        title = self._session.words.text("window.key.sign.Shift+F4")
        place = str(documents_folder.documents() / "key.pem")
        chosen, _ = QFileDialog.getSaveFileName(self._navigator.window, title, place, "*.pem")
        if not chosen:
            return None
        public, _ = packets.write_new_key(Path(chosen))
        return Path(chosen), " ".join(packets.fingerprint(public))

    def _sign(self, asked: Asked) -> Path | list[Fault]:
        files = packets.names_inside(asked.files)
        if isinstance(files, list):
            return files
        content = packets.sign(
            files,
            read_bounded(asked.key, packets.LARGEST_KEY),
            issuer=asked.issuer,
            number=asked.number,
            issued=asked.issued,
            documents=self._session.opened.reader.documents,
        )
        if isinstance(content, list):
            return content
        folder = documents_folder.documents()
        folder.mkdir(parents=True, exist_ok=True)
        file = documents_folder.unused(folder / f"{asked.issuer}-{asked.number}{SUFFIX}")
        write_given_out(file, content)
        return file
