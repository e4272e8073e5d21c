"""`mingzhang-cli settle` as another program meets it: a real process, lines in, lines out."""

import json
import os
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from core.words import languages
from tests.cli import COMMAND
from tests.reference.requests import random_request

pytestmark = pytest.mark.console

SOUND = {
    "region": "jilin/example",
    "benefit": "inpatient",
    "hospital_level": "level_2",
    "admitted": "2026-03-01",
    "discharged": "2026-03-10",
    "population": "ordinary",
    "total": "52000.00",
    "eligible": "48000.00",
    "category_b_selfpay": "1200.00",
}
INCOMPLETE = {**SOUND, "region": "jilin/yanbian"}


def _run(*arguments: str, lines: bytes = b"", **environment: str) -> tuple[int, list[dict[str, Any]]]:
    done = subprocess.run(
        [*COMMAND, "settle", *arguments],
        input=lines,
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
        timeout=120,
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done.returncode, [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]


def _lines(*requests: object) -> bytes:
    return "".join(json.dumps(request, ensure_ascii=False) + "\n" for request in requests).encode()


def test_the_interface_s_own_example_is_answered_as_it_is_printed_there() -> None:
    status, (made,) = _run(lines=_lines(SOUND))
    assert status == 0
    assert made["amounts"]["psn_part_amt"] == "16592.00"
    assert made["basic_bands"] == [["29600.00", "70", "20720.00"], ["16800.00", "75", "12600.00"]]
    assert made["critical_bands"] == [["3480.00", "60", "2088.00"]]
    assert list(made) == [
        "status",
        "missing",
        "amounts",
        "patient_parts",
        "basic_bands",
        "critical_bands",
        "critical_deductible",
        "critical_cap",
        "zero_claim_bonus_used",
        "fraud_cleared",
        "steps",
        "year_to_date",
        "notes",
        "alternatives",
    ]
    assert all(list(step) == ["stage", "label", "amount", "document", "clause"] for step in made["steps"])


def test_a_refused_line_does_not_stop_the_others() -> None:
    lines = _lines(SOUND) + b"\n   \n{oops\n\xff\n" + _lines(INCOMPLETE, SOUND)
    status, made = _run(lines=lines)
    assert status == 2
    assert [answer["status"] for answer in made] == [
        "complete",
        "refused",
        "refused",
        "incomplete",
        "complete",
    ]
    assert made[1]["errors"][0]["field"] == "request"


def test_an_incomplete_line_is_an_answer_and_exits_with_zero() -> None:
    status, (made,) = _run(lines=_lines(INCOMPLETE))
    assert status == 0
    assert made["missing"] == ["inpatient.deductible.level_2", "critical_illness.2026.deductible"]
    assert made["amounts"]["psn_part_amt"] is None
    assert made["patient_parts"] is None


def test_a_file_is_read_as_standard_input_is(tmp_path: Path) -> None:
    file = tmp_path / "请求 1.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + _lines(SOUND))
    assert _run(str(file)) == _run(lines=_lines(SOUND))


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("name", ["nowhere.jsonl", "."])
def test_a_file_that_cannot_be_read_is_said_in_a_line(tmp_path: Path, name: str) -> None:
    status, (made,) = _run(str(tmp_path / name))
    assert status == 3
    assert made["status"] == "unavailable"
    assert made["errors"][0]["field"] == "file"


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("name", ["x" * 300, "requests.jsonl/x"])
def test_a_path_that_the_system_itself_refuses_is_said_in_a_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "requests.jsonl").write_bytes(_lines(SOUND))
    status, (made,) = _run(str(tmp_path / name))
    assert status == 3
    assert made["errors"][0]["field"] == "file"


