"""The jobs on a fund's year: worked out, and written as files. The model is read when it is asked for."""

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from core.jobs.desk_ledger import opened
from core.jobs.model_values import ChartTold, ModelWritten, ModelYear, TableTold, WriteModel, YearTold
from core.jobs.own_names import add_own
from core.jobs.values import Failed, failed
from core.messages import Message, message
from core.tables.names import known_names
from core.tables.watch import Watch
from core.words import words

if TYPE_CHECKING:
    from core.model.asking import YearTexts
    from core.model.modelling import Modelled
    from core.words import Words

_ON_FILE_ONLY: Final = ("assumptions",)
"""Tables that are read in the workbook: each line is a cell of a file."""

EXTRA: Final = ("numpy", "numba", "polars", "matplotlib")
"""What the extra ``model`` installs."""
SPARK: Final = ("pyspark", "pyarrow", "pandas")
"""What the extra ``spark`` installs beside it."""


def extra_missing(names: Sequence[str] = EXTRA) -> Message | None:
    """Return what to do where one of some packages is not there, None where all of them are.

    A bundle takes no packages: that of the fund's office has those of the model.
    """
    absent = [name for name in names if find_spec(name) is None]
    if not absent:
        return None
    extra = "spark" if names is SPARK else "model"
    where = "bundle" if getattr(sys, "frozen", False) else "extra"
    return message(f"model.fault.{extra}_{where}", names=", ".join(absent))


class ModelJobs:
    """The jobs of one process, which keeps the year that was worked out last."""

    def __init__(self) -> None:
        self._year: Modelled | None = None

    def model(self, job: ModelYear, watch: Watch) -> YearTold | Failed:
        """Work a year out. Raises LedgerUnavailable, OSError and Cancelled."""
        lacking = extra_missing()
        if lacking is not None:
            return failed("", lacking)
        from core.model.asking import asked_of, modelled

        names = known_names()
        wrong = add_own(names)
        if wrong is not None:
            return failed("files", wrong)
        texts = _texts(job)
        asked = asked_of(texts, watch)
        if isinstance(asked, list):
            return Failed(tuple(asked))
        with opened(job.ledger) as counter:
            of_ledger = counter if texts.ledger else None
            found = modelled(texts, asked, counter.reader, names, watch, of_ledger)
        if isinstance(found, list):
            return Failed(tuple(found))
        self._year = found
        return _told(found, words(job.language))

    def write(self, job: WriteModel, watch: Watch) -> ModelWritten | Failed:
        """Write the year that was worked out last. Raises OSError and Cancelled."""
        if self._year is None:
            return failed("", message("window.model.run_first"))
        from core.model.writing import write_year

        files = write_year(self._year, job.out, words(job.language), watch)
        return ModelWritten(tuple(sorted(files, key=lambda file: file.suffix != ".pdf")))


def _texts(job: ModelYear) -> "YearTexts":
    from core.model.asking import YearTexts

    return YearTexts(
        job.year,
        (job.region,),
        job.population or None,
        job.files if job.source == "tables" else (),
        job.source == "ledger",
        job.budget or None,
        job.sets,
        job.solve,
        job.through,
        job.carried or None,
        job.last_year or None,
    )


def _told(year: "Modelled", said: "Words") -> YearTold:
    from core.model.charts import charts
    from core.model.sections import sections
    from core.model.writing import notes_of, shown

    tables = sections(year.year, said, year.solved, year.assumed)
    return YearTold(
        tuple(
            TableTold(
                table.name,
                table.title,
                table.headings,
                tuple(tuple(map(shown, row)) for row in table.rows),
                table.numbers,
            )
            for table in tables
            if table.name not in _ON_FILE_ONLY
        ),
        tuple(ChartTold(name, svg) for name, svg in charts(year.year, said).items()),
        tuple(notes_of(year, said)),
    )
