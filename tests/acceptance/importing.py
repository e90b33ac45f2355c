"""P5: an import is all or nothing, goes on after a kill, can be taken back whole, and accounts for every row.

Each list is brought in and taken back once undisturbed, which says what has to come out. Then the same is done again
and again, by the command and by the server, each time killed at random: before a statement that is drawn, or at a
moment that is drawn. After every kill the record must show all of the list or nothing of it.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import lists_to_import, place
from .lists_to_import import List

KILLS_A_LIST = 25
LISTS = 60
# A run that is killed again and again is let finish in the end.
MOST_KILLS = 3
# The tables in which the doing itself is kept; the record is everything else.
OF_THE_DOING = {
    "Import",
    "ImportRow",
    "ImportChunk",
    "Batch",
    "Receipt",
    "Deed",
    "Change",
    "deeds in the log",
}
BITES = ("shown at once", "begun anew", "not restored")


@dataclass
class Found:
    """What was done, and what went wrong."""

    kills: int = 0
    journeys: int = 0
    rows: int = 0
    wrong: list[str] = field(default_factory=list)

    def expect(self, is_so: bool, words: str) -> None:
        if not is_so:
            self.wrong.append(words)


def run(n: int | None, seed: int) -> dict[str, Any]:
    """Kill imports and their taking back, `n` times in all, spread over up to 60 lists; three broken ones must be caught."""
    kills = n or LISTS * KILLS_A_LIST
    found = Found()
    ways: Counter[str] = Counter()
    with place.scratch() as home:
        rig = Rig(home, random.Random(f"import-{seed}"))
        few = rig.undisturbed(lists_to_import.made(1, seed, size=40), found)
        bites = {words: rig.bite(words, few) for words in BITES}
        number = 0
        while found.kills < kills:
            whole = rig.undisturbed(lists_to_import.made(number, seed), found)
            until = min(kills, found.kills + max(3, kills // LISTS))
            while found.kills < until:
                way = ("command", "server")[found.journeys % 2]
                ways[way] += 1
                rig.journey(whole, way, found)
            number += 1
    caught = {f"bite_{words.replace(' ', '_')}": len(wrong) for words, wrong in bites.items()}
    fail = len(found.wrong) + sum(not wrong for wrong in bites.values())
    return {
        "cases": found.kills,
        "fail": fail,
        "lists": number,
        "journeys": found.journeys,
        "rows": found.rows,
        **ways,
        **caught,
        "wrong": found.wrong[:10],
    }


@dataclass
class Whole:
    """A list, and what comes of it when nothing disturbs."""

    file: List
    path: Path
    after: dict[str, Any]
    account: dict[str, int]
    # How many statements bringing it in and taking it back takes, and how long.
    statements: tuple[int, int]
    seconds: tuple[float, float]


class Rig:
    """A home with people in it, which can be put back as it was, and processes over it that can be killed."""

    def __init__(self, home: Path, chance: random.Random) -> None:
        self._home, self._chance = home, chance
        os.environ.setdefault("STRANDLINE_LOG", "ERROR")
        place.enter(home)
        # What a process would load is loaded before it is born.
        from strandline.cli import bringing, main  # noqa: F401
        from strandline.store import writer

        from .kept import Kept  # settings are read when it is loaded

        writer.use_inline()  # a thread would not live on in the processes that are born of this one
        place.found()
        self._broken = ""
        self._people()
        self._lists = home / "lists"
        self._lists.mkdir()
        self._kept = Kept(home)
        self._before = self._seen()
        self._tables = self._record()

    def _people(self) -> None:
        """Put people on record whom the lists know, with values that a list overwrites, and say that it may."""
        import io

        from strandline.steady.interchange import actions
        from strandline.steady.people.models import Person
        from tests.cast import NOW

        cast = self.cast()
        for number in range(lists_to_import.KNOWN):
            name, address = lists_to_import.known(number)
            person = cast.person(name, reaches=[("email", address)])
            Person.objects.filter(pk=person.pk).update(practical_note=f"Before {number}")
        for each in (0, 1, 2):  # the next list with these columns is read as this one was
            first = lists_to_import.made(each, 0, size=1)
            stella = cast.stella
            row = actions.take_file(stream=io.BytesIO(first.content), name=first.name, by=stella, at=NOW)
            actions.check(code=row.code, by=stella, at=NOW)
            actions.choose(code=row.code, rules={"practical_note": "overwrite"}, by=stella, at=NOW)
            actions.check(code=row.code, by=stella, at=NOW)
            actions.apply(code=row.code, by=stella, at=NOW)

    @staticmethod
    def cast() -> Any:
        from tests.cast import again

        return again()

    def bite(self, words: str, whole: Whole) -> list[str]:
        """Do the same with a product that is broken in one way; return what was found wrong with it."""
        found = Found()
        self._broken = words
        try:
            for way in ("command", "server") * 20:  # a kill has to fall where the break shows
                self.journey(whole, way, found)
                if found.wrong:
                    break
        finally:
            self._broken = ""
        return found.wrong

    def undisturbed(self, file: List, found: Found) -> Whole:
        """Bring a list in and take it back without a kill: what comes of it is what must come of it."""
        self.restore()
        path = self._lists / file.name
        path.write_bytes(file.content)
        begun = time.monotonic()
        into = self.child(self.by_command(path))
        took = time.monotonic() - begun
        row = self._import()
        account, after = dict(row.account), self._seen()
        found.expect(into.code == 0 and row.state == "applied", f"{file.name}: not brought in, {into.code}")
        found.expect(_balances(account), f"{file.name}: the account does not balance: {account}")
        found.expect(account["rows"] == file.rows, f"{file.name}: {account['rows']} rows of {file.rows}")
        found.expect(account["updated"] > 0, f"{file.name}: nothing was overwritten")
        found.expect(after != self._before, f"{file.name}: nothing came in")
        begun = time.monotonic()
        back = self.child(self._back_by_command())
        back_took = time.monotonic() - begun
        self._expect_as_before(file.name, found)
        found.rows += file.rows
        counts = (into.statements, back.statements)
        return Whole(file, path, after, account, counts, (took, back_took))

    def journey(self, whole: Whole, way: str, found: Found) -> None:
        """Bring the list in and take it back, killed at random meanwhile, and look after each kill."""
        found.journeys += 1
        self.restore()
        where = f"{whole.file.name} by {way}"
        into = self.by_command(whole.path) if way == "command" else self._by_server(whole)
        self._killed_until_done(into, whole, 0, where, found)
        row = self._import()
        found.expect(row.state == "applied", f"{where}: is {row.state}")
        found.expect(
            self._seen() == whole.after, f"{where}: other than undisturbed{self._differs(whole.after)}"
        )
        found.expect(dict(row.account) == whole.account, f"{where}: {row.account} for {whole.account}")
        touched = self._touch() if self._chance.random() < 0.3 else ""
        back = self._back_by_command() if way == "command" else self._back_by_server()
        self._killed_until_done(back, whole, 1, f"{where}, back", found, touched=touched)
        found.expect(self._import().state == "undone", f"{where}: not taken back")
        if touched:
            self._expect_kept(touched, where, found)
        else:
            self._expect_as_before(where, found)

    def _killed_until_done(
        self,
        work: Callable[[], None],
        whole: Whole,
        leg: int,
        where: str,
        found: Found,
        *,
        touched: str = "",
    ) -> None:
        for _ in range(MOST_KILLS):
            kill = _Kill.drawn(self._chance, whole.statements[leg], whole.seconds[leg])
            done = self.child(work, kill)
            if done.code == 0:
                return
            found.expect(done.code == -signal.SIGKILL, f"{where}: ended with {done.code}, {done.said}")
            found.kills += 1
            if not touched:
                seen = self._seen()
                found.expect(seen in (self._before, whole.after), f"{where}: half of it is seen after {kill}")
            if self._chance.random() < 0.4:
                break
        done = self.child(work)
        found.expect(done.code == 0, f"{where}: did not go on, {done.code} {done.said}")

    def _expect_as_before(self, where: str, found: Found) -> None:
        found.expect(
            self._seen() == self._before, f"{where}: taken back, not as before{self._differs(self._before)}"
        )
        now = self._record()
        others = [name for name, digest in now.items() if self._tables.get(name) != digest]
        found.expect(not others, f"{where}: taken back, and these tables differ: {others}")

    def _expect_kept(self, touched: str, where: str, found: Found) -> None:
        """Whoever was worked with since stays, and is the only one, and is told."""
        from strandline.steady.interchange.models import ImportRow

        told = list(ImportRow.objects.filter(verdict="kept").values_list("name", flat=True))
        now = self._seen()
        more = [name for name in now if name not in self._before]
        found.expect(told == [touched], f"{where}: told as kept {told}, touched {touched}")
        found.expect(more == [touched], f"{where}: kept {more}, touched {touched}")
        rest = {name: value for name, value in now.items() if name != touched}
        found.expect(rest == self._before, f"{where}: others than {touched} were kept")

    def _touch(self) -> str:
        """Let someone speak with a person who came with the list; return their name."""
        from strandline.steady.conversations.actions import log_conversation
        from strandline.steady.people.models import Person
        from strandline.steady.ties.actions import NewTouch
        from strandline.steady.ties.rules import Outcome, TouchKind
        from tests.cast import NOW

        came = Person.objects.filter(batch=self._import().batch).order_by("order_key").first()
        if came is None:
            return ""
        spoke = NewTouch(TouchKind.CALL, Outcome.SPOKE, NOW)
        log_conversation(person=came.code, touch=spoke, step=None, by=self.cast().bela, at=NOW)
        return str(came.full_name)

    # What is done, each in a process of its own.

    def by_command(self, path: Path) -> Callable[[], None]:
        return lambda: _command("import", str(path), "--as", "stella@example.org", "--yes")

    def _back_by_command(self) -> Callable[[], None]:
        return lambda: _command("undo", self._import().code)

    def _by_server(self, whole: Whole) -> Callable[[], None]:
        """The file goes in by the page; what the worker does is done in a process that is killed."""
        from django.core.files.uploadedfile import SimpleUploadedFile

        client = self._client()
        sent = SimpleUploadedFile(whole.file.name, whole.file.content)
        page = client.post("/care/import/take/", {"file": sent, "token": "token-of-the-file"})["Location"]
        self.child(_worker)
        client.post(f"{page}bring-in/", {"token": "token-bring-in"})
        return _worker

    def _back_by_server(self) -> Callable[[], None]:
        page = f"/care/import/{self._import().code}/"
        self._client().post(f"{page}take-back/", {"token": "token-take-back"})
        return _worker

    def _client(self) -> Any:
        from django.test import Client

        client = Client()
        backend = "allauth.account.auth_backends.AuthenticationBackend"
        client.force_login(self.cast().accounts["stella"], backend=backend)
        return client

    def child(self, work: Callable[[], None], kill: _Kill | None = None) -> Done:
        """Do something in a process that shares nothing with this one, and kill it if so said."""
        self._close()
        log = self._home / "child.log"
        pid = os.fork()
        if pid == 0:
            _live(work, kill, self._broken, log)
        if kill is not None and kill.after:
            time.sleep(kill.after)
            os.kill(pid, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        said = log.read_text("utf-8", "replace").strip().splitlines() if log.exists() else []
        counted = (
            int(said[-1].removeprefix("statements ")) if said and said[-1].startswith("statements ") else 0
        )
        return Done(code, counted, " ".join(said[-3:])[-300:])

    @staticmethod
    def _close() -> None:
        from django.db import connections

        connections.close_all()

    def restore(self) -> None:
        self._kept.put_back()

    # What is seen.

    def _import(self) -> Any:
        from strandline.steady.interchange.models import Import

        return Import.objects.order_by("-pk")[0]

    def _seen(self) -> dict[str, Any]:
        """Return all that whoever leads the branch sees of people, without codes and moments, by name."""
        from strandline.steady.interchange.rules.standing import FIELDS
        from strandline.steady.people.models import Person

        people = Person.objects.visible_to(self.cast().bela).prefetch_related(
            "channels", "addresses", "identifiers", "person_tags__tag", "ties", "custom_values__field"
        )
        found: dict[str, Any] = {}
        for person in people.order_by("order_key", "pk"):
            kept = (
                [str(getattr(person, name)) for name in FIELDS],
                sorted(person.refuses),
                sorted((c.kind, c.normal) for c in person.channels.all()),
                sorted((a.street, a.locality, a.postcode) for a in person.addresses.all()),
                sorted((i.system, i.value) for i in person.identifiers.all() if i.system != "row"),
                sorted(t.tag.name for t in person.person_tags.all()),
                sorted((t.kind, t.status) for t in person.ties.all()),
                sorted((v.field.name, v.value) for v in person.custom_values.all()),
            )
            found.setdefault(person.full_name, []).append(kept)
        # Those of one name stand in no order of their own.
        return {name: sorted(kept, key=repr) for name, kept in found.items()}

    def shows_all(self, whole: Whole) -> bool:
        """Tell whether the record shows the list as it came in undisturbed."""
        return bool(self._seen() == whole.after)

    def shows_all_or_nothing(self, whole: Whole) -> bool:
        """Tell whether the record shows all of the list or nothing of it."""
        return self._seen() in (self._before, whole.after)

    def _differs(self, other: dict[str, Any]) -> str:
        now = self._seen()
        names = [name for name in {**now, **other} if now.get(name) != other.get(name)]
        return f" in {len(names)}: " + "; ".join(f"{n} {now.get(n)} for {other.get(n)}" for n in names[:2])

    @staticmethod
    def _record() -> dict[str, str]:
        from . import state

        return {name: digest for name, digest in state.tables().items() if name not in OF_THE_DOING}


@dataclass(frozen=True)
class Done:
    """How a process ended, how many statements it had sent by then, and its last words."""

    code: int
    statements: int
    said: str


@dataclass(frozen=True)
class _Kill:
    """Where a process is killed: before a statement, or after so many seconds."""

    before: int = 0
    after: float = 0.0

    @classmethod
    def drawn(cls, chance: random.Random, statements: int, seconds: float) -> _Kill:
        if chance.random() < 0.7:
            return cls(before=chance.randint(1, max(1, statements)))
        return cls(after=chance.uniform(0.01, max(0.02, seconds)))


def _live(work: Callable[[], None], kill: _Kill | None, broken: str, log: Path) -> None:
    """Be the process: count statements, be killed where that was said, and end without a way back."""
    code, counted = 70, [0]
    with log.open("w") as kept:
        os.dup2(kept.fileno(), 1)
        os.dup2(kept.fileno(), 2)
        try:
            _count(counted, kill.before if kill else 0)
            _others_wait_now_and_then()
            if broken:
                _broken(broken)
            work()
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        print(f"statements {counted[0]}", flush=True)
        os._exit(code)


def _others_wait_now_and_then() -> None:
    """While nobody waits to write, thousands of rows go into one commit; with some who do, there are several."""
    from strandline.steady.interchange.actions import applying

    chance = random.Random(0)
    applying._PART = 8
    applying.bulk.is_awaited = lambda _: chance.random() < 0.5


def _count(counted: list[int], until: int) -> None:
    from django.db.backends import utils

    for name in ("execute", "executemany"):
        plain = getattr(utils.CursorWrapper, name)

        def execute(self: Any, *given: Any, _plain: Any = plain, **more: Any) -> Any:
            counted[0] += 1
            if counted[0] == until:
                os.kill(os.getpid(), signal.SIGKILL)
            return _plain(self, *given, **more)

        setattr(utils.CursorWrapper, name, execute)


def _command(*words: str) -> None:
    from strandline.cli.main import main

    sys.argv = ["strandline", *words]
    main()


def _worker() -> None:
    """Do what waits, as the worker's thread for imports does, until nothing waits."""
    import secrets
    from datetime import UTC, datetime

    from strandline.steady.interchange import actions
    from strandline.store import alive, writer

    writer.use_inline()
    sign = alive.Sign(f"rig-{secrets.token_hex(4)}")
    sign.raise_()
    while actions.carry_on(worker=sign.name, is_up=alive.is_up, at=datetime.now(UTC)):
        pass
    sign.lower()


def _broken(words: str) -> None:
    """Break the product in one way, in this process."""
    from strandline.organisation.audit import actions as audit
    from strandline.steady.interchange.actions import applying
    from strandline.steady.people import actions as people

    if words == "shown at once":
        begin = people.begin_batch

        def begun() -> Any:
            from tests.cast import NOW

            batch = begin()
            type(batch).objects.filter(pk=batch.pk).update(opened_at=NOW)
            return batch

        people.begin_batch = begun
    elif words == "begun anew":
        begin_again = applying._begin

        def forgetful(code: str, by: Any, at: Any) -> Any:
            row = begin_again(code, by, at)
            row.done_rows, row.so_far = 0, {}
            return row

        applying._begin = forgetful
    elif words == "not restored":
        audit.take_back_what_stands = lambda **_: []


def _balances(account: dict[str, int]) -> bool:
    fates = ("created", "updated", "unchanged", "skipped", "rejected")
    return account["rows"] == sum(account[fate] for fate in fates)