@pytest.mark.some_cases(2)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a shell's redirections, and a disk that is full")
@pytest.mark.parametrize(
    ("redirection", "expected"),
    [(">/dev/full", 3), (">&-", 3), ("1</dev/null", 3), ("<&-", 0), ("0>/dev/null", 3), ("2>&-", 0)],
)
def test_a_standard_stream_that_fails_leaves_no_traceback(redirection: str, expected: int) -> None:
    script = f'exec "$@" {redirection}'
    done = subprocess.run(
        ["sh", "-c", script, "sh", *COMMAND, "settle"],
        input=_lines(SOUND),
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    assert done.returncode == expected
    answered = redirection == "2>&-"
    assert bool(done.stdout) == answered
    assert bool(done.stderr) == (expected == 3)


@pytest.mark.skipif(os.name == "nt", reason="a name that is no Unicode")
def test_a_pack_whose_name_is_no_unicode_is_told_of(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.toml")).write_text("id = ", encoding="utf-8")
    status, (made,) = _run("--regions", str(tmp_path), lines=_lines(SOUND))
    assert (status, made["status"]) == (2, "refused"), "nobody can say whose pack it is"
    assert made["errors"][0]["field"] == "region"


def test_a_document_of_one_s_own_that_cannot_be_used_settles_nothing(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "later.toml").write_text("id = ", encoding="utf-8")
    status, (made,) = _run(lines=_lines(SOUND), MINGZHANG_HOME=str(tmp_path))
    assert status == 3
    assert made["status"] == "unavailable"
    assert made["errors"][0]["field"] == "document"
    assert "later.toml" in made["errors"][0]["message"]


def test_the_language_changes_the_words_and_nothing_else() -> None:
    answers = [_run("--language", language, lines=_lines(SOUND))[1][0] for language in languages()]
    said = set()
    for made in answers:
        said.add(tuple(step.pop("label") for step in made["steps"]))
        del made["notes"]
    assert len(said) == len(answers)
    assert all(made == answers[0] for made in answers)


def test_an_answer_is_the_same_on_every_run_locale_and_hash_seed() -> None:
    rng = random.Random(7)
    lines = _lines(*(random_request(rng) for _ in range(100)), {"x": 1, "y": 2, "eligible": 1.5})
    answers = [
        _run(lines=lines, PYTHONHASHSEED=seed, LC_ALL=locale, TZ=zone)
        for seed, locale, zone in (
            ("0", "C", "UTC"),
            ("1", "C.UTF-8", "Asia/Shanghai"),
            ("2", "POSIX", "Etc/GMT+12"),
        )
    ]
    assert answers[0] == answers[1] == answers[2]


def test_the_order_of_the_lines_changes_no_answer() -> None:
    rng = random.Random(8)
    requests = [random_request(rng) for _ in range(60)]
    _, forward = _run(lines=_lines(*requests))
    _, backward = _run(lines=_lines(*reversed(requests)))
    assert forward == backward[::-1]


def test_a_folder_of_packs_adds_its_regions(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(
        'id = "own/county"\nname = "县"\neffective = 2026-01-01\n[inpatient.deductible]\nlevel_2 = [300]\n'
        "[critical_illness.2026]\ndeductible = 9000\n",
        encoding="utf-8",
    )
    (tmp_path / "broken.toml").write_text('id = "other"\nname', encoding="utf-8")
    own = {**SOUND, "region": "own/county"}
    status, (made,) = _run("--regions", str(tmp_path), lines=_lines(own))
    assert status == 0
    assert made["amounts"]["act_pay_dedc"] == "300.00"
    assert _run(lines=_lines(own))[0] == 2


def test_a_pack_that_relied_on_empty_cells_says_what_to_type(tmp_path: Path) -> None:
    head = 'id = "own"\nname = "县"\neffective = 2026-01-01\n'
    whole = head + "[common_outpatient.deductible]\nlevel_1 = 0\nlevel_2 = 0\n"
    for text, told in ((whole, ""), (whole.replace("level_2 = 0\n", ""), "没有起付线就填 0")):
        (tmp_path / "own.toml").write_text(text, encoding="utf-8")
        done = subprocess.run(
            [*COMMAND, "settle", "--regions", str(tmp_path)],
            input=_lines(SOUND),
            capture_output=True,
            check=True,
            timeout=120,
        )
        said = done.stderr.decode()
        assert (told in said) if told else not said
        assert said.count("own 2026-01-01") == bool(told)


def test_the_latest_pack_that_is_effective_on_the_day_of_discharge_is_taken(tmp_path: Path) -> None:
    for day, figure in (("2025-01-01", 300), ("2026-03-10", 400), ("2026-03-11", 500)):
        (tmp_path / f"{day}.toml").write_text(
            f'id = "own"\nname = "县"\neffective = {day}\n[inpatient.deductible]\nlevel_2 = [{figure}]\n'
            "[critical_illness.2026]\ndeductible = 9000\n",
            encoding="utf-8",
        )
    _, (made,) = _run("--regions", str(tmp_path), lines=_lines({**SOUND, "region": "own"}))
    assert made["amounts"]["act_pay_dedc"] == "400.00"


def test_answers_come_line_by_line() -> None:
    process = subprocess.Popen([*COMMAND, "settle"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        for _ in range(3):
            process.stdin.write(_lines(SOUND))
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["status"] == "complete"
        whole, half = _lines(SOUND, {**SOUND, "region": "?"}), _lines(INCOMPLETE)
        process.stdin.write(whole + half[:40])
        process.stdin.flush()
        came = [json.loads(process.stdout.readline())["status"] for _ in range(2)]
        process.stdin.write(half[40:].rstrip(b"\n"))
        process.stdin.close()
        came += [json.loads(line)["status"] for line in process.stdout]
    assert came == ["complete", "refused", "incomplete"]
    assert process.returncode == 2


def test_a_reader_that_goes_away_leaves_no_traceback() -> None:
    process = subprocess.Popen(
        [*COMMAND, "settle"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    _, errors = process.communicate(_lines(*([SOUND] * 500)))
    assert b"Traceback" not in errors


def _fuzzed(rng: random.Random) -> bytes:
    """A sound request with something wrong in it, or nonsense."""
    request: dict[str, Any] = dict(SOUND) if rng.random() < 0.5 else random_request(rng)
    odd: list[Any] = [
        None,
        True,
        -1,
        1.5,
        10**30,
        "",
        "x",
        "1e400",
        "-0",
        "\ud800",
        "9" * 5000,
        [],
        {},
        [[]],
        {"a": None},
        float("nan"),
        float("inf"),
    ]
    for _ in range(rng.randint(1, 3)):
        key = rng.choice([*request, "nonsense", "enrolment", "transfer", "year_to_date", "basic_settlement"])
        if isinstance(request.get(key), dict) and request[key] and rng.random() < 0.7:
            request[key] = {**request[key], rng.choice([*request[key], "odd"]): rng.choice(odd)}
        else:
            request[key] = rng.choice(odd)
    text = json.dumps(request)
    kind = rng.random()
    if kind < 0.1:
        text = text[: rng.randrange(len(text))]
    elif kind < 0.2:
        at = rng.randrange(len(text))
        text = text[:at] + rng.choice('{}[]",:0-\x00') + text[at:]
    elif kind < 0.25:
        text = text[:-1] + ', "eligible": 1e400, "eligible": ' + "9" * rng.choice([5, 5000]) + "}"
    line = text.encode("utf-8", "surrogatepass")
    if kind > 0.95:
        at = rng.randrange(len(line))
        line = line[:at] + bytes([rng.randrange(128, 256)]) + line[at:]
    return line.replace(b"\n", b" ")


def test_fuzzed_lines_are_each_answered_with_the_field_named() -> None:
    rng = random.Random(2026)
    lines = [line for line in (_fuzzed(rng) for _ in range(2_500)) if line.strip()]
    status, made = _run(lines=b"\n".join(lines))
    assert status == 2
    assert len(made) == len(lines)
    refused = [answer for answer in made if answer["status"] == "refused"]
    assert len(refused) >= 2_000
    for answer in refused:
        assert answer["errors"]
        assert all(error["field"] and error["message"] for error in answer["errors"])
    assert {answer["status"] for answer in made} <= {"complete", "incomplete", "refused"}
