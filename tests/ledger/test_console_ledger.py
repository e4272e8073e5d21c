import io
import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from core.ledger import renewal
from tests.cli import main
from tests.ledger.desk import stay

pytestmark = pytest.mark.console

PATIENT = {"id_type": "01", "id": "220102195001010011", "name": "王秀英"}
POSTING = {"key": "k1", "patient": PATIENT, "operator": "赵", "request": stay()}
OPENING = {
    "key": "k2",
    "patient": PATIENT,
    "operator": "赵",
    "year": 2026,
    "as_of": "2026-04-01",
    "totals": {"admissions": 3},
}


BEGUN = r"“.*”原来没有账本，已新建一个空的。.*\n"


class Console:
    def __init__(self, path, capsys, monkeypatch):
        self.path, self._capsys, self._monkeypatch = path, capsys, monkeypatch

    def __call__(self, *arguments, stdin=b"", plain=True, tells=""):
        """The exit status and the lines of JSON; standard error holds what matches ``tells``, and no more."""
        text = stdin if isinstance(stdin, bytes) else json.dumps(stdin).encode()
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
        flags = ["--plain"] if plain else []
        status = main(["ledger", "--db", str(self.path), *flags, *map(str, arguments)])
        captured = self._capsys.readouterr()
        assert re.fullmatch(tells, captured.err), captured.err
        return status, [json.loads(line) for line in captured.out.splitlines()]


@pytest.fixture
def console(path, capsys, monkeypatch):
    return Console(path, capsys, monkeypatch)


def fields(outcome):
    status, (answer,) = outcome
    assert (status, answer["status"]) == (2, "refused")
    assert all(error["message"] for error in answer["errors"])
    return [error["field"] for error in answer["errors"]]


def test_a_day_at_the_console(console, tmp_path):
    status, (first,) = console("post", stdin=POSTING)
    assert status == 0
    assert list(first) == ["entry", "amounts", "year_to_date", "notes"]
    assert "末位校验不符" in first["notes"][0]
    assert (first["entry"], first["amounts"]["hifp_pay"]) == (1, "13720.00")
    assert console("post", stdin=POSTING) == (0, [first])
    assert console("year-to-date", "--patient", PATIENT["id"], "--year", "2026") == (
        0,
        [first["year_to_date"]],
    )
    status, (opened,) = console("opening", stdin=OPENING)
    assert (status, opened["entry"], opened["difference"]["admissions"]) == (0, 2, [1, 3])
    status, (second,) = console("post", stdin={**POSTING, "key": "k3"})
    assert second["year_to_date"]["admissions"] == 4
    status, (undone,) = console("reverse", "2", "--reason", "录错", "--operator", "赵")
    assert (status, undone["reverses"], undone["year_to_date"]["admissions"]) == (0, 2, 2)
    assert [each["entry"] for each in undone["affected"]] == [3]
    assert undone["affected"][0]["amounts"] != undone["affected"][0]["would_be"]
    status, entries = console("entries", "--patient", PATIENT["id"])
    assert [(each["entry"], each["kind"]) for each in entries] == [
        (1, "posted"),
        (2, "opening"),
        (3, "posted"),
        (4, "reversed"),
    ]
    assert console("verify") == (0, [{"ok": True, "entries": 4}])
    status, (made,) = console("backup", tmp_path / "copy.db")
    assert (status, made["entries"]) == (0, 4)
    status, (made,) = console("restore", tmp_path / "copy.db")
    assert (status, made["entries"]) == (0, 4)


@pytest.mark.parametrize(
    "patient",
    [
        {"id_type": "01", "id": "C0001"},
        {"id_type": "01", "id": "220102195001010019"},
        {"id_type": "01", "id": "22011319870415103x"},
        {"id_type": "990201", "id": "220102195001010011"},
        {"id_type": "99", "id": "220102195001010011"},
    ],
)
def test_a_sound_number_another_document_and_a_number_of_ones_own_are_posted(console, patient):
    status, (made,) = console("post", stdin={**POSTING, "patient": patient})
    assert (status, list(made)) == (0, ["entry", "amounts", "year_to_date"])


