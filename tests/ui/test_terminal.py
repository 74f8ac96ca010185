"""What is concluded from the environment, and what Textual is then told."""

import io
import subprocess
import sys
from typing import Any

import pytest

from tui.errors import UsageError
from tui.ui.terminal.terminal import TRUECOLOR, Terminal, detect, write_ascii, write_utf8

UTF8 = {"LANG": "en_US.UTF-8"}


def terminal(term: str = "xterm-256color", **environ: str) -> Terminal:
    return detect({"TERM": term, **UTF8, **environ}, stdin=True, stderr=True)


@pytest.mark.parametrize(
    ("environ", "tty", "words"),
    [
        ({"TERM": "dumb"}, {}, "TERM is dumb"),
        ({}, {}, "TERM is empty"),
        ({"TERM": "xterm"}, {"stdin": False}, "input is not a terminal"),
        ({"TERM": "xterm"}, {"stderr": False}, "error output is not a terminal"),
    ],
)
def test_no_console_where_none_can_run(environ: dict[str, str], tty: dict[str, Any], words: str):
    with pytest.raises(UsageError, match=words) as caught:
        detect(environ, **{"stdin": True, "stderr": True, **tty})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("environ", "colours"),
    [
        ({"term": "xterm-256color"}, 256),
        ({"term": "tmux-256color"}, 256),
        ({"term": "screen.xterm-256color"}, 256),
        ({"term": "xterm-256color", "COLORTERM": "truecolor"}, TRUECOLOR),
        ({"term": "xterm-direct"}, TRUECOLOR),
        ({"term": "alacritty"}, TRUECOLOR),
        ({"term": "screen-256color", "COLORTERM": "truecolor", "STY": "1.s"}, 256),
        ({"term": "screen", "COLORTERM": "truecolor", "STY": "1.s"}, 16),
        ({"term": "linux"}, 16),
        ({"term": "vt100"}, 16),
    ],
)
def test_colours(environ: dict[str, str], colours: int):
    assert terminal(**environ).colours == colours


@pytest.mark.parametrize(
    ("environ", "theme"),
    [
        ({}, "aisearch-dark"),
        ({"COLORFGBG": "0;15"}, "aisearch-light"),
        ({"COLORFGBG": "15;default;0"}, "aisearch-dark"),
        ({"NO_COLOR": "1"}, "aisearch-ansi-dark"),
        ({"NO_COLOR": ""}, "aisearch-dark"),
        ({"term": "linux"}, "aisearch-ansi-dark"),
        ({"term": "linux", "COLORFGBG": "0;15"}, "aisearch-ansi-light"),
    ],
)
def test_theme_by_itself(environ: dict[str, str], theme: str):
    assert terminal(**environ).theme == theme


def test_the_theme_asked_for_counts_but_for_no_color():
    def asked(theme: str, **environ: str) -> str:
        return detect({"TERM": "linux", **environ}, stdin=True, stderr=True, theme=theme).theme

    assert asked("aisearch-light") == "aisearch-light"
    assert asked("aisearch-light", NO_COLOR="1") == "aisearch-ansi-light"


def test_over_ssh_few_frames_and_no_mouse():
    local, remote = terminal(), terminal(SSH_CONNECTION="10.0.0.1 50000 10.0.0.2 22")
    assert (local.ssh, local.fps, local.mouse) == (False, 120, True)
    assert (remote.ssh, remote.fps, remote.mouse) == (True, 15, False)
    assert terminal(SSH_TTY="/dev/pts/1").ssh


def test_the_multiplexer():
    assert terminal("screen-256color", TMUX="/tmp/tmux-0/default,1,0").multiplexer == "tmux"
    assert terminal("screen", STY="1.s").multiplexer == "screen"
    outside = terminal("tmux-256color", SSH_TTY="/dev/pts/1")
    assert (outside.multiplexer, outside.nested) == (None, True)


@pytest.mark.parametrize(
    ("environ", "ascii_only"),
    [
        ({"LANG": "en_US.UTF-8"}, False),
        ({"LANG": "C.UTF-8"}, False),
        ({"LANG": "de_DE.utf8"}, False),
        ({"LC_ALL": "C", "LANG": "en_US.UTF-8"}, True),
        ({"LANG": "C"}, True),
        ({}, True),
        ({"LANG": "en_US"}, True),
        ({"LANG": "de_DE.ISO-8859-1"}, True),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, True),  # the interpreter put that there
        ({"LANG": "en_US.UTF-8", "LC_CTYPE": "C.UTF-8"}, False),  # a locale that is not installed here
        ({"LC_CTYPE": "UTF-8"}, False),  # what ssh sends from a Mac
        ({"LC_ALL": "C.UTF-8"}, False),
    ],
)
def test_ascii_where_the_locale_is_not_utf8(environ: dict[str, str], ascii_only: bool):
    assert detect({"TERM": "xterm", **environ}, stdin=True, stderr=True).ascii is ascii_only
    assert detect({"TERM": "xterm", **environ}, stdin=True, stderr=True, ascii_only=True).ascii is True


