"""Acceptance of a batch of send commands: checked, priced, held and stored with a fixed number of statements.

The batch is the unit (one transaction for all callers that came while the last one was being written), the order is
the customer's: each command is decided by itself, in the order of arrival, against money that the earlier ones left.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from tolmach.core import admission, plans, traffic
from tolmach.core.accounts import Account
from tolmach.core.admission import Terms
from tolmach.core.commands import SendMessages
from tolmach.core.drafts import Draft
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import STRIDE, AccountId, CampaignId, MessageId
from tolmach.core.limits import RETRY_AFTER, FullLinks
from tolmach.core.moderation import Rules
from tolmach.core.moments import to_ms
from tolmach.core.money import ZERO, Money
from tolmach.core.numbering import Numbering
from tolmach.core.phone import normalise
from tolmach.core.plans import Plan, PlannedStep
from tolmach.core.rejections import Rejection
from tolmach.core.results import Accepted, CampaignRef, Rejected, SendItem, SendResult
from tolmach.core.status import Status
from tolmach.core.timezones import to_utc, to_wall
from tolmach.services.access import Principal, confirm
from tolmach.services.catalogue import Catalogue
from tolmach.services.screening import Held, Screening
from tolmach.store import campaigns, counters, ledger, legs, messages, partitions, queue, stops
from tolmach.store.campaigns import Campaign
from tolmach.store.database import Tx
from tolmach.store.flavours import flavour
from tolmach.store.legs import Leg
from tolmach.store.messages import Message
from tolmach.store.queue import Entry, Kind

FARTHEST = timedelta(days=5 * 366)
RECORDED = frozenset({Rejection.STOPPED, Rejection.DIRECTION_CLOSED, Rejection.DIRECTION_CLOSED_FOR_ACCOUNT})


class Order(NamedTuple):
    """A send command and who gave it; ``moderated``: its texts are looked at where the account's are.

    ``request``: what is kept of the request that brought it, see `tolmach.core.requests`.
    """

    principal: Principal
    command: SendMessages
    moderated: bool = True
    request: str = ""


Answer = SendResult | RequestError


@dataclass(slots=True)
class _Rows:
    """What the batch will write."""

    messages: list[Message] = field(default_factory=list)
    queue: list[Entry] = field(default_factory=list)
    holds: list[ledger.Entry] = field(default_factory=list)
    refused: list[Leg] = field(default_factory=list)


class _Ready(NamedTuple):
    """A draft that passed every check but that of money."""

    phone: str
    plan: Plan
    stored_plan: str
    price: Money
    due_ms: int
    held: Held | None = None


def accept(
    tx: Tx,
    catalogue: Catalogue,
    orders: Sequence[Order],
    now: datetime,
    full: FullLinks | None = None,
    *,
    locked: bool = True,
) -> list[Answer]:
    """Carry out send commands; one answer each, in order. What only ``full`` links can carry is not taken.

    ``locked``: nobody else may spend money of these accounts meanwhile. Else they may, until all is decided;
    OverdrawnError when that took what was needed here.
    """
    batch = _Batch(tx, catalogue, orders, now, locked=locked)
    batch.full = full
    answers: list[Answer] = []
    for order in orders:
        try:
            answers.append(batch.send(order))
        except RequestError as error:
            answers.append(error)
    batch.write()
    return answers


def check_date(due: datetime | None, zone: str, now: datetime) -> None:
    """Raise RequestError BAD_DATE for a moment on the account's clock that must be a mistake."""
    if due is not None and to_utc(due, zone) > now + FARTHEST:
        raise RequestError(Failure.BAD_DATE, "more than five years ahead")


