"""The first screen of a console without a usable token: enter one, try the demo, or quit."""

from __future__ import annotations

from msgspec import Struct
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from tui.errors import AppError
from tui.secret import Secret
from tui.ui.kit.dialog import HEIGHTS, STYLES
from tui.ui.kit.line import Line
from tui.ui.kit.text_dialog import TextDialog
from tui.ui.look import look_of

LONGEST = 4096
QUOTES = "\"'"
NOT_FOUND = "No API token was found"
FIRST = "Paste an API token and press enter, or press f2 for the demo."
AGAIN = "Paste another API token and press enter, or press esc to go back."
MAKE = "Make one at dash.cloudflare.com > My Profile (or Manage Account) > API Tokens,"
KEEPS = (
    "A token that is typed here is kept in memory, for this session only. `aisearch login` stores one in the keyring; "
    "where there is none, it prints three lines that keep it another way."
)
PERMISSIONS = ("AI Search:Edit", "AI Search:Run")


class TokenAnswer(Struct, frozen=True):
    """What the operator chose: a token to go on with, or the demo."""

    token: Secret | None = None
    demo: bool = False


def wrong_with(value: str) -> str:
    """Why a text cannot be a token, in a sentence; empty when it may be one."""
    if not value:
        return "Type or paste a token first."
    if len(value) > LONGEST:
        return f"A token is not longer than {LONGEST:,} characters."
    if not value.isascii() or not value.isprintable() or " " in value:
        return "A token has no spaces and only ASCII characters."
    return "A token has no quotes around it." if value[0] in QUOTES or value[-1] in QUOTES else ""


class TokenField(Input):
    """Takes a paste whole: line ends around it, or where a terminal folded it, are no part of a token."""

    class MoreWanted(Message):
        """The key of the details: no token has it."""

    def on_key(self, event: events.Key) -> None:
        if event.character == "?":
            event.prevent_default()
            event.stop()
            self.post_message(self.MoreWanted())

    def on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        text = "".join(event.text[: 2 * LONGEST].splitlines()).strip()
        self.insert_text_at_cursor("".join(part.strip() for part in text.split()) if "\n" in event.text else text)


class TokenScreen(ModalScreen[TokenAnswer | None]):
    """Asks for a token, which stays in memory only. The result is None to quit, or to go back to what is shown.

    `again` says that a token was refused while the console ran: what is on the screen stays.
    """

    CSS_PATH = STYLES
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS = [
        Binding("escape", "close", "Close", show=False),
        Binding("f2", "demo", "Demo", show=False, priority=True),
        Binding("question_mark,f1", "more", "More", show=False),
        Binding("right,down", "app.focus_next", show=False),
        Binding("left,up", "app.focus_previous", show=False),
    ]

    def __init__(self, why: AppError | None, *, again: bool) -> None:
        super().__init__()
        self._why = why
        self._again = again

    def compose(self) -> ComposeResult:
        """What to do, the hidden field, where a token is made, three ways on."""
        with Vertical(classes="dialog"):
            yield Static(AGAIN if self._again else FIRST, markup=False, classes="dialog-title")
            if reason := self._reason():
                yield Static(reason, markup=False, classes="dialog-text")
            yield TokenField(placeholder="API token (hidden)", password=True, compact=True, id="token")
            problem = Line("", id="token-problem")
            problem.display = False
            yield problem
            yield Static(self._needs(), markup=False, classes="dialog-text")
            with Horizontal(classes="dialog-buttons"):
                yield Button("Go on", id="go", variant="primary", compact=True)
                if not self._again:
                    yield Button("Try the demo", id="demo", compact=True)
                yield Button("Back" if self._again else "Quit", id="close", compact=True)

    def _reason(self) -> Text:
        """Why it is asked for, where that is more than that there is none; the rest is behind a key."""
        why = self._why
        if why is None or why.title == NOT_FOUND:
            return Text()
        return Text.assemble((f"{why.title}. ", look_of(self.app).style("warning")), why.detail)

    def _needs(self) -> Text:
        look = look_of(self.app)
        permissions = " and ".join(PERMISSIONS)
        keeps = f"Kept in memory only; once it works, {look.key('app.store-token')} stores it."
        return Text.assemble(
            MAKE,
            f" with the permissions {permissions}.\n",
            (f"{keeps}\n? says where a token was looked for.", look.style("muted")),
        )

    def action_demo(self) -> None:
        """The demo, where there is nothing to go back to."""
        if not self._again:
            self.dismiss(TokenAnswer(demo=True))

    def on_token_field_more_wanted(self) -> None:
        self.action_more()

    def action_more(self) -> None:
        """Where a token was looked for, what the keyring said, and what can be done about it."""
        why = self._why
        parts = (f"{why.title}.", why.detail, why.hint, why.reference) if why else ("No API token was found.",)
        reason = "\n".join(part for part in parts if part)
        self.app.push_screen(TextDialog("The API token", Text(f"{reason}\n\n{KEEPS}")))

    def on_mount(self) -> None:
        """Ready to paste."""
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the field goes on."""
        event.stop()
        self._go()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """One of the ways on."""
        event.stop()
        if event.button.id == "go":
            self._go()
        elif event.button.id == "demo":
            self.dismiss(TokenAnswer(demo=True))
        else:
            self.dismiss(None)

    def _go(self) -> None:
        value = self.query_one(Input).value.strip()
        if words := wrong_with(value):
            problem = self.query_one("#token-problem", Line)
            problem.show(look_of(self.app).text(words, "error"))
            problem.display = True
            return
        self.dismiss(TokenAnswer(Secret(value)))

    def action_close(self) -> None:
        """Quit, or back."""
        self.dismiss(None)
