"""The window without a screen: the sample admission in words, in a picture and on paper."""

import json
import tempfile
from datetime import date
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QCoreApplication

from core.money import capitals, grouped, parse_yuan
from core.places import RESOURCES
from core.settlement import Settlement
from core.words import Words, words
from desktop.app import Program
from desktop.paper.output import sheet_pdf
from desktop.presenters import figures
from desktop.printing import estimate_of
from desktop.settings import Settings

SAMPLE: Final = RESOURCES / "samples" / "admission.json"
_TODAY: Final = date(2026, 3, 12)
_ID: Final = "220113196004080016"


def demo(folder: Path, language: str) -> int:
    """Settles the sample, prints its split in words, draws the window and the estimate; the exit status."""
    folder.mkdir(parents=True, exist_ok=True)
    spoken = words(language)
    with tempfile.TemporaryDirectory() as home:
        program = _filled(Path(home), spoken)
        worked = program.presenter.worked
        assert worked is not None
        print(split_in_words(worked.settlement, spoken))
        picture_file, estimate = folder / "window.png", folder / "estimate.pdf"
        _draw(program, picture_file)
        form = program.presenter.form
        sheet_pdf(estimate_of(program, worked, form["name"], form["id"]), estimate)
        program.window.close()
    for id_, file in (("window.demo.picture", picture_file), ("window.demo.estimate", estimate)):
        print(spoken.text(id_, file=str(file.resolve())))
    return 0


def picture(file: Path, language: str) -> int:
    """Draws the filled window into a file; the exit status."""
    with tempfile.TemporaryDirectory() as home:
        program = _filled(Path(home), words(language))
        _draw(program, file)
        program.window.close()
    return 0


def split_in_words(settlement: Settlement, spoken: Words) -> str:
    """Who pays, as a person would read it out."""
    amounts = settlement.amounts
    lines = [
        f"{spoken.text(f'amount.{name}')}  {grouped(fen)}"
        for name in ("medfee_sumamt", "hifp_pay", "hifmi_pay", "maf_pay", "psn_part_amt")
        if (fen := getattr(amounts, name)) is not None
    ]
    if amounts.psn_part_amt is not None and spoken.language == "zh":
        lines[-1] += f"  {capitals(amounts.psn_part_amt)}"
    rows, _zero = figures.rows(settlement, spoken)
    lines += [f"  {' '.join(filter(None, (row.label, row.sum)))}  {row.amount}" for row in rows]
    return "\n".join(lines)


def _filled(home: Path, spoken: Words) -> Program:
    """The window with the sample typed in, over a ledger that goes with the folder."""
    request: dict[str, Any] = json.loads(SAMPLE.read_text(encoding="utf-8"))
    settings = Settings(
        hospital=spoken.text("window.demo.hospital"),
        operator=spoken.text("window.demo.operator"),
        region=request["region"],
    )
    program = Program(spoken, settings, home, today=sample_day)
    program.open()
    for name, text in cells_of(request, spoken).items():
        program.presenter.typed(name, text)
        program.presenter.left(name)
    program.presenter.back("over_limit")
    return program


def sample_day() -> date:
    """Two days after the sample's discharge."""
    return _TODAY


def cells_of(request: dict[str, Any], spoken: Words) -> dict[str, str]:
    """A request as a clerk types it, by cell."""

    def yuan(name: str) -> str:
        fen = parse_yuan(request.get(name, "0"))
        return grouped(fen) if isinstance(fen, int) and fen else ""

    return {
        "id": _ID,
        "name": spoken.text("window.demo.patient"),
        "benefit": request["benefit"],
        "level": request["hospital_level"],
        "admitted": request.get("admitted", ""),
        "discharged": request["discharged"],
        "population": request.get("population", "ordinary"),
        "total": yuan("total"),
        "eligible": yuan("eligible"),
        "category_b": yuan("category_b_selfpay"),
    }


def _draw(program: Program, file: Path) -> None:
    window = program.window
    window.resize(1280, 800)
    window.show()
    program.view.focus_again()
    for _ in range(3):  # what was rendered before the window was shown is laid out again
        QCoreApplication.processEvents()
    if not window.grab().save(str(file)):
        raise OSError(f"{file}: not written")
