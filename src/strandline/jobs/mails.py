"""What the jobs write to people: in their language, with no more than is needed."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from strandline.organisation.branches import queries as branches
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


def confirmation_mail(mail: Any) -> dict[str, Any]:
    """Return the mail that asks whether someone meant it. Nothing that they typed stands in it but their address."""
    sent = mail.submission
    language = sent.language if sent.language in CONFIRM else "en"
    made = branches.organisation()
    title = " ".join(sent.form.title.split())
    told = {
        "title": title,
        "organisation": made.name if made else "",
        "link": f"{settings.PUBLIC_URL}/j/{sent.form.slug}/confirm/{marks.of_confirmation(sent.form.slug, mail.code)}/",
    }
    subject, text = CONFIRM[language]
    return {
        "subject": subject.format(**told),
        "message": text.format(**told),
        "from_email": None,
        "recipient_list": [sent.reach.strip()],
    }
