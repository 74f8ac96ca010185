"""The dialog of the search options: every field may be left to the instance."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Button, Input

from tui.errors import UsageError
from tui.service.config.models import RERANKING
from tui.service.search_options import (
    FUSION,
    KEYWORD_MATCH,
    MOST_BOOSTS,
    MOST_EXPANSION,
    MOST_RESULTS,
    RETRIEVAL,
    SWITCH,
    SearchOptions,
    read_options,
    typed_options,
)
from tui.ui.kit.dialog import Dialog
from tui.ui.kit.line import Line
from tui.ui.search.choice import ChoiceLine

LABEL = 16
DEMO = "The demo has no vectors of meaning: its vector ranking compares spelling."
_TEXTS = {
    "max_results": ("Results", f"1 to {MOST_RESULTS}, empty: the instance's"),
    "threshold": ("Threshold", "0 to 1, empty: the instance's"),
    "expansion": ("Neighbours", f"0 to {MOST_EXPANSION} chunks on either side"),
    "boost": ("Boost", f"timestamp desc, audience: at most {MOST_BOOSTS} fields"),
    "rerank_model": ("Rerank model", RERANKING[0]),
    "rerank_threshold": ("Rerank threshold", "0 to 1, empty: the instance's"),
    "filters": ("Filter", '{"folder": {"$eq": "guides/"}}'),
}
_CHOICES: dict[str, tuple[str, Sequence[str]]] = {
    "retrieval": ("Retrieval", RETRIEVAL),
    "keyword_match": ("Keyword match", KEYWORD_MATCH),
    "fusion": ("Fusion", FUSION),
    "reranking": ("Reranking", SWITCH),
    "rewrite": ("Query rewriting", SWITCH),
    "cache": ("Cache", SWITCH),
    "across": ("Whole namespace", SWITCH),
}
_ORDER = (
    *("max_results", "threshold", "retrieval", "keyword_match", "fusion", "boost"),
    *("reranking", "rerank_model", "rerank_threshold", "rewrite", "cache", "across", "expansion"),
)


class OptionsDialog(Dialog):
    """Nothing is changed on the server. After its button was pressed, `options` are what was chosen."""

    def __init__(self, options: SearchOptions, *, again: bool, demo: bool = False) -> None:
        """`again` says that a query waits to be sent with the options; `demo` that there are no vectors of meaning."""
        super().__init__()
        self._note = DEMO if demo else ""
        self.options = options
        self._button = "Search again" if again else "Use these"

    def compose(self) -> ComposeResult:
        """Title, fields, what is wrong, buttons."""
        typed = typed_options(self.options)
        with Vertical(classes="dialog search-options"):
            yield Line("Search options", classes="dialog-title")
            for name in (*_ORDER, "filters"):
                with Horizontal(classes="field-line"):
                    label, _ = _TEXTS.get(name) or _CHOICES[name]
                    yield Line(Text.assemble((label, self.look.style("muted"))), classes="field-label")
                    yield self._field(name, typed[name])
            problem = Line(self.look.text(self._note, "muted"), classes="dialog-problem")
            problem.display = bool(self._note)
            yield problem
            with Horizontal(classes="dialog-buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button(self._button, id="go", variant="primary", compact=True)
                yield Button("Reset", id="reset", compact=True)

    def _field(self, name: str, value: str) -> Widget:
        if name in _TEXTS:
            return Input(value, placeholder=_TEXTS[name][1], compact=True, id=name)
        return ChoiceLine(("", *_CHOICES[name][1]), value, self.look, id=name)

    def on_mount(self) -> None:
        """Nothing here changes the server: the first field is ready to type in."""
        self.query_one("#max_results").focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a field uses what is there."""
        event.stop()
        self._use()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Use, reset, or leave things as they are."""
        event.stop()
        if event.button.id == "go":
            self._use()
        elif event.button.id == "reset":
            self._show(SearchOptions())
        else:
            self.action_cancel()

    def _show(self, options: SearchOptions) -> None:
        for name, value in typed_options(options).items():
            self._widget(name).value = value

    def _widget(self, name: str) -> Input | ChoiceLine:
        return self.query_one(f"#{name}", Input) if name in _TEXTS else self.query_one(f"#{name}", ChoiceLine)

    def _use(self) -> None:
        """Check, then close; what is wrong is said, and its field has the focus."""
        try:
            self.options = read_options({name: self._widget(name).value for name in (*_TEXTS, *_CHOICES)})
        except UsageError as error:
            problem = self.query_one(".dialog-problem", Line)
            problem.show(self.look.text(f"{error.title}: {error.detail}", "error"))
            problem.display = True
            self._widget(_named(error.title)).focus()
            return
        self.dismiss("")


def _named(title: str) -> str:
    """The field that an error is about."""
    return next(name for name, (label, _) in _TEXTS.items() if label == title)
