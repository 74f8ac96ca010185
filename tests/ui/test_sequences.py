"""What a terminal sends, whole or late: keys stay keys, foreign replies are dropped, a paste always ends."""

from __future__ import annotations

import random

import pytest
from textual import events

from tui.ui.terminal.sequences import (
    PASTE,
    PASTE_END,
    PASTE_MOST,
    PASTE_SECONDS,
    PASTE_SILENCE,
    SEQUENCE_SECONDS,
    STRING_SECONDS,
    Sequences,
)
from tui.ui.textual_fixes import EscapeParser


class Line:
    """A parser on a line whose bytes come when the test says."""

    def __init__(self) -> None:
        self.now = 0.0
        self.parser = EscapeParser()
        self.parser.sequences = Sequences(lambda: self.now)
        self.events: list[object] = []

    def send(self, text: str, after: float = 0.0) -> None:
        """Bytes come so many seconds later; the thread looks at its clock ten times a second meanwhile."""
        for _ in range(round(after * 10)):
            self.now += 0.1
            self.events += self.parser.tick()
        self.events += self.parser.feed(text)

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds * 10)):
            self.now += 0.1
            self.events += self.parser.tick()

    @property
    def keys(self) -> list[str]:
        return [event.key for event in self.events if isinstance(event, events.Key)]


KEYS = {
    "\x1b[A": "up",
    "\x1b[D": "left",
    "\x1b[C": "right",
    "\x1bOP": "f1",
    "\x1bOS": "f4",
    "\x1b[5~": "pageup",
    "\x1b[1;5D": "ctrl+left",
    "\x1b[99;5u": "ctrl+c",
}


@pytest.mark.parametrize("sequence", KEYS)
@pytest.mark.parametrize("late", [0.1, 0.3, 0.6])
def test_a_key_whose_bytes_come_late_is_that_key(sequence: str, late: float) -> None:
    for cut in range(2, len(sequence)):
        line = Line()
        line.send(sequence[:cut])
        line.send(sequence[cut:], after=late)
        line.wait(2)
        assert line.keys == [KEYS[sequence]], sequence[:cut]


def test_what_is_never_completed_is_given_up() -> None:
    line = Line()
    line.send("\x1b[")
    line.wait(SEQUENCE_SECONDS + 0.2)
    line.send("x")
    assert line.keys[-1] == "x"


def test_a_lone_escape_is_not_waited_for_long() -> None:
    line = Line()
    line.send("\x1b")
    line.wait(0.2)
    assert line.keys == ["escape"]
    line.send("j")
    assert line.keys == ["escape", "j"]


@pytest.mark.parametrize("escapes", [1, 2, 3])
@pytest.mark.parametrize("sequence", KEYS)
def test_escapes_in_the_packet_of_a_key_are_keys_before_it(escapes: int, sequence: str) -> None:
    """Of escape and an arrow, sent at once by a line that stalled, the rest was typed as letters."""
    line = Line()
    line.send("\x1b" * escapes + sequence)
    line.wait(1)
    assert line.keys == ["escape"] * escapes + [KEYS[sequence]]


def test_escapes_alone_are_as_many_keys() -> None:
    line = Line()
    line.send("\x1b\x1b\x1b")
    line.wait(1)
    assert line.keys == ["escape"] * 3


REPLIES = (
    "\x1b[?64;1;2;6;22c",
    "\x1b[>41;354;0c",
    "\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\",
    "\x1b]10;rgb:ffff/ffff/ffff\x07",
    "\x1b]4;1;rgb:aa/bb/cc\x07",
    "\x1b[0n",
    "\x1b[3n",
    "\x1b[?0u",
    "\x1b[?997;1n",
    "\x1b_Gi=31;OK\x1b\\",
    "\x1b[6;20;10t",
    "\x1b[8;40;120t",
    "\x1bP>|XTerm(370)\x1b\\",
    "\x1bP1$r0m\x1b\\",
    "\x1bP1+r544e=787465726d\x1b\\",
)


