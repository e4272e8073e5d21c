"""Openers of the pages about the rules in force: the region's pack, rule packets, the fund, the documents."""

import contextlib
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog

from core.counter import confirming
from core.files import read_bounded, write_given_out
from core.messages import Fault, message
from core.places import RESOURCES
from core.policy import packets
from core.policy.packets import SUFFIX, Packet
from core.policy.packfile import Origin, save_pack
from desktop.desk import documents_folder
from desktop.desk.region_files import file_of, versions_in
from desktop.navigator import Navigator
from desktop.presenters.rules.articles import ArticlesPage
from desktop.presenters.rules.check import CheckActs, CheckPage
from desktop.presenters.rules.confirm import ConfirmPage
from desktop.presenters.rules.fund import FundPage
from desktop.presenters.rules.pack_form import Version
from desktop.presenters.rules.packet import Looked, PacketActs, PacketPage
from desktop.presenters.rules.region import Drafts, RegionActs, RegionPage
from desktop.presenters.rules.sign import Asked, SignActs, SignPage
from desktop.session import Session

if TYPE_CHECKING:
    from core.settlement import Step
    from desktop.desk.desk import Desk


class RulesPages:
    """Opener of these pages. It keeps what was typed into the region's page and not saved."""

    def __init__(self, session: Session, navigator: Navigator, desk: "Desk") -> None:
        self._session = session
        self._navigator = navigator
        self._desk = desk
        self._drafts = Drafts({}, {})

    def fund(self) -> None:
        """Open the fund's figures."""
        self._navigator.open(FundPage(self._session, self._navigator.render))

    def articles(self, step: "Step | None" = None) -> None:
        """Open the documents article by article, at the article of a line. None: from the beginning."""
        page = ArticlesPage(self._session, self._navigator.render, step)
        if self._navigator.at_counter:
            self._navigator.open(page)
        else:
            self._navigator.over(page)

    # ---- the region's pack

    def region(self) -> None:
        """Open the guided form of the region's pack."""
        doing = RegionActs(
            self._versions, self._save_pack, partial(self._desk.use, reopen=True), self.choose_packet
        )
        self._navigator.open(RegionPage(self._session, self._navigator.render, doing, self._drafts))

    @property
    def _own(self) -> Path:
        return self._session.home / "regions"

    def _versions(self) -> list[Version]:
        with contextlib.suppress(OSError):  # what the trail holds is in force all the same
            confirming.lay_out(self._session.opened, self._own)
        return versions_in(RESOURCES / "regions", self._own)

    def _save_pack(self, pack: dict[str, Any], notes: Mapping[str, Origin], version: Version) -> list[Fault]:
        counter = self._session.opened
        base = file_of(self._own, version)

        def change() -> list[Fault]:
            try:
                saved = save_pack(self._own, pack, counter.reader.documents, notes, base)
            except OSError:
                return [Fault("region", message("paper.fault.file", name=str(self._own)))]
            return saved if isinstance(saved, list) else []

        about = f"{version.id}@{pack.get('effective', '')}"
        return counter.change_region(about, self._session.settings.signer, change)

    def confirm(self) -> None:
        """Show the rules that an administrator has still to confirm."""
        counter = self._session.opened

        def confirmed() -> list[Fault]:
            faults = confirming.confirm(counter)
            if not faults:
                self._desk.use(self._session.settings, reopen=True)
            return faults

        found = confirming.unconfirmed(counter)
        self._navigator.open(ConfirmPage(self._session, self._navigator.render, found, confirmed))

    def check(self) -> None:
        """Show the figures that wait for a second person's check."""
        counter = self._session.opened

        def checked(name: str) -> list[Fault]:
            faults = confirming.check(counter, name)
            if not faults:
                self._desk.use(self._session.settings, reopen=True)
            return faults

        doing = CheckActs(checked, partial(confirming.require_check, counter))
        self._navigator.open(CheckPage(self._session, self._navigator.render, doing))

    # ---- rule packets

    def sign(self) -> None:
        """Open the page that makes a packet for others."""
        doing = SignActs(self._choose_rules, self._choose_key, self._new_key, self._sign)
        self._navigator.open(SignPage(self._session, self._navigator.render, doing))

    def _choose_rules(self) -> list[Path]:
        title = self._session.words.text("window.sign.title")
        files, _ = QFileDialog.getOpenFileNames(self._navigator.window, title, str(self._own), "*.toml")
        return [Path(file) for file in files]

    def _choose_key(self) -> str:
        title = self._session.words.text("window.sign.key")
        return QFileDialog.getOpenFileName(self._navigator.window, title, "", "*.pem;;*")[0]

    def _new_key(self) -> tuple[Path, str] | None:
        title = self._session.words.text("window.key.sign.F10")
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

    def choose_packet(self) -> None:
        """Ask for a packet's file, and open it."""
        words = self._session.words
        title = words.text("window.packet.title")
        file, _ = QFileDialog.getOpenFileName(self._navigator.window, title, "", f"{title} (*{SUFFIX})")
        if file:
            self.packet(Path(file))

    def packet(self, file: Path) -> None:
        """Show what a rule packet would change."""
        doing = PacketActs(self._look, self._add, self._trust, partial(self.packet, file))
        self._navigator.open(PacketPage(self._session, self._navigator.render, file, doing))

    def _look(self, file: Path) -> Looked:
        reader = self._session.opened.reader
        content = read_bounded(file, packets.LARGEST)
        looked = packets.inspect(content, self._session.home, reader.documents, reader.regions)
        if isinstance(looked, list) and looked[0].message.id == "packs.key_unknown":
            return packets.stranger(content) or looked
        return looked

    def _trust(self, public: str) -> list[Fault]:
        def change() -> list[Fault]:
            packets.trust(public, self._session.home)
            return []

        about = "".join(packets.fingerprint(public))
        return self._session.opened.change_region(about, self._session.settings.signer, change)

    def _add(self, packet: Packet) -> list[Fault]:
        def change() -> list[Fault]:
            packets.install(packet, self._session.home)
            return []

        signer = self._session.settings.signer
        faults = self._session.opened.change_region(packet.header.issuer, signer, change, packet=True)
        if not faults:
            self._desk.use(self._session.settings, reopen=True)
        return faults
