"""The manual: contents and search on the left, the chapter on the right. The search keeps the focus."""

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFragment,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from desktop.presenters.page_states import ManualState
from desktop.views import theme
from desktop.views.text_field import TextField
from desktop.views.widgets import label, panel

_CONTENTS_WIDTH = 360
_TEXT_WIDTH = 860
"""The greatest width of the text (pixels at 100 %): no line is longer than is read with ease."""

_LINE_HEIGHT = 130
_INDENT = "     "
_KEPT_IN_SIGHT = 40
"""The part of the text that stays in sight when a screenful is turned (pixels)."""


class Chapter(QTextBrowser):
    """The text. ``resized`` tells another room, also where a scroll bar comes or goes."""

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell of another room."""
        super().resizeEvent(event)
        self.resized.emit()


class ManualView(QWidget):
    """Draw `ManualState`. The view is made when the manual is opened.

    ``pointed`` tells the place of a row of the contents; the other signals are those of the search.
    """

    typed = Signal(str, str)
    entered = Signal(str)
    backed = Signal(str)
    moved = Signal(str, int)
    pointed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self._markdown = ""
        self._heading = -1
        self._turn = -1
        self._turned: int | None = None
        self._rows: tuple[object, ...] = ()
        columns = QHBoxLayout(self)
        columns.setContentsMargins(14, 12, 14, 12)
        columns.setSpacing(12)
        columns.addWidget(self._lay_contents())
        columns.addWidget(self._lay_chapter(), 1)

    def _lay_contents(self) -> QFrame:
        sheet = panel()
        theme.fix(sheet, wide=_CONTENTS_WIDTH)
        rows = QVBoxLayout(sheet)
        rows.setContentsMargins(14, 10, 6, 10)
        self._title = label("pageTitle")
        self._about = label("quiet")
        self._about.setWordWrap(True)
        rows.addWidget(self._title)
        rows.addWidget(self._about)
        line = QGridLayout()
        self._label = label("label")
        self._search = TextField("search", listed=True)
        self._label.setBuddy(self._search)
        self._search.typed.connect(self.typed)
        self._search.entered.connect(self.entered)
        self._search.backed.connect(self.backed)
        self._search.moved.connect(self.moved)
        line.addWidget(self._label, 0, 0)
        line.addWidget(self._search, 0, 1)
        rows.addLayout(line)
        self._empty = label("quiet")
        rows.addWidget(self._empty)
        self._contents = QListWidget()
        self._contents.setObjectName("contents")
        self._contents.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._contents.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._contents.setWordWrap(True)
        self._contents.setFrameShape(QListWidget.Shape.NoFrame)
        self._contents.itemClicked.connect(self._clicked)
        rows.addWidget(self._contents, 1)
        return sheet

    def _lay_chapter(self) -> QFrame:
        sheet = panel()
        inside = QVBoxLayout(sheet)
        inside.setContentsMargins(18, 12, 6, 12)
        self._text = Chapter()
        self._text.resized.connect(self._refit)
        self._text.setObjectName("manualText")
        self._text.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._text.setOpenLinks(False)
        self._text.setFrameStyle(0)
        inside.addWidget(self._text)
        return sheet

    def render(self, state: ManualState) -> None:  # type: ignore[override]
        """Draw the whole state."""
        self._title.setText(state.title)
        self._about.setText(state.about)
        self._label.setText(state.search.label)
        self._search.render_cell(state.search)
        self._empty.setText(state.empty)
        self._empty.setVisible(bool(state.empty))
        self._contents.setAccessibleName(state.title)
        self._render_contents(state)
        self._contents.setCurrentRow(state.chosen)
        item = self._contents.currentItem()
        if item is not None:
            self._contents.scrollToItem(item, QAbstractItemView.ScrollHint.EnsureVisible)
            self._search.setAccessibleDescription(item.text().strip())
        if state.markdown != self._markdown:
            self._markdown, self._heading = state.markdown, -1
            self._text.setSearchPaths([str(state.folder)])
            self._text.setMarkdown(state.markdown)
            self._set_type()
            self._fit_text()
            self._text.setAccessibleName(state.title)
        if state.heading != self._heading:
            self._heading = state.heading
            self._to_heading()
        self._turn_by(state.turned - (state.turned if self._turned is None else self._turned))
        self._turned = state.turned
        if state.focus_turn != self._turn:
            self._turn = state.focus_turn
            self.focus_again()

    def _turn_by(self, screens: int) -> None:
        if screens:
            bar = self._text.verticalScrollBar()
            bar.setValue(bar.value() + screens * (bar.pageStep() - _KEPT_IN_SIGHT))

    def _render_contents(self, state: ManualState) -> None:
        if state.rows == self._rows:
            return
        self._rows = state.rows
        self._contents.clear()
        for row in state.rows:
            item = QListWidgetItem(f"{_INDENT if row.inner else ''}{row.text}")
            font = item.font()
            font.setBold(not row.inner)
            item.setFont(font)
            self._contents.addItem(item)

    def changeEvent(self, event: QEvent) -> None:
        """Wear another theme or size: the headings hold their colour and their size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._markdown:
            self._set_type()

    def _set_type(self) -> None:
        """Set two sizes of headings, and air between the paragraphs."""
        block = self._text.document().begin()
        while block.isValid():
            cursor = QTextCursor(block)
            laid, level = block.blockFormat(), block.blockFormat().headingLevel()
            laid.setTopMargin(14 if level else 2)
            laid.setBottomMargin(5)
            high = 100 if _picture(block) else _LINE_HEIGHT
            laid.setLineHeight(high, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
            cursor.setBlockFormat(laid)
            if level:
                cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
                font = QFont(self._text.font())
                font.setPixelSize(theme.px(20 if level == 1 else 16))
                font.setBold(True)
                written = QTextCharFormat()
                written.setFont(font)
                written.setForeground(QColor(theme.colours().accent))
                cursor.setCharFormat(written)
            block = block.next()

    def _fit_text(self) -> None:
        """End lines where the eye would lose them, and draw pictures no wider than the room."""
        document = self._text.document()
        room = self._text.viewport().width() - 2 * int(document.documentMargin())
        frame = document.rootFrame().frameFormat()
        right = document.documentMargin() + max(0, room - theme.px(_TEXT_WIDTH))
        if frame.rightMargin() != right:
            frame.setRightMargin(right)
            document.rootFrame().setFrameFormat(frame)
        room = min(room, theme.px(_TEXT_WIDTH))
        block = document.begin()
        while block.isValid():
            fragment = _picture(block)
            if fragment is not None and room > 0:
                self._fit_picture(fragment, room)
            block = block.next()

    def _fit_picture(self, fragment: QTextFragment, room: int) -> None:
        """Draw a picture no wider than the room (pixels), and sharp at the screen's own scale."""
        document, scale = self._text.document(), self._text.devicePixelRatioF()
        drawn = fragment.charFormat().toImageFormat()
        picture = QImage(str(Path(self._text.searchPaths()[0]) / drawn.name()))
        wide = min(picture.width(), room)
        if drawn.width() == wide:
            return
        if wide < picture.width():
            smooth = Qt.TransformationMode.SmoothTransformation
            picture = picture.scaledToWidth(min(picture.width(), round(wide * scale)), smooth)
        document.addResource(QTextDocument.ResourceType.ImageResource, QUrl(drawn.name()), picture)
        drawn.setWidth(wide)
        cursor = QTextCursor(document)
        cursor.setPosition(fragment.position())
        cursor.setPosition(fragment.position() + 1, QTextCursor.MoveMode.KeepAnchor)
        cursor.setCharFormat(drawn)

    def _to_heading(self) -> None:
        """Bring the section's heading to the top."""
        block, number = self._text.document().begin(), 0
        while block.isValid():
            if block.blockFormat().headingLevel() == 2:
                number += 1
                if number == self._heading:
                    break
            block = block.next()
        at = 0 if self._heading == 0 or not block.isValid() else self._top_of(block)
        self._text.verticalScrollBar().setValue(at)

    def _top_of(self, block: QTextBlock) -> int:
        return int(self._text.document().documentLayout().blockBoundingRect(block).top()) - 4

    def _refit(self) -> None:
        """Keep the section in sight: another width lays the text out anew."""
        if self._markdown:
            self._fit_text()
            self._to_heading()

    def _clicked(self, item: QListWidgetItem) -> None:
        self.pointed.emit(self._contents.row(item))

    def focused_cell(self) -> str:
        """Return ``search`` where the search has the focus, else nothing."""
        return "search" if self._search.hasFocus() else ""

    def focus_again(self) -> None:
        """Give the focus to the search."""
        self._search.take_focus()

    def focus_if_lost(self) -> None:
        """Give the focus back where nothing of the page has it."""
        if not self._search.hasFocus():
            self.focus_again()


def _picture(block: QTextBlock) -> QTextFragment | None:
    """Return the picture that a paragraph holds, None without one."""
    at = block.begin()
    while not at.atEnd():
        if at.fragment().charFormat().isImageFormat():
            return at.fragment()
        at += 1
    return None
