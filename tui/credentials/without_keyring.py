"""Where a token can be kept where there is no keyring: three ways, each one line to copy."""

from __future__ import annotations

import shlex
from pathlib import Path

from msgspec import Struct

DEFAULT = "default"


class Way(Struct, frozen=True):
    """One way: what it is, in a few words, and the line to copy."""

    title: str
    line: str


def ways(profile: str, file: Path) -> tuple[Way, ...]:
    """A private file, a program that prints the token, the environment. `file` is the configuration.

    The token is typed where nothing shows it, and stands in no argument. The lines are for bash and zsh.
    """
    chosen = "" if profile == DEFAULT else f" --profile {shlex.quote(profile)}"
    kept = "~/.ai-search-token" if profile == DEFAULT else f"~/{shlex.quote(f'.ai-search-token-{profile}')}"
    return (
        Way(
            "a file that only you can read (paste the token, press enter):",
            f'(umask 077; rm -f {kept}; read -rs t; echo "$t" >{kept}); aisearch{chosen} --token-file {kept}',
        ),
        Way(
            f"a password manager, below [profiles.{profile}] in {file}:",
            'token_command = ["pass", "show", "cloudflare/ai-search"]',
        ),
        Way(
            "this shell only (paste the token, press enter):",
            f"read -rs CLOUDFLARE_API_TOKEN; export CLOUDFLARE_API_TOKEN; aisearch{chosen}",
        ),
    )


def ways_text(profile: str, file: Path) -> str:
    """The ways as a text for a terminal."""
    return "\n".join(f"  {one.title}\n    {one.line}" for one in ways(profile, file))
