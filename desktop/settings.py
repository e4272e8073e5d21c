"""The settings of a desk, kept in a small JSON file, which `desktop.startup.settings_file` reads."""

from pathlib import Path
from typing import NamedTuple

from core.places import MADE_UP_REGION

FILE = "settings.json"
NOBODY = "—"


class Settings(NamedTuple):
    """The settings of a desk: hospital, its level (empty: not said), region, operator, language (empty: zh).

    ``hospital_code`` (the insurer's), ``telephone`` and ``address`` are the hospital's.
    Of paper: ``paper`` is a name of `desktop.paper.paper_sizes`; ``shift_x`` and ``shift_y`` move a form to
    the right and down (mm). ``preprinted``, ``second`` (another language), ``whole`` (the patient is not
    masked) and ``steps`` (a short paper has the working too) are empty for no.
    ``own`` is the region that the desk was set up for. ``portable`` is not empty where no key store keeps the
    ledger's key. ``backups`` is a folder for a second backup. ``idle`` is the minutes until the desk locks
    (empty: ten).
    ``theme`` is light, dark or contrast (empty: the system's), ``size`` the font's in percent (empty: 100).
    ``ask_at_end`` is ``yes`` where Enter on the last amount asks to post.
    ``window`` is the window's place when it was closed last, as `desktop.views.window_place` writes it.
    ``stick`` is the folder by which this desk meets other ledgers; ``server`` the connection string of the
    server by which it does, with a password that nothing shows (empty: none).
    ``unproved`` is not empty until somebody has confirmed the recovery code. ``reader`` is what this desk's
    reader is set to send around everything, with spaces between. ``signers`` are those who may sign in here,
    as `desktop.presenters.desk.signers` writes them.
    """

    hospital: str = ""
    level: str = ""
    region: str = MADE_UP_REGION
    operator: str = ""
    language: str = ""
    paper: str = ""
    shift_x: str = ""
    shift_y: str = ""
    preprinted: str = ""
    second: str = ""
    whole: str = ""
    own: str = ""
    portable: str = ""
    backups: str = ""
    idle: str = ""
    theme: str = ""
    size: str = ""
    unproved: str = ""
    ask_at_end: str = ""
    window: str = ""
    hospital_code: str = ""
    telephone: str = ""
    address: str = ""
    steps: str = ""
    reader: str = ""
    signers: str = ""
    stick: str = ""
    server: str = ""

    @property
    def signer(self) -> str:
        """The operator who answers for an entry; `NOBODY` where none is named, as in practice."""
        return self.operator or NOBODY

    @property
    def asks_at_end(self) -> bool:
        """True where Enter on the last amount asks whether to post, as F12 does."""
        return self.ask_at_end == "yes"

    @property
    def percent(self) -> int:
        """The font size in percent; 100 where none can be read."""
        return int(self.size) if self.size.isdecimal() else 100


def save(folder: Path, settings: Settings) -> None:
    """Write the settings whole or not at all. Raises OSError where the folder cannot be written."""
    import json  # the window is painted first

    from core.files import write_whole

    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / FILE, json.dumps(settings._asdict(), ensure_ascii=False, indent=2).encode())
