"""What Textual 8 does otherwise than the console needs, and its private names: to open at each upgrade of Textual.

Keys, the life of widgets, the terminal and bugs; styles and painting are in `textual_painting.py`. Nothing else in
`ui/` touches a private name of Textual but the painters of the two line views (`kit/log_view`, `kit/row_table`), which
say why.
"""

from __future__ import annotations

import asyncio
import re
import sys
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from time import perf_counter
from types import FunctionType
from typing import Any
from weakref import WeakKeyDictionary

from textual import _callback, events, reactive
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._context import active_app, active_message_pump
from textual._xterm_parser import _MAX_SEQUENCE_SEARCH_THRESHOLD, XTermParser
from textual.app import App
from textual.await_remove import AwaitRemove
from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.driver import Driver
from textual.drivers import linux_driver
from textual.drivers.linux_driver import KITTY_REPORT_ALTERNATE_KEYS, KITTY_REPORT_ASSOCIATED_TEXT
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.scrollbar import ScrollBar
from textual.widget import Widget
from textual.widgets._toast import Toast, ToastHolder
from textual.worker import active_worker

from tui.ui.keys import ALT, OF_A_SEQUENCE, Typed, keys_of
from tui.ui.terminal.layouts import latin_key
from tui.ui.terminal.sequences import Pasted, Sequences, is_sequence
from tui.ui.terminal.widths import same_everywhere

THUMB = "#"


# keys


class EscapeParser(XTermParser):
    """Names every key after an escape `alt+...`: Textual does so of letters only, and forgets the escape of others.

    Option with an arrow or backspace stays what it is to Textual: escape with `b`, `f`, tab or delete.
    """

    def __init__(self, debug: bool = False) -> None:
        self.sequences = Sequences()
        super().__init__(debug=False)  # it would write every key, and a pasted token, to a file

    def feed(self, data: str) -> Iterable[Message]:
        """The events of what has come whole; no text at all is the end."""
        for piece in self.sequences.feed(data) if data else filter(None, (self.sequences.rest(),)):
            yield from self._read(piece)
        if not data:
            yield from super().feed("")

    def tick(self) -> Iterable[Message]:
        """The events of what is given up waiting for."""
        for piece in self.sequences.tick():
            yield from self._read(piece)

    def _read(self, piece: str) -> Iterable[Message]:
        """The events of a piece, which is whole: Textual would take up to 30 keys that follow at once for more of it.

        A sequence that says nothing to Textual is none, and no keys: Textual would type it, and end with some.
        """
        if isinstance(piece, Pasted):
            yield events.Paste(piece)
            return
        foreign = is_sequence(piece)
        if foreign and len(piece) > _MAX_SEQUENCE_SEARCH_THRESHOLD:
            return
        try:
            yield from super().feed(piece)
        except (ArithmeticError, ValueError):  # a number in it that is none, or too large
            self._gen = self.parse(self._tokens.append)
            self._awaiting, self._timeout_time = next(self._gen), None
        if self._timeout_time is not None:
            self._timeout_time = 0.0
            keys = list(super().tick())
            yield from () if foreign else keys

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        sequence = on_base_layout(sequence)
        if isinstance(ANSI_SEQUENCES_KEYS.get(sequence), str):
            return  # escape and a digit, which Textual takes for a sign of a Mac's keyboard
        for event in super()._sequence_to_key_events(sequence, alt):
            plain = not alt or sequence in OF_A_SEQUENCE or event.key.startswith(ALT)
            yield event if plain else events.Key(ALT + event.key, event.character)


_KITTY = re.compile(r"\x1b\[(\d+)(?::(\d*)(?::(\d*))?)?((?:;[\d:]*)*)u")
_CTRL_OR_ALT = 0b110


def on_base_layout(sequence: str) -> str:
    """A key of the kitty protocol without its alternates: with ctrl or alt, the key as it is on the Latin layout.

    A terminal that does not tell that one is given the usual layout of the letter's script.
    """
    match = _KITTY.fullmatch(sequence)
    if match is None:
        return sequence
    code, _, base, rest = match.groups(default="")
    modifiers = [*rest.split(";"), "", ""][1].partition(":")[0]
    held = int(modifiers or "1") - 1
    if held & _CTRL_OR_ALT:
        code = base or str(ord(latin_key(chr(int(code))))) if int(code) <= sys.maxunicode else code
    return f"\x1b[{code}{rest}u"


def choose_parser() -> None:
    """How the bytes of this process's terminal become keys from now on.

    A byte that is no UTF-8 is replaced: Textual's thread would end with it. Alternate keys are asked for, so that
    ctrl+c is that on every layout.
    """
    linux_driver.XTermParser = EscapeParser  # type: ignore[attr-defined]
    linux_driver.getincrementaldecoder = (  # type: ignore[attr-defined]
        lambda name: partial(getincrementaldecoder(name), errors="replace")
    )
    linux_driver.KITTY_REPORT_ASSOCIATED_TEXT = (  # type: ignore[misc]
        KITTY_REPORT_ALTERNATE_KEYS | KITTY_REPORT_ASSOCIATED_TEXT
    )


