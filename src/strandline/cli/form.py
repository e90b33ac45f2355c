"""`strandline form create`: a form at the prompt."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from . import house

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)
CONSENT = "Yes, contact me about this and what we do together."


@app.callback()
def form() -> None:
    """The forms through which people sign up."""


@app.command()
def create(
    slug: Annotated[str, typer.Option(help="Its address: small letters, figures and dashes.")],
    title: Annotated[str, typer.Option(help="What people see first.")],
    lead: Annotated[str, typer.Option(help="What happens next, in a sentence.")] = "",
    consent: Annotated[str, typer.Option(help="What people agree to.")] = CONSENT,
    question: Annotated[str, typer.Option(help="One more question.")] = "",
    promise: Annotated[int, typer.Option(help="Within how many hours somebody calls.")] = 48,
    team: Annotated[
        str, typer.Option(help="The team that looks after who comes; the first one unless said.")
    ] = "",
    guard: Annotated[
        bool, typer.Option("--guard/--no-guard", help="Keep aside what comes without proof of work.")
    ] = True,
) -> None:
    """Open a form, and print its address. Exit code 2 when it cannot be made."""
    house.set_up()
    from strandline.lib.text import BadText
    from strandline.steady.intake import actions
    from strandline.steady.intake.actions import CannotMakeForm, NewForm

    new = NewForm(
        slug=slug,
        title=title,
        lead=lead,
        consent_text=consent,
        question=question,
        promise_hours=promise,
        is_guarded=guard,
    )
    try:
        made = actions.make_form_at_prompt(new=new, at=datetime.now(UTC), team=team)
    except (CannotMakeForm, BadText) as refused:
        house.fail(f"{refused.field or 'form'}: {refused.reason}")
    typer.echo(f"/j/{made.slug}/")
