"""Rule packets: signed documents and region packs that travel on a USB stick and are added to those on file.

Nothing on file is ever changed or taken away. A rule that comes later has a later day, so that an old
discharge is settled by the rules of its own day.

`format` reads and signs a packet, `keys` holds the issuers' keys that a desk trusts, `changes` says what a
packet would change, and `installation` adds it.
"""

from core.policy.packets.changes import CellChange, Change, against, figures_of, preview
from core.policy.packets.format import (
    HEADER,
    LARGEST,
    SIGNATURE,
    SUFFIX,
    Header,
    Packet,
    Stranger,
    names_inside,
    read,
    sign,
    signed_files,
    stranger,
)
from core.policy.packets.installation import (
    PACKETS,
    add,
    ask,
    finish,
    finish_asked,
    inspect,
    install,
    last_number,
    take_back,
)
from core.policy.packets.keys import (
    KEYS,
    LARGEST_KEY,
    distrust,
    fingerprint,
    key_id,
    new_key,
    read_public,
    trust,
    trusted,
    write_new_key,
)

__all__ = [
    "HEADER",
    "KEYS",
    "LARGEST",
    "LARGEST_KEY",
    "PACKETS",
    "SIGNATURE",
    "SUFFIX",
    "CellChange",
    "Change",
    "Header",
    "Packet",
    "Stranger",
    "add",
    "against",
    "ask",
    "distrust",
    "figures_of",
    "fingerprint",
    "finish",
    "finish_asked",
    "inspect",
    "install",
    "key_id",
    "last_number",
    "names_inside",
    "new_key",
    "preview",
    "read",
    "read_public",
    "sign",
    "signed_files",
    "stranger",
    "take_back",
    "trust",
    "trusted",
    "write_new_key",
]
