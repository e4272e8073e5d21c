"""The jobs that meet other ledgers: the hospital's server."""

from contextlib import closing

from core.jobs.desk_ledger import opened
from core.jobs.desk_values import Synced, SyncServer
from core.tables.watch import Watch


def sync(job: SyncServer, _watch: Watch) -> Synced:
    """Fetch and send, which may be done again at any time. Raises OSError and LedgerUnavailable."""
    from core.desks.server.served_desk import ServedDesk

    with opened(job.ledger) as counter, closing(ServedDesk(counter, job.dsn, job.ledger.operator)) as served:
        done = served.exchange()
    return Synced(done.away, done.sent, done.new, done.told)
