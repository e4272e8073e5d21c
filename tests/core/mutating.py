"""A process that reads files of strangers: real ones that somebody has altered, one after the other.

It has 200 MB beyond what it starts with; each file has two seconds. What goes wrong is printed, a line each.
"""

import io
import json
import os
import random
import sys
import traceback
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from core.agreement.details import read_details
from core.agreement.messages_of_platform import read_messages
from core.counter import Counter
from core.counter.paper_claims import claim_lines
from core.desks import packet, stick
from core.exchange.jsontext import NotAnObject, read_object
from core.exchange.request import RequestReader
from core.files import why_failed
from core.ledger.access import SetUp, set_up
from core.ledger.errors import LedgerUnavailable
from core.ledger.keys import COST, Keys
from core.ledger.ledger import Ledger
from core.messages import Fault, Message, message
from core.policy import packets
from core.policy.in_force import Documents
from core.policy.shelf import BadDocument, load_document, load_documents, load_regions, read_tables
from core.policy.soundness import read_pack
from core.reports.report_form import form_of
from core.tables.names import add_map, known_names
from core.tables.reading.book import read_book
from core.tables.watch import Watch
from core.words import Words, words
from desktop.desk import table_shapes
from desktop.presenters.desk import signers
from desktop.settings import FILE as SETTINGS
from desktop.startup.settings_file import load
from tests.ledger.desk import Desk, stay
from tests.tables.files import FULL, row, workbook

SECONDS, BYTES = 2.0, 200_000_000
RESOURCES: Final = Path(__file__).resolve().parents[2] / "resources"
PIN: Final = "long-passphrase"
TOKENS: Final = (
    *(b"\0", b"\xff\xfe", b"\n", b'"', b"{", b"}", b"]", b"=", b"-1", b"1e999", b"NaN", b"null", b"true"),
    *(
        b"9" * 5000,
        b"[" * 5000,
        b'{"a":' * 3000,
        b"a." * 300,
        b"\xed\xa0\x80",
        "😀".encode(),
        b"\xef\xbb\xbf",
    ),
    *(b"2026-02-30", b"0x10", b"../../x", b"/dev/zero", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"inf"),
)
"""What readers stumble over."""


class Outcome(NamedTuple):
    """What a reader said: its messages, and whether it took the file."""

    said: list[Message]
    taken: bool


def altered(content: bytes, chance: random.Random) -> bytes:
    """The bytes with one to four changes that nobody meant."""
    made = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        at = chance.randint(0, len(made))
        upto = min(len(made), at + chance.choice((1, 1, 4, 40, 400)))
        way = chance.randrange(7)
        if way == 0 and at < len(made):
            made[at] ^= 1 << chance.randrange(8)
        elif way == 1:
            del made[at:upto]
        elif way == 2:
            made[at:at] = made[at:upto] * chance.choice((1, 3, 200))
        elif way == 3:
            made[at:at] = chance.choice(TOKENS)
        elif way == 4:
            made[at:upto] = chance.choice(TOKENS)
        elif way == 5:
            del made[at:]
        else:
            made[at:upto] = chance.randbytes(upto - at)
    return bytes(made)


def repacked(content: bytes, chance: random.Random) -> bytes:
    """A zip of which one part was altered inside, so that its sums hold; or of which the bytes were."""
    if chance.random() < 0.3:
        return altered(content, chance)
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        chosen = chance.choice(old.namelist())
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, altered(part, chance) if name == chosen else part)
    return made.getvalue()


class Reader(NamedTuple):
    """How a kind of file is read: what it holds, how it is altered, and who reads it."""

    content: bytes
    alter: Callable[[bytes, random.Random], bytes]
    read: Callable[[bytes], Outcome]


def _said(found: object) -> Outcome:
    """What a reader returned: a message, faults, or what it took."""
    if isinstance(found, Message):
        return Outcome([found], False)
    if isinstance(found, list | tuple) and found and all(isinstance(each, Fault) for each in found):
        return Outcome([each.message for each in found], False)
    return Outcome([], True)


