"""What is about to be sent, to be looked at before it is: facts, a text to scroll, warnings, buttons."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Static

from tui.ui.kit.dialog import LABEL, Dialog
from tui.ui.kit.line import Line


class Reviewed(Struct, frozen=True):
    """What a review shows. `body` may be long: it scrolls, everything else stays in view."""

    title: str
    facts: Sequence[tuple[str, str]]
    effect: str
    body: Text
    button: str
    warnings: Sequence[str] = ()


class Review(Dialog):
    """Asks before a write that needs room. The result is "" to go on, None when cancelled."""

    BINDINGS = [
        Binding("j,pagedown", "scroll(1)", "Down", show=False),
        Binding("k,pageup", "scroll(-1)", "Up", show=False),
    ]

    def __init__(self, reviewed: Reviewed) -> None:
        super().__init__()
        self._reviewed = reviewed

    def compose(self) -> ComposeResult:
        """Title, facts, effect, body, warnings, buttons."""
        shown, muted = self._reviewed, self.look.style("muted")
        with Vertical(classes="dialog review"):
            yield Line(shown.title, classes="form-title")
            facts = [Text.assemble((f"{name:<{LABEL}}", muted), value) for name, value in shown.facts]
            yield Static(Text("\n").join(facts), markup=False)
            yield Static(shown.effect, markup=False, classes="review-effect")
            with VerticalScroll(can_focus=False, classes="review-body"):
                yield Static(shown.body, markup=False)
            for warning in shown.warnings:
                yield Static(self.look.text(f"! {warning}", "warning"), markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button(Text(shown.button), id="go", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Cancel has the focus: enter pressed by habit does nothing."""
        self.query_one("#cancel", Button).focus(scroll_visible=False)

    def on_resize(self) -> None:
        """The body has the room that the rest leaves."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        """Warnings and buttons are in sight however long the body is."""
        box, body = self.query_one(".review"), self.query_one(VerticalScroll)
        rest = sum(one.outer_size.height + one.styles.margin.height for one in box.children if one is not body)
        room = self.size.height * 94 // 100 - box.styles.border.spacing.height - body.styles.margin.height - rest
        body.styles.max_height = max(1, room)

    def facts(self) -> Sequence[tuple[str, str]]:
        """Label and value."""
        return self._reviewed.facts

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Cancel, or go on."""
        event.stop()
        self.dismiss("" if event.button.id == "go" else None)

    def action_scroll(self, step: int) -> None:
        """Scroll the body by most of a page."""
        body = self.query_one(VerticalScroll)
        body.scroll_relative(y=step * max(1, body.size.height - 1), animate=False)
