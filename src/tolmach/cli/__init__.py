"""The command line ``tolmach``: it starts the gateway, and administers it while it runs, over the same file."""

from tolmach.cli.program import main

__all__ = ["main"]