def test_an_odd_number_is_posted_and_told(console):
    patient = {"id_type": "01", "id": "990102209913010011"}
    status, (made,) = console("post", stdin={**POSTING, "patient": patient})
    assert (status, len(made["notes"])) == (0, 3)
    status, (opened,) = console("opening", stdin={**OPENING, "patient": patient})
    assert (status, opened["notes"]) == (0, made["notes"])


def test_a_reversal_before_an_opening_says_that_the_totals_stand_on_it(console):
    console("post", stdin=POSTING)
    console("opening", stdin=OPENING)
    _, (undone,) = console("reverse", "1", "--reason", "录错", "--operator", "赵")
    assert undone["stands_on_opening"] == 2
    assert undone["notes"]


def test_many_lines_are_each_posted_and_answered_in_order(console):
    lines = [json.dumps({**POSTING, "key": f"line-{number}"}) if number != 2 else "[]" for number in range(4)]
    status, answers = console("post", "--lines", stdin="\n \r\n".join(lines).encode())
    assert status == 2
    assert [answer.get("entry", answer.get("status")) for answer in answers] == [1, 2, "refused", 3]


def test_without_plain_it_asks_who_it_is(console, path):
    assert fields(console("verify", plain=False)) == ["operator", "pin"]
    assert not path.exists()


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", ["request"]),
        (b"[]", ["request"]),
        (b"{", ["request"]),
        (b"\xff\xfe", ["request"]),
        (b"[" * 100_000, ["request"]),
        (b"{}", ["key", "patient", "operator", "request"]),
        (b'{"key": "a", "key": "b"}', ["key", "patient", "operator", "request"]),
        ({**POSTING, "key": 1}, ["key"]),
        ({**POSTING, "key": None}, ["key"]),
        ({**POSTING, "more": 1}, ["more"]),
        ({**POSTING, "patient": {**PATIENT, "id": 220102}}, ["patient.id"]),
        ({**POSTING, "patient": {**PATIENT, "id": "\ud800"}}, ["patient.id"]),
        ({**POSTING, "patient": {"id_type": "01"}}, ["patient.id"]),
        ({**POSTING, "patient": []}, ["patient"]),
        ({**POSTING, "request": []}, ["request"]),
        ({**POSTING, "request": {}}, ["region", "benefit", "hospital_level", "discharged", "eligible"]),
        ({**POSTING, "request": stay(eligible=1.5)}, ["eligible"]),
        ({**POSTING, "request": stay(eligible=10**30)}, ["eligible"]),
        ({**POSTING, "request": stay(eligible=1.5, total="x"), "key": 1}, ["eligible", "key", "total"]),
        ({**POSTING, "request": stay(year_to_date={})}, ["year_to_date"]),
        ({**POSTING, "request": stay(more=1), "operator": " "}, ["operator", "more"]),
        ({**POSTING, "rule_year": 2025}, ["rule_year"]),
        ({**POSTING, "rule_year": "2025"}, ["rule_year"]),
        ({**POSTING, "rule_year": 10**50}, ["rule_year"]),
    ],
)
def test_a_posting_at_fault_is_refused_by_every_field(console, text, expected):
    found = fields(console("post", stdin=text))
    assert sorted(set(found)) == sorted(expected)
    assert console("verify") == (0, [{"ok": True, "entries": 0}])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"year": "2026"}, "year"),
        ({"as_of": "2026-02-30"}, "as_of"),
        ({"as_of": "2025-12-31"}, "as_of"),
        ({"totals": {"in_scope": 0.5}}, "totals.in_scope"),
        ({"totals": {"chronic": {"0": {}}}}, "totals.chronic.0"),
        ({"totals": None}, "totals"),
        ({"request": {}}, "request"),
    ],
)
def test_an_opening_at_fault_is_refused_by_its_field(console, change, field):
    assert field in fields(console("opening", stdin={**OPENING, **change}))


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("reverse", "x", "--reason", "a", "--operator", "b"), "entry"),
        (("reverse", "9" * 30, "--reason", "a", "--operator", "b"), "entry"),
        (("reverse", "1", "--reason", "a", "--operator", "b"), "entry"),
        (("year-to-date", "--patient", "1", "--year", "26"), "year"),
        (("year-to-date", "--patient", "\udcff", "--year", "2026"), "patient"),
        (("entries", "--patient", " "), "patient"),
        (("restore", "none.db"), "file"),
    ],
)
def test_an_argument_that_cannot_be_is_refused(console, arguments, field):
    console("verify", tells=BEGUN)
    assert fields(console(*arguments)) == [field]


