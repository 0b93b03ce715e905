"""The parts of a gateway that the composition root puts together, by what a process is for."""
