"""Screens of text to read: help, and the errors so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from tui.actions import ACTIONS, Action, Place, keys_of
from tui.state.store import Identity, Notice, State
from tui.text import one_line
from tui.ui.key_names import key_name
from tui.ui.kit.dialog import HIGH, Dialog
from tui.ui.kit.hanging import hanging
from tui.ui.kit.line import Line
from tui.ui.look import Look

FRAME = 8
"""Cells of a reader that are not its text: border, padding, scrollbar, and one between the two."""
WIDEST = 100
BESIDE = 66
"""Cells of a line from which on the words of an action stand beside its key and name."""
_PLACES = {
    Place.EVERYWHERE: "Everywhere",
    Place.ANYTIME: "At any time, in dialogs too",
    Place.TABLES: "In tables",
    Place.INSTANCES: "Instances",
    Place.DETAIL: "Detail",
    Place.JOBS: "Jobs",
    Place.LOG: "Log",
    Place.ITEMS: "Items of an instance",
    Place.VIEW: "In views that fill the window",
    Place.ITEM: "One item",
    Place.TRIAGE: "Triage",
    Place.SEARCH: "Search in an instance",
    Place.BESIDE: "Two searches side by side",
    Place.NAMESPACES: "Namespaces",
    Place.TOKENS: "Service tokens",
}
_PANES = {
    "instances": (Place.INSTANCES, Place.TABLES),
    "detail": (Place.DETAIL,),
    "jobs": (Place.JOBS, Place.TABLES),
    "log": (Place.LOG,),
    "items": (Place.ITEMS, Place.TABLES),
    "item": (Place.ITEM, Place.VIEW, Place.TABLES),
    "triage": (Place.TRIAGE, Place.VIEW, Place.TABLES),
    "search": (Place.SEARCH, Place.TABLES),
    "beside": (Place.BESIDE, Place.VIEW, Place.TABLES),
    "namespaces": (Place.NAMESPACES, Place.VIEW, Place.TABLES),
    "tokens": (Place.TOKENS, Place.VIEW, Place.TABLES),
}


AROUND, AROUND_LOW = 6, 2
"""Rows of a reader that are not its text: border, title, foot; in a low window title and foot."""


def text_width(window: int) -> int:
    """Cells of a line of text in a reader, in a window so wide."""
    return min(WIDEST, window * 94 // 100) - FRAME


class TextDialog(Dialog):
    """A text to scroll through; `q`, `esc` or the key that opened it close it."""

    BINDINGS = [
        Binding("q,question_mark,exclamation_mark", "cancel", "Close", show=False),
        Binding("j,down", "scroll('down')", show=False),
        Binding("k,up", "scroll('up')", show=False),
        Binding("pagedown,space,ctrl+d", "scroll('page_down')", show=False),
        Binding("pageup,ctrl+u", "scroll('page_up')", show=False),
        Binding("g,home", "scroll('home')", show=False),
        Binding("G,end", "scroll('end')", show=False),
        Binding("d", "done", show=False),
    ]
    FOOT = "q closes"

    def __init__(self, title: str, text: Text | Callable[[int], Text]) -> None:
        """`text` may be a function, which lays it out for a width."""
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        """Title, text, and how to leave."""
        with Vertical(classes="dialog reader"):
            yield Line(self._title, classes="dialog-title")
            with VerticalScroll():
                yield Static(self._laid_out(self.app.size.width), markup=False)
            yield Line(self.look.text(self.FOOT, "muted"), classes="dialog-foot")

    def on_resize(self) -> None:
        """As high as the text, and at most nine tenths of the window; all of a low one."""
        height = self.size.height
        most = height - AROUND_LOW if height < HIGH else height * 9 // 10 - AROUND
        self.query_one(VerticalScroll).styles.max_height = max(1, most)
        if callable(self._text):
            self.query_one("VerticalScroll Static", Static).update(self._laid_out(self.size.width))

    def _laid_out(self, window: int) -> Text:
        return self._text(text_width(window)) if callable(self._text) else self._text

    def action_scroll(self, direction: str) -> None:
        """Scroll the text."""
        getattr(self.query_one(VerticalScroll), f"scroll_{direction}")(animate=False)

    def action_done(self) -> None:
        """Nothing to dismiss here."""


class Errors(TextDialog):
    """The errors so far; `d` dismisses them all."""

    FOOT = "d dismisses them all, q closes"

    def action_done(self) -> None:
        """Forget them."""
        self.dismiss("dismiss")


def help_text(pane: str, state: State, now: float, look: Look, width: int) -> Text:
    """Every action, those of the pane in focus first; what cannot run now says why."""
    first = _PANES.get(pane, ())
    places = (*first, *(place for place in (Place.EVERYWHERE, Place.ANYTIME, *Place) if place not in first))
    blocks: list[Text] = []
    for place in dict.fromkeys(places):
        actions = [action for action in ACTIONS if action.place is place]
        if actions:
            blocks.append(Text(_PLACES[place], f"bold {look.style('active')}"))
            blocks += [_action_line(action, state, now, look, width) for action in actions]
            blocks.append(Text())
    return Text("\n").join([*blocks, *_connection(state.identity, look, width)])


def _connection(who: Identity, look: Look, width: int) -> list[Text]:
    """Who we are to the API, and where the token comes from: never the token."""
    account = f"{who.account_name}  {who.account_id}".strip()
    facts = (("Profile", who.profile), ("Account", account), ("API", who.base_url), ("Token from", who.token_source))
    lines = [_told(Text(f"  {name:<18}", "bold"), one_line(told) or "-", "", width) for name, told in facts]
    return [Text("Connection", f"bold {look.style('active')}"), *lines]


def _told(head: Text, words: str, style: str, width: int) -> Text:
    """The words beside their head; below it where that leaves no room for them."""
    if width >= BESIDE:
        return hanging(head, words, style, width)
    head.rstrip()
    return Text("\n").join([head, hanging(Text(" " * 4), words, style, width)])


def _action_line(action: Action, state: State, now: float, look: Look, width: int) -> Text:
    keys = " ".join(map(key_name, keys_of(action, look.keymap)))
    why = action.reason(state, now) if action.reason else None
    beside = width >= BESIDE
    head = Text.assemble((f"  {keys:<{18 if beside else 0}}", "bold"), "" if beside else "  ", f"{action.title:<18}")
    line = _told(head, action.help, look.style("muted"), width)
    if why:
        indent = Text(" " * (head.cell_len if beside else 4))
        line = Text("\n").join([line, hanging(indent, why, look.style("warning"), width)])
    return line


def errors_text(notices: Iterable[Notice], look: Look) -> Text:
    """The errors so far in full, newest first, plain enough to select with the terminal."""
    blocks: list[Text] = []
    for notice in reversed(tuple(notices)):
        error = notice.error
        at = datetime.fromtimestamp(notice.at).strftime("%H:%M:%S")
        blocks.append(Text.assemble((f"{at}  ", look.style("muted")), (error.title, "bold"), f"  ({notice.where})"))
        blocks += [Text(part) for part in (error.detail, error.hint) if part]
        if error.reference:
            blocks.append(look.text(error.reference, "muted"))
        blocks.append(Text())
    return Text("\n").join(blocks) if blocks else look.text("No errors.", "muted")
