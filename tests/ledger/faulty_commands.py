"""The table of the console's commands that write: what each is called with, and the folder it begins with."""

import argparse
import json
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from core.words import words
from tests.ledger.desk import LI, WANG, stay

CHIEF, PIN, NEW_PIN, ZHAO = "孙", "long-passphrase", "another-passphrase", "赵"
PERSON: Final = {"id_type": "01", "id": WANG.identifiers[0].id, "name": WANG.name}
OTHER: Final = LI.identifiers[0].id
NOBODY_THERE: Final = "postgresql://127.0.0.1:1/none?connect_timeout=3"
"""A server that refuses at once."""

THEIRS: Final = {
    "infno": "5206",
    "input": {"data": {"psn_no": WANG.identifiers[0].id}},
    "respond_time": "20260312",
    "output": {"cuminfo": [{"year": "2026", "cum_ym": "202603", "cum_type_code": "C390101BIZ21", "cum": 3}]},
}
"""What the platform states of a person's year."""


class Command(NamedTuple):
    """A command of the console: its arguments, its input, and the folder it begins with.

    ``ledger``: it is one of the ledger's, whose arguments begin with the file and who works. ``status`` is
    what it ends with when nothing fails, ``server`` the one that it is told of.
    """

    arguments: list[str]
    stdin: str = ""
    base: str = "plain"
    ledger: bool = True
    status: int = 0
    server: str = ""


def posting(operator: str) -> str:
    """What is posted, as JSON."""
    request = stay(eligible="3000.00", admitted="2026-05-01", discharged="2026-05-04")
    return json.dumps({"key": "new", "patient": PERSON, "operator": operator, "request": request})


OPENING: Final = json.dumps(
    {
        "key": "opening",
        "patient": PERSON,
        "operator": ZHAO,
        "year": 2026,
        "as_of": "2026-06-01",
        "totals": {"admissions": 3},
    }
)
_AT_DESK: Final = ("--db", "FOLDER/ledger.db", "--operator", CHIEF, "--portable")
_PLAIN: Final = ("--plain", "--db", "FOLDER/ledger.db", "--operator", ZHAO)
_BY: Final = ("--operator", ZHAO)
_MADE_FOR: Final = ("--reason", "录错了", *_BY)
_OF_TWO: Final = ("--patient", PERSON["id"], "--with", OTHER, "--reason", "两人", *_BY)
_SIGNING: Final = ("--key", "FOLDER/office.key", "--issuer", "县医保局", "--number", "1")

