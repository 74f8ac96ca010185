"""What every presenter needs to know: colours by meaning, the signs the terminal can show, the operator's keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, cast

from msgspec import Struct, field
from rich.text import Text

from tui.actions import BY_ID, Action, keys_of
from tui.models import JobState
from tui.state.instance_rows import Health
from tui.ui.themes import Palette

if TYPE_CHECKING:
    from textual.app import App


class Signs(Struct, frozen=True):
    """Drawing characters, each one cell wide."""

    rule: str = "─"
    full: str = "━"
    rest: str = "─"
    spark: str = "▁▂▃▄▅▆▇█"
    dot: str = "·"
    times: str = "×"
    ellipsis: str = "…"
    arrow: str = "→"
    divider: str = "│"
    ascii: bool = False
    edges: tuple[str, str] = ("▏", "▕")
    """Left and right of a field that is typed into."""
    choice: tuple[str, str] = ("‹", "›")
    """Around a value that is chosen from a list."""
    wrong: str = "✗"


UNICODE_SIGNS = Signs()
ASCII_SIGNS = Signs("-", "=", "-", " .:-=+*#", "-", "x", "~", "->", "|", True, ("[", "]"), ("<", ">"), "x")

_HEALTH = {
    Health.FAILED: ("✗", "x", "error"),
    Health.PAUSED_BY_ERROR: ("✗", "x", "error"),
    Health.STALLED: ("▷", "~", "warning"),
    Health.ERRORS: ("!", "!", "warning"),
    Health.MALFORMED: ("?", "?", "error"),
    Health.RUNNING: ("▶", ">", "active"),
    Health.QUEUED: ("◌", ":", "active"),
    Health.PAUSED: ("=", "=", "muted"),
    Health.DISABLED: ("-", "-", "muted"),
    Health.NEVER: ("○", "o", "muted"),
    Health.EMPTY: ("○", "o", "muted"),
    Health.READY: ("●", "*", "success"),
    Health.UNREAD: ("·", ".", "muted"),
    Health.UNCOUNTED: ("·", ".", "warning"),
    Health.OTHER: ("·", ".", "muted"),
}
_JOBS = {
    JobState.QUEUED: ("◌", ":", "active"),
    JobState.RUNNING: ("▶", ">", "active"),
    JobState.STALLED: ("▷", "~", "warning"),
    JobState.DONE: ("●", "*", "success"),
    JobState.ENDED: ("●", "*", "muted"),
    JobState.CANCELLED: ("=", "=", "muted"),
    JobState.SUPERSEDED: ("=", "=", "muted"),
    JobState.FAILED: ("✗", "x", "error"),
}


class Look(Struct, frozen=True):
    """Palette, signs and keymap together."""

    palette: Palette
    signs: Signs = UNICODE_SIGNS
    keymap: Mapping[str, str] = field(default_factory=dict)
    custom: tuple[Action, ...] = ()
    """The operator's own commands."""

    def style(self, meaning: str) -> str:
        """The Rich style of a meaning: a field name of Palette."""
        return str(getattr(self.palette, meaning))

    def action(self, action_id: str) -> Action:
        """The action with this id: one of the console's, or a command of the operator's."""
        own = (one for one in self.custom if one.id == action_id)
        return BY_ID.get(action_id) or next(own)

    def key(self, action_id: str) -> str:
        """The first key of an action, as the operator has it: no text names a key in another way."""
        return key_name(keys_of(BY_ID[action_id], self.keymap)[0])

    def text(self, words: str, meaning: str = "") -> Text:
        """Literal text in the style of a meaning."""
        return Text(words, style=self.style(meaning) if meaning else "")

    def cut(self, line: Text, width: int) -> Text:
        """`line` changed to be `width` cells wide at most: cut with a sign that something is missing."""
        if line.cell_len > width:
            line.truncate(max(0, width - 1))
            while line.plain.endswith(self.signs.ellipsis):  # what is cut there already is not told twice
                line.right_crop(len(self.signs.ellipsis))
            line.append(self.signs.ellipsis if width > 0 else "")
        return line

    def fit(self, line: Text, width: int) -> Text:
        """`line` changed to be `width` cells wide: padded, or cut."""
        self.cut(line, width).pad_right(max(0, width - line.cell_len))
        return line

    def health(self, health: Health) -> Text:
        """The sign of an instance's state."""
        return self._sign(*_HEALTH[health])

    def job(self, state: JobState) -> Text:
        """The sign of a job's state."""
        return self._sign(*_JOBS[state])

    def _sign(self, sign: str, plain: str, meaning: str) -> Text:
        return self.text(plain if self.signs.ascii else sign, meaning)

    def health_style(self, health: Health) -> str:
        """The style that goes with an instance's state."""
        return self.style(_HEALTH[health][2])

    def bar(self, fraction: float, width: int) -> Text:
        """A progress bar `width` cells wide."""
        full = round(max(0.0, min(1.0, fraction)) * width)
        return self.text(self.signs.full * full, "active") + self.text(self.signs.rest * (width - full), "muted")

    def spark(self, values: list[float], width: int) -> str:
        """The last `width` values as a sparkline; a flat line where nothing happened."""
        shown = values[-width:]
        top = max(shown, default=0.0)
        steps = len(self.signs.spark) - 1
        return "".join(self.signs.spark[round(value / top * steps) if top else 0] for value in shown)


def look_of(app: App[object]) -> Look:
    """The look that the app chose at start; every app that hosts panes has one."""
    return cast("Callable[[], Look]", app.look)()  # type: ignore[attr-defined]


_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "escape": "esc",
    "equals_sign": "=",
    "comma": ",",
    "pagedown": "pgdn",
    "pageup": "pgup",
}


def key_name(key: str) -> str:
    """A key as a keyboard names it, short."""
    return _NAMES.get(key, key)
