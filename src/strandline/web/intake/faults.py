"""Why a field of a public form was not taken, in the language of the page."""

from __future__ import annotations

# How a reason begins, and what it is there. Whatever is not listed is told by the last line.
REASONS: dict[str, dict[str, str]] = {
    "es": {
        "Nothing was filled in": "Falta rellenar esto.",
        "This holds nothing that can be seen": "Aquí no hay nada que se pueda leer.",
        "This must be on one line": "Escríbelo en una sola línea.",
        "This is too long": "Esto es demasiado largo.",
        "This holds no digits": "Aquí no hay ninguna cifra.",
        "This is not a telephone number": "Esto no es un número de teléfono.",
        "This has too few digits": "A este teléfono le faltan cifras.",
        "This has too many digits": "A este teléfono le sobran cifras.",
        "The area code is missing": "Falta el prefijo de la zona.",
        "No country has this country code": "Ningún país tiene este prefijo.",
        "This is not an e-mail address": "Esto no es una dirección de correo.",
        "Write the year you were born": "Escribe con cuatro cifras el año en que naciste.",
        "This cannot be read": "Esto no se puede leer. Envíalo una vez, como lo hace el formulario.",
        "": "Esto no se puede guardar así. Escríbelo de otra forma.",
    }
}


def told(reason: str, language: str) -> str:
    """Return a reason in a language of the public pages."""
    listed = REASONS.get(language, {})
    return next((words for begins, words in listed.items() if reason.startswith(begins)), reason)
