from .configuring import (
    clear_exception,
    configure,
    name_exception,
    note_test,
    set_policy,
    unlink,
)
from .entering import Outcome, Refusal, admit, link_account, refuse_entry

__all__ = [
    "Outcome",
    "Refusal",
    "admit",
    "clear_exception",
    "configure",
    "link_account",
    "name_exception",
    "note_test",
    "refuse_entry",
    "set_policy",
    "unlink",
]