_AT_LEDGER: Final = {
    "post": Command(["post"], posting(ZHAO)),
    "opening": Command(["opening"], OPENING),
    "reverse": Command(["reverse", "3", *_MADE_FOR]),
    "resettle": Command(["reverse", "1", *_MADE_FOR, "--resettle"]),
    "facts": Command(["facts", "1", *_BY], '{"receipt": "0001"}'),
    "rename": Command(["rename", "--patient", PERSON["id"], "--name", "王秀瑛", "--reason", "写错", *_BY]),
    "join": Command(["join", *_OF_TWO]),
    "printed": Command(["printed", "1", *_BY]),
    "erase": Command(["erase", "--patient", PERSON["id"]]),
    "export": Command(["export", "--patient", PERSON["id"]]),
    "backup": Command(["backup", "FOLDER/new.db"]),
    "backup over": Command(["backup", "FOLDER/copy.db"]),
    "backup-into": Command(["backup-into", "FOLDER/backups"]),
    "restore": Command(["restore", "FOLDER/copy.db"]),
    "guarded post": Command(["post"], posting(CHIEF), "guarded"),
    "operator add": Command(["operator", "周", "--add"], "", "guarded"),
    "operator pin": Command(["operator", CHIEF, "--new-pin"], "", "guarded"),
    "operator role": Command(["operator", ZHAO, "--role", "supervisor"], "", "guarded"),
    "operator off": Command(["operator", ZHAO, "--active", "no"], "", "guarded"),
    "recover": Command(["recover"], "", "guarded"),
    "guarded backup": Command(["backup", "FOLDER/new.db"], "", "guarded"),
    "guarded restore": Command(["restore", "FOLDER/copy.db"], "", "guarded"),
    "guarded export": Command(["export", "--patient", PERSON["id"]], "", "guarded"),
    "separate": Command(["separate", *_OF_TWO], base="joined"),
    "purge": Command(["purge", "--months", "24"], base="aged"),
    "report": Command(
        ["report", "list", "--from", "2026-01-01", "--to", "2099-12-31", "--out", "FOLDER/made-list.csv"]
    ),
    "recovery-code": Command(["recovery-code"], "", "guarded"),
    "migrate": Command(["verify"], "", "old"),
    "set-up": Command(["set-up"], "", "empty"),
    "set-up over plain": Command(["set-up"], "", "plain"),
}
_OF_SEVERAL_DESKS: Final = {
    "hand-over": Command(["hand-over", "FOLDER/made.packet", *_BY]),
    "guarded hand-over": Command(["hand-over", "FOLDER/made.packet"], base="acquainted"),
    "take-in": Command(["take-in", "FOLDER/other.packet", *_BY]),
    "guarded take-in": Command(["take-in", "FOLDER/other.packet"], base="acquainted"),
    "trust": Command(["trust", "FOLDER/other.packet", "--fingerprint", "FINGERPRINT"], base="guarded"),
    "close": Command(["close", "LEDGER"], base="acquainted"),
    "conflicts": Command(["conflicts", "--settle", "CONFLICT", "--reason", "已核对", *_BY], base="met"),
    "server-set-up": Command(["server-set-up", *_BY], status=3, server=NOBODY_THERE),
    "server-join": Command(["server-join", *_BY], status=3, server=NOBODY_THERE),
    "sync": Command(["sync", *_BY], server=NOBODY_THERE),
    "post without the server": Command(["post"], posting(ZHAO), server=NOBODY_THERE),
}
_OF_TABLES: Final = {
    "batch": Command(
        [
            *("batch", "FOLDER/claims.csv", "--out", "FOLDER/out.csv", "--region", "jilin/example", "--post"),
            *_PLAIN,
        ],
        ledger=False,
    ),
    "reconcile": Command(
        ["reconcile", "--theirs", "FOLDER/theirs.json", *_PLAIN, "--take-over"], ledger=False, status=1
    ),
    "reconcile into a workbook": Command(
        [
            *("reconcile", "--theirs", "FOLDER/theirs.json", *_PLAIN),
            *("--take-over", "--out", "FOLDER/out.xlsx"),
        ],
        ledger=False,
        status=1,
    ),
    "statement write": Command(
        ["statement", "write", *_PLAIN, "--month", "MONTH", "--out", "FOLDER/made.zip"], ledger=False
    ),
    "measure": Command(
        [
            *("measure", "FOLDER/receipts.csv", "--region", "FOLDER/empty.toml", "--year", "2026"),
            *("--out", "FOLDER/made.toml"),
        ],
        base="receipts",
        ledger=False,
    ),
}
_OF_RULES: Final = {
    "packs key": Command(["packs", "key", "FOLDER/made.key"], "", "guarded", ledger=False),
    "packs sign": Command(
        [
            *("packs", "sign", "FOLDER/pack.toml", *_SIGNING),
            *("--issued", "2026-11-01", "--out", "FOLDER/made.mzpack"),
        ],
        "",
        "guarded",
        ledger=False,
    ),
    "packs trust": Command(["packs", "trust", "FOLDER/office.pub", *_AT_DESK], "", "guarded", ledger=False),
    "packs import": Command(
        ["packs", "import", "FOLDER/rules.mzpack", *_AT_DESK], "", "trusted", ledger=False
    ),
    "packs require-check": Command(["packs", "require-check", "yes", *_AT_DESK], "", "guarded", ledger=False),
    "packs confirm": Command(["packs", "confirm", "FOUND", *_AT_DESK], "", "found", ledger=False),
    "packs check": Command(
        ["packs", "check", "jilin/changchun@2026-01-01", *_AT_DESK], "", "unchecked", ledger=False
    ),
    "packs trust without a desk": Command(
        ["packs", "trust", "FOLDER/office.pub"], "", "office", ledger=False
    ),
    "packs import without a desk": Command(
        ["packs", "import", "FOLDER/rules.mzpack"], "", "trusting office", ledger=False
    ),
}
COMMANDS: Final = _AT_LEDGER | _OF_SEVERAL_DESKS | _OF_TABLES | _OF_RULES

WITHOUT_CHECK: Final = Command(["packs", "require-check", "no", *_AT_DESK], "", "confirmed", ledger=False)
"""What leads to figures that whoever entered them may check."""

READING: Final = {
    *("settle", "check-sheet", "fund funding", "fund make-up", "fund result", "fund warning"),
    *("ledger year-to-date", "ledger entries", "ledger day-end", "ledger operators", "ledger acts"),
    *("ledger backups", "ledger ledgers", "packs show", "statement check"),
}
"""The commands that write nothing; `verify` carries an older ledger over."""

TOGETHER: Final = {"fund model"}
"""What writes a folder of files, by the same drafts as a workbook; its own tests let it fail."""

WRITING: Final = {"--out", "--post", "--take-over", "--settle", "--rows"}
"""The options by which a command writes more than without them."""


@cache
def of_console() -> dict[str, set[str]]:
    """Every command of the console by its whole name, with its options."""
    from core.console import program

    return dict(_below(program._parser([], words("en")), ""))


def _below(parser: argparse.ArgumentParser, name: str) -> Iterator[tuple[str, set[str]]]:
    inner = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]
    for one in inner:
        for part, below in one.choices.items():
            yield from _below(below, f"{name} {part}".strip())
    if not inner:
        yield name, {option for action in parser._actions for option in action.option_strings}


def written_by(command: Command, names: set[str]) -> str:
    """The whole name of the command that a row of the table runs."""
    given = ["ledger", *command.arguments] if command.ledger else command.arguments
    return next(each for each in (" ".join(given[:2]), given[0]) if each in names)
