"""The running count of unresolved tickets, kept by triggers in both databases."""

from office.database import register_guard

_TICKET, _TALLY = "helpdesk_ticket", "helpdesk_tickettally"
_OPEN = "'new', 'assigned', 'in_progress', 'waiting'"
_COLUMNS = "institution_id, queue_id, assignee_id, status, waiting_for"


def _entry(row, n):
    values = ", ".join(f"{row}.{column.strip()}" for column in _COLUMNS.split(","))
    return f"INSERT INTO {_TALLY} ({_COLUMNS}, n) SELECT {values}, {n} WHERE {row}.status IN ({_OPEN})"


def _differs(op):
    return " OR ".join(f"OLD.{column.strip()} {op} NEW.{column.strip()}" for column in _COLUMNS.split(","))


register_guard(
    "helpdesk",
    _TALLY,
    sqlite=(
        f"CREATE TRIGGER IF NOT EXISTS {_TICKET}_tally_in AFTER INSERT ON {_TICKET} BEGIN {_entry('NEW', 1)}; END",
        f"CREATE TRIGGER IF NOT EXISTS {_TICKET}_tally_out AFTER DELETE ON {_TICKET} BEGIN {_entry('OLD', -1)}; END",
        f"CREATE TRIGGER IF NOT EXISTS {_TICKET}_tally_move "
        f"AFTER UPDATE OF {_COLUMNS} ON {_TICKET} WHEN {_differs('IS NOT')} "
        f"BEGIN {_entry('OLD', -1)}; {_entry('NEW', 1)}; END",
    ),
    postgresql=(
        f"""CREATE OR REPLACE FUNCTION {_TALLY}_count() RETURNS trigger AS $$ BEGIN
            IF TG_OP <> 'INSERT' THEN {_entry("OLD", -1)}; END IF;
            IF TG_OP <> 'DELETE' THEN {_entry("NEW", 1)}; END IF;
            RETURN NULL; END $$ LANGUAGE plpgsql""",
        f"DROP TRIGGER IF EXISTS {_TICKET}_tally ON {_TICKET}",
        f"DROP TRIGGER IF EXISTS {_TICKET}_tally_move ON {_TICKET}",
        f"CREATE TRIGGER {_TICKET}_tally AFTER INSERT OR DELETE ON {_TICKET} "
        f"FOR EACH ROW EXECUTE FUNCTION {_TALLY}_count()",
        f"CREATE TRIGGER {_TICKET}_tally_move AFTER UPDATE ON {_TICKET} FOR EACH ROW "
        f"WHEN ({_differs('IS DISTINCT FROM')}) EXECUTE FUNCTION {_TALLY}_count()",
    ),
)
