from .configuring import (
    clear_exception,
    configure,
    name_exception,
    note_test,
    set_policy,
    unlink,
)
from .domains import confirm_domain, refuse_domain
from .entering import Outcome, Refusal, admit, link_account, refuse_entry

__all__ = [
    "Outcome",
    "Refusal",
    "admit",
    "clear_exception",
    "configure",
    "confirm_domain",
    "link_account",
    "name_exception",
    "note_test",
    "refuse_domain",
    "refuse_entry",
    "set_policy",
    "unlink",
]
