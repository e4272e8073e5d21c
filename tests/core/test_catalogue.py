"""One catalogue of texts: every id has its words in every language, and no sentence stands outside it."""

import ast
import gettext
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from core.words import DOMAIN, TRANSLATIONS, Catalogue, languages, words

ROOT = Path(__file__).parents[2]
PACKAGES = ("core", "desktop")
PLACES = re.compile(r"\{(\w+)\}")
FILES = {".db", ".png", ".pdf", ".json", ".toml", ".xlsx"}
READERS = {"money.py", "typed.py", "figures.py", "values.py", "card_rows.py"}
"""The rooms that write capitals, or read what people, documents and readers write."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ID = re.compile(r"[a-z0-9_]+(\.[a-z0-9_{}]+)+")
GROUPS = {
    "report",
    "hand_over",
    "receipt",
    "claim",
    "fault",
    "step",
    "note",
    "missing",
    "window",
    "paper",
    "sheet",
    "ledger",
    "console",
    "packs",
    "critical_cell",
    "outlook",
    "fund",
    "help",
    "agreement",
    "story",
    "tables",
}
"""The groups of ids that code spells out; others are made from values of the vocabulary."""
GLOSSARY = {
    "起付": "시작선",
    "统筹区": "통합지역",
    "统筹基金": "통합기금",
    "大病": "대병",
    "医疗救助": "의료구조",
    "目录内": "목록내",
    "目录外": "목록외",
    "乙类": "을류",
    "慢病": "만성병",
    "特病": "특수병",
    "普通门诊": "일반외래",
    "转诊": "전원",
    "参保": "가입",
    "断保": "중단",
    "零报销": "령청산",
    "累计": "루계",
    "期初": "기초",
    "入账": "기장",
    "冲正": "역기장",
    "账本": "장부",
    "备份": "백업",
    "恢复码": "복구코드",
    "规则包": "규칙묶음",
    "操作员": "조작원",
    "证件号": "증명서",
    "测算单": "추산서",
    "个人应付": "개인부담",
}
"""The trade's words in Korean as they are written in Yanbian: one word of Chinese, one of Korean."""

ONE_WORD = {
    "日结": r"日终|日结单",
    "个人信息": r"个人资料|病人资料|患者资料",
    "人员类别": r"(?<!困难)人群",
    "账本": r"账簿",
    "大病负担": r"合规自付",
    "患者": r"(?<!大)病人",
    "删去": r"删除",
    "存成": r"已存为",
    "Enter": r"回车",
    "账": r"帐",
    "当日清单": r"(?<!当)日清单",
    "查找入账": r"查入账",
    "U 盘": r"U盘",
    "复制": r"拷贝",
}
"""One word in Chinese for one thing, and the other words that it once had beside it."""
SPOKEN = (
    "README.zh-CN.md",
    "resources/clauses.toml",
    "resources/help/zh/*.md",
    "resources/forms/reports/*.toml",
)
"""What people read in Chinese beside the catalogue."""


