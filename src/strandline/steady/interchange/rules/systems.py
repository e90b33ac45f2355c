"""Which system a file comes from, told by its headers, and what every column of it becomes."""

import re
from collections.abc import Sequence

from strandline.steady.interchange.rules import guessing, tables, tables_more
from strandline.steady.interchange.rules.headers import plain
from strandline.steady.interchange.rules.tables import System
from strandline.steady.interchange.rules.vocabulary import Column, Mapping, Target, column

SYSTEMS = (
    tables.STRANDLINE, tables.ACTION_NETWORK, tables.NATIONBUILDER, tables.CIVICRM, tables.MOBILIZE,
    tables.MOBILIZE_OLD, tables.MOBILIZE_MIRROR, tables.MOBILIZE_API, tables_more.ZETKIN, tables_more.ZETKIN_API,
    tables_more.ZETKIN_SWEDISH, tables_more.OSDI, tables_more.DISCIPLE_TOOLS, tables_more.VAN,
    tables_more.EVERYACTION, tables_more.REACH, tables_more.SOLIDARITY_TECH, tables_more.GOOGLE,
    tables_more.OUTLOOK, tables_more.THUNDERBIRD, tables_more.VCARD, tables_more.SPOKE,
)  # fmt: skip
UNKNOWN = "other"

_AGAIN = re.compile(r" \(\d+\)$")


def recognise(header: Sequence[str]) -> System | None:
    """The known system whose signature the header bears best: as many marks of it as that system needs, at least.

    Order, case, accents and the separator do not matter, so a renamed, re-saved or upper-cased export is known too.
    """
    found = {plain(name) for name in header}
    best, most = None, 0
    for system in SYSTEMS:
        held = len(system.marks & found)
        if held >= system.needs and held > most:
            best, most = system, held
    return best


def name_of(key: str) -> str:
    """The name by which people know a system; empty for a file of none."""
    return next((system.name for system in SYSTEMS if system.key == key), "")


def map_columns(header: Sequence[str], sample: Sequence[Sequence[str]] = ()) -> Mapping:
    """What each column becomes: by the table of a recognised system, else guessed from its header and the sample.

    Columns of special-category data come out as not taken, in a recognised system and in any other.
    """
    system = recognise(header)
    specs = _from_table(header, system) if system else [""] * len(header)
    unlisted = system.unlisted if system else ""
    if unlisted != "-":
        specs = guessing.fill(header, specs, sample, in_known_system=system is not None)
    columns = [
        _guarded(column(at, name, spec or unlisted or "-"))
        for at, (name, spec) in enumerate(zip(header, specs, strict=True))
    ]
    return Mapping(
        system=system.key if system else UNKNOWN,
        name=system.name if system else "",
        columns=tuple(_apart(columns)),
    )


def _from_table(header: Sequence[str], system: System) -> list[str]:
    families = [
        (re.compile(re.escape(name).replace(r"\*", ".*")), spec)
        for name, spec in system.columns.items()
        if "*" in name
    ]
    specs = []
    for name in header:
        word = plain(_AGAIN.sub("", name))
        spec = system.columns.get(word, "")
        if not spec:
            spec = next((of_family for family, of_family in families if family.fullmatch(word)), "")
        specs.append(spec)
    return specs


def _guarded(mapped: Column) -> Column:
    """A custom column whose header speaks of a special category is one, whatever system it comes from."""
    if mapped.target is not Target.CUSTOM or mapped.special:
        return mapped
    special = guessing.special(mapped.header)
    return column(mapped.position, mapped.header, guessing.SHORT_OF[special]) if special else mapped


def _apart(columns: list[Column]) -> list[Column]:
    """Give every address and number its own slot, so that a second column `Email` is a second address.

    A label keeps to the address of its own slot; one without an address is not read.
    """
    taken: set[tuple[Target, int]] = set()
    apart = []
    for mapped in columns:
        kept = mapped
        if mapped.target in {Target.EMAIL, Target.PHONE}:
            slot = mapped.slot
            while (mapped.target, slot) in taken:
                slot += 1
            taken.add((mapped.target, slot))
            kept = Column(mapped.position, mapped.header, mapped.target, slot, mapped.detail)
        apart.append(kept)
    partner = {
        Target.EMAIL_LABEL: Target.EMAIL, Target.EMAIL_BAD: Target.EMAIL,
        Target.PHONE_LABEL: Target.PHONE, Target.PHONE_BAD: Target.PHONE,
    }  # fmt: skip
    return [
        Column(kept.position, kept.header, Target.IGNORED)
        if kept.target in partner and (partner[kept.target], kept.slot) not in taken
        else kept
        for kept in apart
    ]
