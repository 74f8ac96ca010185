"""A deletion by keys: what would be lost, the typed id, the saved configuration, and a lost reply."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

from tests.functional.test_modify import exact
from tests.functional.test_writes import audit, go_to
from tests.harness import Console, console
from tui.emulator import EmulatorConfig
from tui.models import InstanceKey
from tui.ui.instances.delete_dialog import DeleteDialog


async def deletion(seen: Console, namespace: str, name: str) -> DeleteDialog:
    """Press D on an instance and wait until the dialog knows what would be lost."""
    await go_to(seen, namespace, name)
    await seen.press("D")
    await seen.sees("saved first")
    assert isinstance(seen.app.screen, DeleteDialog)
    return seen.app.screen


def deleted(seen: Console) -> list[str]:
    return seen.received("DELETE")


def listed(seen: Console, namespace: str, name: str) -> bool:
    key = InstanceKey(namespace, name)
    return any(one.key == key for one in seen.store.state.fleet.value or ())


async def test_enter_is_inert_until_the_exact_id_is_typed(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        dialog = await deletion(seen, "default", "docs-search")
        text = seen.text()
        for words in ("Acme", "docs-search", "r2://docs-prod", "search.waypost.example", "bucket keeps its documents"):
            assert words in text
        assert "Delete it" in text
        assert seen.app.screen.focused is dialog.query_one("#cancel")
        await seen.press(*"docs-searc", "enter")  # typing on the button goes into the field
        await seen.press("enter", "enter")
        assert seen.app.screen is dialog
        assert dialog.query_one("#go").disabled
        assert not deleted(seen)
        dialog.query_one("#field").focus()
        await seen.press("end", "h", "enter")
        await seen.sees("docs-search deleted")
        assert len(deleted(seen)) == 1
        assert not listed(seen, "default", "docs-search")


async def test_the_configuration_is_saved_private_before_it_goes(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        before = exact(seen, "default", "docs-search")
        dialog = await deletion(seen, "default", "docs-search")
        assert dialog.losses is not None
        path = dialog.losses.path
        assert not path.exists()
        await seen.press(*"docs-search", "tab", "tab", "enter")
        await seen.sees("docs-search deleted")
        assert path.parent == tmp_path / "saved"
        assert json.loads(path.read_text()) == before
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert [(line["action"], line["outcome"]) for line in audit(tmp_path)] == [("delete", "done")]


async def test_lost_documents_and_a_running_job_are_told(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        dialog = await deletion(seen, "default", "hr-policies")
        await seen.sees("documents that exist nowhere else")
        losses = dialog.losses
        assert losses is not None
        assert losses.loses_data
        assert losses.items
        assert losses.vectors
        assert losses.stored
        assert f"{losses.vectors:,}" in seen.text()
        assert "runs, and ends with it" not in seen.text()
        await seen.press("enter")
        assert not deleted(seen)
        assert len(seen.app.screen_stack) == 1
        await deletion(seen, "default", "handbook")
        await seen.sees("runs, and ends with it")
        await seen.press("escape")
        assert len(seen.app.screen_stack) == 1


async def test_what_could_not_be_read_cannot_be_deleted_from_here(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await go_to(seen, "archive", "old-blog")
        instances = seen.emulator.world.instances
        instances.delete(instances.get("archive", "old-blog"))
        await seen.press("D")
        await seen.sees("No such instance")
        await seen.press(*"old-blog", "enter")
        assert isinstance(seen.app.screen, DeleteDialog)
        assert not deleted(seen)


async def test_nothing_is_deleted_when_the_configuration_cannot_be_saved(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        (tmp_path / "saved").write_text("in the way")
        await deletion(seen, "default", "docs-search")
        await seen.press(*"docs-search", "enter")
        await seen.sees("The configuration could not be saved")
        assert not deleted(seen)
        assert listed(seen, "default", "docs-search")


async def test_a_lost_reply_is_read_back(tmp_path: Path) -> None:
    chaos = tmp_path / "chaos.json"
    titles: list[str] = []
    async with console(tmp_path, config=EmulatorConfig(chaos=chaos)) as seen:
        for happened in (False, True):
            told = "old-blog was deleted" if happened else "old-blog is still there"
            rule = {"operation": "delete_instance", "kind": "reset", "times": 1, "before": not happened}
            chaos.write_text('{"faults": []}')
            seen.emulator.received.clear()
            await deletion(seen, "archive", "old-blog")
            chaos.write_text(json.dumps({"faults": [rule]}))
            assert told not in seen.text()
            await seen.press(*"old-blog", "enter")
            await seen.sees(told)
            assert len(deleted(seen)) == 1, told
            assert listed(seen, "archive", "old-blog") is not happened
            await seen.sees("?")
            line = seen.text().splitlines()[-1]
            assert told in line
            await seen.pass_time(60, 20)
            assert seen.text().splitlines()[-1] == line, f"{told}: until the next key"
            await seen.press("exclamation_mark")
            await seen.sees("Errors and outcomes")
            titles.append(told)
            assert [one.error.title for one in seen.store.state.notices] == titles
            await seen.press("q")
            assert len(seen.app.screen_stack) == 1, told


def meddle(seen: Console, how: str, shown: dict[str, Any]) -> None:
    """Somebody else changes docs-search, or deletes it and creates it again."""
    instances = seen.emulator.world.instances
    there = instances.get("default", "docs-search")
    larger = {"chunk_size": shown["chunk_size"] + 44}
    if how.startswith("created again"):
        fields = {name: shown[name] for name in ("type", "source", "chunk_size")}
        fields |= larger if how == "created again" else {}
        instances.delete(there)
        instances.create("default", "docs-search", fields, seen.time())
    else:
        instances.update(there, {"paused": True} if how == "paused" else larger, seen.time())


async def test_what_is_not_what_was_shown_is_not_deleted(tmp_path: Path) -> None:
    """Somebody else was faster, between the blast radius and the confirmation."""
    async with console(tmp_path) as seen:
        for count, meanwhile in enumerate(("changed", "paused", "created again", "created again alike"), 1):
            dialog = await deletion(seen, "default", "docs-search")
            assert dialog.losses is not None
            assert "Changed by somebody else" not in seen.text()
            seen.time.advance(5)
            meddle(seen, meanwhile, dialog.losses.document.exact)
            await seen.press(*"docs-search", "tab", "tab", "enter")
            await seen.sees("Changed by somebody else")
            assert ("created again" in seen.text()) is meanwhile.startswith("created again"), meanwhile
            assert not deleted(seen), meanwhile
            assert not dialog.losses.path.exists(), f"{meanwhile}: and the old configuration is not saved as its"
            lines = audit(tmp_path)
            assert len(lines) == count, meanwhile
            assert lines[-1]["outcome"].startswith("refused: Changed by somebody else"), meanwhile
            assert seen.emulator.world.instances.get("default", "docs-search"), meanwhile
            await seen.pass_time(10, 5)  # a message goes with a key only after it could be read
            await seen.press("escape", "exclamation_mark", "q")
            assert len(seen.app.screen_stack) == 1, meanwhile
