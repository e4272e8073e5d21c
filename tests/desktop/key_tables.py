"""The tables of keys of every page that there is, by the page's name."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Final

import desktop.presenters
from desktop.presenters.page import Page


def _pages(of: type[Page]) -> Iterator[type[Page]]:
    for page in of.__subclasses__():
        yield page
        yield from _pages(page)


def _named() -> dict[str, type[Page]]:
    for module in pkgutil.walk_packages(desktop.presenters.__path__, "desktop.presenters."):
        importlib.import_module(module.name)
    return {page.name: page for page in _pages(Page) if page.name and page.__module__.startswith("desktop.")}


PAGES: Final = _named()
"""Every page that there is, by its name."""

KEYS: Final = {
    name: tuple(key for key, action in page.keys.items() if action.words) for name, page in PAGES.items()
}
"""The keys that the footer of each page shows, in their order."""
