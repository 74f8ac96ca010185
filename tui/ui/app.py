"""The Textual application: theme, keymap, and the main screen as its only base."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, ClassVar

from msgspec.structs import replace
from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.message_pump import MessagePump
from textual.notifications import SeverityLevel
from textual.screen import Screen

from tui.actions import Place
from tui.config import CustomCommand
from tui.errors import AppError
from tui.session.session import OpenSession, Profiles
from tui.state.news import News
from tui.state.preferences import Preferences
from tui.state.store import Store
from tui.system.garbage import collect_old
from tui.ui.bottom_line import report
from tui.ui.bugs import Bugs
from tui.ui.custom.commands import actions_of_commands
from tui.ui.idle import CHECK, IdleWatch
from tui.ui.keys import KeyQueue, bindings, custom_bindings
from tui.ui.kit.table import Table
from tui.ui.look import ASCII_SIGNS, UNICODE_SIGNS, Look
from tui.ui.main_screen import MainScreen
from tui.ui.terminal.job_control import shell_waits
from tui.ui.terminal.title import WindowTitle
from tui.ui.textual_fixes import (
    above,
    adapt_driver,
    bug_of,
    cause_of,
    close_quietly,
    count_once,
    end_for,
    guard_handlers,
    leave_nothing_behind,
    nobody_takes,
    node_in_charge,
    send,
)
from tui.ui.textual_painting import (
    choose_bars,
    forget_painted_lines,
    lay_out_once,
    load_styles,
    paint_moved_toasts,
    paint_next,
    paint_what_is_seen,
    resize_once,
    show_once,
    strip_light,
)
from tui.ui.themes import THEMES, palette

CopyText = Callable[[str, Callable[[str], None]], Awaitable[str]]
"""Copies a text, given Textual's own way for OSC 52; returns where it went, in words. Raises AppError."""
TOAST_PLACED = 0.1
"""Seconds after which a new toast has its place."""
TWICE = 2.0
"""Seconds within which ctrl+c must come twice to quit."""


