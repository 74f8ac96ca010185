"""Tests of the emulator, through its wire."""
