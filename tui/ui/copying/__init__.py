"""Copying and saving what is on the screen."""
