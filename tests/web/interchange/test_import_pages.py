from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from strandline.organisation.receipts.rules import Once
from strandline.steady.conversations.actions import log_conversation
from strandline.steady.interchange import actions, queries
from strandline.steady.interchange.models import Import
from strandline.steady.people.models import Person
from strandline.steady.ties.actions import NewTouch
from strandline.steady.ties.rules import Outcome, TouchKind
from tests.cast import NOW, Cast
from tests.steady.interchange.test_bringing_in import FILE

Sign = Callable[[str], Client]


def upload(client: Client, text: str = FILE, token: str = "token-12345678") -> str:
    sent = SimpleUploadedFile("export.csv", text.encode(), content_type="text/csv")
    answer = client.post("/care/import/take/", {"file": sent, "token": token})
    assert answer.status_code == 303
    return str(answer["Location"])


def tabs(answer: HttpResponse) -> dict[str, int]:
    """Read how many rows each tab of a list says it has."""
    nav = re.search(r'<nav class="segment".*?</nav>', answer.content.decode(), re.S)
    assert nav is not None
    return {
        words: int(number.replace(",", "")) for words, number in re.findall(r">([^<>]+) ([\d,]+)</a>", nav[0])
    }


def work() -> None:
    while actions.carry_on(worker="test", is_up=lambda _: False, at=NOW):
        pass


