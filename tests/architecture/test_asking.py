"""Every question takes its viewer, every action who acts and when (HOUSE 4, *Who asks, who acts*)."""

from __future__ import annotations

import ast

from .code import PARTS, Function, files

# Questions that are not asked for a viewer, and why that shows nobody anything.
KEEPER = "asked by the keeper of the system at the prompt, who holds the key"
SUMS = "answers in sums only"
STEP = "a step of an action or a question of another chapter, which asked for its viewer"
CLOCK = "asked by the clock, which shows nobody anything"
ALL = "the same for everybody: the organisation's own settings"
DOOR = "asked before there is a viewer"


def arguments(function: Function) -> set[str]:
    return {a.arg for a in (*function.args.args, *function.args.kwonlyargs)}


def asked() -> dict[str, Function]:
    return {
        f"{file.chapter}:{function.name}": function
        for file in files()
        if file.part in PARTS and file.role == "queries"
        for function in file.public
    }


def test_every_question_takes_a_viewer_or_is_listed_with_its_reason() -> None:
    without = {name for name, function in asked().items() if "viewer" not in arguments(function)}

    assert sorted(without - LISTED.keys()) == []
    assert sorted(LISTED.keys() - without) == []


def test_every_deed_takes_who_acts_and_when() -> None:
    found = [
        f"{file}:{function.name}"
        for file in files()
        if file.role == "actions"
        for function in file.public
        if any("deed" in ast.unparse(d) for d in function.decorator_list)
        and not {"by", "at"} <= arguments(function)
    ]

    assert found == []


def test_nothing_below_the_ways_in_reads_the_clock() -> None:
    clocks = {"now", "today", "utcnow", "localtime", "localdate"}
    found = [
        f"{file}:{node.lineno} {ast.unparse(node.func)}"
        for file in files()
        if file.part in (*PARTS, "demo", "lib")
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in clocks
        and ast.unparse(node.func.value)
        in ("datetime", "date", "timezone", "dt.datetime", "dt.date", "datetime.datetime")
    ]

    assert found == []


LISTED: dict[str, str] = {
    "organisation/accounts:token_by_secret": DOOR,
    "organisation/accounts:account_by_email": KEEPER,
    "organisation/accounts:tokens_of": KEEPER,
    "organisation/accounts:all_tokens": KEEPER,
    "organisation/audit:entries": KEEPER,
    "organisation/audit:head": KEEPER,
    "organisation/audit:is_head_whole": KEEPER,
    "organisation/audit:latest_moment": KEEPER,
    "organisation/audit:break_in_chain": KEEPER,
    "organisation/audit:touched": STEP,
    "organisation/branches:organisation": ALL,
    "steady/interchange:lines_of": STEP,
    "organisation/branches:one_request": ALL,
    "organisation/branches:above": ALL,
    "organisation/branches:below": ALL,
    "organisation/branches:viewer_for": DOOR,
    "organisation/branches:viewer_by_email": KEEPER,
    "organisation/notices:last_left": SUMS,
    "organisation/notices:mail_standing": SUMS,
    "organisation/notices:standing_of": STEP,
    "organisation/receipts:earlier": STEP,
    "organisation/receipts:result": STEP,
    "steady/circles:convened_by": STEP,
    "steady/circles:convenors_of": STEP,
    "steady/circles:in_a_circle": STEP,
    "steady/circles:known_in": STEP,
    "steady/constituencies:depth": STEP,
    "steady/constituencies:dimensions_in_use": STEP,
    "steady/constituencies:organised_in_all": SUMS,
    "steady/constituencies:rolled_up": STEP,
    "steady/constituencies:under": STEP,
    "steady/constituencies:week_to_release": CLOCK,
    "steady/followup:rested": CLOCK,
    "steady/intake:public_form": DOOR,
    "steady/intake:outbox_key": DOOR,
    "steady/intake:all_sent": KEEPER,
    "steady/intake:form_facts": STEP,
    "steady/interchange:opened": STEP,
    "steady/interchange:importer_of": KEEPER,
    "steady/people:custom_fields": STEP,
    "steady/ties:zone": ALL,
    "steady/ties:end_of": ALL,
    "steady/ties:basis": STEP,
    "steady/ties:windows": ALL,
    "steady/ties:live_ties": SUMS,
    "steady/ties:organised_ties": SUMS,
    "steady/ties:pathways": ALL,
    "steady/ties:stages": ALL,
    "steady/ties:last_touch": STEP,
    "surge/absorption:all_newcomers": STEP,
    "surge/absorption:among": STEP,
    "surge/absorption:asked_of": STEP,
    "surge/absorption:banded_queue": SUMS,
    "surge/absorption:columns": STEP,
    "surge/absorption:having": STEP,
    "surge/absorption:steps_of": STEP,
    "surge/absorption:touches_of": STEP,
    "surge/absorption:tries_of": STEP,
    "surge/absorption:week_sums": CLOCK,
    "surge/absorption:whole_intake": CLOCK,
    "steady/ties:said_no": STEP,
    "ledger/ebb:all_left": STEP,
    "ledger/ebb:tries_since_answer": STEP,
    "ledger/waves:days": STEP,
    "ledger/waves:moment": STEP,
    "ledger/waves:steps": STEP,
    "ledger/waves:calls": SUMS,
    "ledger/waves:erased": SUMS,
    "ledger/waves:first_day": STEP,
    "ledger/waves:ground": SUMS,
    "ledger/waves:in_sight": STEP,
    "ledger/waves:line": SUMS,
    "ledger/waves:local_days": STEP,
    "ledger/waves:organised_by_kind": SUMS,
    "ledger/waves:organised_on": SUMS,
    "ledger/waves:other_waves": STEP,
    "ledger/waves:active_by_day": SUMS,
    "ledger/waves:came_by_day": SUMS,
    "ledger/waves:kinds_by_day": SUMS,
    "ledger/waves:released": SUMS,
    "ledger/waves:roll": SUMS,
    "ledger/waves:sections": SUMS,
    "ledger/waves:sunday_before": STEP,
    "ledger/waves:sundays": STEP,
    "ledger/waves:wave_of": STEP,
    "ledger/waves:weeks": SUMS,
    "surge/moments:running": CLOCK,
    "surge/moments:windows": SUMS,
    "surge/signals:between": ALL,
    "surge/signals:branch_lines": ALL,
    "surge/signals:courses": STEP,
    "surge/signals:count_record": CLOCK,
    "surge/signals:ends": STEP,
    "surge/signals:first_day": CLOCK,
    "surge/signals:found_in_record": CLOCK,
    "surge/signals:in_watch": CLOCK,
    "surge/signals:leads_of": STEP,
    "surge/signals:reaches": STEP,
    "surge/signals:sections_of": STEP,
    "surge/signals:signups": STEP,
    "surge/signals:signups_by_day": SUMS,
    "surge/signals:stock": STEP,
    "surge/signals:stood": STEP,
    "surge/signals:streams": SUMS,
    "surge/signals:themes_by_day": SUMS,
    "surge/signals:touches_by_day": SUMS,
}
