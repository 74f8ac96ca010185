"""What the screen shows as one frozen value, and what is computed from it."""
