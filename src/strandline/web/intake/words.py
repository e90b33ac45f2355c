"""What the public pages say, in each language. Short sentences that a ten-year-old can read."""

from __future__ import annotations

from functools import lru_cache

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "name": "Your name",
        "reach": "Phone or email",
        "postcode": "Postcode",
        "postcode_why": "(helps us find your neighbours)",
        "optional": "(optional)",
        "birth_year": "The year you were born",
        "age": "I am {age} or over.",
        "stop": "You can stop it any time.",
        "send": "Count me in",
        "trap": "Leave this empty",
        "wait": "One moment",
        "notice": "We keep what you write here so that {organisation} can call you. It may show your views, so only the organisers of this place see it. You can ask to see it, correct it or have it erased: say so to whoever calls you.",
        "own": "Fill this in for yourself only.",
        "closed": "This form is closed. What you send now is kept aside until someone has looked at it.",
        "wrong": "Something needs another look",
        "thanks": "Thank you. You are counted in.",
        "next": "Somebody from {organisation} calls or writes to you by {by}.",
        "mail": "If you gave an email address, we send you one message. Press the button in it, so that we know it was you.",
        "thanks_closed": "Thank you. This form is closed, so your entry is kept aside until someone has looked at it.",
        "young": "You are under {age}. Please let a parent or guardian get in touch with us. Until then nobody calls you.",
        "another": "Count in someone else on this phone",
        "back": "Back to the form",
        "not_saved": "Not saved. The service cannot store anything at the moment. What you typed is still here: try again in a minute.",
        "reused": "This was sent before, with other words. The first is kept. Load the page again to send something new.",
        "confirm": "Was this you?",
        "confirm_lead": "Someone gave this email address on our form “{title}”. If it was you, press the button. If not, do nothing.",
        "confirm_yes": "Yes, it was me",
        "confirmed": "Thank you. Now we know that it was you.",
        "table_name": "Name",
        "table_agree": "I read them the notice and they said yes",
        "table_keep": "Keep and next",
        "table_waiting": "Waiting to be sent",
        "table_sent": "Sent",
        "table_refused": "Refused",
        "table_kept": "kept",
        "table_change": "Change",
        "table_earlier": "Earlier ones, sealed",
        "table_sealed": "Sealed means this phone cannot open them again, nor can anyone who finds it. They leave by themselves when the network is back.",
        "table_online": "Network is there",
        "table_offline": "No network",
        "table_try": "Try",
        "table_save": "Save the sealed entries to a file",
        "table_codes": "Show them as square codes",
        "table_coded": "Code {n} of {all}. Whoever takes them in reads each with a scanner.",
        "table_large": "Entry {n} of {all} is too long for a code. Save the sealed file for it.",
        "table_next": "Next code",
        "table_paper": "Open a sheet of paper to print",
        "print": "Print",
        "table_wishes": "Said they would",
        "table_home": "Put this page on the home screen: some browsers wipe what a page has kept after 7 days without use.",
        "table_old": "Some have waited for more than a day. Find a network, or save the sealed file.",
        "table_code": "Code of this phone for today",
        "table_code_why": "An organiser gives it to you. Without it, what you take down is kept aside until someone has looked at it.",
        "table_use": "Use this code",
        "table_person": "{n} people today",
        "table_storage": "This browser keeps nothing for pages. Use paper, or another browser.",
    },
    "es": {
        "name": "Tu nombre",
        "reach": "Teléfono o correo",
        "postcode": "Código postal",
        "postcode_why": "(nos ayuda a encontrar a tus vecinos)",
        "optional": "(opcional)",
        "birth_year": "El año en que naciste",
        "age": "Tengo {age} años o más.",
        "stop": "Puedes dejarlo cuando quieras.",
        "send": "Cuenta conmigo",
        "trap": "Deja esto vacío",
        "wait": "Un momento",
        "notice": "Guardamos lo que escribes aquí para que {organisation} pueda llamarte. Puede mostrar tus opiniones, así que solo lo ven quienes organizan en este lugar. Puedes pedir verlo, corregirlo o que se borre: dilo a quien te llame.",
        "own": "Rellénalo solo para ti.",
        "closed": "Este formulario está cerrado. Lo que envíes ahora se aparta hasta que alguien lo mire.",
        "wrong": "Hay algo que revisar",
        "thanks": "Gracias. Contamos contigo.",
        "next": "Alguien de {organisation} te llama o te escribe antes del {by}.",
        "mail": "Si diste un correo, te enviamos un mensaje. Pulsa el botón que trae, para que sepamos que eras tú.",
        "thanks_closed": "Gracias. Este formulario está cerrado, así que lo tuyo se aparta hasta que alguien lo mire.",
        "young": "Tienes menos de {age} años. Pide a tu madre, padre o tutor que nos escriba. Hasta entonces nadie te llama.",
        "another": "Apuntar a otra persona en este teléfono",
        "back": "Volver al formulario",
        "not_saved": "No se ha guardado. El servicio no puede guardar nada ahora mismo. Lo que escribiste sigue aquí: prueba otra vez en un minuto.",
        "reused": "Esto ya se envió, con otras palabras. Se conserva lo primero. Carga la página de nuevo para enviar algo nuevo.",
        "confirm": "¿Eras tú?",
        "confirm_lead": "Alguien dio este correo en nuestro formulario «{title}». Si eras tú, pulsa el botón. Si no, no hagas nada.",
        "confirm_yes": "Sí, era yo",
        "confirmed": "Gracias. Ahora sabemos que eras tú.",
        "table_name": "Nombre",
        "table_agree": "Les leí el aviso y dijeron que sí",
        "table_keep": "Guardar y siguiente",
        "table_waiting": "Por enviar",
        "table_sent": "Enviadas",
        "table_refused": "Rechazadas",
        "table_kept": "guardada",
        "table_change": "Cambiar",
        "table_earlier": "Anteriores, selladas",
        "table_sealed": "Sellada quiere decir que este teléfono ya no puede abrirla, ni quien lo encuentre. Salen solas cuando vuelve la red.",
        "table_online": "Hay red",
        "table_offline": "Sin red",
        "table_try": "Probar",
        "table_save": "Guardar las entradas selladas en un archivo",
        "table_codes": "Mostrarlas como códigos cuadrados",
        "table_coded": "Código {n} de {all}. Quien las recoge lee cada uno con un lector.",
        "table_large": "La entrada {n} de {all} es demasiado larga para un código. Guarda el archivo sellado.",
        "table_next": "Código siguiente",
        "table_paper": "Abrir una hoja de papel para imprimir",
        "print": "Imprimir",
        "table_wishes": "Dijeron que querían",
        "table_home": "Pon esta página en la pantalla de inicio: algunos navegadores borran lo guardado tras 7 días sin uso.",
        "table_old": "Algunas esperan desde hace más de un día. Busca una red o guarda el archivo sellado.",
        "table_code": "Código de este teléfono para hoy",
        "table_code_why": "Te lo da quien organiza. Sin él, lo que apuntes se aparta hasta que alguien lo mire.",
        "table_use": "Usar este código",
        "table_person": "{n} personas hoy",
        "table_storage": "Este navegador no guarda nada para las páginas. Usa papel u otro navegador.",
    },
}
LOCALES = {"en": "en-gb", "es": "es"}


@lru_cache(maxsize=1000)
def chosen(asked: str, accepted: str, offered: tuple[str, ...]) -> str:
    """Return the language of a page: the one in the address, else the first that the browser accepts and we speak."""
    ours = tuple(language for language in offered if language in WORDS) or ("en",)
    if asked in ours:
        return asked
    wanted = []
    for place, part in enumerate(accepted[:500].split(",")[:20]):
        tag, _, rest = part.strip().partition(";")
        try:
            weight = float(rest.strip().removeprefix("q=")) if rest else 1.0
        except ValueError:
            continue
        wanted.append((-weight, place, tag.strip().lower().split("-")[0]))
    return next((tag for _, _, tag in sorted(wanted) if tag in ours), ours[0])
