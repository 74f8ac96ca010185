"""What can be copied of the rows of items, their logs and chunks, and of triage."""

from __future__ import annotations

import json
import shlex

import pytest

import tui.ui.items.triage_cells  # noqa: F401 (registers what a cause gives)
from tests.unit.build import key
from tui.models import Item, ItemChunk, ItemLog
from tui.service.items.triage import Cause
from tui.state.store import Identity, State
from tui.ui.copies import copies
from tui.ui.items.cells import ItemRow
from tui.ui.items.item_cells import ChunkRow, LogRow

STATE = State(identity=Identity(account_id="acc", base_url="https://api.invalid/v4"), selected=key("docs"))
PATH = "https://api.invalid/v4/accounts/acc/ai-search/namespaces/default/instances/docs/items/a%2Fb"
FAILED = Item(id="a/b", key="guides/a.pdf", status="error", error="invalid_pdf")


def offered(row: object) -> dict[str, str]:
    return {one.title: one.text for one in copies(row, STATE)}


def test_an_item_has_its_address_and_commands_for_what_belongs_to_it() -> None:
    texts = offered(ItemRow(FAILED, "4m"))
    assert (texts["key"], texts["id"], texts["error"]) == ("guides/a.pdf", "a/b", "invalid_pdf")
    assert texts["URL of the API"] == PATH
    for title, end in (("curl", ""), ("curl of its log", "/logs"), ("curl of its chunks", "/chunks")):
        assert f"{PATH}{end}" in shlex.split(texts[title])
        assert "$CLOUDFLARE_API_TOKEN" in texts[title]
    assert json.loads(texts["JSON"])["key"] == "guides/a.pdf"


def test_a_cause_gives_its_remedy_and_the_keys_of_all_its_items() -> None:
    texts = offered(Cause("invalid_pdf", (FAILED, Item(id="c", key="c.pdf")), "invalid_pdf"))
    assert texts["keys of its items"] == "guides/a.pdf\nc.pdf"
    assert texts["cause"] == "invalid_pdf"
    assert texts["remedy"]
    assert json.loads(texts["JSON"])["keys"] == ["guides/a.pdf", "c.pdf"]


@pytest.mark.parametrize(
    ("row", "title", "text"),
    [
        (LogRow(1, ItemLog(action="index", message="18 chunks")), "message", "18 chunks"),
        (LogRow(1, ItemLog(action="index", error_type="invalid_pdf")), "error", "invalid_pdf"),
        (ChunkRow(1, ItemChunk(id="k1", text="all of it")), "text", "all of it"),
        (ChunkRow(1, ItemChunk(id="k1", text="all of it")), "chunk id", "k1"),
    ],
)
def test_a_line_of_a_log_and_a_chunk_give_their_words(row: object, title: str, text: str) -> None:
    assert offered(row)[title] == text
    assert json.loads(offered(row)["JSON"])
