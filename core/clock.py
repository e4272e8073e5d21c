"""The one time of China. A machine's own zone is often left at UTC, and the ledger's days are China's."""

from datetime import date, datetime, timedelta, timezone
from typing import Final

BEIJING: Final = timezone(timedelta(hours=8))


def now() -> datetime:
    """Return the time of a clock on the wall in China, without a zone."""
    return datetime.now(BEIJING).replace(tzinfo=None)


def today() -> date:
    """Return the day that an entry posted now belongs to."""
    return now().date()
