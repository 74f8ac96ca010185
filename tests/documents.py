"""Writes the tables of `docs/`, the completions and the man page from their sources: `python -m tests.documents`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import shtab
from argparse_manpage.manpage import Manpage
from msgspec.structs import fields

from tui.actions import Place, at, keys_of
from tui.commands.help import SHELLS
from tui.commands.parser import GROUPS, PROGRAM, build
from tui.commands.table import COMMANDS, Argument, CommandRow
from tui.config import ENVIRONMENT, FLAGS, Settings
from tui.config.rules import RULES
from tui.config.schema import schema
from tui.explain.lookup import api_errors

TOP = Path(__file__).parents[1]
README = TOP / "README.md"
DOCS = TOP / "docs"
COMMAND_FILES = TOP / "tui" / "commands"
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
    Place.FLEET: "triage of all",
    Place.SEARCH: "search",
    Place.BESIDE: "side by side",
    Place.NAMESPACES: "namespaces",
    Place.TOKENS: "tokens",
    Place.EVALUATION: "evaluation",
    Place.COVERAGE: "coverage",
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


def command_table() -> str:
    """Every command with its arguments, from the table that the parser is made of."""
    shared = {flag for group in GROUPS.values() for one in group for flag in one.names}
    rows = ["| Command | Does |", "| --- | --- |"]
    rows += [f"| [`aisearch {one.name}`](#aisearch-{one.name}) | {one.summary} |" for one in COMMANDS]
    for one in COMMANDS:
        told = f"{one.summary[0].upper()}{one.summary[1:]}. {one.more}".rstrip()
        rows += ["", f"## aisearch {one.name}", "", f"`{_usage(one)}`", "", told]
        own = [argument for argument in one.arguments if not set(argument.names) <= shared]
        rows += ["", "| Argument | Is |", "| --- | --- |"] if own else []
        rows += [f"| `{_argument(argument)}` | {argument.options.get('help', '')} |" for argument in own]
    return "\n".join(rows)


def _usage(one: CommandRow) -> str:
    places = [_place(argument) for argument in one.arguments if not argument.names[0].startswith("-")]
    flags = ["[FLAGS]"] if one.connects or len(places) < len(one.arguments) or one.flags else []
    return " ".join(["aisearch", one.name, *places, *flags])


def _place(argument: Argument) -> str:
    name = argument.options.get("metavar") or "/".join(argument.options.get("choices", argument.names))
    return {"?": f"[{name}]", "*": f"[{name} ...]", "+": f"{name} ..."}.get(argument.options.get("nargs", ""), name)


def _argument(argument: Argument) -> str:
    if not argument.names[0].startswith("-"):
        return _place(argument)
    value = argument.options.get("metavar") or " or ".join(argument.options.get("choices", ()))
    return " ".join([", ".join(argument.names), *([value] if value else [])])


def completion(shell: str) -> str:
    """What `aisearch completion SHELL` prints: made of the parser by shtab."""
    return f"{shtab.complete(build(emulator=True), shell=shell).rstrip()}\n"


def man_page() -> str:
    """The page aisearch(1), made of the parser by argparse-manpage."""
    parser = build(emulator=True)
    parser.formatter_class = argparse.HelpFormatter
    parser._manpage = []  # sections of its own, which it asks for
    page = Manpage(parser, format="pretty")
    page.date, page.manual, page.source = "", "aisearch", ""
    text = str(page).replace(f"\n{PROGRAM}\n", f"\n{PROGRAM} \\- operate Cloudflare AI Search\n", 1)
    return f"{text.rstrip()}\n"


GENERATED: tuple[tuple[Path, Callable[[], str]], ...] = (
    *((COMMAND_FILES / "shells" / f"aisearch.{shell}", partial(completion, shell)) for shell in SHELLS),
    (COMMAND_FILES / "aisearch.1", man_page),
    (DOCS / "config.schema.json", lambda: f"{json.dumps(schema(), indent=2)}\n"),
)
"""Whole files that are made of the parser, and are part of the package, and the schema of the configuration."""

TABLES = (
    ("commands.md", "commands", command_table),
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
    for path, make in GENERATED:
        path.parent.mkdir(exist_ok=True)
        path.write_text(make(), encoding="utf-8")
