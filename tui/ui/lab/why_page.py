"""The page that says at which stage of a search an item is lost."""

from __future__ import annotations

from rich.text import Text
from textual.binding import Binding
from textual.widgets import Static

from tui.errors import AppError
from tui.service.lab.pipeline import Passes
from tui.service.lab.why import Explained
from tui.text import plural, visible
from tui.ui.kit.text_dialog import TextDialog
from tui.ui.look import Look

LABEL = 18
_SIGNS = {Passes.YES: ("+", "success"), Passes.NO: ("x", "error"), Passes.NOTE: (" ", "muted")}


class WhyPage(TextDialog):
    """Stages with their numbers, the first no in colour, and what would let the item in."""

    BINDINGS = [Binding("w", "again", show=False)]

    def __init__(self, item_key: str, again: str = "") -> None:
        """`again` says what `w` does on the page, as in `asks about another item`; empty: nothing."""
        self._shown = Text(f"{visible(item_key)}\n\nAsking the instance.")
        super().__init__("Why it is found, or is not", self._shown)
        self._again = again
        if again:
            self.FOOT = f"w {again}, {self.FOOT}"

    def on_mount(self) -> None:
        """The reply may have come while the page was being made."""
        self._show(self._shown)

    def action_again(self) -> None:
        """On to another one."""
        if self._again:
            self.dismiss(self._again)

    def show_walk(self, found: Explained) -> None:
        """Show the outcome."""
        self._show(walk_text(found, self.look))

    def show_failure(self, error: AppError) -> None:
        """Show the error in its own words."""
        parts = (error.title, error.detail, error.hint, error.reference)
        self._show(self.look.text("\n".join(part for part in parts if part), "error"))

    def _show(self, text: Text) -> None:
        self._shown = text
        for shown in self.query("VerticalScroll Static").results(Static):  # none before the page is composed
            shown.update(text)


def walk_text(found: Explained, look: Look) -> Text:
    """The whole page as text."""
    facts = (("Instance", str(found.key)), ("Item", found.item_key), ("Query", found.query))
    lines = [_line("", name, visible(value), look) for name, value in facts]
    lines.append(Text())
    for stage in found.stages:
        sign, meaning = _SIGNS[stage.verdict]
        lines.append(_line(sign, stage.name, stage.words, look, meaning))
    sentence = look.text(found.sentence, "success" if found.found else "error")
    sentence.stylize("bold")
    lines += [Text(), sentence]
    if found.remedy:
        lines.append(Text(found.remedy.words + remedy_outcome(found)))
    lines += [Text(), look.text(plural(found.requests, "request"), "muted")]
    return Text("\n").join(lines)


def remedy_outcome(found: Explained) -> str:
    """What came of trying the remedy: `: then it is at rank 6.`; nothing where it is no option of a search."""
    remedy = found.remedy
    if remedy is None or remedy.options is None:
        return ""
    return f": then it is at rank {remedy.rank}. Tried." if remedy.rank else ": tried, and it is not found then either."


def _line(sign: str, name: str, words: str, look: Look, meaning: str = "muted") -> Text:
    style = look.style(meaning)
    line = Text.assemble((f"{sign:<2}", style), (f"{name:<{LABEL}}", look.style("muted")))
    return line.append(words, style if meaning in ("error", "muted") and sign.strip() else "")
