"""Writes the README's tables of settings, keys and error codes from their sources: `python -m tests.readme`."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import fields

from tui.actions import Place, at, keys_of
from tui.config import ENVIRONMENT, FLAGS, Settings
from tui.config.rules import RULES
from tui.explain.lookup import api_errors

README = Path(__file__).parents[1] / "README.md"
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


def with_tables(text: str) -> str:
    """The README's text with fresh tables."""
    for name, table in (("settings", setting_table()), ("keys", key_table()), ("codes", code_table())):
        start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        before, _, rest = text.partition(start)
        _, _, after = rest.partition(end)
        text = f"{before}{start}\n{table}\n{end}{after}"
    return text


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text(encoding="utf-8")), encoding="utf-8")
