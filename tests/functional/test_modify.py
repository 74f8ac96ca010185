"""A configuration changed by keys: the form, the editor, the diff, the warnings, and what the server received."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.functional.test_writes import audit, go_to
from tests.harness import Console, console
from tui.emulator import EmulatorConfig
from tui.ui.configure.form import Form
from tui.ui.configure.review import Review


async def form_of(seen: Console, name: str = "docs-search", namespace: str = "default") -> Form:
    """Press M on an instance and wait for its form."""
    await go_to(seen, namespace, name)
    await seen.press("M")
    await seen.until(lambda: isinstance(seen.app.screen, Form), "the form")
    assert isinstance(seen.app.screen, Form)
    return seen.app.screen


async def field(seen: Console, form: Form, path: str) -> None:
    """Put the cursor on a field."""
    form.view.go_to(path)
    await seen.until(lambda: form.view.field.path == path, path)


async def typed(seen: Console, form: Form, path: str, text: str) -> None:
    """Replace the text of a field by typing."""
    await field(seen, form, path)
    await seen.press("end", *["backspace"] * len(form.view.entry.value), *text)


async def reviewed(seen: Console) -> None:
    await seen.press("ctrl+s")
    await seen.until(lambda: isinstance(seen.app.screen, Review), "the review")


def bodies(seen: Console, method: str = "PUT") -> list[dict[str, Any]]:
    return [one.body for one in seen.emulator.received if one.method == method]


def exact(seen: Console, namespace: str, name: str) -> dict[str, Any]:
    """What the emulator has now, by its own word."""
    return seen.emulator.world.instances.view(seen.emulator.world.instances.get(namespace, name))


def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *steps: str) -> Path:
    """An $EDITOR that runs one line of Python on `data` for each call, or writes broken JSON for ''."""
    script = tmp_path / "editor.py"
    seen = tmp_path / "seen.json"
    script.write_text(
        f"""
import json, os, pathlib, sys
path, seen = pathlib.Path(sys.argv[1]), pathlib.Path({str(seen)!r})
calls = json.loads(seen.read_text()) if seen.exists() else []
step = {list(steps)!r}[len(calls)]
text = path.read_text()
calls.append({{"text": text, "mode": path.stat().st_mode, "folder": path.parent.stat().st_mode,
              "token": [name for name in os.environ if "TOKEN" in name]}})
seen.write_text(json.dumps(calls))
if step:
    data = json.loads(text) if text.lstrip().startswith("{{") and text.rstrip().endswith("}}") else {{}}
    exec(step)
    path.write_text(json.dumps(data, indent=2))
else:
    path.write_text(text.rstrip().removesuffix("}}"))