@pytest.mark.parametrize("reply", REPLIES)
@pytest.mark.parametrize("late", [0.0, 0.3])
def test_the_reply_to_somebody_elses_question_is_no_key(reply: str, late: float) -> None:
    for cut in range(3, len(reply)) if late else (len(reply),):
        line = Line()
        line.send(f"j{reply[:cut]}")
        line.send(f"{reply[cut:]}k", after=late)
        line.wait(2)
        assert line.keys == ["j", "k"], (reply, cut)


STRINGS = ("\x1b]11;rgb:1e1e/1e", "\x1bP1$r", "\x1b_Gi=3", "\x1b]1", "\x1bP>", "\x1b^abc", "\x1bXabc")


@pytest.mark.parametrize("begun", STRINGS)
@pytest.mark.parametrize("pause", [0.0, 0.1, 0.6])
def test_nothing_that_was_begun_makes_it_deaf_to_who_goes_on_typing(begun: str, pause: float) -> None:
    """Each letter was taken for more of a string, as long as none came later than the rest of one is waited for."""
    for key, name in (("\x1b", "escape"), ("\x03", "ctrl+c"), ("\r", "enter"), ("\x7f", "backspace")):
        line = Line()
        line.send(begun)
        line.send("z", after=pause)
        line.send(key, after=pause)
        line.send("j", after=pause)
        line.wait(1)
        typed = [one for key in line.keys for one in (("escape", "j") if key == "alt+j" else (key,))]
        assert typed[-2:] == [name, "j"], line.keys


@pytest.mark.parametrize("begun", STRINGS)
def test_letters_alone_are_typed_again_after_some_seconds(begun: str) -> None:
    line = Line()
    line.send(begun)
    for _ in range(round((STRING_SECONDS + 1) / 0.5)):
        line.send("k", after=0.5)
    assert line.keys[-1:] == ["k"]


@pytest.mark.parametrize("sign", ["^", "X"])
def test_an_escape_and_a_sign_that_begins_no_reply_are_keys(sign: str) -> None:
    line = Line()
    line.send(f"\x1b{sign}jk")
    assert line.keys[-2:] == ["j", "k"]
    assert line.keys[0].startswith("alt+")


def test_an_escape_that_follows_half_of_a_reply_is_a_key() -> None:
    line = Line()
    line.send("\x1b]11;rgb:1e")
    line.send("\x1b", after=0.3)
    line.wait(2)
    assert line.keys == ["escape"]


def test_half_of_a_reply_is_dropped_too() -> None:
    line = Line()
    line.send("\x1b]11;rgb:1e1e/1e")
    line.wait(2)
    line.send("j")
    assert line.keys == ["j"]


def pasted(line: Line) -> list[str]:
    return [event.text for event in line.events if isinstance(event, events.Paste)]


@pytest.mark.parametrize("cut", range(1, len(PASTE_END)))
def test_a_paste_in_pieces(cut: int) -> None:
    line = Line()
    line.send(f"{PASTE}one\ntwo{PASTE_END[:cut]}")
    line.send(f"{PASTE_END[cut:]}j", after=0.5)
    assert pasted(line) == ["one\ntwo"]
    assert line.keys == ["j"]


@pytest.mark.parametrize("typed", [0.4, 2.0])
def test_a_paste_without_its_end_is_given_up(typed: float) -> None:
    line = Line()
    line.send(f"{PASTE}half of a paste")
    for _ in range(round(PASTE_SECONDS / typed)):
        line.send("k", after=typed)
    line.wait(PASTE_SILENCE + 0.2)
    line.send("?")
    assert line.keys[-1] == "question_mark"
    assert len(pasted(line)) == 1
    assert pasted(line)[0].startswith("half of a paste")


def test_a_paste_without_end_in_size_is_cut_and_never_typed() -> None:
    line = Line()
    line.send(PASTE)
    for _ in range(12):
        line.send("D" * 100_000)
    line.send(f"{PASTE_END}j")
    (text,) = pasted(line)
    assert len(text) <= PASTE_MOST
    assert line.keys == ["j"]


