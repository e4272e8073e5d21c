"""The jobs that meet other ledgers: by the hospital's server, and by the files of a stick."""

from contextlib import closing
from typing import TYPE_CHECKING

from core.jobs.desk_ledger import opened
from core.jobs.desk_values import FolderTaken, LookAtServer, Synced, SyncServer, TakeInFolder
from core.jobs.values import Failed, failed
from core.tables.watch import Watch

if TYPE_CHECKING:
    from core.desks.server.standing import ServerStanding


def sync(job: SyncServer, _watch: Watch) -> Synced:
    """Fetch and send, which may be done again at any time. Raises OSError and LedgerUnavailable."""
    from core.desks.server.served_desk import ServedDesk

    with opened(job.ledger) as counter, closing(ServedDesk(counter, job.dsn, job.ledger.operator)) as served:
        done = served.prove() if job.prove else served.exchange()
    return Synced(done.away, done.sent, done.new, done.told)


def look_at_server(job: LookAtServer, _watch: Watch) -> "ServerStanding | Failed":
    """Look at a server."""
    from core.desks.server import standing

    found = standing.look(job.dsn)
    return found if isinstance(found, standing.ServerStanding) else failed("address", found)


def take_in(job: TakeInFolder, watch: Watch) -> FolderTaken | Failed:
    """Take in the files of a folder, each whole or not at all.

    Raises OSError, LedgerUnavailable and Cancelled.
    """
    from core.desks import folder

    def heard(line: int) -> None:
        watch.tell("reading", line, 0)

    with opened(job.ledger) as counter:
        met = folder.take_in(counter, job.folder, job.ledger.operator, heard)
    if isinstance(met, list):
        return Failed(tuple(met))
    affected = {each.entry.number: each.entry.day for taken in met.taken for each in taken.affected}
    return FolderTaken(
        len(met.taken),
        sum(each.new for each in met.taken),
        sum(each.people for each in met.taken),
        tuple(met.refused),
        tuple(sorted(affected.values())),
        tuple((each.ledger, each.number) for taken in met.taken for each in taken.held),
    )
