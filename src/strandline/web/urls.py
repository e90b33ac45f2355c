"""The addresses of the pages."""

from django.urls import URLPattern, URLResolver, include, path

from strandline.web.accounts import views as accounts
from strandline.web.audit import views as audit
from strandline.web.branches import views as members
from strandline.web.capacity import views as capacity
from strandline.web.conversations import views as conversations
from strandline.web.ebb import views as ebb
from strandline.web.followup import sheet, team, today
from strandline.web.followup import views as followup
from strandline.web.help import views as help_pages
from strandline.web.interchange import exports
from strandline.web.interchange import views as interchange
from strandline.web.lists import find, kept
from strandline.web.lists import views as lists
from strandline.web.notices import mails
from strandline.web.notices import views as notices
from strandline.web.people import changes
from strandline.web.people import views as people
from strandline.web.ties import views as ties
from strandline.web.waves import views as waves

urlpatterns: list[URLPattern | URLResolver] = [
    # Tried one after another: what is asked for most stands first.
    path("", today.today, name="today"),
    path("people/", lists.people, name="people"),
    path("find/", find.find, name="find"),
    path("", include("strandline.web.intake.public_urls")),
    path("", include("strandline.web.intake.urls")),
    path("", include("strandline.web.signals.urls")),
    path("", include("strandline.web.circles.urls")),
    path("", include("strandline.web.breadth.urls")),
    path("", include("strandline.web.events.urls")),
    path("call-sheet/", sheet.call_sheet, name="call_sheet"),
    path("team/", team.team, name="team"),
    path("log/", conversations.pick, name="log_pick"),
    path("log/<str:code>/", conversations.log, name="log"),
    path("log/<str:code>/themes/", conversations.themes, name="log_themes"),
    path("steps/<str:code>/done/", followup.close_step, name="step_done"),
    path("steps/<str:code>/move/", followup.move_step, name="step_move"),
    path("handover/", followup.hand_over, name="hand_over"),
    *(
        path(
            f"handoffs/<str:code>/{answer}/",
            followup.answer_handoff,
            {"answer": answer},
            name=f"handoff_{answer}",
        )
        for answer in ("accept", "decline", "withdraw")
    ),
    path("notices/<str:code>/read/", notices.read, name="notice_read"),
    path("history/", audit.history, name="history"),
    path("undo/<str:deed>/", audit.undo, name="undo"),
    path("people/export/", exports.export, name="people_export"),
    path("people/exports/", exports.exports, name="exports"),
    path("people/exports/ask/", exports.ask, name="export_ask"),
    path("people/exports/<str:code>/answer/", exports.answer, name="export_answer"),
    path("people/exports/<str:code>/take/", exports.take, name="export_take"),
    path("people/add/", people.add, name="person_add"),
    path("people/add/<str:code>/", people.reach, name="person_reach"),
    path("people/open/", changes.open_with_reason, name="person_open"),
    path("people/<str:code>/", people.person, name="person"),
    path("people/<str:code>/touches/", people.touches, name="person_touches"),
    path("people/<str:code>/edit/", changes.edit, name="person_edit"),
    path("people/<str:code>/step/", followup.set_step, name="person_step"),
    path("people/<str:code>/channels/", changes.add_channel, name="channel_add"),
    path("people/<str:code>/tags/", changes.tag, name="person_tags"),
    path("people/<str:code>/sections/", changes.place, name="person_sections"),
    path("people/<str:code>/fields/<str:field>/", changes.set_field, name="person_field"),
    path("people/<str:code>/agreements/", changes.agree, name="person_agree"),
    path("people/<str:code>/agreements/<str:purpose>/end/", changes.withdraw, name="person_withdraw"),
    path("people/<str:code>/share/", changes.share, name="person_share"),
    path("people/<str:code>/ties/", ties.begin, name="tie_begin"),
    path("people/<str:code>/departure/", ebb.departure, name="departure"),
    path("people/<str:code>/departure/end/", ebb.came_back, name="departure_end"),
    path("ties/<str:code>/stage/", ties.move_stage, name="tie_stage"),
    path("ties/<str:code>/status/", ties.set_status, name="tie_status"),
    path("channels/<str:code>/remove/", changes.remove_channel, name="channel_remove"),
    path("channels/<str:code>/opt-out/", changes.opt_out, name="channel_opt_out"),
    path("grants/<str:code>/end/", changes.end_grant, name="grant_end"),
    path("care/import/", interchange.imports, name="imports"),
    path("care/import/take/", interchange.take, name="import_take"),
    path("care/import/<str:code>/", interchange.an_import, name="import"),
    path("care/import/<str:code>/choose/", interchange.choose, name="import_choose"),
    path("care/import/<str:code>/bring-in/", interchange.bring_in, name="import_bring_in"),
    path("care/import/<str:code>/take-back/", interchange.take_back, name="import_take_back"),
    path("care/import/<str:code>/stop/", interchange.stop, name="import_stop"),
    path("care/import/<str:code>/not-read.csv", interchange.unread, name="import_unread"),
    path("surges/", waves.index, name="surges"),
    path("surges/count/", waves.recount, name="surge_recount"),
    path("surges/<str:code>/count/", waves.count_now, name="surge_count"),
    path("", include("strandline.web.surges.urls")),
    path("what-if/", capacity.what_if, name="what_if"),
    path("what-if/<str:code>/", capacity.answered, name="what_if_answer"),
    path("what-if/<str:code>/stop/", capacity.stop, name="what_if_stop"),
    path("settings/", accounts.settings, name="settings"),
    path("settings/look/", accounts.look, name="settings_look"),
    path("settings/tokens/<str:code>/revoke/", accounts.revoke_token, name="token_revoke"),
    path("settings/team/", members.team, name="accounts"),
    path("settings/team/add/", members.add, name="account_add"),
    path("settings/team/mail/", mails.mail, name="mail"),
    path("settings/team/mail/again/", mails.again, name="mail_again"),
    path("settings/team/places/", members.places, name="places"),
    path("settings/team/export-limit/", members.export_limit, name="export_limit"),
    path("settings/team/<str:code>/", members.account, name="account"),
    path("settings/team/<str:code>/link/", members.invite, name="account_invite"),
    path("settings/team/<str:code>/roles/", members.give_role, name="role_give"),
    path("settings/team/<str:code>/close/", members.close, name="account_close"),
    path("settings/team/<str:code>/reopen/", members.reopen, name="account_reopen"),
    path("settings/memberships/<str:code>/end/", members.end_role, name="role_end"),
    path("help/", help_pages.index, name="help"),
    path("help/keys/", help_pages.keys, name="help_keys"),
    path("help/sees/", help_pages.sees, name="help_sees"),
    path("help/counted/", help_pages.counted, name="help_counted"),
    path("help/counted/<str:key>/", help_pages.figure, name="help_figure"),
    path("lists/save/", lists.save, name="list_save"),
    path("lists/<str:code>/", kept.opened, name="list"),
    path("lists/<str:code>/change/", kept.change, name="list_change"),
    path("lists/<str:code>/remove/", kept.remove, name="list_remove"),
]
