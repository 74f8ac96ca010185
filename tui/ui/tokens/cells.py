"""Service tokens in a table, and who uses them."""

from __future__ import annotations

from rich.text import Text

from tui.service.tokens import TokenUse
from tui.text import count, one_line, plural
from tui.text_filter import matcher
from tui.ui.copies import Record, record
from tui.ui.kit.row_table.row_table import Column
from tui.ui.look import Look

TOKEN_COLUMNS = (
    Column("name", "TOKEN", min_width=16, grow=3, name=True),
    Column("users", "INSTANCES", width=9, align="right"),
    Column("state", "STATE", width=10),
    Column("created", "CREATED", width=10, drop=1),
    Column("id", "ID", width=36, drop=2),
)
LABEL = 17


def state_word(use: TokenUse) -> str:
    """How a token stands: `missing` is named by instances and not in the list."""
    if not use.listed:
        return "missing"
    if use.token.enabled is False:
        return "disabled"
    return "legacy" if use.token.legacy else "enabled" if use.token.enabled else "-"


def matching(uses: tuple[TokenUse, ...], words: str) -> tuple[TokenUse, ...]:
    """The tokens that a filter keeps, by name, id and state. Raises UsageError."""
    wanted = matcher(words)
    if wanted is None:
        return uses
    return tuple(use for use in uses if wanted.matches(f"{use.token.name or ''} {use.token.id} {state_word(use)}"))


def token_cells(use: TokenUse, look: Look) -> tuple[Text | str, ...]:
    """One cell a column of TOKEN_COLUMNS."""
    word = state_word(use)
    wrong = word in ("missing", "disabled") and use.instances
    return (
        one_line(use.token.name) or look.text("no name known", "muted"),
        look.text(count(len(use.instances)), "" if use.instances else "muted"),
        look.text(word, "error" if wrong else "muted"),
        look.text((use.token.created_at or "-")[:10], "muted"),
        look.text(one_line(use.token.id), "muted"),
    )


def users(use: TokenUse, most: int, look: Look) -> Text:
    """Which instances read their source with a token, at most this many lines."""
    if not use.instances:
        return look.text("No instance in the list uses this token.", "muted")
    keys = use.instances if len(use.instances) <= most else use.instances[: most - 1]
    lines = [Text.assemble((f"{key.namespace}/", look.style("muted")), key.id) for key in keys]
    if len(keys) < len(use.instances):
        lines.append(look.text(f"and {plural(len(use.instances) - len(keys), 'more instance')}", "muted"))
    return Text("\n").join(lines)


def token_page(use: TokenUse, look: Look) -> Text:
    """Everything that is known of a token. Its secret never is."""
    token = use.token
    facts = (
        ("Name", token.name),
        ("Id", token.id),
        ("API token id", token.cf_api_id or ""),
        ("State", state_word(use)),
        ("Created", token.created_at or ""),
        ("Changed", token.modified_at or ""),
        ("Problem", token.problem),
    )
    lines = [Text.assemble((f"{label:<{LABEL}}", look.style("muted")), value) for label, value in facts if value]
    heading = Text(f"Used by {plural(len(use.instances), 'instance')}", f"bold {look.style('active')}")
    return Text("\n").join([*lines, Text(), heading, users(use, len(use.instances), look)])


@record.register
def _(use: TokenUse) -> Record:
    return {**record(use.token), "state": state_word(use), "instances": " ".join(map(str, use.instances))}
