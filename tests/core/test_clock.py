"""The day of the window, the ledger and the paper is China's, whatever zone the machine is set to."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from core import clock

ROOT = Path(__file__).resolve().parents[2]


class Evening(datetime):
    """Ten past six in the evening by UTC: in China the next day has begun."""

    @classmethod
    def now(cls, tz: Any = None) -> "Evening":
        return cls(2026, 11, 25, 18, 10, tzinfo=UTC).astimezone(tz)


def test_the_day_in_china_has_begun_while_utc_still_has_the_one_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "datetime", Evening)
    assert clock.today() == date(2026, 11, 26)
    assert clock.now().isoformat() == "2026-11-26T02:10:00"


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati"])
def test_the_machine_s_zone_changes_no_day(zone: str) -> None:
    command = "from core import clock; print(clock.now().isoformat())"
    answered = subprocess.run(
        [sys.executable, "-c", command],
        cwd=ROOT,
        env={**os.environ, "TZ": zone},
        capture_output=True,
        text=True,
        check=True,
    )
    apart = datetime.fromisoformat(answered.stdout.strip()) - clock.now()
    assert abs(apart.total_seconds()) < 600
