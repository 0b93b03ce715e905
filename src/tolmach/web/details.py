"""What the audit log says of a change, in words; it is kept as ``name=value``, lists in brackets (services.audits)."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from tolmach.core.content import NAMES as CHANNELS
from tolmach.web.exchange import ROLES
from tolmach.web.languages import N_

FIELDS: Final[Mapping[str, str]] = {
    "account": N_("account"),
    "amount": N_("amount"),
    "answer_form": N_("ids in answers"),
    "any_sender": N_("any sender"),
    "approved": N_("approved"),
    "blocked": N_("blocked"),
    "channel": N_("channel"),
    "client": N_("account"),
    "correction": N_("correction"),
    "credit": N_("credit"),
    "currency": N_("currency"),
    "day": N_("day"),
    "deduplicates": N_("repeats are refused"),
    "default_sender": N_("default sender"),
    "delete": N_("taken away"),
    "dialect": N_("protocol"),
    "dialects": N_("protocols"),
    "direction": N_("direction"),
    "id": N_("number"),
    "ids": N_("numbers"),
    "inn": N_("INN"),
    "is_open": N_("open"),
    "kind": N_("kind"),
    "language": N_("language"),
    "link": N_("link"),
    "login": N_("login"),
    "message_rate": N_("messages a second"),
    "moderation": N_("moderation"),
    "name": N_("name"),
    "names": N_("names"),
    "networks": N_("addresses"),
    "note": N_("note"),
    "number": N_("number"),
    "on_undelivered": N_("goes on when not delivered"),
    "operator": N_("operator"),
    "parent": N_("reseller"),
    "patience": N_("patience"),
    "phone": N_("phone"),
    "place": N_("place"),
    "prefer": N_("preferred"),
    "prefix": N_("prefix"),
    "reason": N_("reason"),
    "reference": N_("base"),
    "removes": N_("taken off"),
    "request_rate": N_("requests a second"),
    "resumes": N_("resumed"),
    "revise": N_("decided anew"),
    "role": N_("role"),
    "sender": N_("sender"),
    "session": N_("session"),
    "state": N_("state"),
    "tariff": N_("tariff"),
    "text_form": N_("ids in texts"),
    "theme": N_("theme"),
    "time_zone": N_("time zone"),
    "tlv_form": N_("ids in TLVs"),
    "traffic": N_("class"),
    "uncertain": N_("when nobody knows whether it was sent"),
    "url": N_("address"),
    "words": N_("words"),
}
LISTS: Final = ("drafts", "steps", "edits")
"""Fields that are lists: what stands in them is said without their names."""

VALUES: Final[Mapping[str, Mapping[str, str]]] = {
    "channel": {channel.value: name for channel, name in CHANNELS.items()},
    "dialect": {"web": N_("this cabinet")},
    "role": {role.value: name for role, name in ROLES.items()},
}
YES_OR_NO: Final = {"True": N_("yes"), "False": N_("no")}
_HEAD: Final = re.compile(rf"(?:(?<=^)|(?<=[\s\[])|(?<=times ))(?:{'|'.join(LISTS)})=\[")
_END: Final = re.compile(r"\](?=[\],\s]|$)")
_FIELD: Final = re.compile(r"(^|, | )([a-z_]+)=(\S*?)(?=,? |,?$)")
_SAME: Final = re.compile(r"\b(\d+) times;? ")
_MORE: Final = re.compile(r"\b(\d+) more\b")


def in_words(detail: str, gettext: Callable[[str], str]) -> str:
    """Return what is told of a change in the reader's words; what is not known stays as it is."""
    bare, lists = _HEAD.subn("", detail)
    bare = _END.sub("", bare, count=lists) if lists else bare
    if lists and bare.isdigit():
        return gettext(N_("changes: %(n)s")) % {"n": bare}

    def said(found: re.Match[str]) -> str:
        before, name, value = found.groups()
        if name not in FIELDS:
            return found[0]
        known = VALUES.get(name, YES_OR_NO).get(value)
        words = value if known is None else gettext(known)
        return f"{'; ' if before == ' ' else before}{gettext(FIELDS[name])}: {words}"

    told = _SAME.sub(r"\1 × ", _FIELD.sub(said, bare))
    return _MORE.sub(lambda found: gettext(N_("%(n)s more")) % {"n": found[1]}, told)
