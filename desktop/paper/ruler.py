"""A test print: a grid in millimetres to measure a paper by."""

from desktop.paper.drawing import HAIR, QUIET, WHITE, Block, PaperPage, Rule, Style, Text, width_of
from desktop.paper.form_layout import form_of
from desktop.paper.paper_sizes import Paper


def ruler(paper: Paper, title: str) -> list[PaperPage]:
    """Return a page with a grid in millimetres, numbered every ten, and the places of a form's fields.

    Raises FormFaulty where a hospital's own file of places cannot be used.
    """
    page = PaperPage()
    page.width, page.height, page.shift = paper.width, paper.height or 120, paper.shift
    small = Style(5, colour=QUIET)
    edge = 14.0 if paper.form else paper.side
    left, right = edge, paper.width - edge
    top, bottom = max(4.0, paper.top), page.height - max(4.0, paper.bottom)
    for x in range(10 * int(left // 10 + 1), int(right), 5):
        whole = x % 10 == 0
        page.append(Rule(x, top + 3, 0, QUIET if whole else HAIR, height=bottom - top - 3))
        if whole:
            page.append(Text(x - width_of(str(x), small) / 2, top + 2.2, str(x), small))
    for y in range(10 * int((top + 3) // 10 + 1), int(bottom), 5):
        page.append(Rule(left + 4, y, right - left - 4, QUIET if y % 10 == 0 else HAIR))
        if y % 10 == 0:
            page.append(Text(left, y + 0.6, str(y), small))
    if paper.form:
        for field in form_of(paper).fields:
            page.append(Block(field.x + field.label, field.y, field.width - field.label, 4 * field.lines))
    words = Style(paper.small, bold=True)
    page.append(Block(left + 6, bottom - 9, width_of(title, words) + 4, 6, fill=WHITE))
    page.append(Text(left + 8, bottom - 5, title, words))
    return [page]
