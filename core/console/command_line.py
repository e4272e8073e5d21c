"""The command line as a person writes it: what is wrong with it is told as any other fault is."""

import argparse
import re
from collections.abc import Sequence
from typing import Final, NoReturn

from core.messages import Fault, Message, message

_OF_ONE: Final = re.compile(r"argument (?P<names>[^:]+): (?P<said>.*)", re.DOTALL)
_FORMS: Final = {
    "lacking": re.compile(r"the following arguments are required: (?P<names>.*)"),
    "unknown": re.compile(r"unrecognized arguments: (?P<names>.*)", re.DOTALL),
    "one_of": re.compile(r"one of the arguments (?P<names>.*) is required"),
    "ambiguous": re.compile(r"ambiguous option: (?P<names>.*) could match (?P<others>.*)"),
}
"""What argparse says of a whole line; it hands its reasons out as these sentences alone."""
_EITHER: Final = re.compile(r"not allowed with argument (?P<other>.*)")


class NotUnderstood(Exception):
    """A command line that no parser understands. ``faults`` say why, by the names of its arguments."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__()
        self.faults = tuple(faults)


class CommandLine(argparse.ArgumentParser):
    """A parser that raises `NotUnderstood` where others print how they are used, and end the process."""

    def error(self, message: str) -> NoReturn:
        """Raise NotUnderstood for what argparse says of a line."""
        raise NotUnderstood(self._faults(message))

    def _faults(self, said: str) -> list[Fault]:
        for form, pattern in _FORMS.items():
            found = pattern.fullmatch(said)
            if found:
                return self._of_line(form, found)
        found = _OF_ONE.fullmatch(said)
        if found is None:
            return [Fault("arguments", message("console.line.wrong"))]
        action = self._named(found["names"])
        return [Fault(_field(found["names"]), self._of_argument(action, found["names"], found["said"]))]

    def _of_line(self, form: str, found: re.Match[str]) -> list[Fault]:
        names = found["names"]
        if form == "lacking":
            return [Fault(_field(name), self._lacking(name)) for name in names.split(", ")]
        if form == "one_of":
            listed = " / ".join(names.split())
            return [Fault(_field(names.split()[0]), message("console.line.one_of", names=listed))]
        if form == "ambiguous":
            others = " / ".join(found["others"].split(", "))
            return [Fault(_field(names), message("console.line.ambiguous", name=names, names=others))]
        return [Fault("arguments", message("console.line.unknown", text=names))]

    def _lacking(self, name: str) -> Message:
        action = self._named(name)
        if action is None or action.choices is None or action.option_strings:
            return message("console.line.lacking", name=name)
        return message("fault.choice", choices=" / ".join(map(str, action.choices)))

    def _named(self, names: str) -> argparse.Action | None:
        """Return the argument that argparse calls by some names, None where there is none."""
        for action in self._actions:
            called = action.option_strings or (action.metavar, action.dest)
            if names in (*called, "/".join(action.option_strings)):
                return action
        return None

    def _of_argument(self, action: argparse.Action | None, name: str, said: str) -> Message:
        either = _EITHER.fullmatch(said)
        if either:
            return message("console.line.either", name=name, other=either["other"])
        if said.startswith("expected "):
            return message("console.line.value", name=name)
        choices = None if action is None else action.choices
        if isinstance(choices, range):
            return message("fault.number_between", first=choices[0], last=choices[-1])
        if choices is not None and said.startswith("invalid choice"):
            return message("fault.choice", choices=" / ".join(map(str, choices)))
        if action is not None and action.type is int:
            return message("console.line.number", name=name)
        return message("console.line.wrong")


def _field(names: str) -> str:
    """Return an argument's name in an answer: the longest of its own, without dashes."""
    longest = max(names.split("/"), key=len)
    return longest.lstrip("-").replace("-", "_").lower()
