"""A stage on which every form of ours has something to do: one organisation with one thing of each kind."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from django.test import Client

from strandline.ledger.capacity.actions import ask_what_if
from strandline.ledger.capacity.rules.question import Question
from strandline.ledger.ebb.actions import note_departure
from strandline.ledger.ebb.rules.leaving import Leaving
from strandline.lib.codes import new_code
from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Sensitivity
from strandline.organisation.audit import actions as audit
from strandline.organisation.branches.actions import issue_token
from strandline.organisation.branches.models import Membership
from strandline.organisation.notices.models import Notice
from strandline.steady.circles.actions import NewCircle, form_circle, join
from strandline.steady.constituencies.actions import add_constituency, place_in
from strandline.steady.constituencies.rules import Dimension
from strandline.steady.conversations.actions import log_conversation
from strandline.steady.events.actions import plan_event
from strandline.steady.followup.actions import offer_handoffs
from strandline.steady.followup.models import FollowUp
from strandline.steady.intake import actions as intake
from strandline.steady.intake import marks
from strandline.steady.intake.actions import NewForm
from strandline.steady.intake.models import DeviceCode, Submission
from strandline.steady.intake.rules import Answer, Reason, Sheet, Way
from strandline.steady.interchange import actions as interchange
from strandline.steady.interchange.models import Import
from strandline.steady.interchange.rules.standing import ImportState
from strandline.steady.listening.actions import name_theme
from strandline.steady.lists import actions as lists
from strandline.steady.lists.rules import Filters
from strandline.steady.people import actions as people
from strandline.steady.people.models import Channel, CustomField, Person
from strandline.steady.people.rules import ConsentPurpose
from strandline.steady.ties.actions import NewTouch
from strandline.steady.ties.models import Stage as TieStage
from strandline.steady.ties.models import Tie
from strandline.steady.ties.rules import Outcome, TouchKind
from strandline.surge.moments.actions import attach_form, open_surge
from strandline.surge.signals import actions as signals
from strandline.surge.signals.actions import NewSeries
from strandline.surge.signals.models import Alert
from tests.acceptance import harness, worlds
from tests.cast import NOW, Cast, assemble

ASKS: dict[str, str] = {"question": "Which floor?", "second_question": "Since when?"}


@dataclass
class Stage:
    """The cast, and the code of one thing of each kind."""

    cast: Cast
    codes: dict[str, str] = field(default_factory=dict)

    def browser(self, name: str) -> Client:
        """Return a browser in which this member of the cast is signed in."""
        client = Client(raise_request_exception=False)
        client.force_login(self.cast.accounts[name], backend=worlds.BACKEND)
        return client

    def secret(self, name: str) -> str:
        """Return a token of this member of the cast, for everything."""
        account, viewer = self.cast.accounts[name], self.cast.viewer(name)
        return issue_token(account=account, name="check", scopes=harness.scopes(), by=viewer, at=NOW)[1]


def build() -> Stage:
    """Set the stage."""
    stage = Stage(assemble())
    for part in (_circle, _people, _accounts, _intake, _imports, _surges, _signals, _breadth):
        part(stage)
    return stage


def _people(stage: Stage) -> None:
    cast, codes = stage.cast, stage.codes
    amina = cast.amina
    rosa = cast.person(
        reaches=(("email", "rosa@example.org"), ("phone", "020 7946 0018")), tags=("stairwell",)
    )
    secret = cast.person("Kofi Boateng", sensitivity=Sensitivity.CONFIDENTIAL)
    people.give_consent(person=rosa.code, purpose=ConsentPurpose.VIEWS, words="Yes", by=amina, at=NOW)
    spoke = NewTouch(TouchKind.CALL, Outcome.SPOKE, NOW - timedelta(days=3), said="No heat")
    logged = log_conversation(person=rosa.code, touch=spoke, step=None, by=amina, at=NOW)
    codes["deed"] = audit.latest_deed()
    codes["touch"] = logged.code
    grant = people.share_person(
        person=rosa.code, with_account=cast.accounts["chen"].code, reason="Neighbours", by=amina, at=NOW
    )
    (offer,) = offer_handoffs(
        people=[rosa.code], to=cast.accounts["bruno"].code, note="I am away", by=amina, at=NOW
    )
    field = CustomField.objects.create(name="Shoe size", kind="text", field_class="operational")
    tie = Tie.objects.get(person=rosa)
    kept = lists.save_list(name="Mill Lane", filters=Filters(words="ro"), by=amina, at=NOW)
    wish = interchange.Wish("csv", "q=ro", "People named like “ro”", 1000)
    asked, agreed = (
        interchange.ask_to_export(wish=wish, reason="For the poll", by=amina, at=NOW) for _ in range(2)
    )
    interchange.answer_export(request=agreed.code, is_approved=True, answer="", by=cast.lea, at=NOW)
    codes |= {
        "export asked": asked.code,
        "export agreed": agreed.code,
        "person": rosa.code,
        "confidential": secret.code,
        "grant": grant.code,
        "handoff": offer.code,
        "field": field.code,
        "tie": tie.code,
        "stage": TieStage.objects.filter(kind="contact").order_by("place")[1].code,
        "channel": Channel.objects.filter(person=rosa).order_by("pk")[0].code,
        "step": _step(rosa),
        "notice": Notice.objects.filter(account=cast.accounts["bruno"]).first().code,  # type: ignore[union-attr]
        "list": kept.code,
    }


def _step(person: Person) -> str:
    from strandline.steady.followup.actions import NextStep, set_next_step
    from strandline.steady.followup.rules import StepKind

    owner = Tie.objects.get(person=person).owner
    assert owner is not None
    from strandline.organisation.branches.queries import viewer_for

    step = NextStep(StepKind.CALL, NOW.date() + timedelta(days=4))
    set_next_step(person=person.code, step=step, by=viewer_for(owner, at=NOW), at=NOW)
    return FollowUp.objects.get(person=person, closed_at=None).code


def _accounts(stage: Stage) -> None:
    accounts, codes = stage.cast.accounts, stage.codes
    new = Account.objects.create_user("nadia@example.org", None, name="Nadia")
    gone = Account.objects.create_user("gil@example.org", None, name="Gil", is_active=False)
    stage.secret("amina")
    codes |= {
        "account": accounts["uma"].code,
        "account without password": new.code,
        "closed account": gone.code,
        "membership": Membership.objects.get(account=accounts["bruno"]).code,
        "token": accounts["amina"].api_tokens.get().code,
    }


def _sheet(slug: str, name: str, reach: str, *, way: Way = Way.WEB, token: str = "", **more: Any) -> Sheet:
    typed = {"name": name, "reach": reach, "consent": "yes"}
    more.setdefault("reach_key", marks.keyed(slug, reach)[:24])
    return Sheet(slug, token or f"stage-{name.lower()}-1", name, typed, NOW, way, **more)


def _intake(stage: Stage) -> None:
    cast, codes = stage.cast, stage.codes
    amina = cast.amina
    form, closed, _ = (
        intake.make_form(
            new=NewForm(slug=slug, title=slug.capitalize(), consent_text="Yes, contact me.", **more),
            by=amina,
            at=NOW,
        )
        for slug, more in (("heating", ASKS), ("lifts", {}), ("damp", {"is_double_opt_in": True}))
    )
    intake.close_form(form=closed.code, by=amina, at=NOW)
    batch = new_code()
    answers: list[Answer] = intake.sign_up(
        [
            _sheet("heating", "Noor", "020 7946 0101"),
            _sheet("heating", "Ines", "020 7946 0102"),
            _sheet("heating", "Paul", "paul@example.org"),
            _sheet("heating", "Held", "held@example.org", held=Reason.NO_PROOF),
            _sheet("damp", "Zeno", "zeno@example.org"),
            _sheet("heating", "Typed", "typed@example.org", way=Way.PAPER, token=f"{batch}-{new_code()}",
                   by=amina.account_id, actor=amina.audit_id),
        ]
    )  # fmt: skip
    assert all(answer.code for answer in answers), answers
    device = intake.give_device_code(form=form.code, label="Front table", by=amina, at=NOW)
    assert isinstance(device, DeviceCode)
    held = Submission.objects.get(token="stage-held-1")
    waiting = intake.ask_to_confirm(submission=Submission.objects.get(state="waiting").code)
    assert waiting is not None
    claim = intake.take_next_call(by=cast.bruno, at=NOW)
    codes |= {
        "form": form.code,
        "closed form": closed.code,
        "device": device.code,
        "held": held.code,
        "batch": batch,
        "mark": marks.of_confirmation("damp", waiting.code),
        "claim": claim.code,
        "incoming": FollowUp.objects.filter(owner=None, closed_at=None).order_by("pk").last().code,  # type: ignore[union-attr]
    }


def _circle(stage: Stage) -> None:
    """Form the circle first: it is older than all else, and the log is in order of time."""
    new = NewCircle("Mill Lane", "FREQ=WEEKLY;BYDAY=FR", date(2025, 12, 5), time(19))
    row = form_circle(new=new, by=stage.cast.amina, at=NOW - timedelta(days=40))
    stage.codes["circle"] = row.code


def _breadth(stage: Stage) -> None:
    cast, codes = stage.cast, stage.codes
    section = add_constituency(name="Hospital", dimension=Dimension.TRADE, by=cast.lea, at=NOW)
    place_in(people=[codes["member"]], constituency=section.code, by=cast.amina, at=NOW)
    codes["section"] = section.code
    codes["theme"] = name_theme(name="Rents", words="rent", by=cast.lea, at=NOW).code
    starts = NOW + timedelta(days=20)
    codes["event"] = plan_event(name="Hall", starts_at=starts, place="", by=cast.amina, at=NOW).code


def _surges(stage: Stage) -> None:
    amina = stage.cast.amina
    member = stage.cast.person("Ada Novak")
    join(circle=stage.codes["circle"], people=[member.code], by=amina, at=NOW)
    surge = open_surge(
        name="Heating",
        branch=stage.cast.harbour.code,
        lead=stage.cast.accounts["lea"].code,
        starts_on=NOW.date(),
        by=stage.cast.lea,
        at=NOW,
    )
    extra = NewForm(slug="stairs", title="Stairs", consent_text="Yes, contact me.")
    attached = intake.make_form(new=extra, by=amina, at=NOW)
    attach_form(surge=surge.code, form=attached.code, by=stage.cast.lea, at=NOW)
    departed = stage.cast.person("Olu Ade")
    note_departure(person=departed.code, how=Leaving.MOVED, since_on=NOW.date(), reason="", by=amina, at=NOW)
    wave = Question(size=400, days=10, organisers=4, hours_a_day=2)
    stage.codes |= {
        "what if": ask_what_if(
            branch=stage.cast.harbour.code, question=wave, by=stage.cast.viewer("bela"), at=NOW
        ).code,
        "member": member.code,
        "surge": surge.code,
        "attached form": attached.code,
        "departed": departed.code,
    }
    for number in range(6):
        stage.codes[f"arrival {number}"] = stage.cast.person(f"Arrival {number}").code


def _signals(stage: Stage) -> None:
    row = signals.add_series(new=NewSeries("Calls to the helpline"), by=stage.cast.lea, at=NOW)
    last = NOW.date() - timedelta(days=2)
    counts = [(last - timedelta(days=back), 40 if back == 0 else 2) for back in range(40)]
    for given in (counts[1:], counts[:1]):
        signals.take_counts(series=row.code, counts=given, by=stage.cast.lea, at=NOW)
    stage.codes |= {"series": row.code, "alert": Alert.objects.get(series=row).code}


def _imports(stage: Stage) -> None:
    states = {
        "import": ImportState.CHECKED,
        "import applied": ImportState.APPLIED,
        "import at work": ImportState.APPLYING,
    }
    for name, state in states.items():
        row = interchange.take_file(
            stream=io.BytesIO(f"name,email\n{name},{name.replace(' ', '')}@example.org\n".encode()),
            name=f"{name}.csv",
            by=stage.cast.stella,
            at=NOW,
        )
        interchange.check(code=row.code, by=stage.cast.stella, at=NOW)
        if state is not ImportState.CHECKED:
            interchange.apply(code=row.code, by=stage.cast.stella, at=NOW)
        Import.objects.filter(pk=row.pk).update(state=state.value)
        stage.codes[name] = row.code
