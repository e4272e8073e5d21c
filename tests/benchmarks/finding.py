"""A million entries of a hundred thousand people: a search, a page and a key take no longer than with none.

A page is switched in at most 50 ms, a key is on the screen in at most 16 ms (the 99th of a hundred).
"""

import os
import random
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import Final

from core.counter import Counter, open_counter
from core.exchange.request import RequestReader
from core.ledger.ledger import Ledger
from core.ledger.search import Wanted
from core.ledger.sqlite import connect
from core.places import MADE_UP_REGION, ledger_of
from core.policy.shelf import load_documents, load_regions
from tests.benchmarks import keystroke
from tests.ledger.desk import WANG, Desk, stay

ENTRIES, PEOPLE, YEARS = 1_000_000, 100_000, 4
MOST_SWITCH: Final = 50.0
_FAMILIES: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许单仇曾解朴区覃盖查尹"
)
_GIVEN: Final = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂玉建国华文志红金梅春凤云龙海燕林雪荣爱东波鹏辉宇浩然子轩"
)
_BENEFITS: Final = (
    "inpatient",
    "special_outpatient",
    "day_surgery",
    "common_outpatient",
    "chronic_outpatient",
)
_OPERATORS: Final = tuple(f"操作员{number}" for number in range(12))
_BEGUN: Final = 1_670_000_000


