"""What the operating system is asked for: child processes, private files, reports of a crash."""
