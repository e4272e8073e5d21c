"""What holds for every test: no display is needed, and nobody's own data is touched."""

import gc
import os
from collections.abc import Container, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

from tests.fewer_cases import covering, spread

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_configure(config: pytest.Config) -> None:
    """Let Hypothesis draw the same at every run, so that a failure is the change's own; long runs draw anew.

    Nothing that it draws has a deadline: on a busy machine anything may take its time.
    """
    settings.register_profile("repeatable", derandomize=config.option.markexpr == "not long", deadline=None)
    settings.load_profile("repeatable")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to the long batteries the cases that `each_value` and `some_cases` spare."""
    cases: dict[tuple[Path, str], list[pytest.Function]] = {}
    for item in items:
        if isinstance(item, pytest.Function) and hasattr(item, "callspec") and not _long(item):
            cases.setdefault((item.path, item.originalname), []).append(item)
    for (_, name), of_one in cases.items():
        kept = _kept(name, of_one)
        for at, item in enumerate(of_one):
            if at not in kept:
                item.add_marker(pytest.mark.long)


def _long(item: pytest.Item) -> bool:
    return item.get_closest_marker("long") is not None


def _kept(name: str, cases: list[pytest.Function]) -> Container[int]:
    """Return the places of a test's cases that run by default."""
    if cases[0].get_closest_marker("each_value"):
        return covering([case.callspec.params for case in cases])
    some = cases[0].get_closest_marker("some_cases")
    return spread(len(cases), some.args[0], name) if some else range(len(cases))


def pytest_collection_finish() -> None:
    """Thousands of tests stay until the end: Python's collector need not walk them again and again."""
    gc.freeze()


@pytest.fixture(scope="session")
def new_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders that are not there yet, one after another.

    To number a folder of its own making, pytest reads through all that were made so far.
    """
    parent = tmp_path_factory.mktemp("own")
    return (parent / str(number) for number in count())


@contextmanager
def _home_in(folder: Path) -> Iterator[Path]:
    """Make a folder the user's, in a way that no test takes back with its own changes."""
    folder.mkdir()
    with pytest.MonkeyPatch.context() as own:
        own.setenv("MINGZHANG_HOME", str(folder))
        yield folder


@pytest.fixture(scope="session", autouse=True)
def _shared_home(new_folders: Iterator[Path]) -> Iterator[Path]:
    """The user's folder of what several tests share, which is made outside of each: never the real one."""
    with _home_in(next(new_folders)) as home:
        yield home


@pytest.fixture(autouse=True)
def _own_home(new_folders: Iterator[Path]) -> Iterator[Path]:
    """The user's folder of this test alone."""
    with _home_in(next(new_folders)) as home:
        yield home
