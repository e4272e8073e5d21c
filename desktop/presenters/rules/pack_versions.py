"""The packs on file as the form's versions, with the forms that were typed into and not saved."""

from collections.abc import Callable, Sequence
from datetime import date

from core.policy.in_force import Documents
from core.words import Words
from desktop.presenters.page_states import ListRow
from desktop.presenters.rules.pack_form import PackForm, Version
from desktop.presenters.rules.region_drawn import version_row


class PackVersions:
    """The versions on file by their keys. ``read`` reads their files; ``drafts`` are the unsaved forms."""

    def __init__(
        self,
        read: Callable[[], Sequence[Version]],
        documents: Documents,
        today: date,
        drafts: dict[str, PackForm],
    ) -> None:
        self._read = read
        self._documents = documents
        self._today = today
        self._drafts = drafts
        self._by_key = {version.key: version for version in read()}
        self._rows: tuple[ListRow, ...] = ()
        self._rows_of: tuple[object, ...] = ()

    def __contains__(self, key: str) -> bool:
        """Return whether there is such a version."""
        return key in self._by_key

    def latest(self, region: str) -> str:
        """Return the key of a region's latest version, of the first one on file where it has none."""
        same = [key for key, version in self._by_key.items() if version.id == region]
        return same[-1] if same else next(iter(self._by_key), "")

    def form(self, key: str) -> PackForm:
        """Return a version's form, with what was typed into it before."""
        draft = self._drafts.get(key)
        return draft or PackForm(self._by_key[key], self._documents, str(self._today.year), self._today)

    def keep(self, key: str, form: PackForm) -> None:
        """Keep a form where something was typed into it."""
        self.forget(key)
        if form.changed:
            self._drafts[key] = form

    def forget(self, key: str) -> None:
        """Let go of what was typed into a version."""
        self._drafts.pop(key, None)

    def after_saving(self, form: PackForm) -> str:
        """Read the versions again and return the key of the one that a form was saved as."""
        self._by_key = {version.key: version for version in self._read()}
        self._rows_of = ()
        key = f"{form.version.id}@{form.texts.get('effective', '')}"
        return key if key in self else self.latest(form.version.id)

    def day_taken(self, key: str, form: PackForm) -> bool:
        """Return whether the hospital has another version of the day that is typed."""
        other = self._by_key.get(f"{form.version.id}@{form.texts.get('effective', '')}")
        return other is not None and other.own and other.key != key

    def rows(self, words: Words) -> tuple[ListRow, ...]:
        """Return the rows of the list, made again when a draft, a version or the language changes."""
        rows_of = (words.language, tuple(self._drafts))
        if rows_of != self._rows_of:
            self._rows_of = rows_of
            self._rows = tuple(
                [version_row(version, key in self._drafts, words) for key, version in self._by_key.items()]
            )
        return self._rows
