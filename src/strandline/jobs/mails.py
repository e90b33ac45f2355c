"""What the outbox says to people: in their language, with no more than is needed, written as it leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import filter_users_by_email, user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from strandline.organisation.branches import queries as branches
from strandline.organisation.notices import actions as notices
from strandline.organisation.notices.actions import Leased
from strandline.organisation.notices.rules import Purpose
from strandline.steady.intake import actions as intake
from strandline.steady.intake import marks

CONFIRM = {
    "en": (
        "Please confirm: {title}",
        "Someone gave this address on the form “{title}” of {organisation}.\n\n"
        "If it was you, open this page and press the button:\n{link}\n\n"
        "If it was not you, do nothing. You will hear no more from us today.\n",
    ),
    "es": (
        "Confirma, por favor: {title}",
        "Alguien dio esta dirección en el formulario «{title}» de {organisation}.\n\n"
        "Si eras tú, abre esta página y pulsa el botón:\n{link}\n\n"
        "Si no eras tú, no hagas nada. Hoy no te escribiremos más.\n",
    ),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it leaves, and what is noted when it has left."""

    subject: str
    text: str
    to: str
    note: Callable[..., None]

    def message(self, mail: Leased) -> EmailMessage:
        """Return it as it is handed to the mail server.

        A mail that is sent again because nobody could say that it had left has the same Message-ID: a server that has
        it already may know it by that.
        """
        host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(" >") or "localhost"
        headers = {"Message-ID": f"<{mail.code}@{host}>", "Auto-Submitted": "auto-generated"}
        return EmailMessage(self.subject, self.text, None, [self.to], headers=headers)


def written(mail: Leased) -> Letter | None:
    """Write a mail; None when there is nobody any longer, or never was, to whom it would go."""
    return _WRITERS[mail.purpose](mail)


def _of_account(mail: Leased) -> Letter | None:
    kept = mail.content
    return Letter(kept["subject"], kept["text"], kept["to"], notices.mark_left)


def _of_reset(mail: Leased) -> Letter | None:
    """Write the link for a new password. Only here is it asked whether there is such an account at all."""
    email, base = mail.content["email"], mail.content["base"].rstrip("/")
    users = filter_users_by_email(email, is_active=True, prefer_verified=True)
    if not users:
        return None
    user: Any = users[0]  # an address belongs to one account at most
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    told = {
        "user": user,
        "password_reset_url": base + path,
        "current_site": {"domain": base.partition("://")[2]},
    }
    with translation.override(_language(user.language)):
        subject = render_to_string("account/email/password_reset_key_subject.txt", told)
        text = render_to_string("account/email/password_reset_key_message.txt", told)
    return Letter(" ".join(subject.split()), text.strip() + "\n", email, notices.mark_left)


def _language(kept: str) -> str:
    try:
        return translation.get_supported_language_variant(kept)
    except LookupError:
        return settings.LANGUAGE_CODE


def _of_confirmation(mail: Leased) -> Letter | None:
    """Ask whether someone meant it. Nothing that they typed stands in it but their address."""
    asked = intake.ask_to_confirm(submission=mail.subject)
    if asked is None:
        return None
    sent = asked.submission
    language = sent.language if sent.language in CONFIRM else "en"
    made = branches.organisation()
    slug = sent.form.slug
    told = {
        "title": " ".join(sent.form.title.split()),
        "organisation": made.name if made else "",
        "link": f"{settings.PUBLIC_URL}/j/{slug}/confirm/{marks.of_confirmation(slug, asked.code)}/",
    }
    subject, text = CONFIRM[language]

    def note(**how: Any) -> None:
        intake.note_asked(about=sent, **how)

    return Letter(subject.format(**told), text.format(**told), sent.reach.strip(), note)


_WRITERS: dict[Purpose, Callable[[Leased], Letter | None]] = {
    Purpose.ACCOUNT: _of_account,
    Purpose.RESET: _of_reset,
    Purpose.CONFIRMATION: _of_confirmation,
}