def send_at_once() -> None:
    """Hand the app what was typed in one step of the loop: Textual takes three, each behind all else that is ready.

    Work in the background makes room for a key from when it was read.
    """
    Driver.send_message = _send  # type: ignore[method-assign, assignment]


def _send(driver: Driver, message: Message) -> None:
    if isinstance(message, Typed) and (keys := keys_of(driver._app)):
        keys.announce()
    driver._app.post_message(message)


def nobody_takes(focused: Widget) -> bool:
    """Whether no widget from the one with the focus up to its screen has a handler that may take a key for itself."""
    way = focused.ancestors_with_self
    widgets = (type(one) for one in way if isinstance(one, Widget) and not isinstance(one, Screen))
    return all(kind._on_key is Widget._on_key and not hasattr(kind, "on_key") for kind in widgets)


def above(node: MessagePump) -> MessagePump | None:
    """The node to which this one's messages bubble."""
    return node._parent


# life cycle


_dispatch = MessagePump._dispatch_message
_flush = MessagePump._flush_next_callbacks
_watch = reactive.invoke_watcher


LONG = 0.0003
"""Seconds of work for one message after which everybody else has a turn: a queue that has more would go straight on."""


_BEGUN = "_work_begun"
"""Name under which a node keeps when it began with a message, until somebody else had a turn."""


async def _guarded_dispatch(node: MessagePump, message: Message) -> None:
    begun = vars(node)[_BEGUN] = perf_counter()
    try:
        await _dispatch(node, message)
    except Exception as error:
        if not _contained(error, node):
            raise
    await _let_others(begun)


async def _polite_flush(node: MessagePump) -> None:
    if node._next_callbacks and _BEGUN in vars(node):  # what the message asked for is another piece of work than that
        await _let_others(vars(node).pop(_BEGUN))
    begun = perf_counter()
    await _flush(node)
    await _let_others(begun)


async def _let_others(begun: float) -> None:
    if perf_counter() - begun >= LONG:
        await asyncio.sleep(0)


def _guarded_watch(node: DOMNode, *arguments: Any) -> None:
    """A watcher runs in the middle of whatever changed its value: without this, a bug of one ends the other."""
    try:
        _watch(node, *arguments)
    except Exception as error:
        if not _contained(error, node):
            raise


def _contained(error: Exception, node: MessagePump) -> bool:
    root = list(_upwards(node))[-1]
    contain = getattr(root, "contain", None) or getattr(active_app.get(None), "contain", None)
    return contain is not None and contain(error, node)


def guard_handlers() -> None:
    """Let no bug in a handler or watcher end its node's queue, where the app can do without: it would be deaf.

    And let no queue with much to do keep a key waiting behind all of it.
    """
    MessagePump._dispatch_message = _guarded_dispatch  # type: ignore[method-assign, assignment]
    MessagePump._flush_next_callbacks = _polite_flush  # type: ignore[method-assign, assignment]
    reactive.invoke_watcher = _guarded_watch  # type: ignore[assignment]


_look_into = _callback._count_parameters
_counted: WeakKeyDictionary[FunctionType, int] = WeakKeyDictionary()


def _count_of(func: Callable[..., Any]) -> int:
    plain = getattr(func, "__func__", func)
    if not isinstance(plain, FunctionType):
        return _look_into(func)
    if plain not in _counted:
        _counted[plain] = _look_into(plain)
    return _counted[plain] - (plain is not func)


def count_once() -> None:
    """Look into a function once for how many values it takes: Textual looks again for each `call_later`, 50 µs."""
    _callback._count_parameters = _count_of


def is_too_late(error: BaseException) -> bool:
    """Whether something failed only because the widgets that it asked a view for are not there yet, or are gone.

    A view that is dismissed while it is being mounted (a key on a busy machine) is not given the rest of its widgets,
    but still receives what is in its queue: mount, resize, callbacks. What is called on it from outside, such as the
    action of a key, may also come before it has been mounted. Nobody would see what that does.
    """
    node = _asked(error) if isinstance(error, NoMatches) else None
    if node is None:
        return False
    view = next((one for one in _upwards(node) if isinstance(one, Screen)), None)
    if view is None or is_leaving(node):
        return True
    return not view.is_mounted and view not in _upwards(active_message_pump.get())


def is_painting(error: BaseException) -> bool:
    """Whether an exception came while a screen was laid out or painted, and not from a handler."""
    trace = error.__traceback__
    while trace is not None:
        if Path(trace.tb_frame.f_code.co_filename).name == "_compositor.py":
            return True
        trace = trace.tb_next
    return False