class _Batch:
    def __init__(self, tx: Tx, catalogue: Catalogue, orders: Sequence[Order], now: datetime, *, locked: bool) -> None:
        self.tx = tx
        self.snapshot = catalogue.at(tx)
        self.now = now
        self.now_ms = to_ms(now)
        self.rows = _Rows()
        self.screening = Screening(tx, self.now_ms)
        ids = {order.principal.account for order in orders}
        self.locked = locked
        balances = ledger.locked_balances(tx, ids) if locked else ledger.balances_of(tx, ids)
        self.spendable = {id_: Money(money.available + self._credit(id_)) for id_, money in balances.items()}
        self.stopped = self._load_stops(ids, orders)
        self.repeats = self._load_repeats(orders)
        self.earlier = dict(messages.by_ids(tx, set(self.repeats.values())))
        self.reserved = sum(len(order.command.drafts) for order in orders if not order.command.dry_run)
        self.first = partitions.reserve(tx, self.reserved) if self.reserved else 0
        self.used = 0
        self.full: FullLinks | None = None
        self._checked: dict[tuple[int, AccountId], Plan | Rejection] = {}
        self._priced: dict[tuple[int, AccountId, int], tuple[Plan, str, Money] | Rejection] = {}

    def _credit(self, id_: AccountId) -> Money:
        account = self.snapshot.account(self.tx, id_)
        return ZERO if account is None else account.credit

    def _load_stops(self, ids: Iterable[AccountId], orders: Sequence[Order]) -> frozenset[tuple[int, str]]:
        if not self.snapshot.stops_exist(self.tx):
            return frozenset()
        numbers = {normalise(draft.recipient) for order in orders for draft in order.command.drafts}
        return stops.among(self.tx, list(ids), [number for number in numbers if not isinstance(number, Rejection)])

    def _load_repeats(self, orders: Sequence[Order]) -> dict[tuple[AccountId, str, str], MessageId]:
        asked: dict[tuple[AccountId, str], list[str]] = {}
        for order in orders:
            keys = [draft.client_key for draft in order.command.drafts if draft.client_key]
            if keys:
                asked.setdefault((order.principal.account, order.command.dialect), []).extend(keys)
        found: dict[tuple[AccountId, str, str], MessageId] = {}
        for (account, dialect), keys in asked.items():
            stored = messages.by_client_key(self.tx, account, dialect, keys)
            found.update(((account, dialect, key), message) for key, message in stored.items())
        return found

    def send(self, order: Order) -> SendResult:
        """Decide one command."""
        command = order.command
        account = confirm(self.tx, self.snapshot, order.principal)
        self._check_dates(command, account)
        rules = self.snapshot.rules(self.tx, account) if order.moderated else None
        one = _Command(self, self.snapshot.terms(self.tx, account), order, rules)
        if self.full is not None and not command.dry_run:
            one.check_links(self.full)
        items = one.whole() if command.whole else [one.item(draft) for draft in command.drafts]
        due = [one.moment(draft) for draft in command.drafts]
        sends_at = min(due, default=self.now)
        return SendResult(items, to_wall(max(sends_at, self.now), account.time_zone), one.campaign_ref())

    def _check_dates(self, command: SendMessages, account: Account) -> None:
        """Refuse the whole command, before anything of it is taken, for a date that must be a mistake."""
        for due in {draft.due for draft in command.drafts}:
            check_date(due, account.time_zone, self.now)

    def numbering(self) -> Numbering:
        """Return whose numbers are whose."""
        return self.snapshot.numbering(self.tx)

    def next_id(self) -> MessageId:
        """Take the next reserved message id."""
        self.used += 1
        return MessageId((self.first + self.used - 1) * STRIDE)

    def check(self, draft: Draft, terms: Terms) -> Plan | Rejection:
        """Check steps once for all drafts that share them."""
        key = (id(draft.steps), terms.account.id)
        found = self._checked.get(key)
        if found is None:
            found = self._checked[key] = admission.check_steps(draft.steps, terms)
        return found

    def price(self, draft: Draft, plan: Plan, phone: str, terms: Terms) -> tuple[Plan, str, Money] | Rejection:
        """Price steps once per direction."""
        direction = admission.choose_direction(phone, terms)
        if isinstance(direction, Rejection):
            return direction
        key = (id(draft.steps), terms.account.id, direction.id)
        found = self._priced.get(key)
        if found is None:
            priced = admission.price_steps(plan, direction, terms)
            found = priced if isinstance(priced, Rejection) else (priced, plans.dump(priced), plans.total(priced))
            self._priced[key] = found
        return found

    def write(self) -> None:
        """Store everything that was accepted."""
        if self.reserved > self.used:
            last = self.first + self.reserved - 1
            counters.give_back(self.tx, counters.MESSAGES, last, self.reserved - self.used)
        spenders = () if self.locked else {hold.account for hold in self.rows.holds}
        floors = {id_: -self._credit(id_) for id_ in spenders}
        self.screening.write()
        with flavour(self.tx).together(self.tx):
            messages.add(self.tx, self.rows.messages)
            queue.add(self.tx, self.rows.queue)
            legs.add(self.tx, self.rows.refused)
            ledger.append(self.tx, self.rows.holds, floors)  # the last, so that nobody waits long for a balance


