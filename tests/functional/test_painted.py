"""What was painted bit by bit is what the screen would paint at once, wherever the keys lead."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness import console
from tui.ui import textual_painting

pytestmark = pytest.mark.exhaustive

WALKS = {
    "log": "4 k k pageup home end w t t / f a i l enter n escape & e r r enter z escape z m v j j escape",
    "panes": "j j enter 3 j j enter 4 k 1 o o / d o c s enter escape 2 ] ] ] ] [ z j j z 3 z z 1",
    "items": "2 ] ] z j j enter j j escape / p d f enter escape f escape i j enter escape escape",
    "dialogs": "S escape space j space S escape D tab escape M tab escape N escape n j escape escape * escape P escape",
    "screens": "? pagedown escape : s y n c escape @ j enter escape ! escape d escape p escape R",
    "search": "2 ] ] ] / l a b e l enter j j enter escape a escape b escape 1",
}


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=str)
@pytest.mark.parametrize("walk", WALKS)
async def test_every_step_is_painted_whole(
    tmp_path: Path, walk: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    if size == (80, 24):  # on a machine that is so slow that each line is a piece of its own
        monkeypatch.setattr(textual_painting, "PIECE", 0.0)
        monkeypatch.setattr(textual_painting, "LINES", 1)
    names = {"/": "slash", "]": "right_square_bracket", "[": "left_square_bracket", "&": "ampersand", ":": "colon"}
    names |= {"?": "question_mark", "*": "asterisk", "@": "at", "!": "exclamation_mark"}
    async with console(tmp_path, size) as seen:
        await seen.painted()
        for key in WALKS[walk].split():
            await seen.press(names.get(key, key))
            await seen.settle()
            await seen.painted()
            await seen.pass_time(1.1, 1.1)
            await seen.painted()