def nodes_of(error: BaseException, node: MessagePump) -> Iterator[MessagePump]:
    """The nodes whose methods an exception passed through, innermost first, then `node`; each with those above it."""
    selves: list[Any] = []
    trace = error.__traceback__
    while trace is not None:
        selves.append(trace.tb_frame.f_locals.get("self"))
        trace = trace.tb_next
    for one in (*reversed(selves), node):
        if isinstance(one, MessagePump) and not isinstance(one, App):
            yield from _upwards(one)


def node_in_charge() -> MessagePump:
    """The node whose callback, timer or worker runs now."""
    worker = active_worker.get(None)
    return worker.node if worker else active_message_pump.get()


def _asked(error: BaseException) -> MessagePump | None:
    """The node that does not have the widgets it was asked for: the one whose method raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    one = trace.tb_frame.f_locals.get("self") if trace else None
    node = getattr(one, "_node", None) or one  # a query, or the node itself
    return node if isinstance(node, MessagePump) else None


def acting(node: MessagePump) -> AbstractContextManager[None]:
    """What is done within is done by `node`, as in its own queue: it binds, and no other is the sender of its messages.

    A message whose sender is a node's parent is not given to that parent.
    """
    return node._context()


def close_view(view: Screen[Any]) -> None:
    """Dismiss a view and what is above it, each with no result, as escape does."""
    app = view.app
    while view in app.screen_stack and len(app.screen_stack) > 1:
        app.screen_stack[-1].dismiss(None)


def is_leaving(node: MessagePump) -> bool:
    """Whether a node, or one that it is in, has been or is being taken off the screen."""
    way = list(_upwards(node))
    root = way[-1]
    if not isinstance(root, App) or root._exit:
        return True
    stack = root.screen_stack
    return any(
        one._closing
        or one._closed
        or (isinstance(one, Widget) and one._pruning)
        or (isinstance(one, Screen) and one not in stack)
        for one in way
    )


def leave_nothing_behind() -> None:
    """Take a toast away together with what holds it: Textual leaves that where the toast was taken back.

    And start no scroll bar of a widget that is being closed, as a layout does that comes late: nobody would end it, and
    it keeps the whole view.
    """
    Toast.remove = _remove_with_holder  # type: ignore[method-assign, assignment]
    App._start_widget = _start_in_life  # type: ignore[method-assign, assignment]


_start_widget = App._start_widget


def _start_in_life(app: App[Any], parent: Widget, widget: Widget) -> None:
    if isinstance(widget, ScrollBar) and (parent._closing or parent._closed):
        widget._attach(parent)
    else:
        _start_widget(app, parent, widget)


def _remove_with_holder(toast: Toast) -> AwaitRemove:
    holder = toast.parent
    return Widget.remove(holder if isinstance(holder, ToastHolder) else toast)


def _upwards(node: MessagePump) -> Iterator[MessagePump]:
    """A node and those that it is in, up to the app where it is in one."""
    one: MessagePump | None = node
    while one is not None:
        yield one
        one = one._parent


# the terminal


_write = linux_driver.LinuxDriver.write


def adapt_driver() -> None:
    """How this process reads its terminal and writes to it, from now on.

    Signs that terminals count differently take the cells that we count.
    """
    choose_parser()
    send_at_once()
    linux_driver.LinuxDriver.write = (  # type: ignore[method-assign]
        lambda self, data: _write(self, same_everywhere(data))
    )


def send(app: App[Any], sequence: str) -> None:
    """Write a control sequence to the terminal, where there is one."""
    if app._driver:
        app._driver.write(sequence)
        app._driver.flush()


def can_suspend(app: App[Any]) -> bool:
    """Whether there is a terminal that can be lent to another program."""
    return app._driver is not None and app._driver.can_suspend


def switch_mouse(app: App[Any]) -> bool | None:
    """Switch the reporting of the mouse: whether it is on now, None where it cannot be switched.

    Textual decides once, at the start. It stays so after ctrl+z and fg.
    """
    driver = app._driver
    switch_on, switch_off = (getattr(driver, f"_{word}_mouse_support", None) for word in ("enable", "disable"))
    if driver is None or switch_on is None or switch_off is None:
        return None
    if driver._mouse:
        switch_off()
        driver._mouse = False
    else:
        driver._mouse = True  # first: switching on looks at it
        switch_on()
    return driver._mouse


# a bug


def bug_of(app: App[Any]) -> Exception | None:
    """What ended the app; None when nothing did."""
    return app._exception


def end_for(app: App[Any], error: Exception) -> None:
    """End the app for a bug outside of its messages and workers, such as in a task of the poller."""
    app._handle_exception(error)


def cause_of(renderables: Iterable[object]) -> str:
    """The exception that Textual's display of a crash is of, in words; never its locals."""
    for one in renderables:
        for stack in getattr(getattr(one, "trace", None), "stacks", ()):
            return f"{stack.exc_type}: {stack.exc_value}"
    return "unknown"


def close_quietly(app: App[Any]) -> None:
    """End without Textual's own display of a crash, which prints the locals of every frame: they can hold a token."""
    app._close_messages_no_wait()
