"""The part of the metadata that depends on where the source is hosted: project addresses and the long description.

The address is AISEARCH_REPOSITORY, else the remote `origin` of the clone. With it, pictures and links of the README are
absolute, for an index of packages shows them on its own pages. Without it they are left out: they would lead nowhere.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

SERVICE = "https://developers.cloudflare.com/ai-search/"
_PICTURE = re.compile(r"!\[([^\]]*)\]\(([^):\s]+)\)")
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^):\s#]+)(#[^)\s]*)?\)")


class HostedMetadata(MetadataHookInterface):
    """Fills `readme` and `urls` of the project."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add both to the metadata, as the build asks for."""
        root = Path(self.root)
        address = repository(os.environ, remote(root))
        text = (root / "README.md").read_text(encoding="utf-8")
        tag = f"v{metadata['version']}"
        metadata["readme"] = {"content-type": "text/markdown", "text": long_description(text, address, tag)}
        metadata["urls"] = urls(address)


def remote(root: Path) -> str:
    """The remote `origin` of the clone in `root`; empty without git, a clone or a remote."""
    command = ["git", "-C", str(root), "config", "--get", "remote.origin.url"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""


def repository(environ: Mapping[str, str], remote_url: str) -> str:
    """The https address of the source, without a slash at its end; empty when there is none that others can open.

    Never a user name or a password that stands in the remote's address.
    """
    given = environ.get("AISEARCH_REPOSITORY") or remote_url
    found = re.fullmatch(
        r"(?:https://|ssh://|git://)?(?:[^@/]+@)?([A-Za-z0-9.-]+\.[A-Za-z]+)(?::\d+)?[:/]+(.+?)(?:\.git)?/*", given
    )
    return f"https://{found[1]}/{found[2]}" if found else ""


def urls(address: str) -> dict[str, str]:
    """The project's addresses, by the labels that an index of packages knows."""
    if not address:
        return {"Service": SERVICE}
    documents = f"{address}/blob/main"
    return {
        "Homepage": address,
        "Source": address,
        "Issues": f"{address}/issues",
        "Documentation": f"{documents}/docs/install.md",
        "Changelog": f"{documents}/CHANGELOG.md",
        "Security": f"{documents}/SECURITY.md",
        "Service": SERVICE,
    }


def long_description(text: str, address: str, tag: str) -> str:
    """The README as it is read elsewhere than in its repository, with what it had at the release `tag`."""
    if not address:
        return _LINK.sub(r"\1", _PICTURE.sub(r"\1", text))
    text = _PICTURE.sub(rf"![\1]({address}/raw/{tag}/\2)", text)
    return _LINK.sub(rf"[\1]({address}/blob/{tag}/\2\3)", text)
