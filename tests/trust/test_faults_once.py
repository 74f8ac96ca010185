"""Faults that single views must stand: streams that break, items that go, forms that are sent, clocks that jump."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from textual.widgets import Static

from tests.harness import console
from tests.trust.faults import FAULTS, Send, Wire, flood_all, floods
from tests.trust.test_faults_views import OPENED, WORDS, says, told
from tests.trust.views import DOCS, VIEWS, item, items, select, tab
from tui.ui.configure.form import Form
from tui.ui.configure.review import Review
from tui.ui.connection.token import TokenScreen
from tui.ui.items.item_view import ItemView
from tui.ui.kit.dialog import Dialog
from tui.ui.kit.text_dialog import TextDialog
from tui.ui.tokens.list_view import TokenList

pytestmark = pytest.mark.exhaustive


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    return Wire(monkeypatch)


class _Broken(httpx.AsyncByteStream):
    """An answer that begins, and ends with an error of the network."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for words in ("Labels are printed", " where the parcel"):
            yield b"data: " + json.dumps({"choices": [{"delta": {"content": words}}]}).encode() + b"\n\n"
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")


async def breaks_off(request: httpx.Request, send: Send) -> httpx.Response:
    return httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=_Broken())


async def test_an_answer_that_breaks_off_stays_as_far_as_it_came_and_can_be_asked_for_again(
    tmp_path: Path, wire: Wire
) -> None:
    view = VIEWS["chat"]
    async with console(tmp_path) as seen:
        wire.fault, wire.only = breaks_off, view.own
        await view.open(seen, DOCS)
        await seen.sees("Labels are printed where the parcel")
        await seen.sees("Not answered: No answer")
        assert says(view.text(seen), WORDS["reset"][1]), "what is to be done"
        await seen.press("enter")
        await seen.until(lambda: isinstance(seen.app.screen, TextDialog), "the whole answer")
        assert "No answer" in seen.text(), "it does not look like a whole one"
        await seen.press("q")
        wire.fault, sent = None, wire.sent
        await seen.pass_time(30, 10)
        assert not seen.received("POST", "/chat"), "a question is not sent again by itself"
        assert wire.sent - sent < 40
        await seen.press("R")
        await seen.sees("20 sources")
        assert "Not answered" not in seen.text()
        assert len(seen.received("POST", "/chat")) == 1
        await seen.press("R")
        await seen.pass_time(2, 1)
        assert len(seen.received("POST", "/chat")) == 1, "one that was answered is not asked again"


async def test_an_item_that_has_gone_closes_its_own_view_and_no_other(tmp_path: Path, wire: Wire) -> None:
    async with console(tmp_path) as seen:
        await items(seen)
        await item(seen, DOCS)
        await seen.sees("chunks indexed")
        wire.fault, wire.only = FAULTS["404"][0], r"/items/\w+$"
        await seen.press("R")
        await seen.until(lambda: len(seen.app.screen_stack) == 1, "closed")
        assert [one.title for one in seen.app._notifications] == ["No such instance"]
        seen.app.clear_notifications()
        wire.fault = None
        await item(seen, DOCS)
        await seen.sees("chunks indexed")
        await seen.press("R", "enter")
        await seen.until(lambda: isinstance(seen.app.screen, TextDialog), "a log entry over the item")
        await seen.settle()
        wire.fault = FAULTS["404"][0]
        seen.app.screen_stack[1].action_refresh()  # type: ignore[attr-defined]
        await seen.settle()
        assert isinstance(seen.app.screen, TextDialog), "what is read stays"
        await seen.press("q")
        assert isinstance(seen.app.screen, ItemView)
        await seen.sees("old: No such instance")


async def test_an_item_at_work_is_followed_through_trouble(tmp_path: Path, wire: Wire) -> None:
    async with console(tmp_path) as seen:
        await items(seen)
        await item(seen, DOCS)
        await seen.press("T", "tab", "enter")
        await seen.sees("queued")
        wire.fault, wire.only = FAULTS["503"][0], "/items/"
        await told(seen, "503", VIEWS["item"])
        wire.paths.clear()
        await seen.pass_time(60, 1)
        assert 4 <= len(wire.paths) < 30, "now and then"
        wire.fault = None
        await seen.pass_time(60, 5)
        await seen.sees("● completed")
        assert " old: " not in seen.text()


