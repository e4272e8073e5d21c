"""The lines of each section of the guided form: which cells a region's pack has, and in which order."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from core.messages import Message, message, term
from core.policy.documents import Cited, CriticalIllness
from core.policy.in_force import InForce
from core.policy.regions import FIRST_LOCAL, LAST_LOCAL
from core.vocabulary import (
    BandAxis,
    BandOrigin,
    CapOn,
    DeductibleCounts,
    DeductiblePeriod,
    Level,
    Population,
    TransferDown,
    TransferUp,
)
from core.words import languages
from desktop.presenters.rules.pack_shape import (
    CASE,
    CATEGORY,
    DISEASE,
    KIND,
    NONE,
    SPECIAL_KEYS,
    YEAR,
    PackGroup,
    PackRow,
    Shape,
    Spec,
    row_keys,
)

_BAND_ROWS: Final = 5
"""Rows of a band table that are always offered."""
_LOCAL_ROWS: Final = LAST_LOCAL - FIRST_LOCAL + 1
_CRITICAL_KINDS: Final = {
    "deductible": "amount",
    "band_origin": "choice",
    "cap": "amount",
    "uncapped": "yesno",
    "uncapped_for": "many",
    "cap_on": "choice",
    "tilted": "many",
    "tilt_deductible_percent": "percent",
    "tilt_points": "percent",
    "counts_category_b": "yesno",
    "covers_special_outpatient": "yesno",
    "bonus_from": "count",
    "consecutive_from": "count",
    "income_per_head": "amount",
}
"""The cells of a year of critical illness in their order, without its bands."""
_YES_NO: Final = ("", "true", "false")
_OPTIONS: Final = {
    "band_origin": ("", *BandOrigin),
    "cap_on": ("", *CapOn),
    "tilted": (NONE, *(category for category in Population if category is not Population.ORDINARY)),
}
_HINTED: Final = frozenset(
    {"band_origin", "cap_on", "uncapped_for", "covers_special_outpatient", "bonus_from", "consecutive_from"}
    | {"income_per_head", "tilt_deductible_percent"}
)


def lines_of(shape: Shape, section: str) -> tuple[PackGroup, ...]:
    """Return the lines of a section."""
    return _SECTIONS[section](shape)


def row_specs(table: str, at: int) -> tuple[Spec, ...]:
    """Return the cells of a row of a list of tables, by the list's path and the row's position."""
    return tuple(Spec(f"{table}.{at}.{key}", kind, _options_of(kind), key) for key, kind in row_keys(table))


def disease_specs(number: str) -> tuple[Spec, ...]:
    """Return the cells of a special outpatient disease's own table."""
    return tuple(
        Spec(f"special_outpatient.disease.{number}.{key}", kind, (), key) for key, kind in SPECIAL_KEYS
    )


def _options_of(kind: str) -> tuple[str, ...]:
    return {"yesno": _YES_NO, "level": (*Level, "")}.get(kind, ())


def _row(
    path: str, kind: str, label: Message, options: tuple[str, ...] = (), hint: Message | None = None
) -> PackRow:
    return PackRow(label, (Spec(path, kind, options, path.split(".")[-1]),), path, hint)


def _label(name: str) -> Message:
    return Message(f"window.region.cell.{name}")


def _hint(name: str) -> Message:
    return Message(f"window.region.hint.{name}")


def _heading(name: str) -> Message:
    return Message(f"window.region.group.{name}")


def _about(name: str) -> Message:
    return Message(f"window.region.about.{name}")


def _setting(path: str, kind: str, values: Sequence[str] = ()) -> PackRow:
    """Return the line of a setting, with the clause, the default and an example under it."""
    name = path.split(".")[-1]
    options = ("", *values) if values else _options_of(kind)
    return _row(path, kind, _label(name), options, _hint(name))


