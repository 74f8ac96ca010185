"""The key of an item is an identity: what is painted is visible, what is sent and copied is what the server has."""

from __future__ import annotations

import io
import json
from functools import partial
from pathlib import Path
from typing import Any

from tests.functional.test_items import STORE, audit, items_of, keys, to_item
from tests.harness import console
from tests.unit.fake_screen import FakeScreen
from tui.commands.output import Output
from tui.commands.values import as_object
from tui.models import Item, SearchHit, decode_one
from tui.models.item import with_exact_keys
from tui.service.lab.coverage import KeyFinding, Standing
from tui.service.search_options import SearchOptions
from tui.ui.copies import record
from tui.ui.lab.cells import FoundRow, found_cells
from tui.ui.lab.coverage_view import cells as coverage_cells
from tui.ui.lab.why_page import WhyPage

ODD = ["a\u200cb.md", "soft\u00adhyphen.md", "family \U0001f468\u200d\U0001f469.md", "\u202egpj.md", "nb\u00a0sp.md"]


def audited(tmp_path: Path, count: int) -> bool:
    """Whether so many writes are in the audit."""
    return len(audit(tmp_path)) == count


async def test_odd_keys_are_found_again_from_a_search_and_copied_exactly(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    async with console(tmp_path) as seen:
        service = seen.session.service
        for name in ODD:
            (folder / name).write_text("# Cranes\n\nThe vermilion crane is out of order.")
            await service.items.upload(STORE, folder / name, name)
        await seen.pass_time(5, 0.5)
        await items_of(seen, STORE)
        await seen.until(lambda: len(keys(seen)) > 5 + len(ODD) - 1, "the items")
        found = await service.searching.search(STORE, "vermilion crane", SearchOptions())
        for name in ODD:
            item = await service.items.by_key(STORE, name)
            assert item.identity == name
            hit = next(one for one in found.hits if one.item and one.item.identity == name)
            assert (await service.items.by_key(STORE, hit.item.identity)).id == item.id, name  # type: ignore[union-attr]
            await to_item(seen, item.key)
            count = len(audit(tmp_path)) + 1
            await seen.press("T", "tab", "enter")
            await seen.until(partial(audited, tmp_path, count), f"the audit of {name!r}")
            assert "\u202e" not in seen.text(), name


def test_only_keys_that_are_shown_otherwise_have_an_exact_one() -> None:
    shown: Any = {"chunks": [{"item": {"key": "a<U+200C>"}}, {"item": {"key": "b"}}], "key": "c"}
    exact: Any = {"chunks": [{"item": {"key": "a\u200c"}}, {"item": {"key": "b"}}], "key": "c"}
    kept = with_exact_keys(shown, exact)
    assert json.loads(json.dumps(kept)) == {
        "chunks": [{"item": {"key": "a<U+200C>", "$exact_key": "a\u200c"}}, {"item": {"key": "b"}}],
        "key": "c",
    }
    assert with_exact_keys(exact, exact) is exact


def test_json_has_the_fields_of_the_api_and_exact_keys() -> None:
    """No field of ours beside them: scripts read these lines."""
    raw = {"id": "1", "key": "a<U+200C>", "status": "completed"}
    item = decode_one(Item, with_exact_keys(raw, {**raw, "key": "a\u200c"}))
    assert as_object(item)["key"] == record(item)["key"] == "a\u200c"
    ordinary = decode_one(Item, raw)
    assert as_object(ordinary)["key"] == "a<U+200C>"
    hit = {"id": "c", "text": "x", "item": {"key": "a<U+200C>"}}
    found = decode_one(SearchHit, with_exact_keys(hit, {**hit, "item": {"key": "a\u200c"}}))
    assert as_object(found)["item"]["key"] == "a\u200c"
    assert "$" not in json.dumps([as_object(item), as_object(found), as_object(ordinary), record(ordinary)])


HOSTILE = "\x1b]0;owned\x07\u202e\u200b.md"


def test_keys_out_of_lists_and_sets_do_nothing_to_a_terminal() -> None:
    """Bucket listings, query sets and run files are read from files: their text was made safe by nobody."""
    look = FakeScreen.look
    shown = [
        *coverage_cells(KeyFinding(HOSTILE, Standing.MISSING, "why"), look),
        *found_cells(FoundRow(HOSTILE, HOSTILE), look),
        WhyPage(HOSTILE)._shown,
    ]
    out = io.StringIO()
    out.isatty = lambda: True  # type: ignore[method-assign]
    Output(out, out, {"TERM": "xterm"}).text(HOSTILE)
    painted = "".join(str(one) for one in shown) + out.getvalue()
    assert not set("\x1b\x07\u202e\u200b") & set(painted)
    pipe = io.StringIO()
    Output(pipe, pipe, {}).text(HOSTILE)
    assert pipe.getvalue() == f"{HOSTILE}\n", "a pipe gets it exactly"
