"""What Textual 8 does otherwise than the console needs when it styles and paints: to open at each upgrade of Textual.

Like `textual_fixes.py`, this holds private names of Textual.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping
from contextvars import Context
from functools import partial
from math import inf
from time import perf_counter
from typing import Any

from rich.segment import Segment, Segments
from textual import events
from textual._compositor import ChopsUpdate, Compositor, CompositorMap, ReflowResult
from textual._context import visible_screen_stack
from textual._styles_cache import StylesCache
from textual.app import App
from textual.cache import FIFOCache
from textual.dom import DOMNode
from textual.geometry import Region, Size
from textual.screen import UPDATE_PERIOD, Screen
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.strip import Strip
from textual.timer import EventTargetGone, Timer
from textual.widget import Widget

from tui.system.garbage import collect_young
from tui.ui.keys import behind_keys, key_is_coming
from tui.ui.terminal import painting

THUMB = "#"


# styles


def reclass(node: DOMNode, classes: Mapping[str, bool]) -> None:
    """Set classes of a mounted node of which no rule for what is in it makes use.

    Textual would style all of that again, at a third of a millisecond a widget.
    """
    before = node.classes
    if node.update_classes(classes, update=False).classes != before:
        node.app.stylesheet.update_nodes([node])


def load_styles(app: App[Any], screen: Screen[Any]) -> None:
    """Take the style sheets of a screen that is about to be shown; none of ours says anything of the screens below.

    Textual would parse all sheets again and style all widgets of all screens, before the first dialog can be seen.
    """
    for path in screen.css_path:
        if not app.stylesheet.has_source(str(path), ""):
            app.stylesheet.read(path)  # parsed with the next style that is wanted; what was parsed before is kept


_resume = Screen._on_screen_resume


def _resume_as_styled(screen: Screen[Any], event: events.ScreenResume) -> None:
    event.refresh_styles = False
    painted = screen._compositor.size
    _resume(screen, event)
    if painted != screen._compositor.size:
        screen._repaint_required = False


def show_once() -> None:
    """Do not style a whole screen again when it is shown, nor paint it twice when that has laid it out.

    Each of its widgets was styled when it was mounted. A widget that gets or loses the focus paints itself; Textual
    paints the whole screen for it.
    """
    Screen._on_screen_resume = _resume_as_styled  # type: ignore[method-assign,assignment]
    vars(Screen)["focused"]._repaint = False


# sizes


_on_resize = Screen._on_resize


async def _resize_to_now(screen: Screen[Any], event: events.Resize) -> None:
    """Whatever size an event tells, a screen is as large as its terminal is now.

    A screen that is laid out for another size is told so by an event. Of two sizes in one moment, as while a window is
    dragged, each made an event of the other's, for ever.
    """
    now = screen.app.size
    await _on_resize(screen, event if event.size == now else events.Resize(now, now))


def resize_once() -> None:
    """Lay a screen out for the size that its terminal has, not for one that it had."""
    Screen._on_resize = _resize_to_now  # type: ignore[method-assign,assignment]


_size_updated = Widget._size_updated


def _size_as_laid_out(widget: Widget, size: Size, virtual: Size, container: Size, layout: bool = True) -> bool:
    return _size_updated(widget, size, virtual, container, layout=layout and isinstance(widget, ScrollView))


def lay_out_once() -> None:
    """Take what a layout says of a widget for what it is: Textual lays all out again, as if somebody had changed it.

    A scroll bar that comes or goes still asks for another layout, and so does a widget that scrolls its own lines.
    """
    Widget._size_updated = _size_as_laid_out  # type: ignore[method-assign, assignment]


# painting


def paint_moved_toasts(app: App[Any]) -> None:
    """Paint the toasts that had to make room for another one where they went.

    Textual looks at the new layout when the other toast is mounted, before it lays out: then nothing seems to have
    moved, and the older toast stays where it was, half under the newer one, until something else repaints.
    """
    screens = app.screen_stack  # none when the console was left meanwhile
    if screens and len(screens[-1].query("Toast")) > 1:
        screens[-1].refresh()


def forget_painted_lines() -> None:
    """Let go at once of what a closed dialog leaves behind, not only after many more.

    Textual keeps the last 1,024 `StylesCache`s, each with the painted lines of its widget, alive in an `lru_cache`
    around a method; a dialog has some ten. A session of many dialogs grew by tens of megabytes. The cache is cheap to
    fill again.
    """
    with contextlib.suppress(AttributeError):  # a private name: nothing is lost but memory where it has changed
        StylesCache.get_inner_outer.cache_clear()


render_all_lines = Compositor._render_chops
"""Textual's own way: every line of every widget between the first and the last change, and behind others, too."""


def _render_wanted_lines(compositor: Compositor, _: Region, wanted: Callable[[int], bool]) -> Any:
    cuts = compositor.cuts
    lines = filter(wanted, range(len(cuts)))
    rendered = painting.render(cuts, _shown(compositor), painting.wanted_whole(cuts, lines))
    return [rendered.get(y, {}) for y in range(len(cuts))]


