"""The console over a real ssh connection: sshd on loopback with a key of its own, terminals of many kinds, tmux."""