def test_the_c_locale_is_seen_through_the_interpreters_own_coercion():
    code = (
        "import os; from tui.ui.terminal.terminal import detect; "
        "print(detect(os.environ, stdin=True, stderr=True).ascii)"
    )
    environ = {"TERM": "xterm", "LC_CTYPE": "C", "PYTHONPATH": ":".join(sys.path)}
    got = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert got.stdout.strip() == "True"


def test_what_textual_is_told():
    environ = {"NO_COLOR": "", "TEXTUAL_ANIMATIONS": "full"}
    terminal("linux", SSH_TTY="/dev/pts/1").apply(environ)
    assert environ == {"TEXTUAL_ANIMATIONS": "none", "TEXTUAL_FPS": "15", "TEXTUAL_COLOR_SYSTEM": "standard"}
    own = {"TEXTUAL_FPS": "5", "TEXTUAL_COLOR_SYSTEM": "256", "NO_COLOR": "1"}
    terminal(NO_COLOR="1").apply(own)
    assert own == {"TEXTUAL_FPS": "5", "TEXTUAL_COLOR_SYSTEM": "256", "NO_COLOR": "1", "TEXTUAL_ANIMATIONS": "none"}


def test_textual_hears_it_and_is_not_imported_too_early():
    code = (
        "import os, sys\n"
        "from tui.ui.terminal.terminal import detect\n"
        "detect(os.environ, stdin=True, stderr=True).apply(os.environ)\n"
        "assert not {'textual', 'rich', 'asyncio'} & set(sys.modules)\n"
        "from textual import constants as c\n"
        "print(c.TEXTUAL_ANIMATIONS, c.MAX_FPS, c.COLOR_SYSTEM)"
    )
    environ = {"TERM": "xterm-direct", "SSH_TTY": "x", "PYTHONPATH": ":".join(sys.path), **UTF8}
    got = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert got.stdout.split() == ["none", "15", "truecolor"]


def test_the_drawing_stream_writes_utf8():
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="iso-8859-1")
    write_utf8(stream)
    stream.write("╭─✗")
    stream.flush()
    assert raw.getvalue() == "╭─✗".encode()


def test_only_ascii_is_written_and_widths_stay() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="utf-8")
    write_ascii(stream)
    stream.write("Zürich 東京 – e\u0301 🏳️ ok")
    stream.flush()
    assert raw.getvalue() == b"Zurich ???? ? e ? ok"


@pytest.mark.parametrize("value", ["bogus", "", "16"])
def test_a_colour_system_that_there_is_not_is_ignored(value: str) -> None:
    environ = {"TEXTUAL_COLOR_SYSTEM": value, "TEXTUAL_FPS": "many", "TEXTUAL_DEBUG": "1", "TEXTUAL_LOG": "keys.log"}
    terminal("xterm-256color").apply(environ)
    assert environ == {"TEXTUAL_ANIMATIONS": "none", "TEXTUAL_COLOR_SYSTEM": "256", "TEXTUAL_FPS": "120"}


@pytest.mark.parametrize(
    ("environ", "coerced", "ascii_only"),
    [
        ({"LC_CTYPE": "C.UTF-8"}, True, True),
        ({"LC_CTYPE": "C.UTF-8"}, False, False),
        ({"LC_CTYPE": "UTF-8"}, False, False),
        ({"LANG": "C"}, False, True),
        ({}, False, True),
    ],
)
def test_the_locale_that_was_given_counts_not_what_python_made_of_it(
    environ: dict[str, str], coerced: bool, ascii_only: bool
) -> None:
    made = detect({"TERM": "xterm", **environ}, stdin=True, stderr=True, coerced=coerced)
    assert made.ascii is ascii_only


def test_an_output_that_is_no_terminal_is_refused() -> None:
    with pytest.raises(UsageError, match="Not on a terminal") as caught:
        detect({"TERM": "xterm"}, stdin=True, stderr=True, stdout=False)
    assert "output" in caught.value.detail
