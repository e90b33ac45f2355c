from __future__ import annotations

from django.db import models
from django.db.models import Q

from strandline.lib.codes import new_code
from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Role, Viewer
from strandline.organisation.branches.models import Branch, Team
from strandline.store.records import FieldClass, Merge, Record, Retention


class SavedListQuerySet(models.QuerySet["SavedList"]):
    """Lists by who sees that they are there. Whom they hold is asked in the scope of who looks."""

    def visible_to(self, viewer: Viewer) -> SavedListQuerySet:
        """Keep the viewer's own, and those shared with a team of theirs or with a branch in which they are."""
        teams = viewer.teams(Role.ORGANISER, Role.TEAM_LEAD)
        branches = viewer.branches(Role.BRANCH_LEAD, Role.STEWARD)
        with_team = Q(team__in=teams) | Q(team__branch__in=branches)
        with_branch = Q(branch__in=branches) | Q(branch__teams__in=teams)
        return self.filter(Q(owner_id=viewer.account_id) | with_team | with_branch).distinct()

    def changeable_by(self, viewer: Viewer) -> SavedListQuerySet:
        """Keep the viewer's own, and those shared within a branch that they lead."""
        led = viewer.branches(Role.BRANCH_LEAD)
        return self.filter(Q(owner_id=viewer.account_id) | Q(team__branch__in=led) | Q(branch__in=led))


class SavedList(Record):
    """A question about people that someone asks again and again; it holds the question, never the people.

    It is its maker's own, or shared with a team, or with a branch: then others ask it too, each in their own scope.
    """

    code = models.CharField(max_length=16, unique=True, default=new_code)
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="saved_lists")
    name = models.CharField(max_length=100)
    query = models.CharField(max_length=1000)
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = SavedListQuerySet.as_manager()

    class Meta:
        app_label = "steady"
        constraints = (
            models.UniqueConstraint(fields=["owner", "name"], name="list_once_an_owner"),
            models.CheckConstraint(condition=Q(team=None) | Q(branch=None), name="list_shared_with_one"),
        )

    class PersonalData:
        about = None
        classes = {FieldClass.OPERATIONAL: ("code", "owner", "name", "query", "team", "branch", "created_at")}
        merge = Merge.KEEP
        retention = Retention.ORGANISATION
