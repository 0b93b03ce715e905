"""The protocols that clients speak. Pure: bytes to a command, a result to bytes. Dialects do not know each other."""
