"""The one time of China. A machine's own zone is often left at UTC, and a day is a day in the ledger."""

from datetime import date, datetime, timedelta, timezone
from typing import Final

BEIJING: Final = timezone(timedelta(hours=8))


def now() -> datetime:
    """The wall's clock in China, without a zone."""
    return datetime.now(BEIJING).replace(tzinfo=None)


def today() -> date:
    """The day that an entry posted now belongs to."""
    return now().date()
