"""Wire codecs: pure functions between bytes and text, with no knowledge of the messaging domain."""
