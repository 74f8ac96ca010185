"""Writes the tables of settings, keys and error codes in `docs/` from their sources: `python -m tests.documents`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import fields

from tui.actions import Place, at, keys_of
from tui.config import ENVIRONMENT, FLAGS, Settings
from tui.config.rules import RULES
from tui.explain.lookup import api_errors

TOP = Path(__file__).parents[1]
README = TOP / "README.md"
DOCS = TOP / "docs"
WHERE = {
    Place.EVERYWHERE: "everywhere",
    Place.ANYTIME: "at any time",
    Place.TABLES: "tables",
    Place.INSTANCES: "instances",
    Place.DETAIL: "detail",
    Place.JOBS: "jobs",
    Place.LOG: "log",
    Place.ITEMS: "items",
    Place.VIEW: "views",
    Place.ITEM: "item",
    Place.TRIAGE: "triage",
    Place.SEARCH: "search",
    Place.BESIDE: "side by side",
    Place.NAMESPACES: "namespaces",
    Place.TOKENS: "tokens",
}


def key_table() -> str:
    """The table in Markdown, one row an action."""
    rows = ["| Where | Keys | Action | |", "| --- | --- | --- | --- |"]
    for place, where in WHERE.items():
        for action in at(place):
            keys = " ".join(f"`{key}`" for key in keys_of(action)).replace("|", r"\|")  # else it ends the cell
            rows.append(f"| {where} | {keys} | `{action.id}` | {action.help} |")
    return "\n".join(rows)


def setting_table() -> str:
    """Every field of the configuration: what it sets, what it may be, what it is without, and what goes before it."""
    without = {field.name: field.default for field in fields(Settings)}
    rows = ["| Field | Sets | Allowed | Default | Before it |", "| --- | --- | --- | --- | --- |"]
    for name, rule in RULES.items():
        flag = [f"`--{name.replace('_', '-')}`"] if name in (*FLAGS, "token_command") else []
        before = ", ".join([*flag, *(f"`{variable}`" for variable in ENVIRONMENT.get(name, ()))])
        rows.append(f"| `{name}` | {rule.sets} | {rule.allowed} | {_told(without[name])} | {before} |")
    return "\n".join(rows)


def _told(default: object) -> str:
    """A default as the file would say it; nothing for none."""
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`" if isinstance(default, str) else ""


def code_table() -> str:
    """What the console says of every code of the API. One code may mean several things, by its status or message."""
    rows = ["| Code | With | What it is | What to do |", "| --- | --- | --- | --- |"]
    for (code, also), words in sorted(api_errors().items(), key=lambda entry: (entry[0][0], str(entry[0][1]))):
        told = f"`{also}`" if isinstance(also, str) else f"HTTP {also}" if also else ""
        rows.append(f"| {code} | {told} | {words.title}. {words.meaning} | {words.remedy} |")
    return "\n".join(rows)


TABLES = (
    ("configuration.md", "settings", setting_table),
    ("keys.md", "keys", key_table),
    ("error-codes.md", "codes", code_table),
)


def read(name: str) -> str:
    """A document of `docs/` as it stands."""
    return (DOCS / name).read_text(encoding="utf-8")


def everything() -> str:
    """The README and all documents: what an operator can read."""
    return "\n".join(path.read_text(encoding="utf-8") for path in (README, *sorted(DOCS.glob("*.md"))))


def fresh(name: str, mark: str, table: Callable[[], str]) -> str:
    """The text of a document with its table written anew."""
    start, end = f"<!-- {mark} -->", f"<!-- /{mark} -->"
    before, _, rest = read(name).partition(start)
    _, _, after = rest.partition(end)
    return f"{before}{start}\n{table()}\n{end}{after}"


if __name__ == "__main__":
    for name, mark, table in TABLES:
        (DOCS / name).write_text(fresh(name, mark, table), encoding="utf-8")
