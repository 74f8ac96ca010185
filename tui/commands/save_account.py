"""Keeps an account id in `config.toml` without disturbing a byte of the rest, or not at all."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from tui.system.private_files import MODE, make_folder, replace_file


def remember_account(file: Path, profile: str, account: str) -> bool:
    """Write `account` into the profile's table; False, with the file untouched, where that is not plainly right.

    It is right when the file then reads as before plus this one value. A value that is there already is never
    changed, and a symbolic link (a managed configuration) is left alone. Raises OSError.
    """
    before = file.read_text("utf-8") if file.exists() else ""
    after = _with_account(before, profile, account)
    if file.is_symlink() or not _adds_only(before, after, profile, account):
        return False
    make_folder(file.parent)
    replace_file(file, after, mode=file.stat().st_mode & 0o777 if file.exists() else MODE)
    return True


def _with_account(text: str, profile: str, account: str) -> str:
    """The text with one line more, below the profile's header, or with a table of its own at the end."""
    name = profile if re.fullmatch(r"[\w-]+", profile, re.ASCII) else f'"{profile}"'
    line = f'account = "{account}"\n'
    header = re.compile(rf"^[ \t]*\[[ \t]*profiles[ \t]*\.[ \t]*[\"']?{re.escape(profile)}[\"']?[ \t]*\].*\n?", re.M)
    if found := header.search(text):
        head = text[: found.end()]
        return f"{head}{'' if head.endswith(chr(10)) else chr(10)}{line}{text[found.end() :]}"
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    return f"{text}{gap}[profiles.{name}]\n{line}"


def _adds_only(before: str, after: str, profile: str, account: str) -> bool:
    try:
        old, new = tomllib.loads(before), tomllib.loads(after)
        table: dict[str, Any] = old.setdefault("profiles", {}).setdefault(profile, {})
    except (tomllib.TOMLDecodeError, AttributeError):  # not TOML, or `profiles` is no table
        return False
    if "account" in table:
        return False
    table["account"] = account
    return new == old
