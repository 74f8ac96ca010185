"""Creating an instance and changing its configuration."""
