"""The desk: what the operator's staff sees and does."""
