"""Tests, the benchmark and the maker of screenshots."""