"""
    )
    monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")
    monkeypatch.delenv("VISUAL", raising=False)
    return seen


async def test_a_field_is_changed_reviewed_and_sent_alone(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        form = await form_of(seen)
        assert form.view.has_focus, "the first field has the focus"
        text = seen.text()
        for words in (
            "Modify docs-search",
            "Acme",
            "Chunk size",
            "chunk_size",
            "* must be filled in",
            "‹6h 00m",
            "▏256",
            "default 10",
            "Indexing",
        ):
            assert words in text
        await typed(seen, form, "chunk_size", "512")
        await seen.sees("was 256")
        await reviewed(seen)
        await seen.sees('+ "chunk_size": 512')
        text = seen.text()
        assert '- "chunk_size": 256' in text
        assert "chunk_size: every document is re-indexed" in text
        assert seen.app.screen.focused is seen.app.screen.query_one("#cancel")
        assert not bodies(seen)
        await seen.press("right", "enter")
        await seen.sees("docs-search changed")
        assert bodies(seen) == [{"chunk_size": 512}]
        assert len(seen.app.screen_stack) == 1
        assert [(line["action"], line["outcome"]) for line in audit(tmp_path)] == [("modify", "done")]


async def test_tab_and_arrows_walk_the_fields_and_enter_never_sends(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        form = await form_of(seen)
        assert form.view.field.path == "sync_interval"
        await seen.press("tab", "down", "down")
        assert form.view.field.path == "source_params.r2_jurisdiction"
        await seen.press("enter")
        assert form.view.field.path == "source_params.include_items", "enter goes on"
        await seen.press("shift+tab", "pagedown")
        assert form.view.field.group == "Indexing"
        for _ in range(8):
            await seen.press("pagedown")
        assert seen.app.screen.focused is form.query_one("#cancel")
        await seen.press("enter")
        assert len(seen.app.screen_stack) == 1
        assert not bodies(seen)


async def test_wrong_input_is_explained_at_its_field_and_stops_the_review(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        form = await form_of(seen)
        await typed(seen, form, "chunk_overlap", "31x")
        await seen.sees("✗ a whole number is needed")
        await seen.press("backspace")
        await seen.sees("✗ 0 to 30 is needed")
        await field(seen, form, "source")
        await seen.press("ctrl+s")
        await seen.sees("1 field must be corrected first")
        assert form.view.field.path == "chunk_overlap"
        assert form.view.entry.value == "31"
        await seen.press("escape")
        await seen.sees("Nothing was sent. M offers again what you typed.")
        form = await form_of(seen)
        await seen.sees("What you typed before is here again; ctrl+n starts afresh.")
        await seen.press("slash", *"overlap", "enter")
        assert form.view.entry.value == "31", "what was wrong is here again too"
        await seen.sees("✗ 0 to 30 is needed")
        await seen.press("ctrl+n")
        await seen.sees("Everything is as it was")
        assert not form.draft.changed


async def test_switches_lists_and_long_texts_have_their_own_ways(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        form = await form_of(seen)
        await field(seen, form, "reranking")
        await seen.press("space")
        await field(seen, form, "sync_interval")
        await seen.press("enter")
        await seen.sees("12h 00m")
        await seen.press("down", "enter")
        await field(seen, form, "embedding_model")
        await seen.press("enter")
        await seen.sees("another name")
        await seen.press("end", "enter")
        await seen.sees("Workers AI")
        await seen.press("shift+tab", *"@cf/x/y", "enter", "enter")
        await field(seen, form, "system_prompt_ai_search")
        await seen.press("enter", *"Be brief.", "enter", *"Be kind.", "ctrl+s")
        await field(seen, form, "source_params.exclude_items")
        await seen.press("enter", "enter", *"*.tmp", "f2")
        await reviewed(seen)
        await seen.press("tab", "enter")
        await seen.sees("docs-search changed")
        assert bodies(seen) == [
            {
                "source_params": {"exclude_items": ["drafts/**", "*.tmp"]},
                "sync_interval": 43200,
                "embedding_model": "@cf/x/y",
                "reranking": False,
                "system_prompt_ai_search": "Be brief.\nBe kind.",
            }
        ]


async def test_the_public_endpoint_goes_whole_and_keeps_what_the_form_does_not_know(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        before = exact(seen, "default", "docs-search")["public_endpoint_params"]
        form = await form_of(seen)
        await field(seen, form, "public_endpoint_params.mcp.disabled")
        await seen.press("space")
        await reviewed(seen)
        await seen.sees("replaced as a whole")
        await seen.press("tab", "enter")
        await seen.sees("docs-search changed")
        expected = {**before, "mcp": {**before["mcp"], "disabled": True}}
        assert bodies(seen) == [{"public_endpoint_params": expected}]
        assert exact(seen, "default", "docs-search")["public_endpoint_params"] == expected


async def test_the_json_is_edited_in_the_operators_editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", "secret-token")
    calls = editor(tmp_path, monkeypatch, "data['max_num_results'] = 7; data['new_knob'] = 1; del data['cache']")
    async with console(tmp_path) as seen:
        await form_of(seen)
        await seen.press("e")
        await seen.until(lambda: isinstance(seen.app.screen, Review), "the review")
        text = seen.text()
        assert '+ "max_num_results": 7' in text
        assert "new_knob: not known here, sent as it is." in text
        assert "cache: left out, so it stays as it is." in text
        await seen.press("tab", "enter")
        await seen.until(lambda: bodies(seen), "the PUT")
        assert bodies(seen) == [{"max_num_results": 7, "new_knob": 1}]
    (call,) = json.loads(calls.read_text())
    assert stat.S_IMODE(call["mode"]) == 0o600
    assert stat.S_IMODE(call["folder"]) == 0o700
    assert call["token"] == []
    assert "modified_at" not in json.loads(call["text"])


async def test_a_failed_editor_takes_nothing_over_and_broken_json_goes_back_into_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", "false")
    monkeypatch.delenv("VISUAL", raising=False)
    async with console(tmp_path) as seen:
        form = await form_of(seen)
        await seen.press("e")
        await seen.sees("The editor failed")
        assert not form.draft.changed
        calls = editor(tmp_path, monkeypatch, "", "data['chunk_size'] = 5; text = ''")
        await seen.press("e")
        await seen.sees("Not JSON")
        await seen.press("tab", "enter")
        await seen.until(lambda: len(json.loads(calls.read_text())) == 2, "the editor again")
        first, second = json.loads(calls.read_text())
        assert second["text"] == first["text"].rstrip().removesuffix("}")
        await seen.sees("64 or more is needed")
        assert form.draft.wanted["chunk_size"] == 5
        assert not isinstance(seen.app.screen, Review)


async def test_somebody_else_was_faster(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        form = await form_of(seen)
        await typed(seen, form, "max_num_results", "9")
        instances = seen.emulator.world.instances
        seen.time.advance(1)
        instances.update(
            instances.get("default", "docs-search"), {"score_threshold": 0.9, "max_num_results": 3}, seen.time()
        )
        await reviewed(seen)
        await seen.press("tab", "enter")
        await seen.sees("docs-search was changed by somebody else")
        text = seen.text()
        assert '+ "score_threshold": 0.9' in text
        assert "Both changed max_num_results: yours would win." in text
        assert not bodies(seen)
        await seen.press("tab", "enter")
        await seen.sees("Your changes are now on top of theirs")
        await seen.sees("was 3")
        await reviewed(seen)
        assert "score_threshold" not in seen.text().partition("Change docs-search?")[2].partition("Cancel")[0]
        await seen.press("tab", "enter")
        await seen.sees("docs-search changed")
        assert bodies(seen) == [{"max_num_results": 9}]
        assert exact(seen, "default", "docs-search")["score_threshold"] == 0.9


async def test_what_was_typed_survives_a_refusal(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        form = await form_of(seen)
        await typed(seen, form, "chunk_size", "9999")
        await reviewed(seen)
        await seen.press("tab", "enter")
        await seen.sees("✗ Chunk size too large")
        assert seen.app.screen is form
        assert form.view.entry.value == "9999"
        assert form.view.field.path == "chunk_size"
        await seen.press("backspace")
        await reviewed(seen)
        await seen.press("tab", "enter")
        await seen.sees("docs-search changed")
        assert bodies(seen)[-1] == {"chunk_size": 999}


async def test_a_lost_reply_is_read_back(tmp_path: Path) -> None:
    chaos = tmp_path / "chaos.json"
    async with console(tmp_path, config=EmulatorConfig(chaos=chaos)) as seen:
        form = await form_of(seen)
        await typed(seen, form, "max_num_results", "9")
        await reviewed(seen)
        chaos.write_text(json.dumps({"faults": [{"operation": "update_instance", "kind": "reset", "times": 1}]}))
        await seen.press("tab", "enter")
        await seen.sees("Read back after a lost reply.")
        assert len(bodies(seen)) == 1
        assert exact(seen, "default", "docs-search")["max_num_results"] == 9
        assert audit(tmp_path)[0]["outcome"] == "unknown, read back: docs-search changed"


FOUND = {
    "chunk_s": "chunk_size",
    "Score thr": "score_threshold",
    "chunk size": "chunk_size",
    "mcp.desc": "public_endpoint_params.mcp.description",
    "size chunk": "chunk_size",
    "ocr": "indexing_options.use_ocr",
}


async def test_slash_finds_a_field_by_its_name_or_is_given_up_where_it_began(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        form = await form_of(seen)
        await seen.press("down", "slash", *"model")
        first = form.view.field.path
        await seen.press("down")
        assert form.view.field.path != first, "the next match"
        await seen.press(*"zzz")
        await seen.sees("No field is called 'modelzzz'")
        await seen.press("escape")
        assert form.view.field.path == "paused"
        assert form.view.has_focus
        assert seen.app.screen is form
        for name, path in FOUND.items():
            await seen.press("slash", *name)
            assert form.view.field.path == path
            assert path in seen.text(), f"{name}: the cursor is there while the name is typed"
            await seen.press("enter")
            assert form.view.field.path == path
            assert not form.draft.changed, name
        await field(seen, form, "source_params.prefix")
        await seen.press(*"docs/", *"guides/")
        assert form.view.entry.value == "docs/guides/", "a slash is a part of a text that was begun"
        await seen.press(*["backspace"] * 12, "slash")
        assert seen.app.screen.query_one("#find").has_focus
        await seen.press("slash", *"top")
        assert form.view.entry.value == "/top", "twice it begins one"
        assert form.view.field.path == "source_params.prefix"


async def test_found_typed_and_reviewed_in_six_presses_besides_the_text(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        await form_of(seen)  # M
        await seen.press("slash", *"chunk_s", "enter", *"512", "f2")
        await seen.sees('+ "chunk_size": 512')
        await seen.press("tab", "enter")
        await seen.sees("docs-search changed")
        assert bodies(seen) == [{"chunk_size": 512}]
