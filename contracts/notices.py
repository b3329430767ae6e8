"""What this room owes by mail besides reminders: that a contract renewed itself."""

from office import outbox

RENEWED = "contracts.renewed"


def owe_renewal_notice(contract, term):
    """Tell owner and deputy that `term` began by itself, because nobody gave notice in time."""
    for person in (contract.owner, contract.deputy):
        if person is not None and person.is_active:
            key = f"renewed:{term.pk}:{person.pk}"
            outbox.enqueue(RENEWED, to=person, about=contract, key=key, payload={"term": term.pk})
