"""The jobs of an instance."""
