"""What this room owes by mail besides reminders: a contract renewed itself, asks for approval, was answered; a fault
is handed to a vendor."""

from office import outbox

RENEWED = "contracts.renewed"
APPROVAL = "contracts.approval"
ANSWERED = "contracts.answered"
CALL = "contracts.call"


def owe_renewal_notice(contract, term):
    """Tell owner and deputy that `term` began by itself, because nobody gave notice in time."""
    for person in (contract.owner, contract.deputy):
        if person is not None and person.is_active:
            key = f"renewed:{term.pk}:{person.pk}"
            outbox.enqueue(RENEWED, to=person, about=contract, key=key, payload={"term": term.pk})


def owe_approval_request(contract, asked, approvers):
    """Tell those who may approve `contract` that it waits for them."""
    outbox.enqueue_all(APPROVAL, approvers, about=contract, key=f"approval:{asked.pk}", payload={"approval": asked.pk})


def owe_approval_answer(contract, answered):
    """Tell whoever sent `contract` for approval what came of it."""
    key = f"answered:{answered.pk}"
    outbox.enqueue(ANSWERED, to=answered.asked_by, about=contract, key=key, payload={"approval": answered.pk})
