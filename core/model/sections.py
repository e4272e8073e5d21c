"""A fund's year as tables for people: the same ones in the workbook, on paper and in the window."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from core.messages import Message, message, term
from core.model.assumptions import Assumptions
from core.model.fund_year import FundSums, FundYear, GroupLine, HospitalLine, Run
from core.model.plan import points
from core.model.solve import Solved
from core.model.telling import basis, size_bounds
from core.money import grouped, percent
from core.tables.results import Written, Yuan
from core.vocabulary import Level
from core.words import Words

_GROUPS: Final = {"levels": "level", "categories": "population", "benefits": "benefit", "sizes": ""}
"""The groups of claims, each with the vocabulary of its names."""
_PAYERS: Final = ("basic", "critical", "assistance", "patient")
_SUMS: Final = ("total", "in_scope", *_PAYERS)


class Section(NamedTuple):
    """A table: what it is, its headings, its lines, and the places of its columns of numbers."""

    name: str
    title: str
    headings: tuple[str, ...]
    rows: list[list[Written]]
    numbers: frozenset[int]


def sections(
    year: FundYear, words: Words, solved: Solved | None = None, assumed: Assumptions | None = None
) -> list[Section]:
    """Return the tables of a year in the order of the report; those that would be empty are left out."""
    every = [
        _figures(year, words, solved),
        _months(year.first, words),
        *(_group(name, year, words) for name in _GROUPS),
        _scenarios(year, words),
        _changed(year, words),
        hospitals(year.hospitals, words),
        _evaluation(year, words),
        _assumptions(assumed, words),
    ]
    return [section for section in every if section.rows]


def _section(
    name: str, columns: Sequence[str], rows: list[list[Written]], words: Words, texts: int = 1
) -> Section:
    """Return a section; its first so many columns hold text."""
    headings = tuple(words.text(f"model.head.{column}") for column in columns)
    numbers = frozenset(range(texts, len(columns)))
    return Section(name, words.text(f"model.section.{name}"), headings, rows, numbers)


def _yuan(fen: int | None) -> Written:
    return None if fen is None else Yuan(fen)


def _sums(amounts: FundSums | None, names: Sequence[str]) -> list[Written]:
    return [None if amounts is None else Yuan(getattr(amounts, name)) for name in names]


def colour_word(colour: str | None, words: Words) -> str:
    """Return the colour of a warning in words, and that there is none."""
    return words.text(f"model.colour.{colour or 'none'}")


def _months(run: Run, words: Words) -> Section:
    rows: list[list[Written]] = []
    for line in run.months:
        standing = line.standing
        rows.append(
            [
                line.month,
                _yuan(line.income),
                _yuan(line.planned),
                *_sums(line.amounts, _PAYERS),
                None if standing is None else points(standing.lead),
                None if standing is None else colour_word(standing.colour, words),
            ]
        )
    columns = ("month", "income", "planned", *_PAYERS, "lead", "colour")
    section = _section("months", columns, rows, words)
    return section._replace(numbers=section.numbers - {len(columns) - 1})


def _figures(year: FundYear, words: Words, solved: Solved | None) -> Section:
    rows: list[list[Written]] = [
        [words(label), value, clause] for label, value, clause in _figures_of(year, words, solved)
    ]
    return _section("figures", ("figure", "value", "clause"), rows, words, texts=3)


def _figures_of(
    year: FundYear, words: Words, solved: Solved | None
) -> Iterator[tuple[Message, str | None, str]]:
    """Yield each figure of the year: its label, its value, and the clause that it is told for."""
    cited = {name: f"{each['document']} {each['clause']}" for name, each in basis(year).items()}
    given, first, plan = year.given, year.first, year.given.plan
    unknown, carried_on = words.text("model.unknown"), ""
    if year.warning is not None:
        carried_on = f"{year.warning.document.number} {words.text('model.clause.carry')}"
    yield message("model.figure.people"), unknown if given.people is None else f"{given.people:,}", ""
    yield message("model.figure.claims"), f"{year.claims:,}", ""
    if year.funding is not None:
        yield message("model.figure.per_head"), grouped(year.funding.section.per_head.yuan), cited["income"]
    yield (
        message("model.figure.income"),
        unknown if plan is None else grouped(sum(plan.income)),
        _of_plan(year, cited),
    )
    if year.moves_to is not None:
        yield message("model.figure.moves_to"), grouped(year.moves_to), cited.get("moves_to", "")
    yield message("model.figure.budget"), unknown if plan is None else grouped(plan.budget), ""
    yield message("model.figure.spent"), grouped(first.year.critical), ""
    if plan is not None and given.months == 12:
        balance = sum(plan.income) - first.year.critical
        yield message("model.figure.balance"), grouped(balance), carried_on
        carried = unknown if given.carried is None else grouped(given.carried + balance)
        yield message("model.figure.carried_out"), carried, carried_on
    if plan is not None:
        day = first.exhausted_on
        yield (
            message("model.figure.exhausted"),
            _suffices(given.months, words) if day is None else day.isoformat(),
            "",
        )
    yield from _standing(year, words, cited)
    if year.outlook is not None:
        spent = year.outlook
        yield message("model.as_planned"), grouped(spent.as_planned), ""
        yield message("model.as_so_far"), grouped(spent.as_so_far), ""
    if solved is not None:
        yield message("model.figure.solved", path=solved.path), str(solved.yuan), ""
        yield (
            message("model.figure.solved_spent", fund=Message(f"model.head.{solved.fund}")),
            grouped(solved.spent),
            "",
        )
        if solved.below is not None:
            yield message("model.figure.solved_below"), grouped(solved.below), ""


def _of_plan(year: FundYear, cited: dict[str, str]) -> str:
    plan = year.given.plan
    return cited.get("income", "") if plan is not None and plan.income == plan.planned else ""


def _suffices(months: int, words: Words) -> str:
    """Say that what is there suffices, for no longer than the months that are known."""
    return words.text("model.suffices" if months == 12 else "model.suffices_to", months=months)


def _standing(
    year: FundYear, words: Words, cited: dict[str, str]
) -> Iterator[tuple[Message, str | None, str]]:
    """Yield how spending stands, what the colour asks of the office, and the average beside its target."""
    known = [line.standing for line in year.first.months if line.standing is not None]
    if known:
        last = known[-1]
        yield message("model.figure.lead"), points(last.lead), cited.get("colour", "")
        yield (
            message("model.figure.colour"),
            words.text(f"fund.warning_{last.colour or 'none'}"),
            cited.get("colour", ""),
        )
    if year.first.average is not None:
        yield message("model.figure.average"), f"{percent(year.first.average)} %", ""
        if year.target is not None:
            aim = f"{percent(year.target.section.percent)} %"
            yield message("model.figure.target"), aim, cited["average_share"]


def line_name(line: GroupLine, vocabulary: str, words: Words) -> str:
    """Return the name of a line in words: a term of the vocabulary, or a size of bill by its edges."""
    if vocabulary:
        return words(term(vocabulary, line.name))
    lower, upper = size_bounds(line.name)
    if upper is None:
        return words.text("model.size_above", lower=f"{lower // 100:,}")
    return words.text("model.size_between", lower=f"{lower // 100:,}", upper=f"{upper // 100:,}")


def _group(name: str, year: FundYear, words: Words) -> Section:
    vocabulary = _GROUPS[name]
    rows: list[list[Written]] = [
        [line_name(line, vocabulary, words), line.claims, *_sums(line.amounts, _SUMS)]
        for line in year.first.groups[name]
    ]
    return _section(name, (name, "claims", *_SUMS), rows, words)


def _scenarios(year: FundYear, words: Words) -> Section:
    rows: list[list[Written]] = []
    for run in (year.first, *year.scenarios) if year.scenarios else ():
        lines = run.groups["levels"]
        last = next((line.standing for line in reversed(run.months) if line.standing is not None), None)
        rows.append(
            [
                run.asked or words.text("model.first_run"),
                *_sums(run.year, _PAYERS),
                Yuan(run.year.critical - year.first.year.critical),
                sum(line.gain for line in lines),
                Yuan(sum(line.gained for line in lines)),
                sum(line.lose for line in lines),
                Yuan(sum(line.lost for line in lines)),
                None if last is None else points(last.lead),
                None if last is None else colour_word(last.colour, words),
            ]
        )
    columns = ("set", *_PAYERS, "more_critical", "gain", "gained", "lose", "lost", "lead", "colour")
    section = _section("scenarios", columns, rows, words)
    return section._replace(numbers=section.numbers - {len(columns) - 1})


def _changed(year: FundYear, words: Words) -> Section:
    rows: list[list[Written]] = [
        [
            run.asked,
            words.text(f"model.head.{name}"),
            line_name(line, vocabulary, words),
            line.claims,
            line.gain,
            Yuan(line.gained),
            line.lose,
            Yuan(line.lost),
        ]
        for run in year.scenarios
        for name, vocabulary in _GROUPS.items()
        for line in run.groups[name]
    ]
    columns = ("set", "by", "who", "claims", "gain", "gained", "lose", "lost")
    return _section("changed", columns, rows, words, texts=3)


def _hospital_name(name: str, words: Words) -> str:
    """Return a hospital's name; one that was drawn has its level and a number."""
    if not name:
        return words.text("model.unknown")
    level, _, number = name.rpartition("-")
    return f"{words(term('level', level))} {number}" if level in list(Level) else name