class ConsoleApp(App[None], inherit_bindings=False):
    """The operator console. It paints at once; the session is opened by the main screen.

    What only an App can override stands here, and hands on to plain objects: the queue of keys, the idle watch, the
    title of the window.
    """

    CSS_PATH = "app.tcss"
    TITLE = "aisearch"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.ANYTIME)
    _interrupted = -TWICE

    def __init__(
        self,
        store: Store,
        open_session: OpenSession,
        *,
        theme: str = "aisearch-dark",
        ascii_only: bool = False,
        keymap: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.time,
        copy: CopyText | None = None,
        profiles: Profiles | None = None,
        preferences: Preferences | None = None,
        titles: bool = False,
        notification: Callable[[str], str] | None = None,
        commands: Sequence[CustomCommand] = (),
        write_report: Callable[[Exception], str] = lambda error: "No report was written.",
    ) -> None:
        """`theme` names one of THEMES; `clock` gives epoch seconds; without `copy` the terminal is asked (OSC 52).

        `notification` makes of a text what has the terminal show it; without it nothing is told there.
        `titles` says whether the terminal's title may be set; `commands` are the operator's own; `write_report` writes
        the report of a bug that the console goes on after, and says in a sentence where.
        """
        chosen = next(one for one in THEMES if one.name == theme)
        super().__init__(ansi_color=chosen.ansi or None)
        for one in THEMES:
            self.register_theme(one)
        self.theme = theme
        self.stylesheet.set_variables(self.get_css_variables())
        self.store, self._open_session, self._clock = store, open_session, clock
        self._copy = copy
        self._profiles = profiles
        self._preferences = preferences or Preferences()
        self.keys = KeyQueue(self, self._deal_with, self._key_target, above, lambda: self.screen.active_bindings)
        self.idle = IdleWatch(clock, self._slow_down)
        self.window_title = WindowTitle(lambda sequence: send(self, sequence), taken=titles)
        self.tell = self._teller(notification)
        self.bugs = Bugs(store, clock, self._show_error, write_report)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._look = Look(palette(chosen), ASCII_SIGNS if ascii_only else UNICODE_SIGNS)
        self._take_commands(commands)
        self.use_keymap(keymap or {})
        self.set_class(ascii_only, "-ascii")
        adapt_textual(ascii_only=ascii_only)

    def _take_commands(self, commands: Sequence[CustomCommand]) -> None:
        """The operator's own commands: their keys act where nothing of the console's has the key."""
        self._commands = tuple(commands)
        self._look = replace(self._look, custom=actions_of_commands(commands))
        for key, action in custom_bindings(self._look.custom):
            self.bind(key, action, show=False)

    def get_default_screen(self) -> Screen[None]:
        """The main screen, with the classes of its size from the start: it is laid out and painted once less.

        It connects before it is drawn, so that the API answers meanwhile. The demo has a server to load first, and
        the list that the last run kept is shown before the client is even loaded.
        """
        screen = MainScreen(
            self.store,
            self._open_session,
            self._clock,
            self._profiles,
            self._preferences,
            copy_text=self.copy_text,
            show_title=self.window_title.show,
            use_keymap=self.use_keymap,
            fail=self.fail,
            commands=self._commands,
        )
        for length, limits in (
            (self.size.width, MainScreen.HORIZONTAL_BREAKPOINTS),
            (self.size.height, MainScreen.VERTICAL_BREAKPOINTS),
        ):
            screen.add_class(next(name for least, name in reversed(limits) if length >= least))
        if not self.store.state.identity.demo and self.store.state.fleet.value is None:
            screen.features.connector.connect()
        return screen

    def refresh_css(self, animate: bool = True) -> None:
        """Read the style sheets anew; not for the theme that they are about to be read with for the first time."""
        if self.screen_stack:
            super().refresh_css(animate)

    def _load_screen_css(self, screen: Screen[Any]) -> None:
        load_styles(self, screen)

    def now(self) -> float:
        """Epoch seconds."""
        return self._clock()

    def look(self) -> Look:
        """Colours and signs of this terminal, and the keys of its operator: every text that names a key names them."""
        return self._look

    def use_keymap(self, keymap: Mapping[str, str]) -> None:
        """Let these keys act, and be named, from now on."""
        self._look = replace(self._look, keymap=dict(keymap))
        self.set_keymap(dict(keymap))

    def on_mount(self) -> None:
        """Remember the loop, for `leave`; repaint after ctrl+z and fg, which leave the screen blank."""
        self._loop = asyncio.get_running_loop()
        self.app_resume_signal.subscribe(self, lambda _: self.action_repaint())
        self.screen_change_signal.subscribe(self, lambda _: forget_painted_lines())
        self.set_interval(CHECK, self._check)

    def on_unmount(self) -> None:
        self.window_title.restore()

    def _teller(self, notification: Callable[[str], str] | None) -> Callable[[], None]:
        """What tells the terminal of news, when they are due; called once a second."""
        if notification is None:
            return lambda: None
        news = News(lambda: main.now() if (main := self._main) else self._clock())
        self.store.watch(news.entry)

        def tell() -> None:
            if text := news.due(self.store.state):
                send(self, notification(text))

        return tell

    def _check(self) -> None:
        self.idle.check()
        if self.idle.resting:
            collect_old()
        self.tell()

    # events

    async def on_event(self, event: events.Event) -> None:
        """Notice the operator's hand; hold a key or a paste back while another is being dealt with."""
        self.idle.see(event)
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self.keys.put(event)
        else:
            await super().on_event(event)

    async def _deal_with(self, event: events.Key | events.Paste) -> None:
        """A key that is bound where the focus is acts at once, unless a widget on its way may take it.

        As a rule it goes from widget to widget up to the app before it acts, each time behind all that goes on.
        """
        focused = self.focused
        if isinstance(event, events.Key) and focused and isinstance(self.screen, MainScreen) and nobody_takes(focused):
            for priority in (True, False):
                if await self._check_bindings(event.key, priority=priority):
                    paint_next(focused)
                    return
        await super().on_event(event)

    def _key_target(self) -> MessagePump:
        return self.focused or self.screen

    def on_table_copy_wanted(self, event: Table.CopyWanted) -> None:
        if (main := self._main) and isinstance(event.table, Table):
            main.features.copying.rows(event.table.picked)

    def on_table_save_wanted(self, event: Table.SaveWanted) -> None:
        if (main := self._main) and isinstance(event.table, Table):
            main.features.saving.rows((event.table.id or "rows").removesuffix("-table"), event.table.shown)

    def on_app_focus(self) -> None:
        self.idle.focus(True)

    def on_app_blur(self) -> None:
        self.idle.focus(False)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Show a toast; where there are others, paint them all once they have their places."""
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)
        self.set_timer(TOAST_PLACED, lambda: paint_moved_toasts(self))

    # a bug

    @property
    def bug(self) -> Exception | None:
        """What ended the console; None when nothing did."""
        return bug_of(self)

    def _show_error(self, error: AppError) -> None:
        report(self, error)

    def contain(self, error: Exception, node: MessagePump) -> bool:
        """Go on after a bug of a node, without the view that it is in; False when that is not possible."""
        return not self.bug and self.bugs.contain(error, node, list(self.screen_stack))

    def fail(self, error: Exception) -> None:
        """A bug outside of messages and workers, such as in a task of the poller."""
        if self.bug or not self.bugs.contain(error, self, list(self.screen_stack), outside=True):
            end_for(self, error)

    def _handle_exception(self, error: Exception) -> None:
        if not self.contain(error, node_in_charge()):
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        close_quietly(self)

    def leave(self) -> None:
        """Ask to end, from any thread; does not wait."""
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.exit)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Nothing blinks, for that sends bytes: no cursor in a field, no button, which is deaf to enter meanwhile."""
        if hasattr(event.widget, "cursor_blink"):
            event.widget.cursor_blink = False
        if hasattr(event.widget, "active_effect_duration"):
            event.widget.active_effect_duration = 0

    async def copy_text(self, text: str) -> str:
        """Copy a text; where it went, in words."""
        if self._copy:
            return await self._copy(text, self.copy_to_clipboard)
        self.copy_to_clipboard(text)
        return "offered to the terminal's clipboard."

    def _slow_down(self, slow: bool) -> None:
        """Poll slower while nobody looks; a key after the machine slept finds dead connections."""
        if (main := self._main) and main.session:
            main.session.poller.look()
            main.session.poller.slow_down(slow)

    @property
    def _main(self) -> MainScreen | None:
        """The main screen, once there is one."""
        main = self.screen_stack[0] if self.screen_stack else None
        return main if isinstance(main, MainScreen) else None

    def action_interrupt(self) -> None:
        """Quit when pressed twice."""
        now = time.monotonic()
        main = self.screen_stack[0]
        if now - self._interrupted < TWICE and isinstance(main, MainScreen):
            self.exit(return_code=main.features.connector.exit_code)
        self._interrupted = now
        if isinstance(main, MainScreen):
            again = f"Press {self._look.key('app.interrupt')} again to quit."
            main.say(again)

    def action_run_on_main(self, action_id: str) -> None:
        """What a key of a full view does that belongs to the main screen."""
        if main := self._main:
            main.action_run(action_id)

    def action_suspend_process(self) -> None:
        """Stop, where a shell can bring the console back; else say so."""
        if shell_waits():
            super().action_suspend_process()
        else:
            self.notify("Not suspended: no shell is waiting that could bring this program back.", markup=False)

    def panic(self, *renderables: object) -> None:
        """The thread that reads the keyboard has failed: the console ends with a report, not with Textual's display."""
        if not self.bug:
            end_for(self, RuntimeError(f"The keyboard could not be read: {cause_of(renderables)}"))

    def action_repaint(self) -> None:
        """Draw everything again, as after noise on the line."""
        self.refresh(layout=True)
        self.screen.refresh(layout=True)


def adapt_textual(*, ascii_only: bool) -> None:
    """What Textual does otherwise: scroll bars, driver, styles, painting, handlers before their widgets are there."""
    choose_bars(ascii_only=ascii_only)
    adapt_driver()
    guard_handlers()
    count_once()
    leave_nothing_behind()
    show_once()
    strip_light()
    paint_what_is_seen()
    resize_once()
    lay_out_once()
