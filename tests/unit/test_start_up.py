"""What is loaded when: the version without Textual, the client without httpx's command line."""

from __future__ import annotations

import subprocess
import sys


def loaded(code: str) -> set[str]:
    """The names of all modules that are loaded after this code, in a process of its own."""
    code += "\nimport sys; print('\\n'.join(name for name, module in sys.modules.items() if module))"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_the_version_needs_neither_textual_nor_a_client() -> None:
    code = "from contextlib import suppress\nfrom tui.cli import main\nwith suppress(SystemExit): main(['--version'])"
    assert {name.partition(".")[0] for name in loaded(code)}.isdisjoint({"textual", "rich", "httpx", "asyncio"})


def test_the_client_is_loaded_without_a_command_line_and_click_can_be_loaded_later() -> None:
    loading = "from tui.wiring import _load_client\n_load_client()"
    assert {"httpx", "httpcore", "tui.api.client"} <= loaded(loading)
    assert {"click", "httpx._main"}.isdisjoint(loaded(loading))
    assert "click" in loaded(f"{loading}\nimport click")
    assert "httpx._main" in loaded(f"import click\n{loading}"), "what was loaded before stays as it was"
