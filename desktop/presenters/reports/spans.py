"""Spans of days that the office asks for: a month, a year, any days; and the one before or after."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Final, NamedTuple

PERIODS: Final = ("this_month", "last_month", "this_year", "last_year", "days")
"""The periods to choose from; ``days`` are typed."""

_MONTHS: Final = 12


class DaySpan(NamedTuple):
    """A first and a last day, both of them in it."""

    first: date
    last: date


def span_of_period(period: str, today: date) -> DaySpan:
    """Return the days of a period that is not typed: whole months, as they are in the calendar."""
    month = date(today.year, today.month, 1)
    if period == "last_month":
        return _months(_later(month, -1), 1)
    if period in ("this_year", "last_year"):
        return _months(date(today.year - (period == "last_year"), 1, 1), _MONTHS)
    return _months(month, 1)


def neighbour(span: DaySpan, by: int) -> DaySpan | None:
    """Return the span as long as this one right before it (-1) or after it (1); whole months stay whole.

    None where the calendar has no such days.
    """
    first, last = span
    days = (last - first).days + 1
    try:
        if first.day == 1 and last.day == monthrange(last.year, last.month)[1]:
            months = (last.year - first.year) * _MONTHS + last.month - first.month + 1
            return _months(_later(first, by * months), months)
        moved = timedelta(days=by * days)
        return DaySpan(first + moved, last + moved)
    except (ValueError, OverflowError):
        return None


def _months(first: date, months: int) -> DaySpan:
    return DaySpan(first, _later(first, months) - timedelta(days=1))


def _later(month: date, months: int) -> date:
    """Return the first day of the month that is so many months later. Raises ValueError without one."""
    year, at = divmod(month.year * _MONTHS + month.month - 1 + months, _MONTHS)
    return date(year, at + 1, 1)
