"""Values, commands, results and decisions: no I/O, no clock, no randomness."""
