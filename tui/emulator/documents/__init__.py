"""Reading documents: which type a name stands for, how bytes become characters, and the text of each format."""
