"""The code on a sheet: what it carries is enough to work the sheet out again, and a change is seen."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from core.exchange import fingerprints, sheet_code
from core.exchange.request import Asked, RequestReader
from core.exchange.sheet_code import Coded, decode, encode, request_of
from core.messages import Message
from core.policy.in_force import Documents
from core.policy.shelf import Regions, load_documents, load_regions
from core.settle import settle, settle_by_year
from core.words import words
from tests import cases
from tests.cli import COMMAND

CASES = cases.load()
ORDINARY: dict[str, Any] = {
    "region": "jilin/example",
    "benefit": "inpatient",
    "hospital_level": "level_2",
    "admitted": "2026-03-01",
    "discharged": "2026-03-10",
    "total": "52000.00",
    "eligible": "48000.00",
    "category_b_selfpay": "1200.00",
}
FULL = ORDINARY | {
    "population": "low_income",
    "over_limit": "12.34",
    "transfer": {"kind": "up", "deductible_paid": "200.00"},
    "enrolment": {"consecutive_years": 9, "zero_claim_years": 1, "fraud_amounts": ["100.00"]},
    "year_to_date": {
        "admissions": 2,
        "in_scope": "25000.00",
        "basic_paid": "12000.00",
        "chronic": {"1": {"in_scope": "100.00", "paid": "60.00"}, "18": {"deductible": "1.00"}},
    },
}
ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+./:-]+")


def code_of(reader: RequestReader, request: dict[str, Any], entry: int | None = None) -> str:
    asked = reader.read(json.dumps(request))
    assert isinstance(asked, Asked), asked
    hashes = fingerprints.of_documents(reader.documents)
    return encode(asked.claim, asked.policy, settle(asked.policy, asked.claim), hashes, entry)


def decoded(text: str) -> Coded:
    found = decode(text)
    assert isinstance(found, Coded), found
    return found


def forged(text: str, **changes: Any) -> str:
    """A code whose content was changed by somebody who knows how codes are made."""
    coded = decoded(text)
    made: dict[str, Any] = {
        "request": coded.request,
        "pack": list(coded.pack[1:]),
        "documents": coded.documents,
        "amounts": list(coded.amounts.values()),
        "result": coded.result,
        "entry": coded.entry,
    }
    return sheet_code._written(made | changes)


def test_every_claim_is_the_same_after_the_way_through_a_request(reader: RequestReader) -> None:
    for case in CASES:
        asked = reader.read(json.dumps(case.request))
        assert isinstance(asked, Asked), case.name
        made = request_of(asked.claim, asked.policy.region.id)
        again = reader.read(json.dumps(made | {"region": case.request["region"]}))
        assert isinstance(again, Asked), case.name
        assert again.claim == asked.claim, case.name


def test_every_case_agrees_with_itself_where_its_pack_is_on_file(reader: RequestReader) -> None:
    for case in CASES:
        asked = reader.read(json.dumps(case.request))
        assert isinstance(asked, Asked)
        there = RequestReader(reader.documents, Regions([asked.policy.region]))
        checked = sheet_code.check(decoded(code_of(reader, case.request)), there)
        assert checked.agrees, case.name
        assert sheet_code.said(checked)[0].id == "sheet.agrees"
        assert not checked.changed


def test_a_code_is_short_and_of_the_letters_that_a_qr_code_packs_closest(reader: RequestReader) -> None:
    ordinary, full = code_of(reader, ORDINARY, 128), code_of(reader, FULL, 128)
    assert ALPHANUMERIC.fullmatch(ordinary)
    assert ALPHANUMERIC.fullmatch(full)
    assert len(ordinary) <= 262, "more than version 9 at level M holds"
    assert len(full) <= 419, "more than version 12 at level M holds"


def test_a_code_says_nothing_of_who_the_patient_is(reader: RequestReader) -> None:
    coded = decoded(code_of(reader, FULL, 128))
    assert coded.request.keys() <= {*FULL, "disease", "settled"}
    assert coded.entry == 128


def test_an_entry_by_another_years_rules_is_worked_out_by_them(reader: RequestReader) -> None:
    asked = reader.read(
        json.dumps(
            ORDINARY
            | {
                "discharged": "2026-12-28",
                "settled": "2027-01-04",
                "other_years": {"2027": {"admissions": 1}},
            }
        )
    )
    assert isinstance(asked, Asked)
    found = settle_by_year(asked.policy, asked.claim, 2027)
    text = encode(asked.claim, asked.policy, found, fingerprints.of_documents(reader.documents), 7)
    coded = decoded(text)
    assert coded.rule_year == 2027
    assert sheet_code.check(coded, reader).agrees
    assert not sheet_code.check(coded._replace(rule_year=None), reader).agrees


def test_an_altered_amount_differs_and_is_named(reader: RequestReader) -> None:
    text = code_of(reader, ORDINARY)
    by_name = decoded(text).amounts
    by_name["psn_part_amt"] = (by_name["psn_part_amt"] or 0) - 100
    amounts = list(by_name.values())
    checked = sheet_code.check(decoded(forged(text, amounts=amounts)), reader)
    assert not checked.agrees
    (difference,) = checked.differences
    assert (difference.name, difference.sheet, difference.here) == ("psn_part_amt", 1659100, 1659200)
    spoken = " ".join(words()(one) for one in sheet_code.said(checked))
    assert "个人应付：单上 16591.00，重算 16592.00" in spoken
    assert "改过" in spoken


def test_an_altered_input_differs(reader: RequestReader) -> None:
    text = code_of(reader, ORDINARY)
    request = decoded(text).request | {"category_b_selfpay": "1100.00"}
    checked = sheet_code.check(decoded(forged(text, request=request)), reader)
    assert not checked.agrees
    assert "preselfpay_amt" in {each.name for each in checked.differences}


def test_a_line_that_differs_without_changing_a_total_is_seen(reader: RequestReader) -> None:
    text = code_of(reader, ORDINARY)
    checked = sheet_code.check(decoded(forged(text, result="0" * 16)), reader)
    assert not checked.agrees
    assert "sheet.elsewhere" in {one.id for one in sheet_code.said(checked)}


def test_every_single_changed_letter_is_found_damaged(reader: RequestReader) -> None:
    text = code_of(reader, ORDINARY)
    for at in range(len(sheet_code.PREFIX), len(text)):
        other = "A" if text[at] != "A" else "B"
        found = decode(text[:at] + other + text[at + 1 :])
        # the last letter may hold bits that belong to no byte
        assert isinstance(found, Message) or (at == len(text) - 1 and found == decode(text)), at


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "sheet.not_a_code"),
        ("16592.00", "sheet.not_a_code"),
        ("MZ2:ABCDEFGH", "sheet.newer"),
        ("MZ1:", "sheet.damaged"),
        ("MZ1:ABC", "sheet.damaged"),
        ("MZ1:你好", "sheet.damaged"),
        ("MZ1:" + "A" * 100_000, "sheet.damaged"),
    ],
)
def test_what_is_no_code_is_said(text: str, said: str) -> None:
    found = decode(text)
    assert isinstance(found, Message)
    assert found.id == said


@pytest.mark.parametrize(
    "changes",
    [
        {"amounts": ["1"] * 11},
        {"amounts": [1]},
        {"amounts": [True] * 11},
        {"pack": []},
        {"request": []},
        {"request": {}},
        {"documents": []},
        {"entry": "12"},
    ],
)
def test_content_of_another_shape_is_damaged(reader: RequestReader, changes: dict[str, Any]) -> None:
    found = decode(forged(code_of(reader, ORDINARY), **changes))
    assert isinstance(found, Message)
    assert found.id == "sheet.damaged"


def test_a_scanner_may_break_lines_and_lower_letters(reader: RequestReader) -> None:
    text = code_of(reader, ORDINARY)
    assert decode(f" {text[:60].lower()}\r\n{text[60:]}\n") == decode(text)


WAYS = {
    "full width": lambda text: "".join(
        chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text
    ),
    "a mark of the byte order": lambda text: "\ufeff" + text,
    "blanks that nobody sees": lambda text: "\u200b".join((text[:40], text[40:90], text[90:])),
    "marks of a chat program": lambda text: f"\u2068{text[:30]}\u00ad{text[30:]}\u2069\u200e",
    "blanks of other widths": lambda text: f"\u3000{text[:7]}\u00a0{text[7:50]}\u2009{text[50:]}\u2028",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_code_is_read_in_whatever_form_it_is_pasted(reader: RequestReader, way: str) -> None:
    text = code_of(reader, FULL)
    assert decode(WAYS[way](text)) == decode(text)


@pytest.mark.parametrize("way", WAYS)
def test_a_code_in_another_form_on_the_command_line_is_no_name_of_a_file(
    reader: RequestReader, way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.cli import main

    assert main(["check-sheet", WAYS[way](code_of(reader, ORDINARY))]) == 0
    assert json.loads(capsys.readouterr().out)["status"] == "agrees"


def test_a_pack_that_is_not_on_file_is_said_and_nothing_is_claimed(
    documents: Documents, reader: RequestReader
) -> None:
    text = code_of(reader, ORDINARY)
    elsewhere = RequestReader(documents, load_regions(documents, ())[0])
    checked = sheet_code.check(decoded(text), elsewhere)
    assert not checked.agrees
    assert checked.settlement is None
    assert [one.id for one in sheet_code.said(checked)] == ["sheet.pack_unknown"]


def test_another_pack_and_another_document_are_named(
    documents: Documents, reader: RequestReader, tmp_path: Path
) -> None:
    text = code_of(reader, ORDINARY)
    shipped = next(file for file in cases_regions() if 'id = "jilin/example"' in file.read_text("utf-8"))
    changed = shipped.read_text("utf-8").replace("level_2 = [400", "level_2 = [500", 1)
    (tmp_path / "a.toml").write_text(changed, "utf-8")
    other = RequestReader(documents, load_regions(documents, (tmp_path,))[0])
    checked = sheet_code.check(decoded(text), other)
    assert not checked.agrees
    assert [one.id for one in checked.changed] == ["sheet.pack_differs"]
    assert "sheet.same_rules" not in {one.id for one in sheet_code.said(checked)}

    coded = decoded(text)
    stranger = coded._replace(documents={**dict.fromkeys(coded.documents, "0" * 8), "2031-1": "0" * 8})
    said = {one.id for one in sheet_code.check(stranger, reader).changed}
    assert said == {"sheet.document_differs", "sheet.document_missing"}


def cases_regions() -> list[Path]:
    from core.policy.shelf import REGIONS

    return sorted(REGIONS.glob("*.toml"))


def _run(*arguments: str, given: str | None = None) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        [*COMMAND, "check-sheet", *arguments],
        input=None if given is None else given.encode(),
        capture_output=True,
        env=os.environ,
        check=False,
        timeout=120,
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    (line,) = done.stdout.decode().splitlines()
    return done.returncode, json.loads(line)


@pytest.mark.console
def test_the_console_checks_a_text_a_file_and_standard_input(reader: RequestReader, tmp_path: Path) -> None:
    text = code_of(reader, ORDINARY, 128)
    file = tmp_path / "scanned.txt"
    file.write_text(text, "utf-8")
    for status, found in (_run(text), _run(str(file)), _run(given=text)):
        assert status == 0
        assert found["status"] == "agrees"
        assert found["entry"] == 128
        assert found["amounts"]["psn_part_amt"] == "16592.00"
        assert found["request"]["eligible"] == "48000.00"
        assert "相符" in found["message"]
    status, found = _run("--language", "en", forged(text, result="0" * 16))
    assert (status, found["status"]) == (1, "differs")
    assert "It differs" in found["message"]
    status, found = _run(text[:-20])
    assert (status, found["status"]) == (2, "unreadable")
    assert found["errors"][0]["field"] == "text"
    status, found = _run("")
    assert (status, found["errors"][0]["field"]) == (2, "text")
    status, found = _run(str(tmp_path / "none.txt"))
    assert (status, found["status"]) == (3, "unavailable")


def test_the_packs_of_a_folder_are_looked_up(tmp_path: Path, documents: Documents) -> None:
    shipped = next(file for file in cases_regions() if 'id = "jilin/example"' in file.read_text("utf-8"))
    own = shipped.read_text("utf-8").replace('id = "jilin/example"', 'id = "jilin/own"')
    (tmp_path / "own.toml").write_text(own, "utf-8")
    reader = RequestReader(load_documents(), load_regions(documents, (tmp_path,))[0])
    text = code_of(reader, ORDINARY | {"region": "jilin/own"})
    assert _run(text)[1]["status"] == "unknown"
    assert _run("--regions", str(tmp_path), text)[1]["status"] == "agrees"


def test_posted_entries_agree_on_the_totals_that_they_were_posted_on(tmp_path: Path) -> None:
    from core.counter import open_counter, posting
    from core.ledger.entries import Identifier, PatientGiven

    desk = open_counter(tmp_path / "ledger.sqlite")
    patient = PatientGiven((Identifier("01", "220113199001011234"),), "张玥珺")
    across = {"admitted": "2020-12-28", "discharged": "2021-01-03", "total": "5000.00", "eligible": "5000.00"}
    for key, request, year in (
        ("a", ORDINARY, None),
        ("b", ORDINARY | {"discharged": "2026-05-10", "admitted": "2026-05-01"}, None),
        ("c", ORDINARY | across | {"category_b_selfpay": "0.00"}, 2020),
    ):
        posted = posting.post(desk, key=key, patient=patient, operator="w", request=request, rule_year=year)
        assert not isinstance(posted, list), posted
        number = posted.entry.number
        worked = desk.as_posted(number)
        assert worked is not None
        coded = decoded(desk.sheet_code(worked, number))
        assert (coded.entry, coded.rule_year) == (number, year)
        assert "220113199001011234" not in json.dumps(coded.request)
        checked = sheet_code.check(coded, desk.reader)
        assert checked.agrees
        assert checked.settlement is not None
        assert checked.settlement.amounts == worked.settlement.amounts
    desk.close()
