"""What the gateway does: a command in, a result out, one noun per file. Services see neither SQL nor wire formats."""
