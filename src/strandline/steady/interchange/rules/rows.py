"""Make a person of a row, under the mapping of its file: fast where cells are plain, careful where they are not."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from typing import NamedTuple, TypeVar

from strandline.lib import emails, phones
from strandline.lib.dates import Order
from strandline.lib.emails import BadEmail
from strandline.lib.phones import BadPhone, Doubt
from strandline.lib.text import BadText, clean, is_confusable
from strandline.steady.interchange.rules import cells as cell_rules
from strandline.steady.interchange.rules.extras import SHOWN, Extras, Stated
from strandline.steady.interchange.rules.people import EmailEntry, Flag, PersonRow, PhoneEntry, Skipped
from strandline.steady.interchange.rules.refusals import Row, Unreadable
from strandline.steady.interchange.rules.vocabulary import TEXTS, Column, Mapping, Target

MOST = {
    Target.NOTE: 10_000,
    Target.STREET: 500,
    Target.CUSTOM: 2_000,
    Target.TAGS: 2_000,
    Target.EXTERNAL_ID: 2_000,
}
"""Characters that fit into a field; 200 into any other."""
_MOST = 200
_BETWEEN = "~"
"""Set between the cells when a row is looked at as one text; where it stands in a cell too, the row is read slowly."""
_NOT_PLAIN = re.compile("[\x00-\x1f\x7f-\xa0\xad\u0300-\U0010ffff]")
_LINE_BREAKS = re.compile(r"\s*[\r\n]+\s*")
_MIXED = "Letters of two alphabets that look alike stand in one word."
_CORRECT = "Correct this cell and import the file again; the rows already taken will not change."
_NO_EXTRAS: tuple[object, ...] = (None, (), (), frozenset(), None, False, None, (), ())

_Entry = TypeVar("_Entry", EmailEntry, PhoneEntry)

Outcome = PersonRow | Unreadable | Skipped


class _Contact(NamedTuple):
    """Where an address or a number stands, with its label and its flag (-1 for none), and what the file calls it."""

    position: int
    label: int
    bad: int
    standing: str
    header: str

    def described(self, cells: list[str]) -> tuple[str, bool]:
        """What a row calls it, in one short word or two, and whether it does not work."""
        label = cells[self.label].strip().lstrip("* ").replace("|", "/")[:40] if self.label >= 0 else ""
        return label or self.standing, self.bad >= 0 and cell_rules.is_yes(cells[self.bad])


class RowReader:
    """Reads the rows of one file, under its mapping and what was stated for it.

    `region` is the country whose way of writing numbers holds where a row names no other; `order` that of dates in
    figures, without which an ambiguous one is left out and flagged; `is_neutralised` is false for JSON, whose texts
    no spreadsheet sees.
    """

    def __init__(
        self,
        mapping: Mapping,
        *,
        region: str | None = None,
        order: Order | None = None,
        zone: dt.tzinfo = dt.UTC,
        is_neutralised: bool = True,
    ) -> None:
        self.columns = tuple(column for column in mapping.columns if column.is_taken)
        self.region = region
        self.stated = Stated(mapping.system, order, zone)
        self._is_ours = mapping.system == "strandline"
        self._undo: Callable[[str], str] | None = None
        if is_neutralised:
            self._undo = cell_rules.as_written if self._is_ours else cell_rules.unprotected
        self._width = len(mapping.columns)
        self._joins: list[tuple[tuple[int, ...], ...]] = []
        self._texts = itemgetter(*(self._text_at(target) for target in TEXTS))
        self._country = next(
            (column.position for column in self.columns if column.target is Target.COUNTRY), -1
        )
        self._emails = self._contacts(Target.EMAIL, Target.EMAIL_LABEL, Target.EMAIL_BAD)
        self._phones = self._contacts(Target.PHONE, Target.PHONE_LABEL, Target.PHONE_BAD)
        self._kinds = [column.position for column in self.columns if column.target is Target.CONTACT_KIND]
        self._extras = tuple(column for column in self.columns if column.target not in _PLAIN_TARGETS)
        self._cleaned = [
            (column, MOST.get(column.target, _MOST)) for column in self.columns if _is_text(column)
        ]

    def read(self, rows: Iterable[Row | Unreadable]) -> Iterator[Outcome]:
        """What became of each row, in order; an Unreadable passes through."""
        for row in rows:
            yield row if type(row) is Unreadable else self(*row)

    def __call__(self, line: int, cells: list[str]) -> Outcome:
        """One row as a person, as passed over, or as unreadable. The cells may be changed."""
        whole = _BETWEEN.join(cells)
        if self._is_plain(whole, cells):
            if " ~" in whole or "~ " in whole or whole[0] == " " or whole[-1] == " ":
                cells = [cell.strip(" ") for cell in cells]
        elif refused := self._clean(line, cells):
            return refused
        for position in self._kinds:
            if cell_rules.is_body(cells[position]):
                return Skipped(line, f"This row is not a person but: {cells[position].strip()}.")
        for groups in self._joins:
            cells.append(_joined(cells, groups))
        cells.append("")
        flags: list[Flag] = []
        texts = self._texts(cells)
        found_emails = self._read_emails(cells, flags) if self._emails else ()
        found_phones = self._read_phones(cells, flags) if self._phones else ()
        fields = _NO_EXTRAS
        if self._extras:
            extras = Extras(self.stated, flags)
            extras.take(self._extras, cells)
            fields = extras.fields()
        if not (found_emails or found_phones or any(texts[:_NAMES])):
            return _nobody(line, flags)
        if not whole.isascii():
            flags += [Flag("name", name[:SHOWN], _MIXED) for name in texts[:_NAMES] if is_confusable(name)]
        return tuple.__new__(PersonRow, (line, *texts, found_emails, found_phones, *fields, tuple(flags)))

    def _is_plain(self, whole: str, cells: list[str]) -> bool:
        """Whether no cell can need a closer look: only letters that stand for themselves, nothing long, no ' before."""
        if not (whole.isprintable() if whole.isascii() else _NOT_PLAIN.search(whole) is None):
            return False
        if "'" in whole and (self._is_ours or "~'" in whole or whole[0] == "'"):
            return False
        return bool(whole) and (len(whole) <= _MOST or max(map(len, cells)) <= _MOST)

    def _text_at(self, target: Target) -> int:
        """Where the text of a target stands in a row to which joined cells, then an empty one, were added."""
        mapped = [column for column in self.columns if column.target is target]
        if len(mapped) < 2:
            return mapped[0].position if mapped else -1
        slots = sorted({column.slot for column in mapped})
        self._joins.append(
            tuple(tuple(column.position for column in mapped if column.slot == slot) for slot in slots)
        )
        return self._width + len(self._joins) - 1

    def _contacts(self, target: Target, label: Target, bad: Target) -> tuple[_Contact, ...]:
        def at(wanted: Target, slot: int) -> int:
            return next(
                (found.position for found in self.columns if (found.target, found.slot) == (wanted, slot)), -1
            )

        mapped = sorted(
            (column for column in self.columns if column.target is target), key=lambda column: column.slot
        )
        return tuple(
            _Contact(
                column.position, at(label, column.slot), at(bad, column.slot), column.detail, column.header
            )
            for column in mapped
        )

    def _clean(self, line: int, cells: list[str]) -> Unreadable | None:
        """Take the ' of spreadsheets away, and keep or refuse each text; the row is refused with the first."""
        if self._undo is not None:
            undo = self._undo
            cells[:] = [undo(cell) if "'" in cell else cell for cell in cells]
        for column, most in self._cleaned:
            cell = cells[column.position]
            if column.target is Target.STREET:
                cell = _LINE_BREAKS.sub(", ", cell.strip())
            try:
                cells[column.position] = clean(
                    "" if cell.isspace() else cell,
                    field=column.header,
                    most=most,
                    multiline=column.target in (Target.NOTE, Target.CUSTOM),
                    required=False,
                )
            except BadText as wrong:
                return Unreadable(line, column.header, wrong.reason, _CORRECT)
        return None

    def _read_emails(self, cells: list[str], flags: list[Flag]) -> tuple[EmailEntry, ...]:
        found: tuple[EmailEntry, ...] = ()
        for contact in self._emails:
            cell = cells[contact[0]]
            if not cell:
                continue
            normal = emails.quick(cell)
            if not normal:
                entries = tuple(self._several_emails(cell, contact, contact.described(cells), flags))
            elif contact[1] < 0 and contact[2] < 0:
                entries = (tuple.__new__(EmailEntry, (cell, normal, contact[3], False)),)
            else:
                entries = (EmailEntry(cell, normal, *contact.described(cells)),)
            found = found + entries if found else entries
        return found if len(found) < 2 else _each_once(found)

    def _several_emails(
        self, cell: str, contact: _Contact, described: tuple[str, bool], flags: list[Flag]
    ) -> Iterator[EmailEntry]:
        """The addresses of a cell that is not simply one; what is none is flagged with its reason."""
        for typed, label, is_bad in self._entries(cell, emails.split):
            try:
                read = emails.parse(typed)
            except BadEmail as wrong:
                flags.append(Flag(contact.header, typed[:SHOWN], wrong.reason))
            else:
                yield EmailEntry(read.as_typed, read.normal, label or described[0], is_bad or described[1])

    def _read_phones(self, cells: list[str], flags: list[Flag]) -> tuple[PhoneEntry, ...]:
        found: tuple[PhoneEntry, ...] = ()
        region = self.region
        if self._country >= 0 and cells[self._country]:
            region = cell_rules.region_of(cells[self._country].strip()) or region
        for contact in self._phones:
            cell = cells[contact[0]]
            if not cell:
                continue
            e164 = phones.quick(cell, region)
            if not e164:
                entries = tuple(self._several_phones(cell, region, contact, contact.described(cells), flags))
            elif contact[1] < 0 and contact[2] < 0:
                entries = (tuple.__new__(PhoneEntry, (cell, e164, "", contact[3], False, Doubt.NONE)),)
            else:
                entries = (PhoneEntry(cell, e164, "", *contact.described(cells)),)
            found = found + entries if found else entries
        return found if len(found) < 2 else _each_once(found)

    def _several_phones(
        self, cell: str, region: str | None, contact: _Contact, described: tuple[str, bool], flags: list[Flag]
    ) -> Iterator[PhoneEntry]:
        """The numbers of a cell that is not simply one; a damaged one is flagged and left out, a doubtful one kept."""
        for typed, label, is_bad in self._entries(cell, phones.split):
            try:
                read = phones.parse(typed, region)
            except BadPhone as wrong:
                flags.append(Flag(contact.header, typed[:SHOWN], wrong.reason))
                continue
            if read.doubt is not Doubt.NONE:
                flags.append(Flag(contact.header, typed, read.doubt.value))
            yield PhoneEntry(
                read.as_typed,
                read.e164,
                read.extension,
                label or described[0],
                is_bad or described[1],
                read.doubt,
            )

    def _entries(self, cell: str, split: Callable[[str], list[str]]) -> Iterator[tuple[str, str, bool]]:
        """What one cell holds, each with its label: ours are written `a@x.org (home) ! | b@x.org`."""
        if cell.strip().lower() in cell_rules.NOTHING:
            return
        if self._is_ours:
            yield from cell_rules.entries(cell)
            return
        for typed in split(cell.replace(":::", ";")):
            yield typed, "", False


