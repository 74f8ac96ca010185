"""Scrolling by the terminal itself: it moves the rows that stay, and only the new ones are sent.

A line appended to a log that fills 80x24 then costs a hundred bytes instead of six thousand. This needs three things
that Textual keeps private: the driver's `write`, the moment when a widget hands over what it wants painted
(`_exchange_repaint_regions`), and what is on the screen now (`Compositor.visible_widgets`). They are used here and
nowhere else, and `enabled = False` does without them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import zip_longest

from textual.geometry import Region
from textual.widget import Widget

from tui.ui.kit.log_view.rows import Row


class TerminalScroll:
    """Has the rows of a view painted, by scrolling the terminal where that saves most of them.

    The terminal is written to at the last moment, just before the frame with the new rows. Until then scrolls add up in
    `_shift`, and what waited to be painted moves along. When the terminal cannot be scrolled after all, because
    something lies over the log or beside it, every row is painted.
    """

    def __init__(self, view: Widget) -> None:
        self.enabled = True
        """Whether the terminal may scroll."""
        self._view = view
        self._shift = 0

    def repaint(self, before: Sequence[Row], after: Sequence[Row]) -> None:
        """Have the rows painted that are not `after` what they were `before`."""
        view = self._view
        if bool(before) != bool(after):  # the words that stand where no line is go, or come
            view.refresh()
            return
        shift = _moved(before, after) if self.enabled else 0
        changed = _changed(before, after, 0)
        if shift:
            rest = _changed(before, after, shift)
            if len(rest) < len(changed):
                self._scroll(shift)
                changed = rest or [0]  # a frame must come, that scrolls
        width = view.size.width
        if changed:
            view.refresh(*(Region(0, y, width, 1) for y in changed))

    def _scroll(self, shift: int) -> None:
        """Note that all rows go up by `shift` (down when negative), and what waits to be painted with them."""
        self._shift += shift
        view = self._view
        screenful = view.size.region
        waiting = (region.translate((0, -shift)).intersection(screenful) for region in view._repaint_regions)
        if moved := [region for region in waiting if region]:
            view.refresh(*moved)
        view._styles_cache.set_dirty(screenful)

    def frame(self, regions: Collection[Region]) -> Collection[Region]:
        """A frame begins that is to paint `regions`: scroll now, or paint every row."""
        shift, self._shift = self._shift, 0
        whole = self._view.size.region
        if not shift or whole in regions:
            return regions
        area = self._free_area()
        driver = self._view.app._driver
        if area is None or driver is None or abs(shift) >= area.height:
            return [whole]
        driver.write(_sequence(area, shift))
        return regions

    def _free_area(self) -> Region | None:
        """The view's place on the terminal.

        None when it is not as wide, when something lies over it, or while the terminal does not show yet what it is to
        show there: that would be moved to where nobody paints it.
        """
        view = self._view
        app, screen = view.app, view.screen
        if screen is not app.screen or app._batch_count or app.is_headless or app.is_inline or app.is_web:
            return None
        visible = screen._compositor.visible_widgets
        if view not in visible:
            return None
        area, clip = visible[view]
        if area.size != view.size or area.intersection(clip) != area or (area.x, area.width) != (0, app.size.width):
            return None
        if any(region.overlaps(area) for region in screen._compositor._dirty_regions):
            return None
        around = set(view.ancestors_with_self)
        over = (place.overlaps(area) for widget, (place, _) in visible.items() if widget not in around)
        return None if any(over) else area


def _moved(before: Sequence[Row], after: Sequence[Row]) -> int:
    """By how many rows the first row in common went up; 0 when there is none or it stayed."""
    if not before or not after:
        return 0
    old = [spot for spot, _ in before]
    new = [spot for spot, _ in after]
    if new[0] in old:
        return old.index(new[0])
    return -new.index(old[0]) if old[0] in new else 0


def _changed(before: Sequence[Row], after: Sequence[Row], shift: int) -> list[int]:
    """Rows that differ, after the old ones went up by `shift`."""
    blank: list[Row | None] = [None] * abs(shift)
    moved = [*before[shift:], *blank] if shift >= 0 else [*blank, *before[:shift]]
    return [y for y, (old, new) in enumerate(zip_longest(moved[: max(len(before), len(after))], after)) if old != new]


def _sequence(area: Region, shift: int) -> str:
    """Set the margins to the area, feed lines at its foot (or back at its head), and give the margins up again."""
    top, bottom = area.y + 1, area.bottom
    feed = f"\x1b[{bottom};1H" + "\n" * shift if shift > 0 else f"\x1b[{top};1H" + "\x1bM" * -shift
    return f"\x1b[{top};{bottom}r{feed}\x1b[r"
