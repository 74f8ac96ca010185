"""Measurements, run by hand or by CI as `python -m tests.bench NAME`; ratios of one run, never absolute promises."""
