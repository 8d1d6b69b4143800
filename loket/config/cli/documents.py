"""Commands about documents and signers."""

import json
from pathlib import Path

import click

from loket.config.start import database

_WORDS = {
    "genuine": "Asli dan berlaku",
    "superseded": "Asli, tetapi sudah digantikan",
    "revoked": "Dicabut",
    "mismatch": "Tidak cocok dengan berkas yang diterbitkan",
    "unknown": "Tidak dikenal",
}


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
def verify(file: Path, as_json: bool) -> None:
    """Say whether FILE is a document issued here. Exit code 0 only for one in force."""
    with database():
        from loket.documents import queries

        found = queries.verify_file(file.read_bytes())
        document = found.document
        answer = {
            "verdict": found.verdict,
            "sha256": found.sha256,
            "document": document.pk if document else None,
            "kind": document.kind if document else None,
            "number": document.shown_number if document else None,
            "office": document.office.name if document else None,
            "signed_at": document.signed_at.isoformat() if document and document.signed_at else None,
            "specimen": document.specimen if document else None,
        }
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        click.echo(_WORDS[found.verdict])
        if document:
            click.echo(f"{document.title} {document.shown_number}, {document.office.name}")
    raise SystemExit(0 if found.verdict == "genuine" else 1)


@click.command("signer-key")
@click.argument("email")
@click.password_option("--passphrase", help="At least 12 characters; asked for when not given.")
@click.option("--replace", is_flag=True, help="Make a new key in the place of the old one.")
def signer_key(email: str, passphrase: str, replace: bool) -> None:
    """Make the signing key of the official with this e-mail address, and their TOTP seed."""
    with database():
        from loket.config.signing_keys import make_key

        seed = make_key(email=email, passphrase=passphrase, replace=replace)
        click.echo(f"TOTP seed, shown once: {seed}")
