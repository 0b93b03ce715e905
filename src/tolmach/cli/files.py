"""``tolmach file``: papers that clients have uploaded."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from tolmach.cli import console
from tolmach.cli.deciding import By, Reason, verdict
from tolmach.cli.opening import AsJson, Data, database, load_settings, now
from tolmach.core.moments import from_ms
from tolmach.core.results import SenderState
from tolmach.services import files
from tolmach.services.files import Listed
from tolmach.store.folder import Folder

app = typer.Typer(name="file", help="Files that clients have uploaded.", no_args_is_help=True)

WORDS: Final = {SenderState.ORDER: "waits", SenderState.COMPLETED: "approved", SenderState.REJECTED: "rejected"}
Number = Annotated[int, typer.Argument(metavar="ID", help="Number of the file.")]


@app.command("list", epilog="Example: tolmach file list --account shop")
def list_files(
    account: Annotated[str | None, typer.Option(help="Only of this account.")] = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """List the files of an account, or of all."""
    with database(data) as store:
        found = store.read_now(lambda tx: files.listing(tx, account))
    if as_json:
        console.data([_values(one) for one in found])
        return
    rows = [
        [str(one.file.id), one.login, WORDS[one.file.state], one.file.kind, str(one.file.size), one.file.label]
        for one in found
    ]
    console.table(("id", "account", "state", "kind", "bytes", "called by the client"), rows, right=("id", "bytes"))


@app.command("show", epilog="Example: tolmach file show 4")
def show(number: Number, as_json: AsJson = False, data: Data = None) -> None:
    """Show what is known of a file."""
    with database(data) as store:
        values = _values(store.read_now(lambda tx: files.find(tx, number)))
    if as_json:
        console.data(values)
        return
    for key, value in values.items():
        console.say(f"{key.replace('_', ' ')}: {value}")


@app.command("export", epilog="Example: tolmach file export 4 --to letters")
def export(
    number: Number,
    to: Annotated[Path, typer.Option(help="Directory to write to.", file_okay=False)] = Path(),
    data: Data = None,
) -> None:
    """Write a file into a directory, under a name of ours: what the client called it is not to be trusted."""
    folder = Folder(load_settings(data=data).files_folder)
    with database(data) as store:
        found = store.read_now(lambda tx: files.find(tx, number))
        content = store.read_now(lambda tx: files.download(tx, folder, number)).content
    place = to / f"file-{number}.{found.file.kind}"
    with place.open("xb") as written:  # nothing that is there is overwritten
        written.write(content)
    console.say(str(place))


@app.command("approve", epilog="Example: tolmach file approve 4")
def approve(number: Number, by: By = None, reason: Reason = "", data: Data = None) -> None:
    """Approve a file, also one that was rejected."""
    _decide(number, data, by, reason, approved=True)


@app.command("reject", epilog="Example: tolmach file reject 4 --reason 'no stamp'")
def reject(number: Number, by: By = None, reason: Reason = "", data: Data = None) -> None:
    """Reject a file, also one that was approved; it is kept."""
    _decide(number, data, by, reason, approved=False)


def _decide(number: int, data: Path | None, by: str | None, reason: str, *, approved: bool) -> None:
    said = verdict(approved=approved, by=by, reason=reason)
    with database(data) as store:
        store.write_now(lambda tx: files.decide(tx, number, said, now()))
    console.say(f"file {number} is {'approved' if approved else 'rejected'}")


def _values(one: Listed) -> dict[str, Any]:
    file = one.file
    return {
        "id": file.id,
        "account": one.login,
        "kind": file.kind,
        "bytes": file.size,
        "sha256": file.digest,
        "uploaded_at": from_ms(file.created_at).isoformat(),
        "called_by_the_client": file.label,
        "state": WORDS[file.state],
        "decided_by": file.decided_by,
        "reason": file.reason,
    }