def _source(shape: Shape) -> tuple[PackGroup, ...]:
    stated = tuple(
        PackRow(_label(name.split(".")[-1]), (Spec(name, kind),))
        for name, kind in (
            ("id", "fixed"),
            ("name", "text"),
            ("effective", "day"),
            ("source.document", "text"),
            ("source.entered_by", "text"),
            ("source.checked_by", "text"),
        )
    )
    source = PackGroup(_heading("source"), stated)
    if not shape.unknown:
        return (source,)
    unknown = tuple(
        PackRow(message("window.region.path", path=name), (Spec(name, "unknown"),)) for name in shape.unknown
    )
    return source, PackGroup(_heading("unknown"), unknown, _about("unknown"))


def _levels(table: str, kind: str) -> tuple[PackRow, ...]:
    return tuple(_row(f"{table}.deductible.{level}", kind, term("level", level)) for level in Level)


def _inpatient(_shape: Shape) -> tuple[PackGroup, ...]:
    deductible = PackGroup(
        _heading("inpatient_deductible"), _levels("inpatient", "amounts"), _about("inpatient_deductible")
    )
    axis = _setting("inpatient.band_axis", "choice", tuple(BandAxis))
    transfers = (
        _setting("inpatient.transfer_up", "choice", tuple(TransferUp)),
        _setting("inpatient.transfer_down", "choice", tuple(TransferDown)),
    )
    return (
        deductible,
        PackGroup(_heading("inpatient_bands"), (axis,)),
        PackGroup(_heading("transfers"), transfers),
    )


def _special(shape: Shape) -> tuple[PackGroup, ...]:
    """The deductibles by level, and the own table of the disease that is shown."""
    period = _setting("special_outpatient.deductible_period", "choice", tuple(DeductiblePeriod))
    deductible = PackGroup(
        _heading("special_deductible"),
        (*_levels("special_outpatient", "amount"), period),
        _about("each_level"),
    )
    names = shape.documents.first("special_outpatient").section.diseases.names
    number = shape.disease
    chooser = PackRow(_label("special_disease"), (Spec(DISEASE, "form", (), "special_disease"),))
    own = tuple(
        _row(spec.name, spec.kind, _label(spec.group), hint=_hint(f"disease_{spec.group}"))
        for spec in disease_specs(number)
    )
    about = message("window.region.about.special_disease", number=number, name=names[int(number) - 1])
    return deductible, PackGroup(_heading("special_disease"), (chooser, *own), about)


