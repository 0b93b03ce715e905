"""Tolmach: a messaging gateway that speaks the protocols of four Russian SMS providers."""

__version__ = "0.1.0"