class _Command:
    """One command of the batch."""

    def __init__(self, batch: _Batch, terms: Terms, order: Order, rules: Rules | None) -> None:
        self.batch = batch
        self.account = terms.account
        self.rules = rules
        self.terms = terms
        self.command = order.command
        self.request = order.request
        self.campaign = self._find_campaign()
        self.trial = batch.spendable[self.account.id]  # money left in a dry run

    def check_links(self, full: FullLinks) -> None:
        """Refuse the whole command, before anything of it is taken, while it has what only full links can carry."""
        for draft in self.command.drafts:
            plan, phone = self.batch.check(draft, self.terms), normalise(draft.recipient)
            if isinstance(plan, Rejection) or isinstance(phone, Rejection) or self._repeat(draft) is not None:
                continue
            names = self._carriers(phone, plan[0])
            if names is None:
                names = full.of_channel.get(plan[0].channel, ())
            if names and full.names.issuperset(names):
                detail = f"too many messages wait for {', '.join(sorted(names))}"
                raise RequestError(Failure.BUSY, detail, retry_after=RETRY_AFTER)

    def _carriers(self, phone: str, step: PlannedStep) -> Sequence[str] | None:
        """Return which links may carry a step; None: any of the channel."""
        router = self.batch.snapshot.router(self.batch.tx)
        traffic_class = self.terms.traffic_of(step.sender)
        subject = router.subject(self.account.id, phone, step, traffic_class, self.terms.tariff)
        return router.carriers(subject, step.link)

    def item(self, draft: Draft) -> SendItem:
        """Decide and take one draft."""
        repeated = self._repeat(draft)
        if repeated is not None:
            return repeated
        ready = self._decide(draft)
        if isinstance(ready, Rejection):
            return Rejected(ready, draft.recipient)
        if ready.price > self._money():
            return Rejected(Rejection.NO_MONEY, draft.recipient)
        return self._take(draft, ready)

    def whole(self) -> list[SendItem]:
        """Take all drafts or none, but record those who may not be written to."""
        drafts = self.command.drafts
        decided = [self._decide(draft) for draft in drafts]
        bad = [ready for ready in decided if isinstance(ready, Rejection) and ready not in RECORDED]
        prices = sum(ready.price for ready in decided if isinstance(ready, _Ready))
        if not bad and prices > self._money():
            bad = [Rejection.NO_MONEY]
        if bad:
            reasons = [ready if isinstance(ready, Rejection) else bad[0] for ready in decided]
            return [Rejected(reason, draft.recipient) for reason, draft in zip(reasons, drafts, strict=True)]
        return [
            self._record(draft, ready) if isinstance(ready, Rejection) else self._take(draft, ready)
            for draft, ready in zip(drafts, decided, strict=True)
        ]

    def campaign_ref(self) -> CampaignRef | None:
        """Return the group of this command, if it asked for one."""
        if self.command.group is None:
            return None
        if self.campaign is not None:
            return CampaignRef(self.campaign.id, self.campaign.key)
        upcoming = counters.value(self.batch.tx, counters.CAMPAIGNS) + 1
        return CampaignRef(CampaignId(0), self.command.group.key or str(upcoming))

    def _money(self) -> int:
        return self.trial if self.command.dry_run else self.batch.spendable[self.account.id]

    def _decide(self, draft: Draft) -> _Ready | Rejection:
        phone = normalise(draft.recipient)
        if isinstance(phone, Rejection):
            return phone
        plan = self.batch.check(draft, self.terms)
        if isinstance(plan, Rejection):
            return plan
        obstacle = self._obstacle(phone, own_stops=plan[0].own_stops)
        if obstacle is not None:
            return obstacle
        priced = self.batch.price(draft, plan, phone, self.terms)
        if isinstance(priced, Rejection):
            return priced
        held = None if self.rules is None else self.batch.screening.screen(plan, self.rules, self.account.id)
        if isinstance(held, Rejection):
            return held
        return _Ready(phone, *priced, to_ms(self.moment(draft)), held)

    def _obstacle(self, phone: str, *, own_stops: bool) -> Rejection | None:
        """Return why a recipient may not be written to, whatever the message says."""
        stopped = self.batch.stopped
        if stopped and ((stops.EVERYBODY, phone) in stopped or (own_stops and (self.account.id, phone) in stopped)):
            return Rejection.STOPPED
        operators = self.command.operators
        if operators is not None and not operators.lets(self.batch.numbering().lookup(phone).operator):
            return Rejection.OPERATOR_EXCLUDED
        return None

    def moment(self, draft: Draft) -> datetime:
        """Return when a draft is to be sent, now for a past moment."""
        if draft.due is None:
            return self.batch.now
        return max(to_utc(draft.due, self._zone(draft)), self.batch.now)

    def _zone(self, draft: Draft) -> str:
        """Return whose clock a draft's moment is meant by."""
        phone = normalise(draft.recipient) if self.command.regional else Rejection.NO_RECIPIENT
        known = "" if isinstance(phone, Rejection) else self.batch.numbering().lookup(phone).time_zone
        return known or self.account.time_zone

    def _take(self, draft: Draft, ready: _Ready) -> Accepted:
        if self.command.dry_run:
            self.trial = Money(self.trial - ready.price)
            return Accepted(MessageId(0), ready.phone, plans.quotes(ready.plan, MessageId(0)))
        batch = self.batch
        batch.spendable[self.account.id] = Money(batch.spendable[self.account.id] - ready.price)
        message = self._message(draft, ready.phone, ready.stored_plan, ready.due_ms, ready.plan)
        batch.rows.queue.append(self._duty(message.id, ready))
        if ready.price:
            batch.rows.holds.append(ledger.hold(self.account.id, message.id, ready.price, batch.now_ms))
        return Accepted(message.id, ready.phone, plans.quotes(ready.plan, message.id))

    def _duty(self, message: MessageId, ready: _Ready) -> Entry:
        """Return what must happen first: the first step is sent, or a moderator looks at the text."""
        first = ready.plan[0]
        lane = traffic.lane(first.channel, self.terms.traffic_of(first.sender))
        if ready.held is not None and self.rules is not None:
            self.batch.screening.hold(ready.held, message)
            until = self.batch.screening.deadline(ready.plan, ready.due_ms, self.rules)
            return Entry(message, Kind.MODERATE, until, 1, until, lane=lane, account=self.account.id)
        due, expires = ready.due_ms, ready.plan[0].expires_ms(ready.due_ms)
        if expires <= due:  # it can never be sent: let it expire at once, and its money go back
            due = expires = self.batch.now_ms
        if self.campaign is not None and self.campaign.paused:
            return Entry(message, Kind.PAUSED, expires, 1, expires, lane=lane, account=self.account.id)
        return Entry(message, Kind.SUBMIT, due, 1, expires, lane=lane, account=self.account.id)

    def _record(self, draft: Draft, reason: Rejection) -> Rejected:
        """Keep a recipient who may not be written to as a refused message without a price."""
        plan = self.batch.check(draft, self.terms)
        phone = normalise(draft.recipient)
        assert not isinstance(plan, Rejection)
        now = self.batch.now_ms
        if not self.command.dry_run:
            message = self._message(draft, str(phone), plans.dump(plan), now, plan)
            self.batch.rows.refused.extend(
                Leg(message.id, step, self.account.id, Status.REFUSED, now, now, reason.value)
                for step in range(1, len(plan) + 1)
            )
        return Rejected(reason, draft.recipient, recorded=True)

    def _message(self, draft: Draft, phone: str, stored_plan: str, due_ms: int, plan: Plan) -> Message:
        key = self._key(draft)
        message = Message(
            id=self.batch.next_id(),
            account=self.account.id,
            campaign=self._join_campaign(plan, due_ms),
            dialect=self.command.dialect,
            client_key=key,
            recipient=phone,
            label=draft.label[:255],
            stored_plan=stored_plan,
            charge_on=self.command.charge_on,
            accepted_at=self.batch.now_ms,
            due_at=due_ms,
            request=self.request,
        )
        self.batch.rows.messages.append(message)
        if key:
            self.batch.repeats[self.account.id, self.command.dialect, key] = message.id
            self.batch.earlier[message.id] = message
        return message

    def _key(self, draft: Draft) -> str:
        return (draft.client_key or "") if self.account.deduplicates else ""

    def _repeat(self, draft: Draft) -> Accepted | None:
        key = self._key(draft)
        if not key:
            return None
        message_id = self.batch.repeats.get((self.account.id, self.command.dialect, key))
        if message_id is None:
            return None
        message = self.batch.earlier[message_id]
        return Accepted(message.id, message.recipient, plans.quotes(message.plan, message.id), repeated=True)

    def _find_campaign(self) -> Campaign | None:
        group = self.command.group
        if group is None or group.key is None:
            return None
        found = campaigns.by_key(self.batch.tx, self.account.id, self.command.dialect, group.key)
        if found is not None and group.exclusive:
            raise RequestError(Failure.DUPLICATE_GROUP)
        return found if found is None or self.command.dry_run else campaigns.join(self.batch.tx, found)

    def _join_campaign(self, plan: Plan, due_ms: int) -> CampaignId | None:
        """Return the campaign of this command, which is created for its first message."""
        group = self.command.group
        if group is None:
            return None
        if self.campaign is None:
            number = CampaignId(counters.reserve(self.batch.tx, counters.CAMPAIGNS, 1))
            key = group.key or self._free_key(number)
            step = plan[0]
            self.campaign = Campaign(
                number, self.account.id, self.command.dialect, key, step.sender, step.content.text, due_ms
            )
            campaigns.add(self.batch.tx, self.campaign)
        return self.campaign.id

    def _free_key(self, number: CampaignId) -> str:
        """Name a group after its id, unless the client already gave that name to another."""
        key = str(number)
        while campaigns.by_key(self.batch.tx, self.account.id, self.command.dialect, key) is not None:
            key = f"{key}_"
        return key
