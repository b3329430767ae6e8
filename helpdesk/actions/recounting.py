"""What the clock does with a promise: counts it anew after hours or policies changed, notes that it is broken."""

from django.db import transaction

from helpdesk import clocks, policies
from helpdesk.actions.act import Act


@transaction.atomic
def recount_ticket(ticket, *, replan):
    """Choose the policy and count the due times of an open ticket anew; True when a due time is another now.

    replan: the key of the order; the event names it, with every due time before and after.
    """
    act = Act(ticket, None)
    if not act.ticket.is_unresolved:
        return False
    book = policies.book_of(act.ticket.institution_id)
    policies.choose(act.ticket, book)
    act.account = clocks.keep(act.ticket, clocks.told(act.ticket), act.now, book)
    changed = [name for name, value in act.before.items() if getattr(act.ticket, name) != value]
    if changed:
        act.finish("replanned", turned=True, replan=[None, replan])
    return any(name in clocks.DUE for name in changed)


@transaction.atomic
def note_breaches(ticket):
    """Write down which promises of the ticket are broken by now, each with its instant, and climb the steps due."""
    act = Act(ticket, None)
    act.account = clocks.keep(act.ticket, clocks.told(act.ticket), act.now)
    act.keep_quietly()
