"""Namespaces by their keys: looked at, created, described, deleted when empty; instances moved between them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.functional.test_writes import audit, go_to
from tests.harness import Console, console
from tui.emulator import EmulatorConfig
from tui.models import InstanceKey
from tui.ui.kit.dialog import Confirm
from tui.ui.namespaces.form import NamespaceForm
from tui.ui.namespaces.list_view import NamespaceList


async def to_list(seen: Console, name: str = "") -> NamespaceList:
    """Open the list, and put the cursor on a namespace."""
    await seen.until(lambda: seen.store.state.namespaces.value, "namespaces")
    await seen.press("n")
    await seen.until(lambda: isinstance(seen.app.screen, NamespaceList) and seen.app.screen.is_mounted, "the list")
    shown = seen.app.screen
    assert shown.table.shown
    shown.table.move_to(name)
    return shown


def names(seen: Console) -> set[str]:
    """Namespaces that the server has, without default."""
    with seen.emulator.world.lock:
        found, _ = seen.emulator.world.namespaces.page(None, 0, 100, descending=False)
    return set(found)


def after_the_write(monkeypatch: pytest.MonkeyPatch, *methods: str) -> None:
    """The replies to these methods are lost: the server has done the work, the console does not hear of it."""
    real = httpx.ASGITransport.handle_async_request

    async def handle(transport: Any, request: httpx.Request) -> httpx.Response:
        response = await real(transport, request)
        if request.method in methods:
            raise httpx.ReadError("connection lost", request=request)
        return response

    monkeypatch.setattr(httpx.ASGITransport, "handle_async_request", handle)


async def test_the_list_counts_instances_and_enter_looks_at_one(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        shown = await to_list(seen, "support")
        rows = {row.name: row.instances for row in shown.table.shown}
        assert rows == {"": 17, "default": 7, "archive": 3, "platform": 3, "support": 4}
        assert "What the support desk" in seen.text()
        await seen.press("enter")
        await seen.sees("4 of 17")
        assert seen.store.state.namespace == "support"
        await to_list(seen)
        await seen.press("enter")
        await seen.sees("17 of 17")


async def test_a_namespace_is_created_and_what_was_typed_stays_until_it_is(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        shown = await to_list(seen)
        await seen.press("N")
        await seen.sees("Creates an empty namespace.")
        assert seen.app.screen.focused is seen.app.screen.query_one("#name"), "a form begins with its first field"
        assert "Name *" in seen.text()
        assert "* must be filled in" in seen.text()
        await seen.press(*"my team", "tab", *"For the team", "enter", "enter")
        await seen.sees("It is part of addresses")
        assert not seen.received("POST")
        assert not seen.app._notifications, "it stands in the form"
        name = seen.app.screen.query_one("#name")
        name.focus()
        await seen.press("end", *["backspace"] * 7, *"support", "enter", "enter", "enter")
        await seen.sees("Namespace name taken")
        assert isinstance(seen.app.screen, NamespaceForm)
        assert seen.app.screen.query_one("#description").value == "For the team"
        name.focus()
        await seen.press("end", *"-2", "enter", "enter", "enter")
        await seen.sees("Namespace support-2 created")
        assert seen.app.screen is shown
        assert "For the team" in seen.text(), "it is in the list at once"
        assert "support-2" in names(seen)
        assert [line["outcome"].split(":")[0] for line in audit(tmp_path)] == ["refused", "done"]


async def test_the_description_is_changed_and_nothing_else_is_sent(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await to_list(seen, "archive")
        await seen.press("M")
        await seen.sees("Describe the namespace")
        await seen.press("up", "enter", "enter")
        await seen.sees("It is unchanged")
        seen.app.screen.query_one("#description").focus()
        await seen.press("end", *"!", "enter", "enter")
        await seen.sees("Description of archive changed")
        assert [one.body for one in seen.emulator.received if one.method == "PUT"] == [
            {"description": "Kept for reading, no longer maintained!"}
        ]
        await seen.sees("maintained!")


async def test_a_namespace_with_instances_is_not_deleted_and_says_what_is_inside(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await to_list(seen, "platform")
        await seen.press("D")
        await seen.sees("platform still holds 3 instances")
        assert "incident-reports" in seen.text()
        await seen.press("q")
        assert not seen.received("DELETE")
        for name, why in (("default", "default is fixed"), ("", "Choose one namespace.")):
            seen.app.screen.table.move_to(name)
            await seen.press("D")
            await seen.sees(why)
        assert not seen.received("DELETE")


async def test_an_empty_namespace_is_deleted_when_its_name_was_typed(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        with seen.emulator.world.lock:
            seen.emulator.world.namespaces.create("spare", {}, seen.time())
        await to_list(seen)
        await seen.sees("spare")
        seen.app.screen.table.move_to("spare")
        await seen.press("D")
        await seen.until(lambda: isinstance(seen.app.screen, Confirm), "the dialog")
        await seen.press(*"spar", "enter", "enter")
        assert seen.app.screen.query_one("#go").disabled
        assert not seen.received("DELETE")
        await seen.press("e", "enter")
        await seen.sees("Namespace spare deleted")
        assert "spare" not in names(seen)


async def test_an_instance_moves_and_stays_selected(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        old = await go_to(seen, "support", "billing-kb")
        new = InstanceKey("platform", "billing-kb")
        await seen.press("V")
        await seen.sees("Move billing-kb to")
        await seen.press("j", "j", "enter")
        await seen.sees("Move the instance")
        text = seen.text()
        assert "From       support" in text
        assert "To         platform" in text
        assert str(old) in text
        assert not seen.received("PATCH")
        await seen.press("tab", "enter")
        await seen.sees("billing-kb moved to platform")
        assert "'new_namespace': 'platform'" in seen.received("PATCH")[0]
        await seen.until(lambda: seen.app.screen.query_one("#instances-table").cursor_key == new, "the cursor")
        assert seen.store.state.selected == new
        assert new in seen.store.state.stats, "what is known of it goes along"
        assert audit(tmp_path)[0]["target"] == "support/billing-kb to platform"
        await seen.pass_time(60, 5)
        assert seen.store.state.instance is not None, "the list read again agrees"


async def test_a_lost_reply_to_a_move_or_a_creation_is_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with console(tmp_path) as seen:
        await go_to(seen, "support", "billing-kb")
        after_the_write(monkeypatch, "PATCH", "POST")
        await seen.press("V", "enter", "tab", "enter")
        await seen.sees("billing-kb was moved to default")
        assert len(seen.received("PATCH")) == 1
        assert seen.store.state.selected == InstanceKey("default", "billing-kb")
        assert audit(tmp_path)[0]["outcome"].startswith("unknown, read back")
        await to_list(seen)
        await seen.press("N", "up", "up", *"spare", "enter", "enter", "enter")
        await seen.sees("Namespace spare was created")
        assert len(seen.received("POST")) == 1
        assert "spare" in names(seen)


async def test_a_move_to_where_the_id_is_taken_is_foretold_and_explained(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        with seen.emulator.world.lock:
            seen.emulator.world.instances.create("archive", "billing-kb", {}, seen.time())
        await seen.press("R")
        await go_to(seen, "support", "billing-kb")
        taken = InstanceKey("archive", "billing-kb")
        await seen.until(lambda: any(one.key == taken for one in seen.store.state.fleet.value), "the second one")
        await seen.press("V", "j", "enter")
        await seen.sees("the server will refuse")
        await seen.press("tab", "enter")
        await seen.sees("code 7022")
        assert seen.store.state.selected == InstanceKey("support", "billing-kb")


async def test_read_only_looks_and_changes_nothing(tmp_path: Path) -> None:
    async with console(tmp_path, read_only=True) as seen:
        await go_to(seen, "support", "billing-kb")
        await seen.press("V")
        await seen.sees("Read-only")
        await to_list(seen, "archive")
        for key in "NMD":
            await seen.press(key)
            assert isinstance(seen.app.screen, NamespaceList)
        await seen.sees("start without --read-only")
        assert not [one for one in seen.emulator.received if one.method != "GET"]


async def test_an_account_with_nothing_in_it_and_a_narrow_window(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24), config=EmulatorConfig(seed="empty")) as seen:
        await to_list(seen)
        await seen.sees("all namespaces")
        assert "default" in seen.text()
        await seen.press("q", "V")
        await seen.sees("No instance is selected.")


async def test_a_namespace_is_found_by_typing_and_esc_shows_all_again(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        view = await to_list(seen)
        everything = [row.name for row in view.table.shown]
        await seen.press("slash", *"suppo")
        assert [row.name for row in view.table.shown] == ["support"]
        assert seen.app.screen.query_one("FilterBox").has_focus
        await seen.press("escape")
        assert [row.name for row in view.table.shown] == everything
        await seen.press("slash", *"zzz")
        await seen.sees("No namespace matches 'zzz'.")
        await seen.press(*["backspace"] * 3, *"plat", "enter", "enter")
        await seen.until(lambda: seen.store.state.namespace == "platform", "looked at")
        assert len(seen.app.screen_stack) == 1