async def test_a_log_that_could_not_be_read_again_shows_no_line_twice(tmp_path: Path, wire: Wire) -> None:
    async with console(tmp_path) as seen:
        await items(seen)
        await item(seen, DOCS)
        await seen.sees("chunks indexed")
        part = seen.app.screen.parts[0]  # type: ignore[attr-defined]
        before = len(part.table.shown)
        wire.fault, wire.only = FAULTS["403"][0], "/logs$"
        await seen.press("R")
        await told(seen, "403", VIEWS["item"])
        wire.fault = None
        part.more()  # what scrolling to its end does
        await seen.settle()
        assert len(part.table.shown) == before


async def test_a_body_of_100_mb_is_no_more_than_an_error(tmp_path: Path, wire: Wire) -> None:
    view = VIEWS["tokens"]
    async with console(tmp_path) as seen:
        await view.open(seen, DOCS)
        await seen.sees(view.shows)
        floods.clear()
        wire.fault, wire.only = flood_all, view.own
        await seen.press("R")
        await seen.sees("old: Reply too large")
        assert view.shows in view.text(seen)
        assert max(one.sent for one in floods) < 40_000_000


async def test_items_that_could_not_be_read_are_there_again_though_the_clock_was_set_back(
    tmp_path: Path, wire: Wire
) -> None:
    async with console(tmp_path) as seen:
        wire.fault, wire.only = FAULTS["503"][0], "/items$"
        await tab("Items")(seen, DOCS)
        await told(seen, "503", VIEWS["items"])
        wire.fault = None
        main = seen.app.screen_stack[0]
        main._clock = lambda: seen.time() - 86_400.0  # type: ignore[attr-defined]
        await seen.pass_time(20, 5)
        await seen.sees("offline-mode.md")


async def test_words_of_a_search_for_items_stay_and_count_when_it_is_over(tmp_path: Path, wire: Wire) -> None:
    view = VIEWS["items"]
    async with console(tmp_path) as seen:
        await items(seen)
        for fault in OPENED:
            wire.fault, wire.only = FAULTS[fault][0], view.own
            await seen.press(*(["slash", *"pdf", "enter"] if fault == OPENED[0] else "R"))
            await told(seen, fault, view)
            assert seen.app.screen.query_one("ItemsTab Input").value == "pdf"  # type: ignore[attr-defined]
            assert '"pdf"' in view.text(seen)
        wire.fault = None
        await seen.pass_time(24, 12)
        await seen.press("R")
        await seen.sees("2 items")


FORM_FAULTS = ("403", "503", "truncated", "429", "reset")


async def test_what_was_typed_in_a_form_survives_every_fault_of_sending_it(tmp_path: Path, wire: Wire) -> None:
    async with console(tmp_path) as seen:
        await select(seen, DOCS)
        await seen.press("M")
        await seen.until(lambda: isinstance(seen.app.screen, Form), "the form")
        form = seen.app.screen
        assert isinstance(form, Form)
        form.view.go_to("chunk_size")
        await seen.press("end", *["backspace"] * 3, *"512")
        for fault in FORM_FAULTS:
            wire.fault, wire.only = FAULTS[fault][0], "/docs-search$"
            await seen.press("ctrl+s")
            await seen.until(lambda: isinstance(seen.app.screen, Review), "the review")
            await seen.press("tab", "enter")
            await seen.pass_time(12, 4)
            assert seen.app.screen is form, fault
            assert says(seen.text(), WORDS[fault][0]), f"{fault} is not told\n{seen.text()}"
            assert form.draft.wanted["chunk_size"] == 512
            assert not form.busy
            wire.fault = None
            await seen.pass_time(24, 12)
        await seen.press("ctrl+s")
        await seen.until(lambda: isinstance(seen.app.screen, Review), "the review")
        await seen.press("tab", "enter")
        await seen.sees("docs-search changed")
        assert [one.body for one in seen.emulator.received if one.method == "PUT"] == [{"chunk_size": 512}]