def _shown(compositor: Compositor) -> list[painting.Shown]:
    """What is on the screen; the same until something moves."""
    widgets = compositor.visible_widgets
    kept: tuple[Any, list[painting.Shown]] | None = vars(compositor).get("_shown")
    if kept is None or kept[0] is not widgets:
        vars(compositor)["_shown"] = kept = widgets, painting.shown(widgets)
    return kept[1]


PIECE = 0.002
"""Seconds of rendering after which a key has its turn before the rest of a large change is painted."""
LINES = 2
"""Lines that are rendered before the clock is looked at."""


def _render_changes(compositor: Compositor) -> ChopsUpdate | None:
    """What has changed, from the top; what would keep a key waiting comes with the next turn of the screen."""
    cuts, regions, begun = compositor.cuts, compositor._dirty_regions.copy(), perf_counter()
    compositor._dirty_regions.clear()
    spans = sorted(span for span in compositor._regions_to_spans(regions) if span[0] < len(cuts))
    if not spans:
        return None
    pieces: list[dict[int, Strip | None]] = [{} for _ in cuts]
    painted = 0
    while painted < len(spans) and (not painted or perf_counter() - begun < PIECE):
        some = spans[painted : painted + LINES]
        painted += len(some)
        rendered = painting.render(cuts, _shown(compositor), painting.wanted_spans(cuts, some))
        for y, line in rendered.items():
            pieces[y] |= {x: strip for x, strip in line.items() if strip is not None or x not in pieces[y]}
    if left := spans[painted:]:
        compositor._dirty_regions.update(Region(start, y, end - start, 1) for y, start, end in left)
        if isinstance(compositor.root, Screen):
            _go_on_painting(compositor.root)
    return ChopsUpdate(pieces, spans[:painted], [line[1:] for line in cuts])


_update_widgets = Compositor.update_widgets


def _update_all(compositor: Compositor, widgets: set[Widget]) -> None:
    """Where all of a screen is to be painted, each of its widgets hears of it.

    Textual leaves with them what each wanted painted before: it was painted twice, and a log that had lines to scroll
    by scrolled them once more on the terminal that showed them already.
    """
    root = compositor.root
    if root is not None and root in widgets:
        compositor._dirty_regions.add(compositor.size.region)
        widgets = widgets.union(widget for widget in compositor.visible_widgets if widget._repaint_regions)
    _update_widgets(compositor, widgets)


_update = Compositor.render_update


def _render_in_pieces(
    compositor: Compositor, full: bool = False, screen_stack: Any = None, simplify: bool = False
) -> Any:
    """The whole of a screen comes in pieces, too, but for the first frame: until then there is nothing to be seen."""
    screen = compositor.root
    if full or not isinstance(screen, Screen) or not screen.app._dom_ready:
        return _update(compositor, full, screen_stack, simplify)
    visible_screen_stack.set(screen_stack or [])
    return compositor.render_partial_update()


def _go_on_painting(screen: Screen[Any]) -> None:
    behind_keys(screen.app, partial(screen.call_later, _paint_rest, screen))


def _paint_rest(screen: Screen[Any]) -> None:
    if key_is_coming(screen.app):
        _go_on_painting(screen)
    elif screen.is_current and screen.app._batch_count:
        screen.set_timer(PIECE, partial(_paint_rest, screen))
    elif screen.is_current:
        screen._compositor.update_widgets(screen._dirty_widgets)  # Textual takes them all for painted after a refresh
        screen._compositor_refresh()


_layout = Screen._refresh_layout


def _layout_alone(screen: Screen[Any], size: Size | None = None, scroll: bool = False) -> None:
    """Lay a screen out; what has moved is painted in its next turn: both together would keep a key waiting.

    The first frame and that of another size are painted at once: until then there is nothing to be seen.
    """
    painted = screen._compositor.size
    if not screen.app._dom_ready or painted != (size or screen.outer_size):
        _layout(screen, size, scroll)
        return
    vars(screen)["_compositor_refresh"] = partial(_go_on_painting, screen)
    try:
        _layout(screen, size, scroll)
    finally:
        del vars(screen)["_compositor_refresh"]


class Frames(Timer):
    """When a screen is painted: at once, but so many seconds after the frame before at the earliest, or after a key.

    Textual paints at multiples of that time, and after a pause not at the next of them but at the one behind it: a key
    waited for up to two frames, which over ssh is an eighth of a second.
    """

    _asked = -inf
    """When somebody asked last for a frame at once, in seconds of a clock."""
    _now: asyncio.Event | None = None

    def at_once(self) -> None:
        """Do not wait for the next frame, for a key has changed something; no more often than frames may be painted."""
        self.resume()
        if self._now and (now := perf_counter()) - self._asked >= self._interval:
            self._asked = now
            self._now.set()

    async def _rest(self, seconds: float) -> None:
        self._now = asyncio.Event()
        # the loop keeps a timer until it would be due, and with it, of a closed view, whatever is in its context
        timer = asyncio.get_running_loop().call_later(seconds, self._now.set, context=Context())
        try:
            await self._now.wait()
        finally:
            timer.cancel()
            self._now = None

    def _key_is_coming(self) -> bool:
        screen = self.target
        return isinstance(screen, Screen) and key_is_coming(screen.app)

    async def _run(self) -> None:
        painted = -inf
        count = 0
        while True:
            await self._active.wait()
            if (left := painted + self._interval - perf_counter()) > 0:
                await self._rest(left)
            try:
                while self._key_is_coming():  # noqa: ASYNC110 - it is here in two turns of the loop
                    await asyncio.sleep(0)
                if self._active.is_set():
                    painted = perf_counter()
                    count += 1
                    await self._tick(next_timer=painted, count=count)
                    await asyncio.sleep(0)
                    collect_young()
            except EventTargetGone:
                return