def test_an_escape_in_a_paste_is_no_key() -> None:
    line = Line()
    line.send(f"{PASTE}a\x1b[31mb\x1bc{PASTE_END}")
    assert pasted(line) == ["a[31mbc"]
    assert line.keys == []


@pytest.mark.parametrize(
    ("sequence", "key"),
    [
        ("\x1b[1089::99;5u", "ctrl+c"),
        ("\x1b[1103::122;5u", "ctrl+z"),
        ("\x1b[1092:1060:97;3u", "alt+a"),
        ("\x1b[1089;5u", "ctrl+c"),  # a terminal that does not tell the Latin key: by the letter's place
        ("\x1b[1103;5u", "ctrl+z"),
        ("\x1b[1110;5u", "ctrl+s"),
        ("\x1b[968;5u", "ctrl+c"),
        ("\x1b[1489;5u", "ctrl+c"),
        ("\x1b[1572;5u", "ctrl+c"),
        ("\x1b[1089::118;5u", "ctrl+v"),  # what it does tell goes before that
        ("\x1b[99;5u", "ctrl+c"),
        ("\x1b[97:65;2;65u", "A"),
        ("\x1b[1089::99;;1089u", "с"),
        ("\x1b[1089;;1089u", "с"),
    ],
)
def test_ctrl_and_a_letter_on_another_layout(sequence: str, key: str) -> None:
    line = Line()
    line.send(sequence)
    assert line.keys == [key]


@pytest.mark.parametrize("event", ["\x1b[I", "\x1b[<0;5;7M", "\x1b[?2026;2$y", "\x1b[48;40;120;800;1200t"])
def test_what_the_console_asked_for_arrives(event: str) -> None:
    line = Line()
    line.send(event)
    assert line.events
    assert line.keys == []


FOREIGN = ("\x1b[5;6;7x", "\x1b[1:2A", "\x1b[:A", "\x1b[99999999999u", "\x1b[1;99u", f"\x1b[{'1;' * 40}m", "\x1b[!p")


@pytest.mark.parametrize("sequence", FOREIGN)
def test_a_sequence_that_nobody_knows_is_no_key_and_ends_nothing(sequence: str) -> None:
    line = Line()
    line.send(f"j{sequence}k")
    line.wait(2)
    assert [key for key in line.keys if len(key) == 1] == ["j", "k"]
    assert not set("Ampx") & set(line.keys)


def test_a_mouse_in_a_window_without_pixels_ends_nothing() -> None:
    line = Line()
    line.send("\x1b[48;40;120;0;0t\x1b[<0;5;7M")
    line.send("j")
    assert line.keys == ["j"]


PARTS = (
    *"\x1b[O]P_^M<201~;?aRtI48:uA$ycx\\\x03é",
    PASTE,
    PASTE_END,
    "\x1b[<0;3;4M",
    "\x1bO\x1b[200~",
    "\x1b[48;0;0;0;0t",
    "5;6x",
    "99999999999u",
    "1:2A",
)


@pytest.mark.parametrize("seed", range(40))
def test_whatever_came_before_who_types_is_heard(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes at random, as from a broken line or a foreign terminal: none makes it deaf, and none ends its thread."""
    dice = random.Random(seed)
    for _ in range(25):
        line = Line()
        monkeypatch.setattr("textual._parser.get_time", lambda line=line: line.now)
        sent = ["".join(dice.choices(PARTS, k=dice.randint(1, 6))) for _ in range(dice.randint(1, 25))]
        for text in sent:
            line.send(text, after=dice.choice((0, 0, 0.1, 0.3, 1)))
        line.wait(STRING_SECONDS + SEQUENCE_SECONDS + PASTE_SILENCE)
        heard = len(line.keys)
        for letter in "hello":
            line.send(letter, after=0.1)
        assert line.keys[heard:] == list("hello"), sent
