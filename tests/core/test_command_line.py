"""A command line that is not understood is refused by a sentence, as anything else is, in every language."""

import json

import pytest

from core.words import words
from tests.cli import main

pytestmark = pytest.mark.console

WRONG = [
    ("", [("command", "fault.choice")]),
    ("bogus", [("command", "fault.choice")]),
    ("fund", [("command", "fault.choice")]),
    ("ledger --db x bogus", [("command", "fault.choice")]),
    ("settle --language xx", [("language", "fault.choice")]),
    ("reconcile --year 1999 --db x a", [("year", "fault.number_between")]),
    ("fund model --year 2026", [("region", "console.line.lacking"), ("out", "console.line.lacking")]),
    ("fund make-up --bogus 1", [("arguments", "console.line.unknown")]),
    ("settle a b", [("arguments", "console.line.unknown")]),
    ("settle --regions", [("regions", "console.line.value")]),
    ("fund result --premium 1", [("surplus", "console.line.one_of")]),
    ("fund result --premium 1 --surplus 1 --loss 1", [("loss", "console.line.either")]),
    ("fund model --year 2026 --region x --out y --po 3", [("po", "console.line.ambiguous")]),
    ("ledger --db x purge --months x", [("months", "console.line.number")]),
    ("ledger --db x --plain=3 entries --patient x", [("plain", "console.line.wrong")]),
]


@pytest.mark.parametrize(("line", "faults"), WRONG, ids=[line for line, _ in WRONG])
def test_what_is_not_understood_is_said_in_sentences(
    capsys: pytest.CaptureFixture[str], line: str, faults: list[tuple[str, str]]
) -> None:
    for language in ("zh", "en", "ko"):
        given = line.split()
        at = next((at + 1 for at, word in enumerate(given) if word in ("settle", "ledger", "reconcile")), 2)
        spoken = line and "--language" not in line and len(given) >= at
        status = main([*given[:at], f"--language={language}", *given[at:]] if spoken else given)
        said = capsys.readouterr()
        errors = json.loads(said.out)["errors"]
        assert (status, said.err) == (2, "")
        assert [error["field"] for error in errors] == [field for field, _ in faults]
        for error, (_, id_) in zip(errors, faults, strict=True):
            sentence = words(language if spoken else "zh").text(id_)
            assert error["message"].startswith(sentence.partition("{")[0])
            assert "{" not in error["message"]


@pytest.mark.parametrize("after", [False, True], ids=["before the ledger's command", "after it"])
def test_the_language_may_stand_on_either_side_of_a_ledgers_command(
    capsys: pytest.CaptureFixture[str], after: bool
) -> None:
    for language in ("en", "ko"):
        asked = ["--language", language]
        given = ["--db", "x", *([] if after else asked), "purge", *(asked if after else []), "--months", "x"]
        assert main(["ledger", *given]) == 2
        (error,) = json.loads(capsys.readouterr().out)["errors"]
        sentence = words(language).text("console.line.number")
        assert error["message"].startswith(sentence.partition("{")[0])
