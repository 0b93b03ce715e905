"""The loops that move messages: intake, submit, receipts, callbacks, upkeep."""
