"""How many tickets stand in each view, summed from the running count in one statement."""

from helpdesk import busy


def counts_of(desk, *, calls=False):
    """{view: number} of the unresolved tickets, by the views of the list (`helpdesk.views.queue`).

    calls: count under "calls_left" also the calls to vendors that are open though their tickets have ended.
    """
    if not desk.open_ids:
        return {}
    ask = busy.tallies_with_calls_left if calls else busy.tallies_of
    lines = ask(desk.user.institution_id, desk.user.pk)
    seen = [line for line in lines if line["queue_id"] in desk.open_ids]
    names = [name for name in (seen[0] if seen else {"open": 0, "mine": 0, "unassigned": 0}) if name != "queue_id"]
    counts = {name: sum(line[name] or 0 for line in seen) for name in names}
    return counts | {"team": sum(line["open"] or 0 for line in seen if line["queue_id"] in desk.own_ids)}
