"""Signs of several code points that terminals do not agree about: written so that each takes the cells we count.

tmux before 3.5, GNU screen, PuTTY and older libraries add up the cells of the code points where a newer terminal, and
we, count the sign that they make together: the rest of the line would stand elsewhere. Such a sign is written as its
first code point, and as many spaces as it is too narrow by. What is kept, copied and saved has the whole sign.
"""

from __future__ import annotations

import re

from rich.cells import cell_len

_TONE = "\U0001f3fb-\U0001f3ff"
_JOINED = re.compile(f"([^\0-\x22$-)+-/:-\x7f])((?:[\ufe0f\u20e3{_TONE}]|\u200d[^\0-\x7f])+)")
"""A sign with what changes it: its form as a picture (VS16), a key cap, a tone of skin, another sign joined to it.

It begins with a digit, `#`, `*` or anything beyond ASCII, which is said by what it is not: a set that reaches to the
end of Unicode takes 7 ms to compile.
"""


def same_everywhere(text: str) -> str:
    """What is written for `text`, which may have control sequences: as many cells, whoever counts them."""
    return text if text.isascii() else _JOINED.sub(_first_alone, text)


def _first_alone(match: re.Match[str]) -> str:
    first = match[1]
    return first + " " * (cell_len(match[0]) - cell_len(first))
