"""The smallest console with the exit guard around it. `flood` repaints the whole screen without end."""

import asyncio
import sys

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from tui.ui.terminal.exit_guard import guard


class Probe(App[None]):
    """Shows that it runs, and can be suspended."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [Binding("ctrl+z", "suspend_process"), Binding("x", "quit")]

    def __init__(self, flood: bool) -> None:
        super().__init__()
        self.flood = flood
        self.frames = 0
        self.loop: asyncio.AbstractEventLoop | None = None

    def compose(self) -> ComposeResult:
        yield Static("Ready", id="text")

    def on_mount(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        if self.flood:
            self.set_interval(0.005, self.paint)

    def paint(self) -> None:
        self.frames += 1
        self.query_one("#text", Static).update(f"Ready {self.frames} " * 400)

    def ask_exit(self) -> None:
        if self.loop:
            self.loop.call_soon_threadsafe(self.exit)


def main() -> None:
    app = Probe("flood" in sys.argv)
    with guard(app.ask_exit) as watching:
        app.run(mouse=True)
    print("left in good order", flush=True)
    if "hang" in sys.argv:
        asyncio.run(asyncio.sleep(60))
    sys.exit(watching.exit_code or 0)


if __name__ == "__main__":
    main()
