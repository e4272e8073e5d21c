"""Rule packets that come to this desk: looked at, their issuers trusted, added."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from core.messages import Fault
from core.policy import packets
from core.policy.packets import Packet
from desktop.presenters.rules.packet import Doing, Looked, PacketPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from desktop.app import Program


def packet_page(
    program: "Program", show: "Callable[[], None]", again: "Callable[[], None]", file: Path
) -> PacketPage:
    """The page of a packet; ``again`` opens it anew."""
    doing = Doing(partial(_look, program), partial(_add, program), partial(_trust, program), again)
    return PacketPage(program.words, show, file, doing)


def _look(program: "Program", file: Path) -> Looked:
    assert program.counter is not None
    reader = program.counter.reader
    with file.open("rb") as opened:
        content = opened.read(packets.LARGEST + 1)
    looked = packets.inspect(content, program.home, reader.documents, reader.regions)
    if isinstance(looked, list) and looked[0].message.id == "packs.key_unknown":
        return packets.stranger(content) or looked
    return looked


def _trust(program: "Program", public: str) -> list[Fault]:
    def change() -> list[Fault]:
        packets.trust(public, program.home)
        return []

    assert program.counter is not None
    return program.counter.change_region(
        "".join(packets.fingerprint(public)), program.settings.signer, change
    )


def _add(program: "Program", packet: Packet) -> list[Fault]:
    def change() -> list[Fault]:
        packets.install(packet, program.home)
        return []

    assert program.counter is not None
    faults = program.counter.change_region(packet.header.issuer, program.settings.signer, change)
    if not faults:
        program.use(program.settings, reopen=True)
    return faults
