"""Shells that move bytes to the outside: carriers and callback receivers."""
