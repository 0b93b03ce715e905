"""Carriers' protocols without I/O: a submission to what is sent, an answer to an outcome, a report to an event."""