def _catalogue(language: str) -> Catalog:
    with (TRANSLATIONS / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as source:
        return read_po(source, locale=language)


def _ids(language: str) -> dict[str, str]:
    return {str(entry.id): str(entry.string) for entry in _catalogue(language) if entry.id}


@cache
def _modules() -> list[tuple[Path, ast.Module]]:
    files = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
    return [(file, ast.parse(file.read_text(encoding="utf-8"))) for file in files]


@cache
def _strings(tree: ast.Module) -> list[tuple[int, str]]:
    """Every literal text of a module but its docstrings."""
    return list(_literals(tree))


def _literals(tree: ast.Module) -> Iterator[tuple[int, str]]:
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            documentation.add(id(node.value))  # a text below an assignment documents it
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.lineno, node.value


def test_chinese_and_english_are_there_and_chinese_comes_first() -> None:
    assert languages()[0] == "zh"
    assert "en" in languages()


@pytest.mark.parametrize("language", languages())
def test_every_id_has_words_with_the_same_places_in_every_language(language: str) -> None:
    own, chinese = _ids(language), _ids("zh")
    assert own.keys() == chinese.keys()
    for id_, text in own.items():
        assert text.strip(), id_
        assert sorted(set(PLACES.findall(text))) == sorted(set(PLACES.findall(chinese[id_]))), id_


def _other_words(korean: dict[str, str]) -> list[str]:
    """The messages in which Korean has another word for a term than the glossary."""
    return [
        f"{id_}: {term}"
        for id_, text in _ids("zh").items()
        for term, word in GLOSSARY.items()
        if term in text and word not in korean[id_]
    ]


def test_korean_has_one_word_for_each_term() -> None:
    assert _other_words(_ids("ko")) == []


def test_another_word_for_a_term_would_be_found() -> None:
    assert _other_words(_ids("ko") | {"window.key.F12": "등록"}) == ["window.key.F12: 入账"]


def _mixed(texts: dict[str, str]) -> list[str]:
    """The texts that have another word for a thing than the one that the program uses."""
    return [
        f"{place}: {found[0]}, not {word}"
        for place, text in texts.items()
        for word, others in ONE_WORD.items()
        if (found := re.search(others, text))
    ]


def _spoken() -> dict[str, str]:
    files = [file for pattern in SPOKEN for file in sorted(ROOT.glob(pattern))]
    return {file.name: file.read_text(encoding="utf-8") for file in files}


def test_chinese_has_one_word_for_each_thing() -> None:
    assert _mixed(_ids("zh")) == []
    assert _mixed(_spoken()) == []


def test_a_second_word_for_a_thing_would_be_found() -> None:
    planted = {"window.day_end.title": "日终", "a.md": "困难人群的起付线", "b.md": "每个病人一条"}
    assert _mixed(planted) == ["window.day_end.title: 日终, not 日结", "b.md: 病人, not 患者"]
    assert set(_spoken()) > {"README.zh-CN.md", "keys.md", "list.toml"}


@pytest.mark.parametrize("language", languages())
def test_the_compiled_catalogue_is_the_written_one(language: str, tmp_path: Path) -> None:
    compiled = tmp_path / "now.mo"
    with compiled.open("wb") as file:
        write_mo(file, _catalogue(language))
    stored = TRANSLATIONS / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    assert stored.read_bytes() == compiled.read_bytes(), "run `dev.py translations`"


@pytest.mark.parametrize("language", languages())
def test_the_catalogue_is_read_as_gettext_reads_it(language: str) -> None:
    content = (TRANSLATIONS / language / "LC_MESSAGES" / f"{DOMAIN}.mo").read_bytes()
    read = Catalogue(content)
    with io.BytesIO(content) as file:
        expected = gettext.GNUTranslations(file)
    by_gettext = {id_: expected.gettext(id_) for id_ in _ids(language)}
    assert {id_: read[id_] for id_ in by_gettext} == by_gettext
    for missing in ("a", "window", "window.key.F99", "zzz"):
        with pytest.raises(KeyError):
            read[missing]


def test_every_id_that_the_code_spells_is_in_the_catalogue() -> None:
    known = _ids("zh")
    unknown = [
        f"{file.relative_to(ROOT)}:{line} {text}"
        for file, tree in _modules()
        for line, text in _strings(tree)
        if ID.fullmatch(text) and text.split(".")[0] in GROUPS and "{" not in text
        if text not in known and not any(id_.startswith(text) for id_ in known)
        if Path(text).suffix not in FILES
    ]
    assert unknown == []


def test_every_id_of_the_catalogue_is_used() -> None:
    texts = {text for _, tree in _modules() for _, text in _strings(tree)}
    values = {part for text in texts for part in re.split(r"[^a-z0-9_]+", text) if part}
    unused = [
        id_
        for id_ in _ids("zh")
        if id_ not in texts
        and id_.split(".")[-1] not in values
        and not any(text and id_.startswith(text) for text in texts if text.endswith((".", "_")))
    ]
    assert unused == []


def test_no_chinese_stands_in_the_code_outside_the_rooms_that_read_or_write_it() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{line} {text}"
        for file, tree in _modules()
        for line, text in _strings(tree)
        if CHINESE.search(text) and file.name not in READERS
    ]
    assert found == []


SENTENCE = re.compile(r"[A-Z][a-z]+(?: [a-z,']+){3,}[.:]?")


def test_no_english_sentence_stands_in_the_code() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{line} {text}"
        for file, tree in _modules()
        for line, text in _strings(tree)
        if SENTENCE.search(text)
    ]
    assert found == []


def test_a_sentence_in_the_code_would_be_found() -> None:
    tree = ast.parse('"""Doc."""\nx = "出院日期"\ny = "Please check the day of discharge."')
    texts = [text for _, text in _strings(tree)]
    assert any(CHINESE.search(text) for text in texts)
    assert any(SENTENCE.search(text) for text in texts)


def test_nothing_is_translated_at_import() -> None:
    """Every module is imported with a catalogue that cannot be opened."""
    script = """
import importlib, pkgutil, sys
import core.words
def closed(*_):
    raise AssertionError("translated at import")
core.words.Words.__init__ = closed
import core, desktop
for package in (core, desktop):
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not found.name.endswith("__main__"):
            try:
                importlib.import_module(found.name)
            except ModuleNotFoundError as error:
                if error.name not in ("pyarrow", "pyspark"):  # of an extra that the tests do without
                    raise
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_an_unknown_id_is_an_error_and_not_a_text() -> None:
    with pytest.raises(KeyError):
        words("zh").text("fault.nowhere")
