"""The cabinet: what the users of an account see and do."""