def test_import_goes_from_check_to_in_and_back(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("stella")
    page = upload(client)
    work()

    checked = client.get(page).content.decode()
    client.post(f"{page}bring-in/", {"token": "token-bring-in"})
    work()
    applied = client.get(page).content.decode()
    found = Person.objects.visible_to(cast.bela).count()
    client.post(f"{page}take-back/", {"token": "token-take-back"})
    work()

    assert "recognised as Action Network" in checked
    assert ("Import</button>" in checked, "Take the whole list back" in applied) == (True, True)
    assert (found, Person.objects.visible_to(cast.bela).count()) == (3, 0)


def test_what_the_check_found_is_still_told_when_the_list_is_in(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("stella")
    page = upload(client)
    work()
    checked = tabs(client.get(page))
    client.post(f"{page}bring-in/", {"token": "token-bring-in"})
    work()

    applied = client.get(page)

    assert checked == tabs(applied) == {"New": 3, "Cannot read": 1, "Unlikely numbers": 3, "Repeated": 1}
    assert "not-read.csv" in applied.content.decode()
    assert "The same person as in line 5." in client.get(f"{page}?show=repeated").content.decode()


def test_a_list_stopped_on_its_way_stands_as_it_was_checked(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("stella")
    page = upload(client)
    work()
    checked = client.get(page).content.decode()
    client.post(f"{page}bring-in/", {"token": "token-bring-in"})
    client.post(f"{page}stop/", {"token": "token-stop"})
    work()

    stopped = client.get(page).content.decode()

    assert "of 5 rows; 1 passed over" in checked
    assert "of 5 rows; 1 passed over" in stopped
    assert ("Import</button>" in stopped, Person.objects.count()) == (True, 0)


def test_a_reading_that_is_stopped_says_so_and_can_begin_again(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("stella")
    page = upload(client)
    client.post(f"{page}stop/", {"token": "token-stop"})
    work()

    stopped = client.get(page).content.decode()
    client.post(f"{page}choose/", {"token": "token-choose"})
    work()

    assert ("You stopped the reading" in stopped, "cannot be read" in stopped) == (True, False)
    assert tabs(client.get(page))["New"] == 3


def test_taking_back_can_be_stopped_before_it_begins_and_not_after(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("stella")
    page = upload(client)
    work()
    client.post(f"{page}bring-in/", {"token": "token-bring-in"})
    work()
    client.post(f"{page}take-back/", {"token": "token-take-back"})
    client.post(f"{page}stop/", {"token": "token-stop"})
    work()
    left = Person.objects.visible_to(cast.bela).count()
    Import.objects.update(state="undoing")

    answer = client.post(f"{page}stop/", {"token": "token-stop-2"})

    assert (left, answer.status_code) == (3, 422)
    assert "The rest is done in a moment." in answer.content.decode()
    assert "/stop/" not in answer.content.decode()


def test_a_list_at_work_says_how_far_it_is_and_how_long_it_takes(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("stella")
    page = upload(client)
    waits = client.get(page).content.decode()
    began = datetime.now(UTC) - timedelta(seconds=30)
    Import.objects.update(
        taken_by="worker", lines=400, done_rows=300, work_began_at=began, work_began_rows=100
    )

    answer = client.get(f"{page}?said=50", headers={"HX-Request": "true"}).content.decode()
    again = client.get(f"{page}?said=75", headers={"HX-Request": "true"}).content.decode()
    elsewhere = client.get("/people/").content.decode()

    assert "It waits for its turn." in waits
    assert ("300 of about 400." in answer, "About 15 seconds more." in answer) == (True, True)
    assert ("75 % done." in answer, "75 % done." in again) == (True, False)
    assert ">at work<" in elsewhere


def test_the_rail_stops_telling_of_a_list_that_is_done(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("stella")
    page = upload(client)
    work()
    client.get(page)

    assert ">at work<" not in client.get("/people/").content.decode()
    assert "list_at_work" not in client.session


def test_a_list_taken_back_tells_who_stayed(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("stella")
    page = upload(client)
    work()
    client.post(f"{page}bring-in/", {"token": "token-bring-in"})
    work()
    noor = Person.objects.get(full_name="Noor Haddad")
    spoke = NewTouch(TouchKind.CALL, Outcome.SPOKE, NOW)
    log_conversation(person=noor.code, touch=spoke, step=None, by=cast.bela, at=NOW)
    client.post(f"{page}take-back/", {"token": "token-take-back"})
    work()

    answer = client.get(f"{page}?show=kept")

    assert tabs(answer)["Kept"] == 1
    body = answer.content.decode()
    assert ("line 5" in body, f"/people/{noor.code}/" in body) == (True, True)
    assert "Someone has worked with this person since." in body


def test_a_list_names_nobody_who_is_out_of_sight_of_its_reader(cast: Cast, signed_in: Sign) -> None:
    old = cast.person("Rosa Of Old", reaches=[("email", "rosa@example.org")])
    client = signed_in("stella")
    page = upload(client)
    work()

    before = signed_in("bela").get(f"{page}?show=twin").content.decode()
    Person.objects.filter(pk=old.pk).update(sensitivity="confidential")
    after = signed_in("bela").get(f"{page}?show=twin").content.decode()

    assert ("Rosa Of Old" in before, "Rosa Of Old" in after) == (True, False)
    assert old.code not in after


def test_import_shows_progress_until_the_worker_has_read_it(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("stella")
    page = upload(client)

    body = client.get(page, headers={"HX-Request": "true"}).content.decode()

    assert 'hx-trigger="every 2s"' in body
    assert "<html" not in body


def test_import_sent_twice_is_one(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("stella")

    assert upload(client) == upload(client)
    assert Import.objects.count() == 1


def test_import_sent_again_with_another_file_is_refused(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("stella")
    page = upload(client)
    other = SimpleUploadedFile("export.csv", b"name\nSomeone Else\n", content_type="text/csv")

    answer = client.post("/care/import/take/", {"file": other, "token": "token-12345678"})

    assert (answer.status_code, Import.objects.count()) == (422, 1)
    assert client.get(page).status_code == 200


def test_import_that_broke_off_is_taken_whole_when_it_is_sent_again(
    cast: Cast, signed_in: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("stella")
    monkeypatch.setattr(queries, "CHUNK", 64)

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() >= 128:
                raise OSError("the connection is gone")
            return super().read(size)

    once = Once("token-12345678", "of this file")
    with pytest.raises(OSError):
        actions.take_file(stream=Broken(FILE.encode()), name="a.csv", by=cast.stella, at=NOW, once=once)
    taken = actions.take_file(
        stream=io.BytesIO(FILE.encode()), name="a.csv", by=cast.stella, at=NOW, once=once
    )

    pieces = taken.chunks.order_by("place").values_list("data", flat=True)
    assert (b"".join(bytes(piece) for piece in pieces), Import.objects.count()) == (FILE.encode(), 1)
    assert client.get(f"/care/import/{taken.code}/").status_code == 200


def test_import_of_a_broken_file_says_where_and_stores_nothing(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("stella")
    page = upload(client, 'email,first_name\na@example.org,"Rosa\nb@example.org,Ben\n')
    work()

    body = client.get(page).content.decode()

    assert "This file cannot be read" in body
    assert "Line 2:" in body
    assert Person.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "status"), [("stella", 200), ("bela", 200), ("amina", 404), ("chen", 404), ("dede", 404)]
)
def test_import_page_is_for_its_branch(cast: Cast, signed_in: Sign, name: str, status: int) -> None:
    page = upload(signed_in("stella"))

    assert signed_in(name).get(page).status_code == status


def test_unread_rows_come_as_a_file_with_their_reasons(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("stella")
    page = upload(client)
    work()

    body = b"".join(client.get(f"{page}not-read.csv").streaming_content).decode()  # type: ignore[attr-defined]

    assert "This row names nobody: no name, no e-mail, no telephone number." in body


def test_columns_can_be_changed_and_are_checked_again(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("stella")
    page = upload(client)
    work()

    answer = client.post(f"{page}choose/", {"column-1": "not read", "token": "token-choose"})
    work()

    assert (answer.status_code, Import.objects.get().account["created"]) == (303, 3)
    bad = client.post(f"{page}choose/", {"column-1": "shoe size", "token": "token-choose-2"})
    assert bad.status_code == 422


def test_check_page_shows_the_first_people_as_they_were_read(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("stella")
    page = upload(client)
    work()

    body = client.get(f"{page}?show=new").content.decode()

    assert "Rosa Lindqvist" in body
    assert "<bdi>rosa@example.org</bdi> · <bdi>+447700900123</bdi> · <bdi>HB1 2AA</bdi>" in body
    assert "Look whether accents and columns are right." in body


def test_check_page_names_the_columns_that_need_a_ground(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("stella")
    page = upload(client, "name,email,religion\nRosa,rosa@example.org,none\n")
    work()

    body = client.get(page).content.decode()

    assert "CSV of no known system; the columns were guessed from their names." in body
    assert "Not taken for want of a ground: <b>religion</b>." in body


def test_a_name_of_two_alphabets_is_a_doubt_and_comes_in_as_it_stands(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("stella")
    page = upload(client, "name,email\nАnna Wren,anna@example.org\nАнна Ренкова,other@example.org\n")
    work()

    doubts = client.get(f"{page}?show=flagged").content.decode()
    client.post(f"{page}bring-in/", {"token": "token-bring-in"})
    work()

    assert ("Letters of two alphabets that look alike" in doubts, "Ренкова" in doubts) == (True, False)
    assert set(Person.objects.values_list("full_name", flat=True)) == {"Аnna Wren", "Анна Ренкова"}


def test_damaged_numbers_stand_apart_from_unlikely_ones(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("stella")
    rows = "name,email,phone\nRosa,rosa@example.org,4.47E+11\nNoor,noor@example.org,07700 911280\n"
    page = upload(client, rows)
    work()

    doubts = client.get(f"{page}?show=flagged").content.decode()
    unlikely = client.get(f"{page}?show=unlikely").content.decode()

    row = Import.objects.get()
    assert (row.account["created"], row.found["flagged"], row.found["unlikely"]) == (2, 1, 1)
    assert ("4.47E+11" in doubts, "07700 911280" in doubts) == (True, False)
    assert ("4.47E+11" in unlikely, "07700 911280" in unlikely) == (False, True)


def test_the_next_list_with_the_same_columns_is_read_as_the_last_was_chosen(
    cast: Cast, signed_in: Sign
) -> None:
    client = signed_in("stella")
    first = upload(client, "name,called,born\nRosa Lind,Rosie,03/04/1990\n")
    work()
    asked = {
        "column-1": "nickname",
        "date_order": "dmy",
        "rule-born_on": "overwrite",
        "token": "token-choose",
    }
    client.post(f"{first}choose/", asked)
    work()
    client.post(f"{first}bring-in/", {"token": "token-bring-in"})
    work()

    second = upload(client, "name,called,born\nNoor Haddad,Nono,05/06/1991\n", token="token-second-1")
    work()

    row = Import.objects.get(code=second.split("/")[-2])
    assert [column["target"] for column in row.columns] == ["full name", "nickname", "birth date"]
    assert (row.date_order, row.rules["born_on"], row.basis) == ("dmy", "overwrite", {})
    assert "Read as you chose for export.csv" in client.get(second).content.decode()


def test_a_list_of_a_branch_out_of_sight_teaches_nothing(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("stella")
    first = upload(client, "name,called\nRosa Lind,Rosie\n")
    work()
    client.post(f"{first}choose/", {"column-1": "nickname", "token": "token-choose"})
    work()
    client.post(f"{first}bring-in/", {"token": "token-bring-in"})
    work()

    second = upload(signed_in("chen"), "name,called\nNoor Haddad,Nono\n", token="token-second-1")
    work()

    row = Import.objects.get(code=second.split("/")[-2])
    assert row.columns[1]["target"] != "nickname"
    assert row.notes == []
