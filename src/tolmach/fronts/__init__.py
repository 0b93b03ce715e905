"""Front processes: on SQLite, whose file has one process that works on it, others may read and write HTTP for it.

A front answers on the same ports: it reads requests, parses them, and writes the answers. The commands themselves, and
every page, are carried out by the process behind it (`back`), to which it has a line: a socket that no file names.
Which is which, and why, is in docs/adr/0030-front-processes.md.
"""