def hospitals(lines: Sequence[HospitalLine], words: Words) -> Section:
    """Return the table of some hospitals."""
    rows: list[list[Written]] = [
        [_hospital_name(line.name, words), line.claims, line.elsewhere, *_sums(line.amounts, _SUMS)]
        for line in lines
    ]
    return _section("hospitals", ("hospital", "claims", "elsewhere", *_SUMS), rows, words)


def _evaluation(year: FundYear, words: Words) -> Section:
    rows: list[list[Written]] = []
    for half in year.halves:
        standing = half.standing
        rows.append(
            [
                words.text(f"model.half.{half.months}"),
                _yuan(half.income),
                _yuan(half.planned),
                Yuan(half.critical),
                None if standing is None else points(standing.lead),
                half.helped,
                None if standing is None else colour_word(standing.colour, words),
            ]
        )
    columns = ("span", "income", "planned", "critical", "lead", "helped", "colour")
    section = _section("evaluation", columns, rows, words)
    return section._replace(numbers=section.numbers - {len(columns) - 1})


def _assumptions(assumed: Assumptions | None, words: Words) -> Section:
    rows: list[list[Written]] = []
    if assumed is not None:
        rows.append([words.text("model.head.assumptions"), assumed.title(words.language)])
        rows += [[path, value] for path, value in _stated(assumed.model_dump(mode="json"), "")]
    return _section("assumptions", ("assumption", "value"), rows, words, texts=2)


def _stated(value: object, path: str) -> Iterator[tuple[str, str]]:
    """Yield each assumption by its dotted path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if path or key != "name":
                yield from _stated(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for number, inner in enumerate(value, 1):
            yield from _stated(inner, f"{path}.{number}")
    else:
        yield path, str(value)