def _written(file: Path, read: Callable[[], object]) -> Callable[[bytes], Outcome]:
    """Read a file after it was written; what the disk says is a message, too."""
    file.parent.mkdir(parents=True, exist_ok=True)

    def outcome(content: bytes) -> Outcome:
        file.write_bytes(content)
        try:
            return _said(read())
        except BadDocument as error:
            return Outcome([each.message for each in error.faults], False)
        except OSError as error:
            return Outcome([why_failed(error, file.name)], False)

    return outcome


def readers(folder: Path) -> dict[str, Reader]:
    """Every reader of a file that somebody else may have made, with a real one of each."""
    kinds: dict[str, Reader] = {}

    def add(name: str, content: bytes, read: Callable[[bytes], Outcome], zipped: bool = False) -> None:
        kinds[name] = Reader(content, repacked if zipped else altered, read)

    documents = load_documents()
    requests = RequestReader(documents, load_regions(documents)[0])
    _add_rules(add, folder, documents)
    _add_platform(add, folder)
    _add_forms(add, folder)
    _add_desk(add, folder, requests)
    _add_tables(add, folder)
    request = (RESOURCES / "samples" / "admission.json").read_bytes()

    def as_request(text: bytes) -> Outcome:
        try:
            read_object(text)
        except NotAnObject as refused:
            return Outcome([refused.said], False)
        return _said(requests.read(text))

    add("request", json.dumps(json.loads(request)).encode(), as_request)
    return kinds


def _add_rules(add: Callable[..., None], folder: Path, documents: Documents) -> None:
    """Figures of a region, a document, and a packet of both."""
    region = (RESOURCES / "regions" / "jilin-example.toml").read_bytes()
    secret, public = packets.new_key()
    keys = {packets.key_id(public): public}
    files = {"regions/jilin-trial.toml": region.replace(b"jilin/example", b"jilin/trial", 1)}
    issued = date(2026, 1, 1)
    signed = packets.sign(files, secret, issuer="局", number=1, issued=issued, documents=documents)
    assert isinstance(signed, bytes), signed

    def as_packet(text: bytes) -> Outcome:
        found = packets.read(text, keys, documents)
        outcome = _said(found)
        # what wraps the signed parts, such as their dates in the zip, says nothing and is signed by nobody
        same = isinstance(found, packets.Packet) and found._replace(content=signed) == whole
        assert same or not outcome.taken, "an altered packet is taken"
        return outcome

    whole = packets.read(signed, keys, documents)

    def as_region(text: bytes) -> Outcome:
        raw = read_tables(text)
        return _said(raw if isinstance(raw, Message) else read_pack(raw, documents))

    add("packet of rules", signed, as_packet, zipped=True)
    add("region", region, as_region)
    document = max((RESOURCES / "documents").glob("*.toml"), key=lambda file: file.stat().st_size)
    place = folder / document.name
    add("document", document.read_bytes(), _written(place, lambda: load_document(place)))


def _add_platform(add: Callable[..., None], folder: Path) -> None:
    """The insurer's results: messages, and details in a zip."""
    info = {"setl_id": "1", "psn_no": "2", "medfee_sumamt": "52000.00", "hifp_pay": 1.5}
    messages, details = folder / "results.json", folder / "details.zip"
    names = known_names()
    result = json.dumps({"output": {"setlinfo": info}}).encode()
    add("results", result, _written(messages, lambda: read_messages(messages, names, Watch())))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("details.txt", "1\t2\t3\t52000.00\t35408.00\t0.00\t0\r\n" * 20)
    add("details", made.getvalue(), _written(details, lambda: read_details(details, Watch())), zipped=True)


def _add_forms(add: Callable[..., None], folder: Path) -> None:
    """A hospital's own names of columns, kinds of claims and forms."""
    headings = (RESOURCES / "tables" / "headings.toml").read_bytes()
    place = folder / "map.toml"
    add("names of columns", headings, _written(place, lambda: add_map(known_names(), place)))
    claims = (RESOURCES / "claims" / "claims.toml").read_bytes()
    add("kinds of claims", claims, _written(folder / "claims.toml", claim_lines))
    form = Path("forms", "reports", "list.toml")
    add(
        "form of a report",
        (RESOURCES / form).read_bytes(),
        _written(folder / form, lambda: form_of("list")),
    )


