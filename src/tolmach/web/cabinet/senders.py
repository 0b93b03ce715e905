"""Senders: which there are, at which operators they are registered, and asking for another with its papers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from starlette.datastructures import UploadFile
from starlette.responses import Response
from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from tolmach.core.commands import ListRegistry, ListSenders, RegisterSenders, StoreFile
from tolmach.core.commands.files import ListOwnFiles
from tolmach.core.errors import Failure, RequestError
from tolmach.core.papers import LONGEST_FIELD, LONGEST_TEXT, Papers
from tolmach.core.registry import OPERATORS, RegistryState
from tolmach.core.results import Registration, RegistryEntry, SenderState
from tolmach.web.exchange import Exchange
from tolmach.web.forms import Form, choices, text
from tolmach.web.languages import N_
from tolmach.web.pages import Page

STATES: Final = {
    SenderState.COMPLETED: (N_("may be used"), "green"),
    SenderState.ORDER: (N_("waits for a decision"), "yellow"),
    SenderState.REJECTED: (N_("rejected"), "red"),
}
FILE_STATES: Final = {
    "order": (N_("not looked at yet"), "yellow"),
    "completed": (N_("accepted"), "green"),
    "rejected": (N_("rejected"), "red"),
}
AT_OPERATORS: Final = {
    RegistryState.POSTED: (N_("not handed over yet"), "yellow"),
    RegistryState.SENT: (N_("being considered"), "azure"),
    RegistryState.APPROVED: (N_("registered"), "green"),
    RegistryState.REFUSED: (N_("refused"), "red"),
    RegistryState.TO_DELETE: (N_("removal asked for"), "yellow"),
    RegistryState.DELETED: (N_("removed"), "secondary"),
}
SAID: Final = {
    Registration.ADDED: N_("The sender may be used at once."),
    Registration.QUEUED: N_("The sender waits for a decision of the operator."),
}
BAD_NAME: Final = N_("At most 11 Latin letters, digits and signs, or at most 15 digits.")
BAD_FILE: Final = N_("This file is not taken: it has to be a PDF, a picture or an office document, and not too large.")


class SenderForm(Form):
    """A name, and who stands behind it."""

    name = StringField(N_("Name"), [InputRequired(BAD_NAME), Length(max=15, message=BAD_NAME)])
    counterparty = StringField(N_("Organisation"), [Length(max=LONGEST_FIELD)])
    inn = StringField(N_("INN"), [Length(max=12)])
    ogrn = StringField(N_("OGRN"), [Length(max=15)])
    template = TextAreaField(N_("An example of the texts"), [Length(max=LONGEST_TEXT)])
    comment = StringField(N_("Comment"), [Length(max=LONGEST_FIELD)])
    operators = SelectMultipleField(
        N_("To be registered at"), choices=choices((one.word, one.name) for one in OPERATORS.values())
    )

    def papers(self) -> Papers:
        """Return what was written of whoever stands behind the name."""
        return Papers(
            inn=text(self.inn).strip(),
            ogrn=text(self.ogrn).strip(),
            counterparty=text(self.counterparty).strip(),
            template=text(self.template).strip(),
            comment=text(self.comment).strip(),
            operators=tuple(OPERATORS[word].network for word in self.operators.data or ()),
        )


async def show(ask: Exchange) -> Response:
    """Show the senders and the form."""
    return await _page(ask, SenderForm())


async def register(ask: Exchange) -> Response:
    """Ask for a sender; its documents are kept first."""
    form = SenderForm(ask.form)
    if not form.good():
        return await _page(ask, form, 422)
    try:
        files = [str((await ask.execute(StoreFile(name, content))).id) for name, content in await _uploads(ask)]
    except RequestError as error:
        if error.failure not in (Failure.BAD_FIELD, Failure.TOO_LARGE):
            raise
        return await _page(ask, form, 422, ask.gettext(BAD_FILE))
    (item,) = (await ask.execute(RegisterSenders([text(form.name).strip()], form.papers(), files))).items
    if item.outcome not in SAID:
        form.name.errors = [BAD_NAME]
        return await _page(ask, form, 422)
    return ask.redirect("/cabinet/senders", ask.gettext(SAID[item.outcome]))


async def _uploads(ask: Exchange) -> list[tuple[str, bytes]]:
    assert ask.form is not None
    files = [one for one in ask.form.getlist("files") if isinstance(one, UploadFile) and one.filename]
    return [(one.filename or "", await one.read()) for one in files]


async def _page(ask: Exchange, form: SenderForm, status: int = 200, error: str = "") -> Response:
    found = await ask.execute(ListSenders())
    registered = _by_sender((await ask.execute(ListRegistry())).entries)
    return ask.render(
        "cabinet/senders.html",
        status,
        found=found,
        form=form,
        states=STATES,
        registered=registered,
        others=sorted(registered.keys() - {one.name for one in found.senders}),
        operators=OPERATORS,
        at_operators=AT_OPERATORS,
        error=error,
        may_ask=ask.may(RegisterSenders),
        files=await ask.execute(ListOwnFiles()),
        file_states=FILE_STATES,
    )


def _by_sender(entries: Sequence[RegistryEntry]) -> Mapping[str, Sequence[RegistryEntry]]:
    found: dict[str, list[RegistryEntry]] = defaultdict(list)
    for entry in entries:
        found[entry.sender].append(entry)
    return dict(found)


PAGES = (Page("/cabinet/senders", show), Page("/cabinet/senders", register, posts=True))
