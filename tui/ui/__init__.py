"""The terminal user interface: Textual and Rich live below this package and nowhere else."""
