"""Rules of routing as they are stored: in order, each with its links."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, func, insert, select, update

from tolmach.core.content import Channel
from tolmach.core.ids import AccountId
from tolmach.core.route import Conditions, Rule, Target
from tolmach.core.traffic import Traffic
from tolmach.store import counters
from tolmach.store.database import Tx
from tolmach.store.schema import route_links, routes


def everything(tx: Tx) -> Sequence[Rule]:
    """Return all rules in order."""
    rows = tx.execute(select(routes).order_by(routes.c.position)).mappings().all()
    if not rows:
        return ()
    targets: dict[int, list[Target]] = {}
    asked = select(route_links).order_by(route_links.c.route_id, route_links.c.number)
    for row in tx.execute(asked):
        targets.setdefault(row.route_id, []).append(Target(row.link, row.weight))
    return [
        Rule(
            id=row["id"],
            position=row["position"],
            conditions=Conditions(
                channel=Channel(row["channel"]) if row["channel"] else None,
                direction=row["direction"],
                operator=row["operator"],
                prefix=row["prefix"],
                account=None if row["account_id"] is None else AccountId(row["account_id"]),
                sender=row["sender"],
                traffic=Traffic(row["traffic"]) if row["traffic"] else None,
            ),
            targets=tuple(targets.get(row["id"], ())),
            on_undelivered=row["on_undelivered"],
            patience=row["patience_ms"] / 1000,
        )
        for row in rows
    ]


def add(tx: Tx, rule: Rule) -> int:
    """Store a rule behind all others and return its id; the id and the position of ``rule`` do not count."""
    last = tx.execute(select(func.max(routes.c.position))).scalar() or 0
    about = rule.conditions
    values = {
        "position": last + 1,
        "channel": about.channel.value if about.channel else "",
        "direction": about.direction,
        "operator": about.operator,
        "prefix": about.prefix,
        "account_id": about.account,
        "sender": about.sender,
        "traffic": about.traffic.value if about.traffic else "",
        "on_undelivered": rule.on_undelivered,
        "patience_ms": round(rule.patience * 1000),
    }
    key = tx.execute(insert(routes).values(**values)).inserted_primary_key
    assert key is not None
    rows = [
        {"route_id": key[0], "number": number, "link": target.link, "weight": target.weight}
        for number, target in enumerate(rule.targets, 1)
    ]
    tx.execute(insert(route_links), rows)
    counters.touch_revision(tx)
    return int(key[0])


def remove(tx: Tx, rule: int) -> bool:
    """Forget a rule; return whether it was there."""
    tx.execute(delete(route_links).where(route_links.c.route_id == rule))
    removed = tx.execute(delete(routes).where(routes.c.id == rule)).rowcount
    counters.touch_revision(tx)
    return removed > 0


def arrange(tx: Tx, places: Mapping[int, int]) -> None:
    """Put rules (id -> position, 1 and up, all of them) in another order."""
    for rule, place in places.items():  # out of the way first: a position is unique at every moment
        tx.execute(update(routes).where(routes.c.id == rule).values(position=-place))
    for rule, place in places.items():
        tx.execute(update(routes).where(routes.c.id == rule).values(position=place))
    counters.touch_revision(tx)
