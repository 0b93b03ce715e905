"""A closed-loop HTTP load generator: one process, keep-alive connections on epoll, one request in flight on each.

    python bench/load.py PORT --connections 64 --seconds 10 --recipients 1 [--ahead]

Prints one JSON line. Every answer is read and counted; one that does not accept every recipient is an error.
"""

import argparse
import json
import re
import selectors
import socket
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
ACCEPTED = b">send</information>"


@dataclass
class Load:
    """What is sent: one text to ``recipients`` numbers, at once or (``ahead``) scheduled for tomorrow."""

    recipients: int
    ahead: bool
    number: int = 0

    def request(self) -> bytes:
        tomorrow = f"{datetime.now() + timedelta(days=1):%Y-%m-%d %H:%M}" if self.ahead else ""  # noqa: DTZ005
        abonents = "".join(
            f'<abonent phone="79{self.number + i:07d}00" number_sms="{i}" time_send="{tomorrow}" />'
            for i in range(self.recipients)
        )
        self.number = (self.number + self.recipients) % 10_000_000
        body = (
            '<?xml version="1.0" encoding="utf-8"?><request><security><login value="demo" /><password value="demo" />'
            f'</security><message type="sms"><sender>Tolmach</sender><text>Order {self.number} is ready, come and '
            f"get it</text>{abonents}</message></request>"
        )
        head = "POST /xml/ HTTP/1.1\r\nHost: bench\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: "
        return f"{head}{len(body)}\r\n\r\n{body}".encode()


@dataclass
class Tally:
    """What came back."""

    warm: float
    end: float
    requests: int = 0
    errors: int = 0
    answered: int = 0
    latencies: list[float] = field(default_factory=list)  # in order once all have come

    def milliseconds(self, percentile: int) -> float:
        """Return a percentile; 0 where nothing was answered in time, as may be when limits hold refusals back."""
        return 1000 * self.latencies[len(self.latencies) * percentile // 100] if self.latencies else 0.0


class Connection:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.sent_at = 0.0

    def send(self, load: Load) -> None:
        self.sent_at = time.perf_counter()
        self.socket.sendall(load.request())

    def receive(self) -> bytes | None:
        """Return the body once the whole answer is there."""
        self.buffer += self.socket.recv(1 << 18)
        head = self.buffer.find(b"\r\n\r\n")
        if head < 0:
            return None
        match = LENGTH.search(self.buffer, 0, head)
        size = int(match[1]) if match else 0
        if len(self.buffer) < head + 4 + size:
            return None
        body, self.buffer = self.buffer[head + 4 : head + 4 + size], self.buffer[head + 4 + size :]
        return body


def run(port: int, connections: int, load: Load, tally: Tally) -> None:
    selector = selectors.DefaultSelector()
    live = [Connection(port) for _ in range(connections)]
    for connection in live:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(load)
    waiting = len(live)
    while waiting:
        for key, _ in selector.select():
            ready: Connection = key.data
            body = ready.receive()
            if body is None:
                continue
            now = time.perf_counter()
            tally.answered += 1
            if tally.warm <= now < tally.end:
                tally.requests += 1
                tally.latencies.append(now - ready.sent_at)
            tally.errors += body.count(ACCEPTED) != load.recipients
            if now < tally.end:
                ready.send(load)
            else:
                waiting -= 1
    for connection in live:
        connection.socket.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--warm", type=float, default=2)
    parser.add_argument("--recipients", type=int, default=1)
    parser.add_argument("--ahead", action="store_true")
    options = parser.parse_args()
    start = time.perf_counter()
    tally = Tally(start + options.warm, start + options.warm + options.seconds)
    run(options.port, options.connections, Load(options.recipients, options.ahead), tally)
    tally.latencies.sort()
    print(
        json.dumps(
            {
                "connections": options.connections,
                "requests_per_second": tally.requests / options.seconds,
                "messages_per_second": tally.requests * options.recipients / options.seconds,
                "messages": tally.answered * options.recipients,
                "p50_ms": tally.milliseconds(50),
                "p99_ms": tally.milliseconds(99),
                "errors": tally.errors,
            }
        )
    )


if __name__ == "__main__":
    main()