def _add_desk(add: Callable[..., None], folder: Path, requests: RequestReader) -> None:
    """The files that lie beside a ledger, and what one ledger gives another."""
    path = folder / "ledger.db"
    with closing(Ledger(path)) as ledger:
        counter = Counter(requests, ledger)
        Desk(counter).posted(stay())
        given = folder / "given.packet"
        written = stick.hand_over(counter, given, operator="孙")
        assert given.exists(), written
        receipt = stick.write_receipt(counter, given)
        assert receipt is not None
        content = receipt.read_bytes()
    add("hand-over", given.read_bytes(), _written(given, lambda: packet.read(given)))
    add("receipt", content, _written(receipt, lambda: stick.read_receipt(receipt)))
    locked = folder / "locked.db"
    assert isinstance(set_up(locked, "孙", PIN, None), SetUp)
    beside = locked.with_name("locked.db.keys")
    add("keys", beside.read_bytes(), _written(beside, lambda: _unlocked(locked)))
    settings = {"hospital": "卫生院", "size": "120", "idle": "10", "signers": "*1 孙\n2 赵", "language": "ko"}
    add("settings", json.dumps(settings).encode(), _written(folder / SETTINGS, lambda: _settings(folder)))
    shapes = {"a": {"columns": {"1": "total"}, "words": [["population", "1", "ordinary"]]}}
    file = folder / table_shapes.FILE
    add("shapes", json.dumps(shapes).encode(), _written(file, lambda: table_shapes.remembered(folder, "a")))


def _unlocked(path: Path) -> object:
    try:
        return Keys(path).unlock("孙", PIN)
    except LedgerUnavailable as error:
        return error.said


def _settings(folder: Path) -> object:
    settings = load(folder)
    assert settings.percent
    return signers.kept(settings.signers)


def _add_tables(add: Callable[..., None], folder: Path) -> None:
    """Tables, each read in the process of its own that the program reads them in."""
    rows = [FULL, *(row() for _ in range(3))]
    book = workbook(folder / "table.xlsx", rows)
    add("workbook", book.read_bytes(), _written(book, lambda: read_book(book, Watch())), True)
    lines = "\r\n".join(",".join("" if cell is None else str(cell) for cell in cells) for cells in rows)
    text = folder / "table.csv"
    add("text table", lines.encode("gb18030"), _written(text, lambda: read_book(text, Watch())))


def _worked() -> float:
    """The seconds that this process has worked, and those that it started and that have ended."""
    return sum(os.times()[:4])


def wrong_with(reader: Reader, content: bytes, told: Words) -> str | None:
    """Return what is wrong with how a file was read; None where nothing is."""
    begun = _worked()
    try:
        outcome = reader.read(content)
    except MemoryError:
        return "more than 200 MB"
    except BaseException:
        return "it broke: " + " ".join(traceback.format_exc().splitlines()[-5:])
    if _worked() - begun > SECONDS:
        return "more than two seconds"
    for each in outcome.said:
        sentence = told(each)
        if not sentence or "\n" in sentence or len(sentence) > 2000 or ("{" in sentence and "}" in sentence):
            return f"no sentence: {each.id}: {sentence[:300]!r}"
    return None


def bound() -> None:
    """Let this process have 200 MB more."""
    import resource  # which Windows has not

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def altered_files(reader: Reader, seed: int, each: int) -> Iterator[bytes]:
    """Yield so many altered files of a kind."""
    chance = random.Random(seed)
    for _ in range(each):
        yield reader.alter(reader.content, chance)


def main(arguments: list[str]) -> None:
    """Read so many altered files of every kind; print what was wrong, and how many were taken."""
    folder, seed, each, *only = arguments
    os.environ["MINGZHANG_HOME"] = folder
    COST.update({"time_cost": 1, "memory_cost": 8, "parallelism": 1})
    told = words("zh")
    known = readers(Path(folder))
    for name, reader in known.items():
        assert wrong_with(reader, reader.content, told) is None, name
        assert reader.read(reader.content).taken, (name, reader.read(reader.content))
    told(message("fault.toml", reason="x"))
    bound()
    for name in only or known:
        reader = known[name]
        wrong: dict[str, str] = {}
        for number, content in enumerate(altered_files(reader, int(seed), int(each))):
            fault = wrong_with(reader, content, told)
            if fault is not None:
                wrong.setdefault(fault[:80], f"{number}: {fault}")
        print(json.dumps({"kind": name, "read": int(each), "wrong": list(wrong.values())}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
