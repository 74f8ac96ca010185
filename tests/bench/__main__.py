"""`python -m tests.bench [NAME [options]]`: each benchmark is a module here with `run(arguments) -> exit code`."""

from __future__ import annotations

import importlib
import sys

BENCHMARKS = {
    "console": "the whole console in a terminal, against the numbers that it promises",
    "api": "our client against the official SDK and httpx alone",
    "headless": "commands without a screen against wrangler and the official SDK",
}


def main(arguments: list[str]) -> int:
    """Run the benchmark named first; all of them without a name."""
    name, *options = arguments or [""]
    if name in BENCHMARKS:
        return _run(name, options)
    if not name or name.startswith("-"):
        print("== console", flush=True)
        status = _run("console", arguments)
        print("\n== api", flush=True)
        return _run("api", []) | status
    print("usage: python -m tests.bench [NAME] [options]\n")
    for known, what in BENCHMARKS.items():
        print(f"  {known:12} {what}")
    return 2


def _run(name: str, options: list[str]) -> int:
    module = importlib.import_module(f"tests.bench.{name}")
    return int(module.run(options))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