def paint_next(widget: Widget) -> None:
    """Paint at once what a key has changed in a widget: as a rule its screen must have done all else before."""
    if widget.is_attached and widget.screen.is_current:
        widget.screen._dirty_widgets.add(widget)
        _frames_of(widget.screen).at_once()


def _frames_of(screen: Screen[Any]) -> Frames:
    frames: Frames | None = vars(screen).get("_frames")
    if frames is None:
        update = screen._on_timer_update
        vars(screen)["_frames"] = frames = Frames(
            screen, UPDATE_PERIOD, name="screen_update", callback=update, pause=True
        )
        frames._start()
        screen._timers.add(frames)
    return frames


_full_map = Compositor.full_map
_reflow = Compositor.reflow
_PAINTED = "_painted_map"
"""Name under which a compositor keeps where everything was when it was painted, once it was asked for new places."""


def _map_of_now(compositor: Compositor) -> CompositorMap:
    if compositor._full_map_invalidated and compositor.root is not None:
        vars(compositor).setdefault(_PAINTED, compositor._full_map)
    return _full_map.fget(compositor)  # type: ignore[attr-defined,no-any-return]


def _reflow_from_painted(compositor: Compositor, parent: Widget, size: Size) -> ReflowResult:
    """Compare the new layout with the one that was painted.

    To ask a widget for its size or region may have laid it out since: then nothing seemed to have moved, so nothing was
    painted where it had been, and no widget was told of its new size.
    """
    compositor._full_map = vars(compositor).pop(_PAINTED, compositor._full_map)
    return _reflow(compositor, parent, size)


def paint_what_is_seen() -> None:
    """Render only the lines that have changed and can be seen, and all that have moved; as soon as that may be."""
    Screen._refresh_layout = _layout_alone  # type: ignore[method-assign, assignment]
    Screen._update_timer = property(_frames_of)  # type: ignore[assignment,method-assign]
    Compositor.full_map = property(_map_of_now)  # type: ignore[assignment,method-assign]
    Compositor.reflow = _reflow_from_painted  # type: ignore[method-assign,assignment]
    Compositor.update_widgets = _update_all  # type: ignore[method-assign,assignment]
    Compositor._render_chops = _render_wanted_lines  # type: ignore[method-assign,assignment]
    Compositor.render_partial_update = _render_changes  # type: ignore[method-assign,assignment]
    Compositor.render_update = _render_in_pieces  # type: ignore[method-assign,assignment]


CACHES = {
    "_divide_cache": 4,
    "_crop_cache": 16,
    "_style_cache": 16,
    "_filter_cache": 4,
    "_line_length_cache": 4,
    "_crop_extend_cache": 4,
    "_offsets_cache": 4,
}
"""What a strip of Textual remembers of itself: the name of each cache, and how much it holds."""


def _bare_strip(strip: Strip, segments: Iterable[Segment], cell_length: int | None = None) -> None:
    strip._segments = list(segments)
    strip._cell_length = cell_length
    strip._render_cache = strip._link_ids = strip._cell_count = None


def _cache_of(strip: Strip, name: str) -> FIFOCache[Any, Any]:
    if name not in CACHES:
        raise AttributeError(name)
    cache: FIFOCache[Any, Any] = FIFOCache(CACHES[name])
    setattr(strip, name, cache)
    return cache


def strip_light() -> None:
    """Make the seven caches of a strip when they are wanted: most are not, and garbage is looked for among them."""
    Strip.__init__ = _bare_strip  # type: ignore[method-assign,assignment]
    Strip.__getattr__ = _cache_of  # type: ignore[attr-defined]


class WholeCells(ScrollBarRender):
    """Scroll bars without the eighths of a cell at both ends, which are no ASCII.

    The thumb is a sign in reverse video: blank, it would be nothing where neither colour nor reverse video is seen.
    """

    VERTICAL_BARS = [" "] * 8
    HORIZONTAL_BARS = [" "] * 8

    @classmethod
    def render_bar(cls, *args: Any, **kwargs: Any) -> Segments:
        """The bar as Textual draws it, with the sign."""
        bar = super().render_bar(*args, **kwargs)
        bar.segments = [
            Segment(text.replace(" ", THUMB), style) if style and style.reverse else Segment(text, style, control)
            for text, style, control in bar.segments
        ]
        return bar


def choose_bars(*, ascii_only: bool) -> None:
    """How every scroll bar of this process is drawn from now on."""
    ScrollBar.renderer = WholeCells if ascii_only else ScrollBarRender
