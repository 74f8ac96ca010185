"""A dialog that takes typing takes all of it or none: one rule, held for every class of dialog."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.text import Text
from textual import events
from textual.widgets import Button, Input, TextArea

import tui.ui
from tests.harness import Console, console
from tui.models import Instance, InstanceDocument
from tui.service.batch import Batch
from tui.service.config.draft import Draft
from tui.service.config.fields import BY_PATH
from tui.service.search_options import SearchOptions
from tui.state.store import State, Store
from tui.ui.batch_window import BatchWindow
from tui.ui.configure.form import Form, Plan
from tui.ui.configure.review import Review, Reviewed
from tui.ui.configure.text_field_dialog import TextFieldDialog
from tui.ui.help.errors import Errors
from tui.ui.instances.comparison import Comparison
from tui.ui.instances.delete_dialog import DeleteDialog
from tui.ui.items.upload_dialog import UploadDialog
from tui.ui.jobs.reader import JobReader
from tui.ui.kit.dialog import Confirm, Dialog, Question
from tui.ui.kit.line_dialog import LineDialog
from tui.ui.kit.pick import Choice, Pick
from tui.ui.kit.save_dialog import SaveRows
from tui.ui.kit.text_dialog import TextDialog
from tui.ui.kit.unsent import KeptFields, Unsent
from tui.ui.lab.file_dialog import FileDialog
from tui.ui.lab.judge_dialog import JudgeDialog
from tui.ui.lab.list_dialog import ListDialog
from tui.ui.lab.why_page import WhyPage
from tui.ui.namespaces.form import NamespaceDraft, NamespaceForm
from tui.ui.palette.offer import Offer, PaletteEntry
from tui.ui.palette.window import PaletteWindow
from tui.ui.requests.table import RequestTable
from tui.ui.save_document import SaveDocument
from tui.ui.search.options import OptionsDialog
from tui.ui.search.query_pick import QueryPick
from tui.ui.search.results import ChunkReader
from tui.ui.tokens.form import TokenForm

pytestmark = pytest.mark.exhaustive

TYPED = "jqx1 eG/"
"""Letters that are keys somewhere else, a digit, a space, a slash."""
DOCUMENT: dict[str, Any] = {"id": "", "namespace": "default", "type": "r2", "source": "b"}
SHOWN = InstanceDocument(Instance(id="docs"), DOCUMENT, DOCUMENT)


def kept() -> KeptFields:
    return KeptFields(Unsent[dict[str, str]](), "test")


async def nothing(*values: Any, **named: Any) -> Any:
    raise AssertionError("nothing is sent by typing")


def form(*, creating: bool) -> Form:
    plan = Plan("Form", "account", "Review", lambda form: None, nothing)
    return Form(Draft(DOCUMENT, DOCUMENT, creating=creating), plan)


DIALOGS: dict[str, Callable[[], Dialog]] = {
    "BatchWindow": lambda: BatchWindow(Batch("Batch", (), Store(), nothing)),
    "ChunkReader": lambda: ChunkReader("Chunk", Text("words")),
    "Comparison": lambda: Comparison(SHOWN, SHOWN),
    "Confirm": lambda: Confirm(Question("Sync", (), "", "Go")),
    "Confirm with a note": lambda: Confirm(Question("Sync", (), "", "Go", "a note")),
    "Confirm with a word": lambda: Confirm(Question("Delete", (), "", "Go", "type it", must_type="zz")),
    "Confirm with a list": lambda: Confirm(Question("Sync", (), "", "Go", "a note", listed=Text("row\n" * 50))),
    "DeleteDialog": lambda: DeleteDialog("docs", ()),
    "Errors": lambda: Errors(State, lambda listener: lambda: None, lambda text, name: None),
    "FileDialog": lambda: FileDialog("File", "a.toml", nothing, button="Use", hint=""),
    "Form": lambda: form(creating=False),
    "Form of a new one": lambda: form(creating=True),
    "JobReader": lambda: JobReader("Job", lambda width: Text("facts"), lambda: None),
    "JudgeDialog": lambda: JudgeDialog((), "a.toml", nothing),
    "ListDialog": lambda: ListDialog("Coverage", "list.txt", nothing, hint=""),
    "LineDialog": lambda: LineDialog("Line", (), "before", placeholder="line", button="Go"),
    "NamespaceForm": lambda: NamespaceForm(NamespaceDraft("New", (), "", "Go"), lambda *values: None, kept()),
    "NamespaceForm of one": lambda: NamespaceForm(
        NamespaceDraft("Describe", (), "", "Go", "ns", "old words"), lambda *values: None, kept()
    ),
    "OptionsDialog": lambda: OptionsDialog(SearchOptions(), again=False),
    "PaletteWindow": lambda: PaletteWindow(Offer([PaletteEntry("Help", action="app.help")], [])),
    "Pick": lambda: Pick("Pick", [Choice("a", "jqx1 eG/"), Choice("b", "other")]),
    "QueryPick": lambda: QueryPick([Choice("a", "jqx1 eG/")], lambda value: None),
    "RequestTable": lambda: RequestTable(lambda: (), "https://x.invalid", lambda text, name: None),
    "Review": lambda: Review(Reviewed("Change?", (), "", Text("+ 1"), "Send")),
    "SaveDocument": lambda: SaveDocument((), "a.json", nothing),
    "SaveRows": lambda: SaveRows("rows", [], "rows.csv"),
    "TextDialog": lambda: TextDialog("Text", Text("words")),
    "TextFieldDialog": lambda: TextFieldDialog(BY_PATH["system_prompt_ai_search"], "Be brief."),
    "TokenForm": lambda: TokenForm("account", lambda *values: None, kept()),
    "UploadDialog": lambda: UploadDialog((), ("", ""), kept()),
    "WhyPage": lambda: WhyPage("a.md"),
}


def every_dialog() -> set[str]:
    """Names of all classes of dialogs that are made."""
    for module in pkgutil.walk_packages(tui.ui.__path__, "tui.ui."):
        importlib.import_module(module.name)

    def below(one: type) -> set[type]:
        return {one}.union(*(below(heir) for heir in one.__subclasses__()))

    abstract = {"Dialog", "PathDialog"}
    return {one.__name__ for one in below(Dialog) if one.__module__.startswith("tui.")} - abstract


def test_every_class_of_dialog_is_looked_at() -> None:
    assert every_dialog() == {name.partition(" ")[0] for name in DIALOGS}


def texts(dialog: Dialog) -> list[str]:
    return [one.value if isinstance(one, Input) else one.text for one in dialog.query("Input, TextArea").results()]  # type: ignore[attr-defined]


def fields(dialog: Dialog) -> list[Any]:
    return [one for one in (*dialog.query(Input), *dialog.query(TextArea)) if one.display]


async def typed_on(seen: Console, dialog: Dialog, button: str, name: str) -> None:
    """Type with the focus on a button: all of it is in one field then, which has the focus, or none is anywhere."""
    dialog.query_one(f"#{button}", Button).focus()
    await seen.turn()
    before = texts(dialog)
    await seen.press(*("space" if char == " " else char for char in TYPED))
    assert seen.app.screen is dialog, f"{name}: typing closed it"
    takes = [text for text in texts(dialog) if text not in before]
    if not takes:
        assert texts(dialog) == before, name
        assert not fields(dialog) or isinstance(dialog, Form), f"{name} has a field and does not take what is typed"
        return
    assert len(takes) == 1, f"{name}: {takes}"
    assert takes[0].endswith(TYPED), f"{name} took a part only: {takes[0]!r}"
    assert isinstance(seen.app.focused, Input | TextArea), name


async def test_what_is_typed_on_a_button_is_taken_whole_or_not_at_all(tmp_path: Path) -> None:
    async with console(tmp_path, (100, 40)) as seen:
        for name, make in DIALOGS.items():
            buttons = [None]
            at = 0
            while at < len(buttons):
                dialog = make()
                seen.app.push_screen(dialog)
                await seen.until(lambda d=dialog: d.is_mounted and d.is_current, name)
                await seen.turn()
                found = [one.id for one in dialog.query(Button) if not one.disabled]
                if at == 0:
                    buttons = found or []
                if buttons and buttons[at]:
                    await typed_on(seen, dialog, buttons[at], name)
                if dialog.is_current:
                    dialog.dismiss(None)
                await seen.until(lambda: len(seen.app.screen_stack) == 1, f"{name} closed")
                at += 1


async def test_what_is_pasted_on_a_button_goes_where_typing_goes(tmp_path: Path) -> None:
    async with console(tmp_path, (100, 40)) as seen:
        for name in ("Confirm with a note", "Confirm with a word", "NamespaceForm", "SaveRows"):
            dialog = DIALOGS[name]()
            seen.app.push_screen(dialog)
            await seen.until(lambda d=dialog: d.is_mounted and d.is_current, name)
            dialog.query_one("#cancel", Button).focus()
            await seen.turn()
            seen.app.post_message(events.Paste("pasted words\nand more"))
            await seen.until(lambda d=dialog: "pasted words" in texts(d), name)
            dialog.dismiss(None)
            await seen.until(lambda: len(seen.app.screen_stack) == 1, f"{name} closed")


async def test_an_option_that_is_chosen_takes_letters_too(tmp_path: Path) -> None:
    async with console(tmp_path, (100, 40)) as seen:
        dialog = OptionsDialog(SearchOptions(), again=False)
        seen.app.push_screen(dialog)
        await seen.until(lambda: dialog.is_mounted, "the options")
        choice = dialog.query_one("#retrieval")
        choice.focus()
        await seen.turn()
        before = [one.value for one in dialog.query(Input)]
        await seen.press("k")
        assert choice.value == "keyword"  # type: ignore[attr-defined]
        assert [one.value for one in dialog.query(Input)] == before
