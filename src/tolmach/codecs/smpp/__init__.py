"""SMPP 3.4 without I/O, for both sides of a link.

`session` is the door: octets in, events out, octets to send. Below it `framing` cuts the stream, `pdu`
turns frames into `bodies` and back (by the tables in `layouts` and `fields`, or for bulk traffic by
hand in `bulk`), `tlv` holds optional parameters. `receipt` and `time` read what carriers write inside.
"""
