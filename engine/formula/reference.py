"""The reference page of the language, made from the function table: what `docs/reference/formula.md` holds."""

from __future__ import annotations

from .functions.row import Function
from .functions.table import THEMES

_TITLES = {
    "conditions": {"en": "Conditions and choices", "zh": "条件与选择"},
    "numbers": {"en": "Numbers", "zh": "数字"},
    "rows": {"en": "Rows", "zh": "明细与集合"},
    "texts": {"en": "Texts", "zh": "文本"},
    "formats": {"en": "Formats", "zh": "格式"},
    "dates": {"en": "Dates and times", "zh": "日期与时间"},
    "working days": {"en": "Working days", "zh": "工作日"},
}
_NULLS = {
    "en": {True: "handles null", False: "null gives null"},
    "zh": {True: "可处理空值", False: "参数为空则结果为空"},
}
_HEAD = {"en": "| Function | What it gives | Null | Example |", "zh": "| 函数 | 结果 | 空值 | 例子 |"}
_WARNINGS = {
    "en": {"W901": "zero divisor", "W902": "outside its domain", "W903": "unreadable text", "W904": "outside the years 1 to 9999", "": ""},
    "zh": {"W901": "除数为零", "W902": "超出定义域", "W903": "无法识别的文本", "W904": "超出公元 1 至 9999 年", "": ""},
}
_DATABASE = {"en": "not in the database", "zh": "不能在数据库中计算"}


def functions(language: str) -> str:
    """The tables of all functions in `language` (en or zh), as Markdown."""
    return "\n".join(line for theme, rows in THEMES.items() for line in (*_section(theme, rows, language), ""))


def _section(theme: str, rows: tuple[Function, ...], language: str) -> list[str]:
    return [f"### {_TITLES[theme][language]}", "", _HEAD[language], "|---|---|---|---|", *(_line(row, language) for row in rows)]


def _line(row: Function, language: str) -> str:
    examples = "<br>".join(f"`{_cell(text)}` → `{_cell(value)}`" for text, value in row.examples)
    null = _NULLS[language][row.nulls]
    if row.warning:
        null += f"; {_WARNINGS[language][row.warning]} → null"
    words = row.doc[language] + (f" ({_DATABASE[language]})" if row.push is False else "")
    return f"| `{_cell(row.signature)}` | {_cell(words)} | {null} | {examples} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
