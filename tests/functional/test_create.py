"""A new instance by keys: from scratch for each kind of source, cloned, refused, and with a lost reply."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.functional.test_modify import bodies, exact, field, reviewed, typed
from tests.functional.test_writes import audit, go_to
from tests.harness import Console, console
from tui.emulator import EmulatorConfig
from tui.models import InstanceKey
from tui.ui.configure.form import Form


async def creation(seen: Console, key: str = "N") -> Form:
    """Press N or C and wait for the form."""
    await seen.press(key)
    await seen.until(lambda: isinstance(seen.app.screen, Form), "the form")
    assert isinstance(seen.app.screen, Form)
    return seen.app.screen


async def choose(seen: Console, form: Form, path: str, *keys: str) -> None:
    """Open the list of a field, press keys in it, take what is under the cursor."""
    await field(seen, form, path)
    await seen.press("enter")
    await seen.until(lambda: seen.app.screen is not form, "the list")
    await seen.press(*keys, "enter")
    await seen.until(lambda: seen.app.screen is form, "the form again")


def posts(seen: Console) -> list[dict[str, Any]]:
    return [one.body for one in seen.emulator.received if one.method == "POST"]


async def test_an_r2_instance_from_scratch_at_80_by_24(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        form = await creation(seen)
        assert form.view.field.path == "id"
        assert seen.app.screen.focused is form.view.entry, "a form begins with its first field"
        await seen.press(*"extra-docs")
        await choose(seen, form, "namespace", "home", "down")
        await typed(seen, form, "source", "docs-prod")
        await choose(seen, form, "token_id", "home")
        await typed(seen, form, "chunk_size", "128")
        await reviewed(seen)
        text = seen.text()
        assert "Create extra-docs?" in text
        assert '+ "source": "docs-prod"' in text
        await seen.press("tab", "enter")
        await seen.sees("extra-docs created")
        (body,) = posts(seen)
        assert {**body, "token_id": ""} == {
            "id": "extra-docs",
            "type": "r2",
            "source": "docs-prod",
            "token_id": "",
            "chunk_size": 128,
        }
        namespace = form.draft.wanted["namespace"]
        assert exact(seen, namespace, "extra-docs")["token_id"] == body["token_id"]
        key = InstanceKey(namespace, "extra-docs")
        await seen.until(lambda: seen.store.state.selected == key, "the new instance is selected")
        assert audit(tmp_path)[0]["target"] == str(key)


async def test_what_is_missing_or_wrong_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        form = await creation(seen)
        await seen.press("ctrl+s")
        await seen.sees("✗ an id is needed")
        await seen.sees("✗ the name of a bucket is needed")
        await seen.press(*"Docs_Search")
        await seen.sees("✗ lower case letters, digits, _ and single - inside")
        await choose(seen, form, "type", "home", "down")
        await typed(seen, form, "source", "not a host")
        await seen.sees("✗ a host such as docs.example.com")
        assert not posts(seen)


async def test_built_in_storage_needs_no_source_and_prompts_follow_by_a_second_request(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        form = await creation(seen)
        await seen.press(*"notes")
        await typed(seen, form, "source", "typed-before-the-kind-was-chosen")
        await choose(seen, form, "type", "end")
        assert "sync_interval" not in seen.text()
        await field(seen, form, "system_prompt_ai_search")
        await seen.press("enter", *"Be brief.", "ctrl+s")
        await reviewed(seen)
        await seen.sees("A second request")
        await seen.press("tab", "enter")
        await seen.sees("notes created")
        await seen.until(lambda: bodies(seen), "the second request")
        assert posts(seen) == [{"id": "notes"}]
        assert bodies(seen) == [{"system_prompt_ai_search": "Be brief."}]
        assert [line["action"] for line in audit(tmp_path)] == ["create", "modify"]


async def test_a_taken_id_is_told_at_its_field_and_everything_typed_stays(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        form = await creation(seen)
        await seen.press(*"handbook")
        await typed(seen, form, "source", "docs-prod")
        await reviewed(seen)
        await seen.press("tab", "enter")
        await seen.sees("✗ Instance id taken")
        assert form.view.field.path == "id"
        assert form.draft.wanted["source"] == "docs-prod"
        await seen.press(*"-2")
        await reviewed(seen)
        await seen.press("tab", "enter")
        await seen.sees("handbook-2 created")


async def test_a_full_account_is_explained(tmp_path: Path) -> None:
    async with console(tmp_path, config=EmulatorConfig(max_instances=17)) as seen:
        form = await creation(seen)
        await seen.press(*"one-more")
        await choose(seen, form, "type", "end")
        await reviewed(seen)
        await seen.press("tab", "enter")
        await seen.until(lambda: seen.store.state.notices, "the error")
        assert seen.store.state.notices[0].error.code == 7013
        assert seen.app.screen is form
        await seen.sees(seen.store.state.notices[0].error.title)


async def test_a_clone_has_the_configuration_but_not_the_id_nor_the_public_endpoint(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        await go_to(seen, "default", "docs-search")
        form = await creation(seen, "C")
        await seen.sees("New instance like docs-search")
        await seen.press(*"docs-copy", "f2")
        await seen.sees("Create docs-copy?")
        await seen.sees("Create it")  # a long review keeps its buttons in sight
        assert '+ "source": "docs-prod"' in seen.text()
        await seen.press("escape")
        async for _ in seen.in_windows([(120, 40)]):  # room for the whole review
            await reviewed(seen)
            await seen.sees("It indexes the same bucket again.")
            await seen.press("tab", "enter")
            await seen.sees("docs-copy created")
        old, new = exact(seen, "default", "docs-search"), exact(seen, "default", "docs-copy")
        for name in ("source", "source_params", "chunk_overlap", "custom_metadata", "retrieval_options", "token_id"):
            assert new[name] == old[name], name
        assert new["public_endpoint_params"] is None
        assert form.draft.wanted["id"] == "docs-copy"


async def test_a_lost_reply_is_read_back(tmp_path: Path) -> None:
    chaos = tmp_path / "chaos.json"
    async with console(tmp_path, config=EmulatorConfig(chaos=chaos)) as seen:
        form = await creation(seen)
        await seen.press(*"lost")
        await choose(seen, form, "type", "end")
        for made in (False, True):
            told = "lost was created" if made else "It was not created: the reply was lost"
            rule = {"operation": "create_instance", "kind": "reset", "times": 1, "before": not made}
            chaos.write_text('{"faults": []}')
            seen.emulator.received.clear()
            await reviewed(seen)
            chaos.write_text(json.dumps({"faults": [rule]}))
            assert told not in seen.text()
            await seen.press("tab", "enter")
            await seen.sees(told)
            assert len(posts(seen)) == 1, told
            assert (seen.app.screen is form) is not made, told


async def test_read_only_creates_and_changes_nothing(tmp_path: Path) -> None:
    async with console(tmp_path, read_only=True) as seen:
        await go_to(seen, "default", "docs-search")
        for key in "NCMD":
            await seen.press(key)
            await seen.sees("Read-only")
            assert len(seen.app.screen_stack) == 1


async def test_what_the_second_request_could_not_set_is_told(tmp_path: Path) -> None:
    chaos = tmp_path / "chaos.json"
    async with console(tmp_path, config=EmulatorConfig(chaos=chaos)) as seen:
        form = await creation(seen)
        await seen.press(*"half")
        await choose(seen, form, "type", "end")
        await field(seen, form, "system_prompt_ai_search")
        await seen.press("enter", *"Be brief.", "ctrl+s")
        await reviewed(seen)
        chaos.write_text(json.dumps({"faults": [{"operation": "update_instance", "kind": "status", "times": 1}]}))
        await seen.press("tab", "enter")
        await seen.sees("half created")
        told = " ".join(seen.text().split())
        assert "system_prompt_ai_search" in told, told
        assert exact(seen, "default", "half")["system_prompt_ai_search"] is None
        assert [line["outcome"].partition(":")[0] for line in audit(tmp_path)] == ["done", "refused"]
