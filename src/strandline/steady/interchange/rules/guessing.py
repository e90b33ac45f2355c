"""Columns of files that no one has described: guessed from the words of the header, then from what is in them."""

import re
from collections.abc import Sequence

from strandline.steady.interchange.rules.headers import plain
from strandline.steady.interchange.rules.vocabulary import Special

SHORT_OF = {
    Special.OPINION: "opinion", Special.BELIEF: "belief", Special.ORIGIN: "origin", Special.UNION: "union",
    Special.HEALTH: "health", Special.INTIMATE: "intimate",
}  # fmt: skip

# English, Spanish, German, French, Swedish; whole headers.
_WORDS = """
full = name, full name, fullname, display name, contact name, person, member name, nombre completo, \
nombre y apellido, nombre y apellidos, vollständiger name, vor und nachname, nom complet, nom et prénom, namn, \
fullständigt namn
given = first name, firstname, given name, givenname, first, f name, fname, forename, christian name, nombre, \
nombres, nombre de pila, primer nombre, vorname, rufname, prénom, förnamn, tilltalsnamn
middle = middle name, middlename, middle, additional name, segundo nombre, zweiter vorname, deuxième prénom, mellannamn
family = last name, lastname, last, surname, family name, familyname, l name, lname, apellido, apellidos, \
primer apellido, nachname, familienname, zuname, nom, nom de famille, efternamn
prefix = prefix, honorific, salutation, title, name prefix, tratamiento, anrede, titel, civilité
suffix = suffix, name suffix, sufijo, namenszusatz
nick = nickname, nick, preferred name, known as, goes by, apodo, sobrenombre, spitzname, surnom, smeknamn
email:1 = email, e mail, email address, e mail address, mail, correo, correo electrónico, correo e, mail adresse, \
e mail adresse, emailadresse, courriel, adresse e mail, adresse mail, adresse électronique, e post, epost, \
e postadress, primary email, email1, email 1
email:2 = email 2, email2, secondary email, second email, other email, alternate email, otro correo, work email, \
correo del trabajo, zweite e mail
phone:1 = phone, phone number, telephone, tel, telefon, teléfono, número de teléfono, telefono, telefonnummer, \
rufnummer, téléphone, numéro de téléphone, primary phone, phone1, phone 1, contact number
phone:2:mobile = mobile, mobile phone, mobile number, cell, cell phone, cellphone, cell number, móvil, celular, \
teléfono móvil, handy, handynummer, mobiltelefon, mobilnummer, portable, mobil, whatsapp, signal
phone:3:home = home phone, landline, teléfono fijo, teléfono de casa, festnetz, téléphone fixe, hemtelefon
phone:4:work = work phone, business phone, teléfono del trabajo, telefon dienstlich, arbetstelefon
phone:5 = phone 2, phone2, other phone, alternate phone, alternate phone number, otro teléfono
street:1 = address, street, street address, address 1, address line 1, address1, mailing address, home address, \
dirección, domicilio, calle, straße, straße und hausnummer, anschrift, adresse, rue, gatuadress, adress
street:2 = address 2, address line 2, address2, apartment, apt, unit, piso, c o address, c o adress
street:3 = house number, hausnummer, nr, número
town = city, town, locality, municipality, place, ciudad, localidad, población, municipio, stadt, ort, wohnort, \
ville, commune, stad, postort
region = state, region, province, state province, provincia, estado, bundesland, région, département, län
post = zip, zip code, zipcode, postcode, post code, postal code, postalcode, zip5, código postal, cp, \
codigo postal, plz, postleitzahl, code postal, postnummer, postnr
country = country, país, land, pays, country code
language = language, preferred language, idioma, lengua, sprache, langue, språk
born = birth date, birthdate, birthday, date of birth, dob, born, born on, fecha de nacimiento, nacimiento, \
geburtsdatum, geburtstag, date de naissance, anniversaire, födelsedatum
tags = tags, tag, labels, label, groups, group, keywords, etiquetas, grupos, grupo, schlagworte, gruppe, gruppen, \
étiquettes, groupes, taggar, grupp, grupper
note = note, notes, comment, comments, remarks, notas, nota, observaciones, comentarios, notizen, bemerkung, \
bemerkungen, remarques, commentaires, anteckningar, anmärkning
source = source, origin, how we met, met at, fuente, origen, procedencia, quelle, herkunft, provenance, källa
owner = owner, owner email, organiser, organizer, assigned to, point person, responsable, organizador, zuständig, \
verantwortlich, ansvarig
introducer = introduced by, recruiter, recruited by, referred by, presentado por, invitado por, \
empfohlen von, geworben von, recommandé par
no_email = do not email, no email, email opt out, unsubscribed, no enviar correo, keine e mails, \
ne pas envoyer d e mail, ingen e post
no_phone = do not call, no calls, do not phone, no llamar, nicht anrufen, ne pas appeler, ring ej
no_sms = do not text, do not sms, no texts, sms opt out, no sms, keine sms, pas de sms
no_post = do not mail, no mail, no post, no enviar cartas, keine post, pas de courrier
no_contact = do not contact, no contactar, nicht kontaktieren, ne pas contacter, kontakta ej
email_ok = email opt in, newsletter consent, email consent, acepta correo
sms_ok = sms opt in, mobile opt in, text opt in, sms consent
deceased = deceased, is deceased, fallecido, fallecida, verstorben, décédé, avliden
created = created at, created, date created, created date, signup date, sign up date, date added, added on, \
timestamp, fecha de alta, fecha de registro, erstellt am, angelegt am, créé le, skapad, marca temporal, zeitstempel, \
horodateur
kind = contact type, record type
id:file = id, external id, externalid, member number, membership number, member id, contact id, record id, \
número de socio, mitgliedsnummer, numéro de membre, medlemsnummer
- = gender, sex, género, sexo, geschlecht, kön, sexe, age, edad, alter, ålder, âge, photo, foto
"""