_PLAIN_TARGETS = frozenset({
    *TEXTS, Target.EMAIL, Target.EMAIL_LABEL, Target.EMAIL_BAD, Target.PHONE, Target.PHONE_LABEL, Target.PHONE_BAD,
    Target.IGNORED, Target.CONTACT_KIND,
})  # fmt: skip
_NAMES = TEXTS.index(Target.NICKNAME) + 1


def _each_once(found: tuple[_Entry, ...]) -> tuple[_Entry, ...]:
    """Each address or number where it stands first; it does not work if any of its places says so."""
    once: dict[str, _Entry] = {}
    for entry in found:
        first = once.setdefault(entry[1], entry)
        if entry.is_bad and not first.is_bad:
            once[entry[1]] = first._replace(is_bad=True)
    return tuple(once.values())


def _is_text(column: Column) -> bool:
    return column.target in TEXTS or column.target in (Target.CUSTOM, Target.TAGS, Target.EXTERNAL_ID)


def _joined(cells: list[str], groups: tuple[tuple[int, ...], ...]) -> str:
    """Parts of a text, each the first that is filled of its alternatives, with commas between them."""
    parts = (next((cell for at in group if (cell := cells[at])), "") for group in groups)
    return ", ".join(part for part in parts if part)


def _nobody(line: int, flags: list[Flag]) -> Unreadable:
    if flags:
        return Unreadable(
            line, flags[0].field, flags[0].reason, "Correct it: without it this row names nobody."
        )
    return Unreadable(
        line,
        "name",
        "This row names nobody: no name, no e-mail, no telephone number.",
        "Fill one of them in.",
    )
