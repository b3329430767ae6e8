"""Custody never overlaps: PostgreSQL excludes it, SQLite refuses it by triggers."""

from office.database import register_guard

_TABLE = "assets_custody"
_OVERLAP = f"""EXISTS (SELECT 1 FROM {_TABLE} other WHERE other.asset_id = NEW.asset_id AND other.id <> NEW.id
    AND other.started_at < COALESCE(NEW.ended_at, '9999-12-31')
    AND NEW.started_at < COALESCE(other.ended_at, '9999-12-31'))"""
_FIXED = """OLD.ended_at IS NOT NULL AND (NEW.ended_at IS NULL OR NEW.ended_at <> OLD.ended_at)
    OR NEW.started_at <> OLD.started_at OR NEW.asset_id <> OLD.asset_id
    OR NEW.person_id IS NOT OLD.person_id OR NEW.unit_id IS NOT OLD.unit_id OR NEW.vendor_id IS NOT OLD.vendor_id"""

register_guard(
    "assets",
    _TABLE,
    sqlite=(
        f"CREATE TRIGGER IF NOT EXISTS {_TABLE}_no_overlap_insert AFTER INSERT ON {_TABLE} WHEN {_OVERLAP} "
        "BEGIN SELECT RAISE(ABORT, 'custody_overlaps'); END",
        f"CREATE TRIGGER IF NOT EXISTS {_TABLE}_no_overlap_update AFTER UPDATE ON {_TABLE} WHEN {_OVERLAP} "
        "BEGIN SELECT RAISE(ABORT, 'custody_overlaps'); END",
        f"CREATE TRIGGER IF NOT EXISTS {_TABLE}_fixed BEFORE UPDATE ON {_TABLE} WHEN {_FIXED} "
        "BEGIN SELECT RAISE(ABORT, 'custody_is_fixed'); END",
    ),
    postgresql=(
        f"""DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'custody_never_overlaps') THEN
            ALTER TABLE {_TABLE} ADD CONSTRAINT custody_never_overlaps EXCLUDE USING gist
            (int8range(asset_id, asset_id, '[]') WITH &&, tstzrange(started_at, ended_at) WITH &&); END IF; END $$""",
        f"""CREATE OR REPLACE FUNCTION {_TABLE}_fixed() RETURNS trigger AS $$ BEGIN
            IF {_FIXED.replace("IS NOT OLD", "IS DISTINCT FROM OLD")} THEN
                RAISE EXCEPTION 'custody_is_fixed' USING ERRCODE = 'restrict_violation'; END IF;
            RETURN NEW; END $$ LANGUAGE plpgsql""",
        f"DROP TRIGGER IF EXISTS {_TABLE}_fixed ON {_TABLE}",
        f"CREATE TRIGGER {_TABLE}_fixed BEFORE UPDATE ON {_TABLE} FOR EACH ROW EXECUTE FUNCTION {_TABLE}_fixed()",
    ),
)
