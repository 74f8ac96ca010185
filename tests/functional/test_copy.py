"""Copying from tables: what is offered, what arrives, for one row and for all that are marked."""

from __future__ import annotations

import json
from pathlib import Path

from tests.functional.test_requests import catch_copies
from tests.functional.test_writes import go_to
from tests.harness import BASE_URL, TOKEN, Console, console
from tui.errors import AppError


async def pick(seen: Console, title: str) -> None:
    """Choose one of the list."""
    await seen.press("c")
    await seen.sees("enter takes")
    titles = [choice.title for choice in seen.app.screen._choices]
    await seen.press("home", *["down"] * titles.index(title), "enter")


async def test_everything_of_an_instance_can_be_copied(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        copied = catch_copies(seen)
        await go_to(seen, "default", "docs-search")
        for title in ("id", "namespace/id", "URL of the API", "URL of the dashboard", "JSON", "curl"):
            count = len(copied)
            await pick(seen, title)
            await seen.until(lambda n=count: len(copied) > n, title)
        name, key, url, dashboard, document, command = copied
        path = f"/accounts/{seen.emulator.account}/ai-search/namespaces/default/instances/docs-search"
        assert (name, key, url) == ("docs-search", "default/docs-search", BASE_URL + path)
        assert dashboard == f"https://dash.cloudflare.com/{seen.emulator.account}/ai/ai-search"
        assert json.loads(document)["id"] == "docs-search"
        assert "public_endpoint_params" in json.loads(document), "the whole reply, not the row"
        assert url in command
        assert "$CLOUDFLARE_API_TOKEN" in command
        assert not any(TOKEN in text for text in copied)
        await seen.sees("Copied the curl: caught.")


async def test_marked_rows_are_copied_together_in_the_order_of_the_table(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        copied = catch_copies(seen)
        table = seen.app.screen.query_one("#instances-table")
        await seen.press("space", "j", "space")
        await pick(seen, "id")
        await seen.until(lambda: copied, "copied")
        assert copied == [f"{table._rows.key(0).id}\n{table._rows.key(2).id}"]
        await seen.sees("Copied the id of 2 rows: caught.")


async def test_a_job_has_its_own_address(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        copied = catch_copies(seen)
        await go_to(seen, "default", "docs-search")
        await seen.press("3")
        await pick(seen, "curl of its log")
        await seen.until(lambda: copied, "copied")
        job = seen.store.state.job_id
        assert f"/instances/docs-search/jobs/{job}/logs'" in copied[0] or f"/jobs/{job}/logs \\" in copied[0]


async def test_a_copy_that_fails_says_so_and_nothing_to_copy_too(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:

        async def fail(text: str, osc52: object) -> str:
            raise AppError("Nothing was copied", "No room.")

        seen.app._copy = fail
        await pick(seen, "id")
        await seen.sees("Nothing was copied")
        await seen.press("slash", *"zzzz", "enter", "c")
        await seen.sees("There is no row to copy.")
