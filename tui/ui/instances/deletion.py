"""What a deletion would destroy, read first; the exact id, typed; and only then."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from tui.errors import AppError
from tui.models import InstanceKey, SourceKind
from tui.service.config.losses import Losses
from tui.text import count, one_line, size
from tui.ui.instances.overview import source
from tui.ui.kit.dialog import Question, fact_lines
from tui.ui.kit.typed_confirm import TypedConfirm
from tui.ui.look import Look

SHORT = 54
"""Cells of a fact at most."""


class Deletion(TypedConfirm):
    """Shows the blast radius once it is read. The result is the typed id, which is the instance's, or None."""

    def __init__(self, key: InstanceKey, account: str) -> None:
        facts = (("Account", account), ("Namespace", key.namespace), ("Instance", key.id))
        field = f"type {key.id} to delete it"
        super().__init__(Question("Delete the instance", facts, "", "Delete for ever", field), key.id)
        self.blast: Losses | None = None

    def details(self) -> ComposeResult:
        """What is lost."""
        yield Static(f"Reading what would be lost{self.look.signs.ellipsis}", markup=False, id="blast")

    @property
    def ready(self) -> bool:
        """What would be lost was shown."""
        return self.blast is not None

    def show(self, blast: Losses) -> None:
        """What would be lost is known now."""
        self.blast = blast
        verdict = self.look.text(lost(blast), "error" if blast.loses_data else "warning")
        text = Text("\n").join((fact_lines(radius(blast, self.look), self.look), Text(), verdict, kept(blast)))
        self.query_one("#blast", Static).update(text)
        self.weigh()

    def fail(self, error: AppError) -> None:
        """It could not be read: then nothing is deleted from here."""
        words = " ".join(part for part in (f"{error.title}.", error.detail, error.hint) if part)
        self.query_one("#blast", Static).update(self.look.text(words, "error"))


def radius(blast: Losses, look: Look) -> tuple[tuple[str, str], ...]:
    """What goes with the instance; a dash is unknown, not none."""
    params = blast.instance.public_endpoint_params
    domains = list(params.custom_domains or ()) if params and params.enabled else []
    public = f"{domains[0]}{f' and {len(domains) - 1} more' if domains[1:] else ''}" if domains else "on its own domain"
    if not (params and params.enabled):
        public = "no"
    running = f"{blast.running.id[:8]} runs, and ends with it" if blast.running else "no"
    if blast.jobs is None and blast.instance.has_jobs:
        running = "-"
    return (
        ("Source", _short(source(blast.instance), look)),
        ("Items", f"{count(blast.items)}   vectors {count(blast.vectors)}   stored {size(blast.stored)}"),
        ("Public", _short(one_line(public), look)),
        ("Job", running),
    )


def _short(words: str, look: Look) -> str:
    """Cut, so that the dialog fits the smallest window."""
    return look.cut(Text(words), SHORT).plain


def lost(blast: Losses) -> str:
    """What cannot be had back, in a sentence."""
    kind = blast.instance.kind
    if kind is SourceKind.BUILTIN:
        return "Built-in storage: the documents exist nowhere else. They are lost for ever."
    what = "bucket keeps its documents" if kind is SourceKind.R2 else "website stays"
    return f"The {what}: the index is lost, and a new instance can rebuild it."


def kept(blast: Losses) -> Text:
    """Where the configuration goes."""
    return Text(f"Its configuration is saved first, in {blast.path}")