async def test_choices_of_a_field_that_cannot_be_read_are_told_in_the_form(tmp_path: Path, wire: Wire) -> None:
    async with console(tmp_path) as seen:
        await select(seen, DOCS)
        await seen.press("M")
        await seen.until(lambda: isinstance(seen.app.screen, Form), "the form")
        form = seen.app.screen
        assert isinstance(form, Form)
        for fault in ("403", "truncated"):
            form.view.go_to("token_id")
            await seen.until(lambda: form.view.field.path == "token_id", "the field")
            wire.fault, wire.only = FAULTS[fault][0], "/tokens$"
            await seen.press("enter")
            await seen.pass_time(8, 4)
            told_in_it = form.query_one("#form-about", Static).content
            assert says(str(told_in_it), WORDS[fault][0])
            assert says(str(told_in_it), WORDS[fault][1])
        wire.fault = None
        await seen.press("enter")
        await seen.sees("aisearch-platform")
        assert isinstance(seen.app.screen, Dialog)


async def test_an_instance_can_be_made_though_the_service_tokens_cannot_be_read(tmp_path: Path, wire: Wire) -> None:
    async with console(tmp_path, judged=False) as seen:
        for fault in OPENED:
            wire.fault, wire.only = FAULTS[fault][0], "/tokens$"
            await seen.press("1", "N")
            await seen.pass_time(16, 4)
            form = seen.app.screen
            assert isinstance(form, Form), fault
            told_in_it = str(form.query_one("#form-about", Static).content)
            assert says(told_in_it, WORDS[fault][0]), told_in_it
            assert says(told_in_it, WORDS[fault][1]), told_in_it
            assert not seen.app._notifications, "once"
            if fault != OPENED[-1]:
                await seen.press("escape")
        await seen.pass_time(24, 12)  # the longest time that a server asked for
        await seen.press(*"notes", "ctrl+s")
        await seen.sees("the name of a bucket is needed")
        field = next(field for field in form.draft.fields if field.path == "source")
        form.change(form.draft.with_text(field, "docs-prod"))
        await seen.press("ctrl+s")
        await seen.sees("No service token: they could not be read")
        await seen.press("tab", "enter")
        await seen.sees("notes created")
        assert [one.body for one in seen.emulator.received if one.method == "POST"] == [
            {"id": "notes", "type": "r2", "source": "docs-prod"}
        ]


async def test_a_namespace_that_could_not_be_made_is_still_typed(tmp_path: Path, wire: Wire) -> None:
    async with console(tmp_path) as seen:
        await VIEWS["namespaces"].open(seen, DOCS)
        await seen.press("N", "up", "up", *"team", "enter", *"For the team", "enter")
        form = seen.app.screen
        for fault, words in (("403", WORDS["403"][0]), ("503", WORDS["503"][0]), ("reset", ("Outcome unknown",))):
            wire.fault, wire.only = FAULTS[fault][0], r"/namespaces(/team)?$"
            await seen.press("enter")
            await seen.pass_time(12, 4)
            assert seen.app.screen is form, fault
            assert says(seen.text(), words), f"{fault} is not told\n{seen.text()}"
            assert form.query_one("#name").value == "team"  # type: ignore[attr-defined]
            wire.fault = None
            await seen.pass_time(24, 12)
        await seen.press("enter")
        await seen.sees("Namespace team created")


async def test_a_view_reads_with_the_token_that_was_entered_while_it_was_open(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await VIEWS["tokens"].open(seen, DOCS)
        await seen.sees("aisearch-platform")
        seen.emulator.config = replace(seen.emulator.config, token="another-token-987654")
        await seen.pass_time(60, 5)
        assert isinstance(seen.app.screen, TokenList), "nothing opens by itself"
        await seen.press("R")
        await seen.until(lambda: isinstance(seen.app.screen, TokenScreen), "the token screen")
        await seen.press(*"another-token-987654", "enter")
        await seen.until(lambda: isinstance(seen.app.screen, TokenList), "back in the view")
        await seen.pass_time(4, 2)
        await seen.press("R")
        await seen.pass_time(4, 2)
        assert " old: " not in seen.text()
        assert "connection is closed" not in seen.text()
        await seen.sees("aisearch-platform")
