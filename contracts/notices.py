"""What this room owes by mail besides reminders: a contract renewed itself, asks for approval, was answered; a fault
is handed to a vendor."""

from office import outbox

RENEWED = "contracts.renewed"
APPROVAL = "contracts.approval"
ANSWERED = "contracts.answered"
CALL = "contracts.call"
CASE = "contracts.case"
SEAT, VOTE = "seat", "vote"  # what a member of a committee is asked for


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


def owe_to_committee(case, members, what, *, by):
    """Ask these members for their marks (SEAT), or for their vote (VOTE) on what is recommended now; not `by`."""
    people = {member.user.pk: member.user for member in members if member.user_id != by.pk and member.user.is_active}
    outbox.enqueue_all(
        CASE,
        list(people.values()),
        about=case,
        key=lambda person: f"case:{case.pk}:{what}:{case.version}:{person.pk}",
        payload={"case": case.pk, "what": what},
    )
