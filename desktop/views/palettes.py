"""The colours of the three themes as data, each by its use.

Texts stand out from every ground that they are drawn on by at least 4.5 to 1, edges and parts of pictures by
at least 3 to 1; in high contrast by 7 to 1. A test computes it for the pairs below and measures the window.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Palette(NamedTuple):
    """The colours of a theme. ``sheet`` is written on, ``paper`` lies under it, ``on_…`` stands on a ground.

    ``payers`` are the hues of who pays, ``hatches`` the lines over and around them, ``on_payers`` the words
    on them; ``stripes`` are the lines on a sheet of what this visit adds to the year. ``one_ground``: paper
    and sheet are one colour, so that edges have to say what grounds say elsewhere.
    """

    paper: str
    sheet: str
    ink: str
    soft: str
    faint: str
    line: str
    hairline: str
    edge: str
    dots: str
    accent: str
    on_accent: str
    key_on_accent: str
    accent_soft: str
    focus: str
    wrong: str
    wrong_soft: str
    done: str
    done_soft: str
    practice: str
    on_practice: str
    payers: Mapping[str, str]
    hatches: Mapping[str, str]
    on_payers: Mapping[str, str]
    stripes: Mapping[str, str]
    one_ground: bool = False


# Okabe and Ito's hues, which stay apart for every kind of colour vision: blue (on dark grounds sky blue),
# bluish green, reddish purple, orange. Yellow is for made-up data and for nothing else.
LIGHT: Final = Palette(
    paper="#f3f1ec",
    sheet="#ffffff",
    ink="#1d232b",
    soft="#555d69",
    faint="#636a75",
    line="#dedbd3",
    hairline="#efede8",
    edge="#87837a",
    dots="#a5a298",
    accent="#17456b",
    on_accent="#ffffff",
    key_on_accent="#c9d8e4",
    accent_soft="#e7eef4",
    focus="#17456b",
    wrong="#a3211b",
    wrong_soft="#fbeeed",
    done="#1f5f3a",
    done_soft="#e8f2ec",
    practice="#f0e442",
    on_practice="#000000",
    payers={
        "basic": "#0072b2",
        "critical_illness": "#009e73",
        "assistance": "#cc79a7",
        "hospital": "#9aa3ad",
        "patient": "#e69f00",
        "": "#6b7480",
    },
    hatches={
        "basic": "#00496f",
        "critical_illness": "#006b4e",
        "assistance": "#8f4a70",
        "hospital": "#3f464e",
        "patient": "#9a6a00",
        "": "#454c55",
    },
    on_payers={
        "basic": "#ffffff",
        "critical_illness": "#05130e",
        "assistance": "#1d232b",
        "hospital": "#14181d",
        "patient": "#1d232b",
        "": "#ffffff",
    },
    stripes={
        "basic": "#0072b2",
        "critical_illness": "#008560",
        "assistance": "#b0598a",
        "hospital": "#6b7480",
        "patient": "#9a6a00",
        "": "#6b7480",
    },
)

DARK: Final = Palette(
    paper="#14181d",
    sheet="#1d2329",
    ink="#e8eaed",
    soft="#b3bac4",
    faint="#9aa3ae",
    line="#3a424c",
    hairline="#2b323a",
    edge="#76818e",
    dots="#67717d",
    accent="#8ec5f0",
    on_accent="#0d1a26",
    key_on_accent="#26455f",
    accent_soft="#24384a",
    focus="#8ec5f0",
    wrong="#ffa198",
    wrong_soft="#3f2220",
    done="#8bd9aa",
    done_soft="#1d3527",
    practice="#f0e442",
    on_practice="#000000",
    payers={
        "basic": "#56b4e9",
        "critical_illness": "#18b488",
        "assistance": "#d68bb4",
        "hospital": "#b3bac4",
        "patient": "#e69f00",
        "": "#9aa3ae",
    },
    hatches={
        "basic": "#1f6d9c",
        "critical_illness": "#06674c",
        "assistance": "#8f4a70",
        "hospital": "#39414b",
        "patient": "#8a5f00",
        "": "#5d6671",
    },
    on_payers={
        "basic": "#0d1a26",
        "critical_illness": "#05130e",
        "assistance": "#1d1018",
        "hospital": "#0d1a26",
        "patient": "#1d232b",
        "": "#0d1a26",
    },
    stripes={
        "basic": "#56b4e9",
        "critical_illness": "#18b488",
        "assistance": "#d68bb4",
        "hospital": "#b3bac4",
        "patient": "#e69f00",
        "": "#9aa3ae",
    },
)

CONTRAST: Final = Palette(
    paper="#000000",
    sheet="#000000",
    ink="#ffffff",
    soft="#ffffff",
    faint="#ffffff",
    line="#9e9e9e",
    hairline="#8c8c8c",
    edge="#ffffff",
    dots="#b0b0b0",
    accent="#ffffff",
    on_accent="#000000",
    key_on_accent="#000000",
    accent_soft="#1f3a52",
    focus="#79d0ff",
    wrong="#ffb4ab",
    wrong_soft="#000000",
    done="#9cf2bd",
    done_soft="#000000",
    practice="#f0e442",
    on_practice="#000000",
    payers={
        "basic": "#6cc4f5",
        "critical_illness": "#2fd3a4",
        "assistance": "#eaa6ca",
        "hospital": "#c4c4c4",
        "patient": "#ffb733",
        "": "#d9d9d9",
    },
    hatches={
        "basic": "#12567f",
        "critical_illness": "#055540",
        "assistance": "#7d3c60",
        "hospital": "#3a3a3a",
        "patient": "#7a5200",
        "": "#4a4a4a",
    },
    on_payers={
        "basic": "#000000",
        "critical_illness": "#000000",
        "assistance": "#000000",
        "hospital": "#000000",
        "patient": "#000000",
        "": "#000000",
    },
    stripes={
        "basic": "#6cc4f5",
        "critical_illness": "#2fd3a4",
        "assistance": "#eaa6ca",
        "hospital": "#c4c4c4",
        "patient": "#ffb733",
        "": "#d9d9d9",
    },
    one_ground=True,
)

PALETTES: Final[Mapping[str, Palette]] = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}

TEXTS: Final = (
    ("ink", "sheet"),
    ("ink", "paper"),
    ("ink", "accent_soft"),
    ("soft", "sheet"),
    ("soft", "paper"),
    ("faint", "sheet"),
    ("faint", "paper"),
    ("accent", "sheet"),
    ("accent", "paper"),
    ("on_accent", "accent"),
    ("key_on_accent", "accent"),
    ("wrong", "sheet"),
    ("wrong", "paper"),
    ("wrong", "wrong_soft"),
    ("ink", "wrong_soft"),
    ("ink", "done_soft"),
    ("done", "sheet"),
    ("done", "paper"),
    ("done", "done_soft"),
    ("sheet", "wrong"),
    ("sheet", "done"),
    ("on_practice", "practice"),
)
"""Every colour that words are written in, on every ground that it is written on."""

EDGES: Final = (
    ("edge", "sheet"),
    ("edge", "paper"),
    ("focus", "sheet"),
    ("focus", "paper"),
    ("focus", "accent_soft"),
    ("wrong", "wrong_soft"),
)
"""Every colour that shows where a cell is and which one has the focus, on every ground beside it."""