def fill(path: Path, key: bytes | None = None) -> None:
    """Makes a ledger of so many entries; their records are short, what they are found by is not.

    One patient's records are whole.
    """
    documents = load_documents()
    with closing(
        Counter(RequestReader(documents, load_regions(documents)[0]), Ledger(path, key=key))
    ) as counter:
        whole = [Desk(counter).posted(stay(), key=f"whole {number}") for number in range(3)]
    chance = random.Random(1)
    with closing(connect(path, key, isolation_level=None)) as raw:
        raw.execute("PRAGMA synchronous = OFF")
        raw.execute("BEGIN")
        names = (
            chance.choice(_FAMILIES) + "".join(chance.choices(_GIVEN, k=chance.choice((1, 2, 2))))
            for _ in range(PEOPLE)
        )
        raw.executemany(
            "INSERT INTO patients (key, name, person) VALUES (?1, ?2, ?1)",
            ((f"p{number}", name) for number, name in enumerate(names)),
        )
        raw.executemany(
            "INSERT INTO identifiers VALUES (?, '01', ?)",
            ((f"22{chance.randrange(10**15):015}{number % 10}", f"p{number}") for number in range(PEOPLE)),
        )
        trigger = raw.execute("SELECT sql FROM sqlite_schema WHERE name = 'entries_only_follow'").fetchone()[
            0
        ]
        raw.execute("DROP TRIGGER entries_only_follow")
        who = [f"p{chance.randrange(PEOPLE)}" for _ in range(ENTRIES)]
        raw.executemany(
            """INSERT INTO entries (kind, patient, year, day, recorded, operator, record, previous, hash)
            VALUES ('posted', ?, 2026, '2026-03-10', '2026-03-10T00:00:00.000+00:00', '', '{}', '', '')""",
            ((key_,) for key_ in who),
        )
        raw.execute(trigger)
        step = YEARS * 365 * 86_400 // ENTRIES
        raw.executemany(
            """INSERT INTO summaries (number, kind, patient, year, admitted, day, region, level, category,
                stamp, moment, operator, benefit, medfee_sumamt, fund_pay_sumamt, psn_part_amt, reversed_by)
            VALUES (?, 'posted', ?, 2026, '2026-03-10', '2026-03-10', '', '', '', ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                (
                    number,
                    key_,
                    1_000 * (_BEGUN + number * step),
                    _BEGUN + number * step,
                    chance.choice(_OPERATORS),
                    chance.choice(_BENEFITS),
                    (total := chance.randrange(1_000, 5_000_000)),
                    total // 2,
                    total - total // 2,
                    number + 1 if number % 97 == 0 else None,
                )
                for number, key_ in enumerate(who, len(whole) + 1)
            ),
        )
        raw.execute("COMMIT")


def searches(counter: Counter) -> dict[str, Wanted]:
    """One of each kind of question, among them the rare in the frequent."""
    first = counter.ledger.search.entries(Wanted(), most=1)[0]
    middle = counter.ledger.search.entries(Wanted(number=ENTRIES // 2))[0]
    return {
        "the latest": Wanted(),
        "a number": Wanted(number=ENTRIES // 3),
        "a patient": Wanted(patient=first.patient),
        "an operator": Wanted(operator=_OPERATORS[3]),
        "an operator who is none": Wanted(operator="谁"),
        "an operator and a benefit": Wanted(operator=_OPERATORS[3], benefit=_BENEFITS[2]),
        "days of long ago": Wanted(end=middle.recorded),
        "a benefit of long ago": Wanted(benefit=_BENEFITS[1], end=middle.recorded),
        "an amount": Wanted(amount=first.total),
        "an amount that is none": Wanted(amount=7),
        "what was reversed": Wanted(standing=False),
        "reversed of an operator": Wanted(standing=False, operator=_OPERATORS[1], benefit=_BENEFITS[0]),
        "what stands": Wanted(standing=True),
    }


def timed(work: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each time, in order of length."""
    spent = []
    for _ in range(times):
        begun = perf_counter()
        work()
        spent.append((perf_counter() - begun) * 1000)
    return sorted(spent)


def switches(home: Path) -> dict[str, float]:
    """The longest of each switch of a page to its repaint (milliseconds), the first of each included."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from core.words import words
    from desktop.app import Program
    from desktop.session import Session
    from desktop.settings import Settings
    from desktop.views import theme
    from desktop.views.window import application

    app = application()
    theme.dress(app)
    os.environ["MINGZHANG_HOME"] = str(home)
    program = Program(Session(words("zh"), Settings(operator="王芳"), home))
    program.window.show()
    program.open()
    app.processEvents()
    assert program.pages is not None
    people = program.pages.lookup.people
    begun = perf_counter()
    longest = 0.0
    while not people.complete:
        piece = perf_counter()
        people.read_some()
        longest = max(longest, perf_counter() - piece)
    print(
        f"names of {len(people):,} people read in {perf_counter() - begun:.1f} s, "
        f"a piece at most {longest * 1e3:.0f} ms"
    )
    found: dict[str, float] = {}
    for _ in range(8):
        for key in ("F3", "Esc", "Ctrl+D", "PgUp", "Esc", "Ctrl+F", "Esc", "F8", "Esc", "F11", "Esc"):
            begun = perf_counter()
            program.navigator.press(key)
            app.processEvents()
            found[key] = max(found.get(key, 0.0), (perf_counter() - begun) * 1000)
    program.navigator.press("F3")
    page = program.navigator.page
    assert page is not None
    for text in ("z", "zh", "zjg", "zhangjianguo", "shan", "建国", "22", "0016", "123456"):
        begun = perf_counter()
        page.typed("search", text)
        app.processEvents()
        found[f"a search for {text}"] = (perf_counter() - begun) * 1000
    program.navigator.press("Esc")
    program.window.close()
    return found


def main() -> None:
    """Prints every figure, and whether it holds."""
    bad = False
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        path = home / ledger_of(MADE_UP_REGION)
        begun = perf_counter()
        fill(path)
        print(f"{ENTRIES:,} entries made in {perf_counter() - begun:.0f} s, {path.stat().st_size >> 20} MB")
        with closing(open_counter(path)) as counter:
            for name, wanted in searches(counter).items():
                search = counter.ledger.search
                spent = timed(lambda: (search.entries(wanted), search.found_sums(wanted, 10_001)), 20)  # noqa: B023
                bad |= spent[-1] > MOST_SWITCH
                print(f"search for {name:28} median {spent[10]:6.2f} ms, longest {spent[-1]:6.2f} ms")
        for name, spent_ in switches(home).items():
            bad |= spent_ > MOST_SWITCH
            print(f"to the repaint after {name:24} {spent_:6.2f} ms")
        found = sorted(keystroke.measure(home=home, patient=WANG.identifiers[0].id))
        p99 = found[int(len(found) * 0.99)]
        bad |= p99 > keystroke.MOST
        print(f"keystroke to repaint: p99 {p99:.2f} ms (at most {keystroke.MOST})")
    if bad:
        sys.exit(1)


if __name__ == "__main__":
    main()
