"""What a deletion would destroy, and the field for the exact id."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from tui.errors import AppError
from tui.models import SourceKind
from tui.service.config.losses import Losses
from tui.text import count, one_line, size
from tui.ui.desk import Facts
from tui.ui.instances.overview import source
from tui.ui.kit.dialog import Confirm, Question, fact_lines
from tui.ui.look import Look

SHORT = 54
"""Cells of a fact at most."""


class DeleteDialog(Confirm):
    """Shows what would be lost once it is read. The result is the typed word, or None."""

    def __init__(self, word: str, facts: Facts) -> None:
        """`word` must be typed: what tells the instance from every other."""
        field = f"type {word} to delete it"
        super().__init__(Question("Delete the instance", facts, "", "Delete it", field, must_type=word))
        self.losses: Losses | None = None

    def details(self) -> ComposeResult:
        """What is lost."""
        yield Static(f"Reading what would be lost{self.look.signs.ellipsis}", markup=False, id="losses")

    @property
    def ready(self) -> bool:
        """What would be lost was shown."""
        return self.losses is not None

    def show(self, losses: Losses) -> None:
        """What would be lost is known now."""
        self.losses = losses
        verdict = self.look.text(lost(losses), "error" if losses.loses_data else "warning")
        text = Text("\n").join((fact_lines(what_goes(losses, self.look), self.look), Text(), verdict, kept(losses)))
        self.query_one("#losses", Static).update(text)
        self.draw_button()

    def fail(self, error: AppError) -> None:
        """It could not be read: then nothing is deleted from here."""
        words = " ".join(part for part in (f"{error.title}.", error.detail, error.hint) if part)
        self.query_one("#losses", Static).update(self.look.text(words, "error"))


def what_goes(losses: Losses, look: Look) -> tuple[tuple[str, str], ...]:
    """What goes with the instance; a dash is unknown, not none."""
    params = losses.instance.public_endpoint_params
    domains = list(params.custom_domains or ()) if params and params.enabled else []
    public = f"{domains[0]}{f' and {len(domains) - 1} more' if domains[1:] else ''}" if domains else "on its own domain"
    if not (params and params.enabled):
        public = "no"
    running = f"{losses.running.id[:8]} runs, and ends with it" if losses.running else "no"
    if losses.jobs is None:
        running = "-"
    return (
        ("Source", _short(source(losses.instance), look)),
        ("Items", f"{count(losses.items)}   vectors {count(losses.vectors)}   stored {size(losses.stored)}"),
        ("Public", _short(one_line(public), look)),
        ("Uploads", f"{count(losses.uploaded)} in built-in storage"),
        ("Job", running),
    )


def _short(words: str, look: Look) -> str:
    """Cut, so that the dialog fits the smallest window."""
    return look.cut(Text(words), SHORT).plain


def lost(losses: Losses) -> str:
    """What cannot be had back, in a sentence."""
    kind, uploaded = losses.instance.kind, losses.uploaded
    if uploaded is None:
        stored = "Whether documents are in built-in storage could not be read: those that are will be lost for good."
    elif uploaded or kind is SourceKind.BUILTIN:
        named = "1 document that exists" if uploaded == 1 else f"{uploaded:,} documents that exist"
        stored = f"Built-in storage: {named} nowhere else, lost for good." if uploaded else "Nothing was uploaded."
    else:
        stored = ""
    if kind is SourceKind.BUILTIN:
        return stored
    what = "bucket keeps its documents" if kind is SourceKind.R2 else "website stays"
    return f"{stored} The {what}: the index is lost, and a new instance can rebuild it.".strip()


def kept(losses: Losses) -> Text:
    """Where the configuration goes."""
    return Text(f"Its configuration is saved first, in {losses.path}")