def test_a_patient_nobody_knows_has_no_entries_and_zero_totals(console):
    assert console("entries", "--patient", "1", tells=BEGUN) == (0, [])
    status, (year,) = console("year-to-date", "--patient", "1", "--year", "2026")
    assert (status, year["admissions"], year["in_scope"]) == (0, 0, "0.00")


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    "arguments",
    [
        ("entries", "--patient", "1"),
        ("year-to-date", "--patient", "1", "--year", "2026"),
        ("verify",),
        ("day-end", "--day", "2026-03-10"),
        ("report", "list", "--from", "2026-03-01", "--to", "2026-03-31"),
        ("export", "--patient", "1"),
        ("reverse", "1", "--reason", "a", "--operator", "b"),
        ("printed", "1", "--operator", "b"),
        ("purge", "--months", "12", "--count"),
        ("conflicts",),
        ("backups", "."),
    ],
)
def test_a_new_ledger_in_which_nothing_can_be_found_is_told(console, arguments):
    console(*arguments, tells=BEGUN)
    console(*arguments)  # now it stands, and whoever asks again has been told


def test_the_first_posting_of_a_ledger_begins_it_without_a_word(console, path):
    assert not path.exists()
    assert console("post", stdin=POSTING)[0] == 0


def test_a_ledger_that_cannot_be_used_is_one_line_and_three(console, path):
    path.write_text("a letter\n" * 100)
    for command in (["post"], ["verify"], ["entries", "--patient", "1"], ["backup", "copy.db"]):
        status, (answer,) = console(*command, stdin=POSTING)
        assert (status, answer["status"]) == (3, "unavailable")
        assert answer["errors"][0]["message"]


def test_a_file_that_cannot_be_read_is_unavailable(console, tmp_path):
    for file in (tmp_path, tmp_path / "none.json"):
        status, (answer,) = console("post", file)
        assert (status, answer["errors"][0]["field"]) == (3, "file")


def test_verify_of_a_damaged_ledger_is_one(console, path):
    console("post", stdin=POSTING)
    path.write_bytes(path.read_bytes().replace(b"20000.00", b"20000.01"))
    status, (answer,) = console("verify")
    assert (status, answer["ok"]) == (1, False)
    assert answer["fault"]
    path.write_bytes(path.read_bytes()[:8192])
    assert console("verify")[0] == 1


def test_while_an_older_ledger_is_renewed_the_console_says_how_far_it_is(path, capsys, monkeypatch):
    monkeypatch.setattr(renewal, "PIECE", 3)
    shutil.copyfile(Path(__file__).parent / "fixtures" / "schema-6.db", path)
    assert main(["ledger", "--db", str(path), "--plain", "verify"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out) == {"ok": True, "entries": 5}
    assert [line.split("：")[1][:5] for line in said.err.splitlines()] == ["3 / 5", "5 / 5"]
    assert main(["ledger", "--db", str(path), "--plain", "verify"]) == 0
    assert capsys.readouterr().err == ""
