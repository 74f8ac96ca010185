"""Runs `aisearch emulate` as a process of its own, through its arguments, as the command does."""

from __future__ import annotations

import argparse
import sys

from tui.emulator import serve

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    serve.add_arguments(parser)
    sys.exit(serve.run(parser.parse_args()))
