"""What an installation of the console consists of: every distribution that it needs, as installed here.

`python -m build_tools.dependencies` lists them with versions and licences; `--json` writes them as a bill of materials
(CycloneDX 1.6). Extras are added with `--extra documents`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Any, NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

OURS = "aisearch-tui"
UNKNOWN = "unknown"
_CLASSIFIER = "License :: OSI Approved :: "


class Component(NamedTuple):
    """One distribution: what it is called, which version is installed, and under which licence."""

    name: str
    version: str
    licence: str


def components(extras: Iterable[str] = (), top: str = OURS, path: Sequence[str] = ()) -> list[Component]:
    """All that `top` with `extras` needs, without itself, by name; as installed below `path`, else here.

    Raises PackageNotFoundError for one that is needed and not installed.
    """
    found: dict[str, Component] = {}
    waiting = [(top, frozenset(extras))]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        name, wanted = waiting.pop()
        if (name, wanted) in seen:
            continue
        seen.add((name, wanted))
        installed = _installed(name, path)
        found[name] = Component(name, installed.version, licence(installed))
        waiting += [
            (canonicalize_name(one.name), frozenset(one.extras))
            for one in map(Requirement, installed.requires or ())
            if _applies(one, wanted)
        ]
    del found[top]
    return sorted(found.values())


def _installed(name: str, path: Sequence[str]) -> Distribution:
    """The distribution of that name."""
    found = next(iter(Distribution.discover(name=name, path=list(path or sys.path))), None)
    if found is None:
        raise PackageNotFoundError(name)
    return found


def _applies(needed: Requirement, extras: frozenset[str]) -> bool:
    """Whether it is needed on this machine with these extras."""
    return needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in ("", *extras))


def licence(installed: Distribution) -> str:
    """The licence in words: its SPDX expression, else its classifiers, else the short text of the old field."""
    said = installed.metadata.get_all
    if expressions := said("License-Expression"):
        return str(expressions[0])
    if approved := [
        line.removeprefix(_CLASSIFIER) for line in said("Classifier") or () if line.startswith(_CLASSIFIER)
    ]:
        return " AND ".join(approved)
    old = "".join(said("License") or ()).strip()
    return old if old and "\n" not in old else UNKNOWN


def bill_of_materials(version: str, found: Sequence[Component]) -> dict[str, Any]:
    """The components as CycloneDX 1.6. No time and no random number: the same input gives the same bytes."""

    def listed(one: Component, kind: str) -> dict[str, Any]:
        return {
            "type": kind,
            "bom-ref": f"{one.name}@{one.version}",
            "name": one.name,
            "version": one.version,
            "purl": f"pkg:pypi/{one.name}@{one.version}",
            "licenses": [{"license": {"name": one.licence}}],
        }

    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": listed(Component(OURS, version, "MIT"), "application")},
        "components": [listed(one, "library") for one in found],
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Write the list; 1 when something that is needed is not installed, or a licence is unknown."""
    parser = argparse.ArgumentParser(prog="python -m build_tools.dependencies", description="What is needed.")
    parser.add_argument("--extra", action="append", default=[], metavar="NAME", help="with an extra, such as documents")
    parser.add_argument("--json", action="store_true", help="as a bill of materials, CycloneDX 1.6")
    given = parser.parse_args(argv)
    try:
        found = components(given.extra)
    except PackageNotFoundError as missing:
        print(f"{missing.name} is needed and not installed", file=sys.stderr)
        return 1
    if given.json:
        print(json.dumps(bill_of_materials(distribution(OURS).version, found), indent=2))
    else:
        print("\n".join(f"{one.name:<24} {one.version:<14} {one.licence}" for one in found))
    return int(any(one.licence == UNKNOWN for one in found))


if __name__ == "__main__":
    sys.exit(main())
