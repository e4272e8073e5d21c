"""Commands with commands of their own, such as `mingzhang-cli fund warning`."""

import argparse
from collections.abc import Callable
from typing import Any

from core.words import Words

Run = Callable[[argparse.Namespace, Words], int]
"""A command: the arguments and the words to answer in; it returns the exit status."""

Add = Callable[[str, str, Run], argparse.ArgumentParser]
"""Add a command: its name, its line of help, and what it runs. Returns its parser, for its arguments."""

Commands = Any  # argparse's own type of it is private
"""The commands of a parser, as `add_subparsers` returns them."""


def add_group(commands: Commands, common: argparse.ArgumentParser, name: str, about: str) -> Add:
    """Add a command that has commands of its own and return what adds these.

    Each of them takes the arguments of `common`. ``about`` is the line of help.
    """
    inner = commands.add_parser(name, help=about).add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, about: str, run: Run) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = inner.add_parser(name, parents=[common], help=about)
        parser.set_defaults(run=run)
        return parser

    return add
