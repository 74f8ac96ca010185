"""Keys of layouts that have no Latin letters, and the Latin key in the same place: ctrl and alt mean places.

A terminal of the kitty protocol tells the key of the Latin layout beside the letter, where it knows it. Some do not:
then the usual layout of the letter's script decides. Serbian and Bulgarian share letters with the Russian one and have
them in other places; only the letters that are theirs alone are found there.
"""

from __future__ import annotations

_LAYOUTS = {
    "йцукенгшщзхъфывапролджэячсмитьбюё": "qwertyuiop[]asdfghjkl;'zxcvbnm,.`",  # Russian
    "іїєґў": "s]'\\o",  # Ukrainian, Belarusian
    "љњјђћџѕ": "qwj[;xz",  # Serbian, Macedonian
    "ςερτυθιοπασδφγηξκλζχψωβνμ": "wertyuiopasdfghjklzxcvbnm",  # Greek
    "קראטוןםפשדגכעיחלךףזסבהנמצתץ": "ertyuiopasdfghjkl;zxcvbnm,.",  # Hebrew
    "ضصثقفغعهخحشسيبلاتنمئءؤرىة": "qwertyuiopasdfghjklzxcvnm",  # Arabic
}
_PLACES = {letter: key for letters, keys in _LAYOUTS.items() for letter, key in zip(letters, keys, strict=True)}


def latin_key(letter: str) -> str:
    """The Latin key where this letter is on the usual layout of its script; the letter itself where none is known."""
    return _PLACES.get(letter, letter)
