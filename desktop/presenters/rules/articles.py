"""The documents article by article: what each settles, and where the program computes or shows it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from core.policy import clauses
from core.policy.clauses import Clause
from desktop.presenters import figures
from desktop.presenters.page import LEAVE, MANUAL
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.plain_page import PlainPage
from desktop.session import Session

if TYPE_CHECKING:
    from core.settlement import Step

_TABLES: Final = frozenset({"bands", "local"})
"""Keys of a pack that are lists of tables: the form has a heading for them and no cell of that name."""


class ArticlesPage(PlainPage):
    """F8 on the page of clauses. ``step`` is the line whose article is chosen, None: the first article."""

    name = "articles"
    order = ("search",)
    keeps = True
    keys = {**MANUAL, **LEAVE}

    def __init__(self, session: Session, show: Callable[[], None], step: "Step | None" = None) -> None:
        super().__init__(session, show)
        self._documents = session.opened.reader.documents
        self._numbers = {document.id: document.number for document in self._documents.all}
        at = None if step is None else clauses.place_of(step, clauses.load(), self._documents)
        self._chosen = "" if at is None else str(at)
        self.focus("search" if at is None else "list")

    def enter(self, _name: str) -> None:
        """Enter: go into the list."""
        self.focus("list")
        self._show()

    def picked(self, value: str) -> None:
        """Choose the article that the arrows reached."""
        self._chosen = value

    def escape(self) -> bool:
        """Esc: empty the search; False where it is empty, and the page is left."""
        if not self.texts.get("search"):
            return False
        self.typed("search", "")
        return True

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        rows = [ListRow(str(at), self._texts(each)) for at, each in enumerate(clauses.load())]
        wanted = self.texts.get("search", "").casefold().split()
        found = [row for row in rows if all(word in " ".join(row.texts).casefold() for word in wanted)]
        return PageState(
            words.text("window.articles.title"),
            words.text("window.articles.about"),
            {"search": self._cell("search", "window.manual.search")},
            (("", ("search",)),),
            columns=tuple(words.text(f"window.column.{name}") for name in ("source", "settles", "done")),
            rows=tuple(found),
            chosen=self._chosen,
            empty="" if found else words.text("window.manual.nothing"),
        )

    def _texts(self, article: Clause) -> tuple[str, str, str]:
        """Return the citation, what the article settles, and what the program does with it."""
        words = self._words
        document = figures.short_document(self._numbers.get(article.document, article.document), words)
        return f"{document} {article.clause}", article.settles[words.language], self._done(article)

    def _done(self, article: Clause) -> str:
        """Say where an article is computed and shown, and which cells it leaves to the region."""
        words = self._words
        parts = {
            "computed": [words.text(f"stage.{stage}") for stage in article.computed],
            "shown": [words.text(f"window.articles.place.{place}") for place in article.shown],
            "region": self._cells(article),
        }
        said = [
            words.text(f"window.articles.{part}", places=self._listed(places))
            for part, places in parts.items()
            if places
        ]
        return words.text("window.semicolon").join(said) or words.text("window.articles.no_arithmetic")

    def _listed(self, places: list[str]) -> str:
        return self._words.text("window.comma").join(places)

    def _cells(self, article: Clause) -> list[str]:
        """Return the sections of the region's page with their cells that are left open; whole ones bare."""
        words = self._words
        sections: dict[str, list[str]] = {}
        for path in article.cells:
            section, *rest = path.split(".")
            kind = "group" if rest[-1:] and rest[-1] in _TABLES else "cell"
            names = [words.text(f"window.region.{kind}.{name}") for name in rest[-1:]]
            sections.setdefault(section, []).extend(names)
        headed = [(words.text(f"window.region.section.{name}"), cells) for name, cells in sections.items()]
        return [
            words.text("window.articles.cells", section=heading, cells=self._listed(cells))
            if cells
            else heading
            for heading, cells in headed
        ]
