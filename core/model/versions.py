"""The policies of a region in a year: from which day on each holds."""

from datetime import date

from core.exchange.request import RequestReader
from core.messages import Fault
from core.model.blocks import Policies
from core.policy.regions import RegionPack

Since = tuple[tuple[int, int], ...]
"""The places of a region's policies, each with the day of the year (from 0) that it holds from."""


def versions_of(policies: Policies, reader: RequestReader, id_: str, year: int) -> Since | list[Fault]:
    """Return a region's policies in a year, or why there is no pack for one on a day of it."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    later = {pack.effective for pack in reader.regions.versions(id_) if first < pack.effective <= last}
    since = []
    for day in sorted({first, *later}):
        pack = reader.regions.in_force(id_, day)
        if not isinstance(pack, RegionPack):
            return pack
        since.append((policies.place(reader.policy(pack)), day.toordinal() - first.toordinal()))
    return tuple(since)
