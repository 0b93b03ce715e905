"""A carrier without a carrier: virtual phones that receive what the gateway sends."""
