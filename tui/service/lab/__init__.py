"""The retrieval lab: why an item is not found, how well an instance finds, what it lacks of its source."""
