"""The documents and region packs that the console's commands settle by."""

import argparse
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from core.console.output import remark, unavailable
from core.exchange.request import RequestReader
from core.messages import Fault, message
from core.places import home, user_documents, user_regions
from core.policy import packets
from core.policy.in_force import Documents
from core.policy.left_empty import left_empty
from core.policy.shelf import (
    DOCUMENTS,
    REGIONS,
    BadPack,
    Regions,
    load_documents,
    load_regions,
)
from core.words import Words


def on_file(folders: Sequence[Path] = ()) -> tuple[Documents, Regions, Sequence[BadPack]]:
    """Return the documents and packs of the program and of this desk, and the packs that cannot be used.

    The packs of ``folders`` come on top. Raises BadDocument, and OSError where a folder cannot be read.
    """
    packets.finish(home())
    documents = load_documents(DOCUMENTS, user_documents())
    regions, bad_packs = load_regions(documents, (REGIONS, user_regions(), *folders))
    return documents, regions, bad_packs


def missing_folder(folders: Iterable[Path]) -> Fault | None:
    """Return the fault of the first folder that is not there; None if all are."""
    for folder in folders:
        if not os.path.isdir(folder):  # noqa: PTH112  a name too long is no error here
            return Fault("region", message("fault.folder_missing", name=str(folder)))
    return None


def tell_bad_packs(bad_packs: Iterable[BadPack], words: Words) -> None:
    """Write the faults of packs that are left out to standard error, a line each."""
    for pack in bad_packs:
        for fault in pack.faults:
            remark(f"{pack.file}: {fault.field}: {words(fault.message)}")


def _tell_left_empty(regions: Regions, words: Words) -> None:
    """Write the cells that earlier versions took for zero or the whole to standard error, a line each."""
    for pack in (pack for id_ in regions.ids for pack in regions.versions(id_)):
        for said in left_empty(pack):
            remark(f"{pack.id} {pack.effective}: {words(said)}")


def with_rules(
    args: argparse.Namespace, words: Words, work: Callable[[argparse.Namespace, RequestReader, Words], int]
) -> int:
    """Do a command's work with the documents and packs on file. Raises BadDocument and OSError."""
    missing = missing_folder(args.regions)
    if missing is not None:
        return unavailable(missing, words)
    documents, regions, bad_packs = on_file(args.regions)
    tell_bad_packs(bad_packs, words)
    _tell_left_empty(regions, words)
    return work(args, RequestReader(documents, regions), words)
