"""Openers of the pages about the rules in force: the region's pack, rule packets, the fund, the documents."""

import contextlib
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog

from core.counter import confirming
from core.counter.adding_rules import add_packet, enter_pack, inspect_packet, trust_key
from core.counter.rules_on_record import RulesFound
from core.files import read_bounded
from core.messages import Fault, message
from core.places import RESOURCES
from core.policy import packets
from core.policy.packets import SUFFIX, Packet
from core.policy.packfile import Origin
from desktop.desk.long_work import LongWork
from desktop.desk.region_files import file_of, versions_in
from desktop.navigator import Navigator
from desktop.presenters.rules.articles import ArticlesPage
from desktop.presenters.rules.check import CheckActs, CheckPage
from desktop.presenters.rules.confirm import ConfirmPage
from desktop.presenters.rules.fund import FundPage
from desktop.presenters.rules.pack_form import Version
from desktop.presenters.rules.packet import Looked, PacketActs, PacketPage
from desktop.presenters.rules.region import Drafts, RegionActs, RegionPage
from desktop.presenters.states import Notice
from desktop.session import Session

if TYPE_CHECKING:
    from core.agreement.measuring import RegionMeasured
    from core.agreement.paper_receipts import KeptReceipt
    from core.settlement import Step
    from desktop.desk.desk import Desk
    from desktop.presenters.rules.measure import MeasurePage


class RulesPages:
    """Opener of these pages. It keeps what was typed into the region's page and not saved."""

    def __init__(self, session: Session, navigator: Navigator, desk: "Desk", work: LongWork) -> None:
        self._session = session
        self._navigator = navigator
        self._desk = desk
        self._drafts = Drafts({}, {})
        self._work = work

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
        believed = partial(confirming.as_believed, self._session.opened)
        return versions_in(RESOURCES / "regions", self._own, believed)

    def _save_pack(self, pack: dict[str, Any], notes: Mapping[str, Origin], version: Version) -> list[Fault]:
        base, signer = file_of(self._own, version), self._session.settings.signer
        about = f"{version.id}@{pack.get('effective', '')}"
        try:
            return enter_pack(self._session.opened, about, self._own, pack, signer, notes, base)
        except OSError:
            return [Fault("region", message("paper.fault.file", name=str(self._own)))]

    # ---- the region, measured

    def measure(self) -> None:
        """Open the page that measures the region's empty cells from receipts."""
        from desktop.presenters.rules.measure import MeasureActs, MeasurePage

        doing = MeasureActs(
            begin=lambda year, files: self._begin_measuring(page, year, files),
            choose=self._choose_results,
            papers=lambda: len(self._papers()),
            type=self.receipts,
            agree=lambda found, paths: self._agree(page, found, paths),
            save=self._take_over,
            stop=self._work.stop,
        )
        page = MeasurePage(self._session, self._navigator.render, doing)
        self._navigator.open(page)

    def receipts(self) -> None:
        """Open the page that receipts are typed on, over the one that measures."""
        from desktop.presenters.rules.receipt import ReceiptPage

        page = ReceiptPage(self._session, self._navigator.render, self._session.settings.region)
        if self._navigator.at_counter:
            self._navigator.open(page)
        else:
            self._navigator.over(page)

    def _papers(self) -> "list[KeptReceipt]":
        from core.agreement.paper_receipts import kept_papers

        return kept_papers(self._session.opened, self._session.settings.region)

    def _begin_measuring(self, page: "MeasurePage", year: int, files: Sequence[Path]) -> None:
        from core.agreement.measuring import measure_region
        from core.policy.select import Policy

        counter = self._session.opened
        holding = [
            pack
            for pack in counter.reader.regions.versions(self._session.settings.region)
            if pack.effective.year <= year
        ]
        if not holding:
            page.say(Notice(self._session.words.text("agreement.no_pack"), "wrong"))
            return
        policy, papers = Policy(counter.reader.documents, holding[-1]), self._papers()
        page.begun()
        self._work.begin(lambda watch: measure_region(policy, year, files, papers, watch), page.measured)

    def _agree(self, page: "MeasurePage", found: "RegionMeasured", paths: frozenset[str]) -> None:
        from core.agreement.measuring import agreement

        words = self._session.words
        page.begun()
        self._work.begin(lambda watch: agreement(found, paths, words, watch), page.agreed)

    def _choose_results(self) -> list[Path]:
        words = self._session.words
        kinds = f"{words.text('window.measure.files')} (*.json *.jsonl *.csv *.xlsx *.xls *.ods *.zip *.txt)"
        title = words.text("window.measure.title")
        files, _ = QFileDialog.getOpenFileNames(self._navigator.window, title, "", kinds)
        return [Path(file) for file in files]

    def _take_over(self, found: "RegionMeasured", paths: frozenset[str], name: str) -> list[Fault]:
        """Put what was measured into the region's pack, as an act, and read the rules again."""
        from core.agreement.measuring import taken_over

        words, today = self._session.words, self._session.today()
        tables = taken_over(found, paths, name, words)
        if isinstance(tables, list):
            return tables
        origin = Origin(str(tables["source"]["document"]), name, today.isoformat())
        pack = found.policy.region
        key = f"{pack.id}@{pack.effective.isoformat()}"
        version = next((each for each in self._versions() if each.key == key), None)
        if version is None:
            return [Fault("region", message("agreement.no_pack"))]
        if version.made_up:
            return [Fault("region", message("window.region.example_stays"))]
        faults = self._save_pack(tables, dict.fromkeys(paths, origin), version)
        if not faults:
            self._desk.use(self._session.settings, reopen=True)
        return faults

    def confirm(self) -> None:
        """Show the rules that an administrator has still to confirm."""
        counter = self._session.opened

        def confirmed(seen: RulesFound) -> list[Fault]:
            faults = confirming.confirm(counter, seen=seen)
            if not faults:
                self._desk.use(self._session.settings, reopen=True)
            return faults

        found = partial(confirming.unconfirmed, counter)
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
        content = read_bounded(file, packets.LARGEST)
        looked = inspect_packet(self._session.opened, content, self._session.home)
        if isinstance(looked, list) and looked[0].message.id == "packs.key_unknown":
            return packets.stranger(content) or looked
        return looked

    def _trust(self, public: str) -> list[Fault]:
        session = self._session
        return trust_key(session.opened, public, session.settings.signer, session.home)

    def _add(self, packet: Packet) -> list[Fault]:
        faults = add_packet(self._session.opened, packet, self._session.settings.signer)
        if not faults:
            self._desk.use(self._session.settings, reopen=True)
        return faults
