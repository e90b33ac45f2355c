from __future__ import annotations

from .calls import CALLERS, HELD_FOR, CannotCall, log_call, put_back_call, sweep_claims, take_next_call
from .devices import give_device_code, make_outbox_key, revoke_device
from .forms import (
    CannotMakeForm,
    NewForm,
    close_form,
    make_form,
    make_form_at_prompt,
    note_export,
    open_form,
)
from .incoming import CannotAccept, accept_owners, let_in, pass_on_overdue, set_aside, take_back_sheet
from .later import ask_to_confirm, confirm, find_likenesses, note_asked
from .signing_up import sign_up

__all__ = [
    "CALLERS",
    "HELD_FOR",
    "CannotAccept",
    "CannotCall",
    "CannotMakeForm",
    "NewForm",
    "accept_owners",
    "ask_to_confirm",
    "close_form",
    "confirm",
    "find_likenesses",
    "give_device_code",
    "let_in",
    "log_call",
    "make_form",
    "make_form_at_prompt",
    "make_outbox_key",
    "note_asked",
    "note_export",
    "open_form",
    "pass_on_overdue",
    "put_back_call",
    "revoke_device",
    "set_aside",
    "sign_up",
    "sweep_claims",
    "take_back_sheet",
    "take_next_call",
]
