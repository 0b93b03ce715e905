"""Front processes: they read and write HTTP for one that works, so that it has its processor for the rest.

A front answers on the same ports: it reads requests, parses them, and writes the answers. The commands themselves, and
every page, are carried out by the process behind it (`back`), to which it has a line: a socket that no file names.
Which is which, and why, is in docs/adr/0030-front-processes.md.
"""
