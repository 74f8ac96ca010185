"""Keys: bindings out of the action table, in the order in which they were typed, with escape as a key of its own."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Container, Iterable, Iterator
from math import inf

from textual import events
from textual.binding import Binding, BindingsMap, BindingType
from textual.message_pump import MessagePump
from textual.widget import Widget

from tui.actions import Action, Place, at

PATIENCE = 10.0
"""Seconds after which a key is let through although the one before it was never seen to end: a handler hangs."""
ROUNDS = 2
"""How often the way of a key is followed: what it made a widget send upwards goes the same way behind it."""
TURNS = 25
"""Turns of the event loop, some microseconds each, in which work that a key has started opens its dialog."""
HELD = 0.05
"""Seconds for which work in the background may be held up by keys."""
Typed = events.Key | events.Paste
"""What the operator types, in one go or letter by letter."""
ALT = "alt+"
OF_A_SEQUENCE = ("[", "O")
"""They begin the sequences of keys: what follows them is no key that was typed."""


def bindings(*places: Place) -> list[BindingType]:
    """The bindings of some places: the only point where Textual and the action table meet.

    Ids are the action ids, so that a keymap can move them.
    """
    return [_binding(action, priority=Place.ANYTIME in places) for action in at(*places)]


def _binding(action: Action, *, priority: bool) -> Binding:
    return Binding(action.keys, action.method, action.title, show=False, id=action.id, priority=priority)


def custom_bindings(actions: Iterable[Action]) -> Iterator[tuple[str, str]]:
    """Key, as Textual calls it, and action of the operator's own commands: the console's own keys go before them."""
    for action in actions:
        for key in BindingsMap([Binding(action.keys, f"screen.custom('{action.id}')", show=False)]).key_to_bindings:
            yield key, f"screen.custom('{action.id}')"


class KeyQueue:
    """Keys and pastes take effect in the order in which they were typed, however fast they come.

    Textual hands a key to the focused widget and looks for a binding only when the key has bubbled back to the app.
    Keys that arrive in one burst, as from a line that stalled, are all handed to the old focus: of `/docs` the letters
    would act as commands before the filter's input has the focus. Here each key waits until the one before it has been
    dealt with.
    """

    def __init__(
        self,
        app: MessagePump,
        deal_with: Callable[[Typed], Awaitable[None]],
        target: Callable[[], MessagePump],
        above: Callable[[MessagePump], MessagePump | None],
        bound: Callable[[], Container[str]],
    ) -> None:
        """`deal_with` hands what was typed to Textual, `target` is who gets it, `above` the next on its way to `app`.

        `bound` are the keys that are bound now.
        """
        self._app = app
        self._deal_with = deal_with
        self._target = target
        self._above = above
        self._bound = bound
        self._busy_since: float | None = None
        self._followed: MessagePump | None = None
        """The node in whose queue we wait for the key to have been dealt with."""
        self._waiting: deque[Typed] = deque()
        self._behind: list[Callable[[], object]] = []
        self._held: asyncio.TimerHandle | None = None
        self._announced = -inf
        """When a key was read that is not here yet, in seconds of a clock."""

    @property
    def busy(self) -> bool:
        """Whether a key is being dealt with, or waits."""
        return self._busy_since is not None or bool(self._waiting)

    @property
    def coming(self) -> bool:
        """Whether the terminal's thread has read a key that is not here yet: others are before it in the loop."""
        return time.monotonic() - self._announced < HELD

    def announce(self) -> None:
        """A key was read and is on its way. May be called by any thread."""
        self._announced = time.monotonic()

    def when_free(self, work: Callable[[], object]) -> None:
        """Call `work` when no key is being dealt with or coming: now, or soon, also where keys go on and on."""
        if not self.busy and not self.coming:
            work()
            return
        if not self._behind:
            self._held = asyncio.get_running_loop().call_later(HELD, self._release)
        self._behind.append(work)

    def _release(self) -> None:
        if self._held:
            self._held.cancel()
            self._held = None  # its context knows the view that was open
        held, self._behind = self._behind, []
        for work in held:
            work()

    async def put(self, key: Typed) -> None:
        """Deal with a key or a paste, now or after those before it."""
        self._announced = -inf
        self._waiting.append(key)
        if self._busy_since is None or self._lost or time.monotonic() - self._busy_since > PATIENCE:
            await self._next()

    @property
    def _lost(self) -> bool:
        """Whether the node in whose queue we wait was removed, and its queue with it."""
        return self._followed is not None and not self._followed.is_running

    async def _next(self) -> None:
        self._busy_since = None
        if not self._waiting:
            self._release()
            return
        self._busy_since = time.monotonic()
        target = self._target()
        if isinstance(target, Widget) and not target.is_mounted:
            self._wait_for(target)
            return
        try:
            await self._deal_with(self._take())
        finally:
            self._follow(self._target(), ROUNDS)

    def _wait_for(self, view: MessagePump) -> None:
        """Go on when a view has been mounted, and what it asked for then has been done."""
        self._followed = view
        if not view.call_later(self._app.call_later, self._next):
            self._app.call_later(self._next)

    def _take(self) -> Typed:
        """The next key. One that came together with an escape, and is bound to nothing so, waits until that is done."""
        event = self._waiting.popleft()
        if isinstance(event, events.Paste):
            return event
        after = key_after_escape(event)
        if after is None or event.key in self._bound():
            return event
        self._waiting.appendleft(after)
        return events.Key("escape", "\x1b")

    def _follow(self, node: MessagePump, rounds: int) -> None:
        """Go the way of the key, queue by queue behind it: when this reaches the app, the key has been dealt with."""
        self._followed = node
        if node is not self._app:
            if not node.call_later(self._follow, self._above(node) or self._app, rounds):
                self._follow(self._app, rounds)
        elif rounds > 1:
            self._follow(self._target(), rounds - 1)
        else:
            # once more to the back: a change of focus waits there
            node.call_later(node.call_later, self._let_begin, TURNS)

    def _let_begin(self, turns: int) -> None:
        """Let the work that the key has started take its first steps: it may open what the next key is typed into."""
        if turns:
            asyncio.get_running_loop().call_soon(self._let_begin, turns - 1)
        else:
            self._app.call_later(self._next)


def keys_of(app: MessagePump) -> KeyQueue | None:
    """The queue of keys; none in an app that has none, such as a test's."""
    keys = getattr(app, "keys", None)
    return keys if isinstance(keys, KeyQueue) else None


def behind_keys(app: MessagePump, work: Callable[[], object]) -> None:
    """Call `work` when no key is being dealt with or coming; at once where there is no queue of keys."""
    if keys := keys_of(app):
        keys.when_free(work)
    else:
        work()


def key_is_coming(app: MessagePump) -> bool:
    """Whether a key was read that is not dealt with yet."""
    keys = keys_of(app)
    return keys is not None and keys.coming


def key_after_escape(event: events.Key) -> events.Key | None:
    """The key that came in one packet with an escape; None for any other key.

    A terminal says `alt+q` with the bytes of escape and `q`. The console has no alt keys: escape is meant, and then the
    other key. `[` and `O` begin sequences, so that what follows them is no key that was typed.
    """
    key = event.key.removeprefix(ALT)
    if key == event.key or event.character is None or event.character in OF_A_SEQUENCE:
        return None
    return events.Key(event.character if key.startswith("shift+") else key, event.character)
