"""A fund's year as charts (SVG): spending against the plan, who pays each month and where, scenarios."""

import io
import re
from collections.abc import Callable
from itertools import accumulate
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager

from core.model.fund_year import FundYear, Run
from core.model.plan import MONTHS
from core.model.sections import line_name
from core.places import RESOURCES
from core.words import Words

_FONT: Final = RESOURCES / "fonts" / "MingzhangSans-Regular.otf"
_SIZE: Final = (9.0, 4.6)
_BLANK: Final = re.compile(rb'<path id="([^"]+)" transform="[^"]*"/>')
_PER_WAN: Final = 1_000_000
"""The fen of ten thousand yuan, which the axes count."""
_COLOURS: Final = {"basic": "#3f6fb0", "critical": "#b0553f", "assistance": "#5f8f4f", "patient": "#8a8a8a"}
_WARNINGS: Final = {"blue": "#2f6fd0", "yellow": "#c79a00", "red": "#c02020"}
_MARKS: Final = {"blue": "s", "yellow": "^", "red": "D"}
_PAYERS: Final = ("basic", "critical", "assistance", "patient")
_MOST_SCENARIOS: Final = 20
_LONGEST_NAME: Final = 46

CHARTS: Final = ("spending", "payers", "levels", "scenarios")
"""The names of all charts; a year has those that it has figures for."""


def charts(year: FundYear, words: Words) -> dict[str, bytes]:
    """Return the charts of a year by their names, each as SVG. The same year gives the same bytes."""
    drawn: dict[str, Callable[[Axes, FundYear, Words], None]] = {"payers": _payers, "levels": _levels}
    if year.given.plan is not None:
        drawn = {"spending": _spending, **drawn}
    if year.scenarios:
        drawn["scenarios"] = _scenarios
    return {name: _svg(draw, year, words) for name, draw in drawn.items()}


def _svg(draw: Callable[[Axes, FundYear, Words], None], year: FundYear, words: Words) -> bytes:
    fontManager.addfont(_FONT)
    family = FontProperties(fname=_FONT).get_name()
    with mpl.rc_context(
        {
            "font.family": family,
            "svg.fonttype": "path",  # the letters are drawn, so that every machine has them
            "svg.hashsalt": "mingzhang",
            "axes.unicode_minus": False,
            "axes.spines.top": False,
            "axes.spines.right": False,
        }
    ):
        figure = Figure(figsize=_SIZE, layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.subplots()
        for ground in (figure.patch, axes.patch):  # on paper the words that lie under a page show through
            ground.set_visible(False)
        draw(axes, year, words)
        out = io.BytesIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return _without_blanks(out.getvalue())


def _without_blanks(svg: bytes) -> bytes:
    """Take the letters out that draw nothing: a path without a line is a fault to Qt's own reader."""
    for blank in _BLANK.findall(svg):
        svg = re.sub(rb'<use xlink:href="#' + blank + rb'"[^>]*/>', b"", svg)
    return _BLANK.sub(b"", svg)


def _wan(fen: float) -> float:
    return fen / _PER_WAN


def _frame(axes: Axes, title: str, words: Words) -> None:
    axes.set_title(title)
    axes.set_ylabel(words.text("model.chart.wan"))
    axes.ticklabel_format(axis="y", style="plain", useOffset=False)
    axes.margins(x=0.02)


def _months(axes: Axes, words: Words) -> None:
    axes.set_xticks(
        range(1, MONTHS + 1), [words.text("model.chart.month", month=at) for at in range(1, MONTHS + 1)]
    )


def _spending(axes: Axes, year: FundYear, words: Words) -> None:
    """Draw what was spent since January against the plan, each month with its warning."""
    plan, run = year.given.plan, year.first
    assert plan is not None
    months = range(1, MONTHS + 1)
    axes.plot(
        months,
        [_wan(each) for each in accumulate(plan.planned)],
        "--",
        color="#555555",
        label=words.text("model.chart.planned"),
    )
    spent = list(accumulate(line.amounts.critical for line in run.months if line.amounts is not None))
    axes.plot(
        months[: len(spent)],
        [_wan(each) for each in spent],
        "-",
        color=_COLOURS["critical"],
        label=words.text("model.chart.spent"),
    )
    for colour, shade in _WARNINGS.items():
        here = [
            at
            for at, line in enumerate(run.months[: len(spent)])
            if line.standing is not None and line.standing.colour == colour
        ]
        if here:
            axes.plot(
                [at + 1 for at in here],
                [_wan(spent[at]) for at in here],
                _MARKS[colour],
                color=shade,
                markersize=9,
                label=words.text(f"model.colour.{colour}"),
            )
    _frame(axes, words.text("model.chart.spending"), words)
    _months(axes, words)
    axes.legend(frameon=False)


def _payers(axes: Axes, year: FundYear, words: Words) -> None:
    """Draw who pays each month, one on top of the other."""
    lines = [line for line in year.first.months if line.amounts is not None]
    months, below = [line.month for line in lines], [0.0] * len(lines)
    for name in _PAYERS:
        values = [_wan(getattr(line.amounts, name)) for line in lines]
        axes.bar(months, values, bottom=below, color=_COLOURS[name], label=words.text(f"model.head.{name}"))
        below = [before + value for before, value in zip(below, values, strict=True)]
    _frame(axes, words.text("model.chart.payers"), words)
    _months(axes, words)
    axes.legend(frameon=False, ncols=4, loc="upper center", bbox_to_anchor=(0.5, -0.08))


def _levels(axes: Axes, year: FundYear, words: Words) -> None:
    """Draw who pays at each level of hospital."""
    lines = year.first.groups["levels"]
    below = [0.0] * len(lines)
    names = [line_name(line, "level", words) for line in lines]
    for name in _PAYERS:
        values = [_wan(getattr(line.amounts, name)) for line in lines]
        axes.bar(names, values, bottom=below, color=_COLOURS[name], label=words.text(f"model.head.{name}"))
        below = [before + value for before, value in zip(below, values, strict=True)]
    _frame(axes, words.text("model.section.levels"), words)
    axes.legend(frameon=False, ncols=4, loc="upper center", bbox_to_anchor=(0.5, -0.08))


def _scenarios(axes: Axes, year: FundYear, words: Words) -> None:
    """Draw what critical illness and patients pay in each scenario."""
    runs: list[Run] = [year.first, *year.scenarios[:_MOST_SCENARIOS]]
    names = [_short(run.asked or words.text("model.first_run")) for run in runs]
    at = range(len(runs))
    height = 0.38
    for place, name in ((-height / 2, "critical"), (height / 2, "patient")):
        values: list[Any] = [_wan(getattr(run.year, name)) for run in runs]
        axes.barh(
            [each + place for each in at],
            values,
            height,
            color=_COLOURS[name],
            label=words.text(f"model.head.{name}"),
        )
    axes.set_yticks(list(at), names)
    axes.invert_yaxis()
    if year.given.plan is not None:
        axes.axvline(
            _wan(year.given.plan.budget),
            linestyle="--",
            color="#555555",
            label=words.text("model.figure.budget"),
        )
    axes.set_title(words.text("model.section.scenarios"))
    axes.set_xlabel(words.text("model.chart.wan"))
    axes.ticklabel_format(axis="x", style="plain", useOffset=False)
    axes.legend(frameon=False, ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.16))


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
