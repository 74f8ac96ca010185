"""Use cases on the configuration of an instance: read, validate, change, create, delete."""
