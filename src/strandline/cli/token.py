"""`strandline token`: make, list and revoke the tokens with which machines ask and act for an account."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from strandline.lib.text import BadText

from . import house

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)
MOST_DAYS = 3650


@app.callback()
def token() -> None:
    """Make, list and revoke the tokens of machines."""


@app.command()
def create(
    email: Annotated[str, typer.Option(help="The account for which the machine asks and acts.")],
    name: Annotated[str, typer.Option(help="What the token is for, to tell it from others.")],
    scope: Annotated[
        list[str], typer.Option(help="What it may do, such as people:read; may be given again.")
    ],
    days: Annotated[
        int | None,
        typer.Option(min=1, max=MOST_DAYS, help="For how many days it holds; without end unless said."),
    ] = None,
) -> None:
    """Make a token and print it, once: only a digest is kept."""
    house.set_up()
    from strandline.organisation.accounts.actions import CannotIssue
    from strandline.organisation.branches import actions, queries

    account = _account(email)
    at = datetime.now(UTC)
    try:
        made, secret = actions.issue_token(
            account=account,
            name=name,
            scopes=scope,
            by=queries.viewer_for(account, at=at),
            at=at,
            expires_at=None if days is None else at + timedelta(days=days),
        )
    except BadText as bad:
        house.fail(f"--name: {bad.reason}")
    except CannotIssue as refused:
        house.fail(f"--scope: {refused}")
    typer.echo(json.dumps({"code": made.code, "name": made.name, "scopes": made.scopes, "token": secret}))
    typer.echo("This is the only time the token is shown: put it where the machine reads it.", err=True)


@app.command("list")
def list_tokens(
    email: Annotated[str, typer.Option(help="Only the tokens of this account.")] = "",
) -> None:
    """Print the tokens, one JSON object a line, newest first; never a secret."""
    house.set_up()
    from strandline.organisation.accounts import queries

    rows = queries.tokens_of(_account(email)) if email else queries.all_tokens()
    for row in rows:
        shown = {
            "code": row.code,
            "email": row.account.email,
            "name": row.name,
            "scopes": row.scopes,
            "created_at": row.created_at.isoformat(),
            "expires_at": row.expires_at.isoformat() if row.expires_at else None,
            "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None,
        }
        typer.echo(json.dumps(shown, ensure_ascii=False))


@app.command()
def revoke(
    code: Annotated[str, typer.Argument(help="The code of the token, as `strandline token list` prints it.")],
) -> None:
    """Revoke a token, from the next request on. Revoking it again changes nothing."""
    house.set_up()
    from strandline.organisation.accounts import queries
    from strandline.organisation.branches import actions
    from strandline.organisation.branches.queries import viewer_for

    at = datetime.now(UTC)
    row = next((one for one in queries.all_tokens() if one.code == code), None)
    if row is None:
        house.fail(f"There is no token {code}. `strandline token list` prints them.")
    actions.revoke_token(token=code, by=viewer_for(row.account, at=at), at=at)
    typer.echo(json.dumps({"code": code, "revoked_at": at.isoformat()}))


def _account(email: str) -> Any:
    from strandline.organisation.accounts import queries

    account = queries.account_by_email(email)
    if account is None:
        house.fail(f"--email: there is no account with the address {email}, or it was closed.")
    return account