def _read_words() -> dict[str, str]:
    specs = {}
    for line in _WORDS.strip().splitlines():
        spec, _, words = line.partition(" = ")
        specs.update({plain(word): spec for word in words.split(",")})
    return specs


_SPEC_OF = _read_words()

_SPECIAL_WORDS = {
    Special.OPINION: "party parties partido parti partei parteien political politics política politisch politique "
    "politisk ideology ideología support supporter supportlevel voted vote voting votó ballot partisan affiliation "
    "afiliación alignment leaning opinion",
    Special.BELIEF: "religion religión religious church iglesia kirche église kyrka faith fe glaube konfession foi "
    "denomination congregation parish mosque synagogue temple baptism baptized bautismo creed belief creencia tro",
    Special.ORIGIN: "ethnicity ethnicities ethnic etnia étnico ethnie ethnizität etnicitet race raza rasse "
    "nationality nacionalidad nationalität immigration migration ancestry caste tribe indigenous",
    Special.UNION: "union sindicato gewerkschaft syndicat fackförbund",
    Special.HEALTH: "health salud gesundheit santé hälsa disability disabled discapacidad behinderung handicap "
    "illness diagnosis medical allergy allergies accessibility dietary pregnant",
    Special.INTIMATE: "orientation orientación orientierung sexuality sexual lgbt lgbtq lgbtqia queer transgender",
}
_SPECIAL_OF = {plain(word): kind for kind, words in _SPECIAL_WORDS.items() for word in words.split()}

_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_PHONE = re.compile(r"\+?[\d\s()./-]{7,20}(?:\s?(?:x|ext\.?)\s?\d+)?")
_DAY = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_ENOUGH = 0.6
"""The share of filled cells that must look alike for a column to be taken for what they look like."""


def special(header: str) -> Special:
    """The special category that a header speaks of, by its words; `Special.NO` for most."""
    for word in plain(header).split():
        if word in _SPECIAL_OF:
            return _SPECIAL_OF[word]
    return Special.NO


def fill(
    header: Sequence[str], specs: Sequence[str], sample: Sequence[Sequence[str]], *, in_known_system: bool
) -> list[str]:
    """Guess the columns that have no meaning yet, each target at most once, the table of a system going first.

    In a file of no known system a column without a meaning stays out if it has no name of its own, and becomes a
    custom field if it has.
    """
    filled = list(specs)
    taken = {spec for spec in specs if spec}
    for at, name in enumerate(header):
        if not filled[at] and not special(name):
            word = plain(re.sub(r" \(\d+\)$", "", name))
            guess = _SPEC_OF.get(word) or _SPEC_OF.get(re.sub(r"\s*\d+$", "", word), "")
            if guess and (
                guess not in taken or guess.split(":")[0] in {"email", "phone", "tags", "note", "-"}
            ):
                filled[at] = guess
                taken.add(guess)
    if in_known_system:
        return filled
    _by_content(header, filled, sample, taken)
    return [
        spec or ("-" if re.fullmatch(r"Column \d+", name) else "custom")
        for spec, name in zip(filled, header, strict=True)
    ]


def _by_content(
    header: Sequence[str], filled: list[str], sample: Sequence[Sequence[str]], taken: set[str]
) -> None:
    for at, name in enumerate(header):
        if filled[at] or special(name):
            continue
        cells = [row[at].strip() for row in sample if at < len(row) and row[at].strip()]
        if _share(_EMAIL, cells) >= _ENOUGH:
            filled[at] = "email:1"
        elif _share(_PHONE, cells) >= _ENOUGH and not _share(_DAY, cells) and _are_phones(cells, name):
            filled[at] = "phone:1"
    has_name = {"full", "given", "family"} & taken
    nameless = [at for at, name in enumerate(header) if not filled[at] and re.fullmatch(r"Column \d+", name)]
    if not has_name and nameless:
        _names_by_content(nameless, filled, sample)


def _share(pattern: re.Pattern[str], cells: Sequence[str]) -> float:
    return sum(pattern.fullmatch(cell) is not None for cell in cells) / len(cells) if cells else 0.0


def _are_phones(cells: Sequence[str], name: str) -> bool:
    """Long plain figures under a name of their own may be anything; nameless, or written as numbers are, they are not."""
    return (
        bool(re.fullmatch(r"Column \d+", name))
        or _share(re.compile(r"\+.*|.*[\s()./-].*|0.*"), cells) >= _ENOUGH
    )


def _names_by_content(nameless: Sequence[int], filled: list[str], sample: Sequence[Sequence[str]]) -> None:
    """In a file without header: the first column of words is the name, or, if they are single words, the given name."""
    wordy = []
    for at in nameless:
        cells = [row[at].strip() for row in sample if at < len(row) and row[at].strip()]
        if cells and all(not any(char.isdigit() or char == "@" for char in cell) for cell in cells):
            wordy.append((at, sum(" " in cell for cell in cells) / len(cells)))
    if not wordy:
        return
    first, spaced = wordy[0]
    if spaced >= _ENOUGH or len(wordy) == 1:
        filled[first] = "full"
    else:
        filled[first], filled[wordy[1][0]] = "given", "family"