def _common(shape: Shape) -> tuple[PackGroup, ...]:
    choices = shape.documents.first("common_outpatient").section.annual_limit.choices
    limits = tuple(str(choice // 100) for choice in sorted(choices))
    limit = _row("common_outpatient.annual_limit", "limit", _label("annual_limit"), ("", *limits))
    period = _setting("common_outpatient.deductible_period", "choice", tuple(DeductiblePeriod))
    return (
        PackGroup(_heading("common_limit"), (limit,)),
        PackGroup(
            _heading("common_deductible"),
            (*_levels("common_outpatient", "amount"), period),
            _about("common_deductible"),
        ),
    )


def _chronic(shape: Shape) -> tuple[PackGroup, ...]:
    path = "chronic_outpatient.deductible"
    deductible = [PackRow(_label("chronic_kind"), (Spec(KIND, "form", ("one", "each"), "chronic_kind"),))]
    if shape.each_disease:
        deductible += [_row(f"{path}.{number}", "amount", label) for number, label in _diseases(shape)]
    else:
        deductible.append(_row(path, "amount", _label("deductible")))
    rules = (
        _setting("chronic_outpatient.deductible_counts", "choice", tuple(DeductibleCounts)),
        _setting("chronic_outpatient.additional_disease_rate", "share"),
        _setting("chronic_outpatient.additional_disease_amount", "amount"),
    )
    return (
        PackGroup(_heading("chronic_rules"), rules),
        PackGroup(_heading("chronic_deductible"), tuple(deductible)),
        PackGroup(_heading("local"), _local(shape), _about("local")),
    )


def _diseases(shape: Shape) -> list[tuple[int, Message]]:
    """Return the chronic diseases that may have a deductible, by number: the document's and the region's."""
    known = shape.documents.first("chronic_outpatient").section.diseases.rows
    named = [
        (
            number,
            message("window.region.disease", number=number, name=disease.name.partition("\uff08")[0]),
        )
        for number, disease in enumerate(known, 1)
    ]
    own = range(FIRST_LOCAL, LAST_LOCAL + 1)
    return named + [(number, message("window.region.local_disease", number=number)) for number in own]


def _local(shape: Shape) -> tuple[PackRow, ...]:
    """The chronic diseases that the region added: two lines each, its number and amount, and its name."""
    table, lines = "chronic_outpatient.local", []
    for at in range(max(_LOCAL_ROWS, shape.rows_of(table) - 1)):
        number, name, amount = row_specs(table, at)
        label = message("window.region.local", number=at + 1)
        lines.append(PackRow(label, (number, amount), "" if at else table))
        lines.append(PackRow(_label("name"), (name,)))
    return tuple(lines)


def _critical(shape: Shape) -> tuple[PackGroup, ...]:
    """The figures of one year: those that its documents leave open, and those that the file states anyway."""
    documents, year = shape.documents, shape.year
    keys = documents.open_critical_keys(int(year)) | {key for of, key in shape.stated if of == year}
    in_force = [rule for rule in documents.critical_rules(int(year)) if rule]
    rule = in_force[-1] if in_force else None
    path = f"critical_illness.{year}"
    stated = [_critical_row(path, key, rule) for key in _CRITICAL_KINDS if key in keys]
    chosen = PackRow(_label("year"), (Spec(YEAR, "form", (), "year"),))
    about = _about("critical_whole")
    if rule is not None:
        about = message("window.region.about.critical", document=rule.document.number)
    figures = PackGroup(_heading("critical"), (chosen, *stated), about)
    if "bands" not in keys:
        return (figures,)
    return figures, PackGroup(_heading("bands"), _bands(shape, f"{path}.bands"), _about("bands"))


def _critical_row(path: str, key: str, rule: InForce[CriticalIllness] | None) -> PackRow:
    kind = _CRITICAL_KINDS[key]
    options = _OPTIONS.get(key, _options_of(kind))
    if key == "uncapped_for":
        uncapped = rule.section.uncapped if rule else None
        may_add = uncapped.region_may_add if uncapped else frozenset()
        options = (NONE, *(category for category in Population if category in may_add))
    hint = message(f"window.region.hint.{key}", clause=_clause(key, rule)) if key in _HINTED else None
    return _row(f"{path}.{key}", kind, _label(key), options, hint)


def _clause(key: str, rule: InForce[CriticalIllness] | None) -> Message:
    """Return the clause that leaves a year's cell to the region; without a document, that there is none."""
    section = rule.section if rule else None
    cited: Mapping[str, Cited | None] = {}
    if section is not None:
        cited = {
            "cap_on": section.cap,
            "uncapped_for": section.uncapped,
            "covers_special_outpatient": section.special_outpatient_switch,
            "bonus_from": section.incentives,
            "consecutive_from": section.incentives,
            "income_per_head": section.income_warning,
        }
    clause = cited.get(key) or (section.bands if section else None)
    if rule is None or clause is None:
        return Message("window.region.clause_of_region")
    return message("window.region.clause", document=rule.document.number, clause=clause.clause)


def _bands(shape: Shape, table: str) -> tuple[PackRow, ...]:
    return tuple(
        PackRow(
            message("window.region.band", number=at + 1),
            row_specs(table, at),
            "" if at else table,
        )
        for at in range(max(_BAND_ROWS, shape.rows_of(table)))
    )


def _by_category(key: str, kind: str) -> PackGroup:
    rows = tuple(
        _row(f"medical_assistance.{key}.{category}", kind, term("population", category))
        for category in Population
    )
    return PackGroup(_heading(f"assistance_{key}"), rows, _about(f"assistance_{key}"))


def _assistance(shape: Shape) -> tuple[PackGroup, ...]:
    """The shares by category, the bands of the category that is shown, and what a year allows."""
    chooser = PackRow(_label("category"), (Spec(CATEGORY, "form", tuple(Population), "category"),))
    table = f"medical_assistance.bands.{shape.category}"
    bands = PackGroup(
        _heading("assistance_bands"), (chooser, *_bands(shape, table)), _about("assistance_bands")
    )
    return (
        _by_category("percent", "percent"),
        bands,
        _by_category("later_stays_percent", "percent"),
        _by_category("deductible", "amount"),
        _by_category("annual_limit", "amount"),
    )


def _case_payment(shape: Shape) -> tuple[PackGroup, ...]:
    """One case at one level at a time, by its place in the list."""
    chooser = PackRow(_label("case"), (Spec(CASE, "form", (), "case"),))
    lines = [
        PackRow(
            _label(f"case_{spec.group}"),
            (spec,),
            "" if at else "case_payment",
            _hint(f"case_{spec.group}") if spec.group not in ("name", "level") else None,
        )
        for at, spec in enumerate(row_specs("case_payment", shape.case))
    ]
    return (PackGroup(_heading("case_payment"), (chooser, *lines), _about("case_payment")),)


def _carry_over(_shape: Shape) -> tuple[PackGroup, ...]:
    within = (
        _setting("carry_over.common_to_chronic", "yesno"),
        _setting("carry_over.outpatient_to_pooled", "yesno"),
    )
    next_year = (
        _setting("carry_over.next_year_percent", "percent"),
        _setting("carry_over.next_year_points", "percent"),
    )
    return (
        PackGroup(_heading("carry_over"), within, _about("carry_over")),
        PackGroup(_heading("next_year"), next_year),
    )


def _elsewhere(_shape: Shape) -> tuple[PackGroup, ...]:
    shares = (
        _setting("elsewhere.referred_percent", "percent"),
        _setting("elsewhere.unreferred_percent", "percent"),
    )
    return (PackGroup(_heading("elsewhere"), shares, _about("elsewhere")),)


def _desk(shape: Shape) -> tuple[PackGroup, ...]:
    cells = [
        Spec("desk.hospital", "form", (), "hospital"),
        Spec("desk.hospital_code", "form", (), "hospital_code"),
        Spec("desk.telephone", "form", (), "telephone"),
        Spec("desk.address", "form", (), "address"),
        Spec("desk.operator", "form", (), "operator"),
        Spec("desk.level", "form", tuple(Level), "level"),
        Spec("desk.idle", "form", (), "idle"),
        Spec("desk.reader", "form", (), "reader"),
        Spec("desk.ask_at_end", "form", ("no", "yes"), "ask_at_end"),
        Spec("desk.language", "form", languages(), "language"),
    ]
    if shape.signed_in:  # whoever has signed in is the operator, and nobody else
        cells = [cell for cell in cells if cell.name != "desk.operator"]
    settings = tuple(PackRow(_label(cell.group), (cell,)) for cell in cells)
    return (PackGroup(_heading("desk"), settings),)


_SECTIONS: Final[Mapping[str, Callable[[Shape], tuple[PackGroup, ...]]]] = {
    "source": _source,
    "inpatient": _inpatient,
    "special_outpatient": _special,
    "common_outpatient": _common,
    "chronic_outpatient": _chronic,
    "critical_illness": _critical,
    "medical_assistance": _assistance,
    "case_payment": _case_payment,
    "carry_over": _carry_over,
    "elsewhere": _elsewhere,
    "desk": _desk,
}
