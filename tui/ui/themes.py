"""The looks: a calm dark and a calm light theme, and two for terminals with 16 colours or none."""

from __future__ import annotations

from msgspec import Struct
from textual.theme import BUILTIN_THEMES, Theme


class Palette(Struct, frozen=True):
    """Rich styles by meaning, for text that is drawn cell by cell. Nothing is told by these alone."""

    error: str
    warning: str
    success: str
    active: str
    accent: str
    muted: str
    strong: str = "bold"


DARK = Theme(
    name="aisearch-dark",
    primary="#7aa9e0",
    secondary="#8fa3b8",
    accent="#f0883e",
    warning="#d9a84e",
    error="#e8685f",
    success="#6cb37a",
    foreground="#d3dae3",
    background="#0f1419",
    surface="#0f1419",
    panel="#1b232d",
    boost="#1b232d",
    dark=True,
    variables={
        "text-muted": "#8a96a5",
        "block-cursor-background": "#26405f",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#1e2833",
        "border": "#2c3947",
        "rule": "#2c3947",
        "bar-background": "#1b232d",
        "scrollbar": "#2c3947",
        "scrollbar-hover": "#3d4d5f",
        "scrollbar-active": "#7aa9e0",
        "scrollbar-background": "#0f1419",
        "scrollbar-background-hover": "#0f1419",
        "scrollbar-background-active": "#0f1419",
        "input-selection-background": "#26405f",
    },
)
LIGHT = Theme(
    name="aisearch-light",
    primary="#1f5fae",
    secondary="#57677a",
    accent="#b4500a",
    warning="#8a5a00",
    error="#b3261e",
    success="#1d7a3a",
    foreground="#20262e",
    background="#fbfaf7",
    surface="#fbfaf7",
    panel="#ecebe6",
    boost="#ecebe6",
    dark=False,
    variables={
        "text-muted": "#5f6b78",
        "block-cursor-background": "#cfe0f5",
        "block-cursor-foreground": "#10161d",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#e6e8ea",
        "border": "#c9ccd0",
        "rule": "#c9ccd0",
        "bar-background": "#ecebe6",
        "scrollbar": "#c9ccd0",
        "scrollbar-hover": "#a9aeb5",
        "scrollbar-active": "#1f5fae",
        "scrollbar-background": "#fbfaf7",
        "scrollbar-background-hover": "#fbfaf7",
        "scrollbar-background-active": "#fbfaf7",
        "input-selection-background": "#cfe0f5",
    },
)


_HUES = (
    *("scrollbar", "scrollbar-hover", "scrollbar-active"),
    *("input-selection-background", "screen-selection-background"),
)
"""What Textual gives a colour of its own where a theme is silent."""


def _ansi(name: str, *, dark: bool, colour: bool) -> Theme:
    """A theme of the terminal's own colours: its 16, or only its default pair."""

    def pick(wanted: str) -> str:
        return wanted if colour else "ansi_default"

    return Theme(
        name=name,
        ansi=True,
        dark=dark,
        primary=pick("ansi_blue"),
        secondary=pick("ansi_cyan"),
        accent=pick("ansi_magenta"),
        warning=pick("ansi_yellow"),
        error=pick("ansi_red"),
        success=pick("ansi_green"),
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        variables={
            **BUILTIN_THEMES["ansi-dark" if dark else "ansi-light"].variables,
            "text-muted": pick("ansi_bright_black") if dark else "ansi_default",
            "block-cursor-background": pick("ansi_blue"),
            "block-cursor-foreground": pick("ansi_bright_white"),
            "block-cursor-text-style": "none" if colour else "reverse",
            "block-cursor-blurred-background": "ansi_default",
            "border": pick("ansi_bright_black"),
            "rule": pick("ansi_bright_black"),
            "bar-background": "ansi_default",
            **({} if colour else dict.fromkeys(_HUES, "ansi_white")),
        },
    )


THEMES = (
    DARK,
    LIGHT,
    _ansi("aisearch-ansi-dark", dark=True, colour=True),
    _ansi("aisearch-ansi-light", dark=False, colour=True),
    _ansi("aisearch-mono", dark=True, colour=False),
)
_MONO = Palette("bold", "bold", "", "bold", "bold", "dim")
_ANSI = Palette("red", "yellow", "green", "blue", "magenta", "bright_black")


def palette(theme: Theme) -> Palette:
    """The styles that go with a theme."""
    if theme.ansi:
        return _MONO if theme.primary == "ansi_default" else _ANSI
    muted = theme.variables.get("text-muted", "dim")
    return Palette(
        error=theme.error or "red",
        warning=theme.warning or "yellow",
        success=theme.success or "green",
        active=theme.primary,
        accent=theme.accent or theme.primary,
        muted=muted,
    )
