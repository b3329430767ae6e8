"""Decides, row by row, what an import would do, and writes nothing.

Rules I2-I6 of spec/assets-contracts.md: dates by one stated format, keys in order, blanks left alone unless the map
says otherwise, references that must exist unless the map lets them be created, and a token over file, map and the
state of the rows concerned, so that what is applied is what was shown.
"""

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from office.events import plain
from office.fold import fold
from office.imports import fields, mapping
from office.imports.fields import Unreadable
from office.models.imports import RowAction


@dataclass
class RowPlan:
    """What one row would do. `changes` is `{field: [old, new]}`; `values` are Python values by field."""

    line: int
    action: str = RowAction.CREATE
    values: dict = field(default_factory=dict)
    changes: dict = field(default_factory=dict)
    reasons: list = field(default_factory=list)
    warnings: list = field(default_factory=list)
    thing: object = None

    def reject(self, *reasons):
        self.action = RowAction.REJECTED
        self.reasons.extend(reasons)

    def as_json(self):
        return {
            "line": self.line,
            "action": str(self.action),
            "changes": {name: [plain_name(old), plain_name(new)] for name, (old, new) in self.changes.items()},
            "reasons": self.reasons,
            "warnings": self.warnings,
        }


@dataclass
class Preview:
    """The plan of a whole file; `new_references` are the rows that would be created beside it."""

    source: object
    kind: object
    rows: list
    new_references: dict
    token: str = ""
    unused: tuple = ()  # columns of the file that fill nothing
    gone: tuple = ()  # objects of an earlier import that the file does not name any more

    @property
    def counts(self):
        found = Counter(str(row.action) for row in self.rows)
        return {str(action): found.get(str(action), 0) for action in RowAction} | {
            "warnings": sum(bool(row.warnings) for row in self.rows),
            "gone": len(self.gone),
        }


def plain_name(value):
    return plain(value) if not hasattr(value, "_meta") else str(value)


def preview(kind_class, source, map_, institution):
    """The `Preview` of a file. Raises ValidationError where the file or the map as a whole will not do."""
    kind = kind_class(institution, map_)
    mapping.check(kind, map_, source.columns)
    date_format = _date_format(kind, map_, source)
    plans = [_clean_row(kind, map_, row, date_format) for row in source.rows]
    kind.begin([plan.values for plan in plans])
    _reject_doubles(kind, plans)
    new_references = _resolve(kind, map_, plans)
    for plan in plans:
        if plan.action != RowAction.REJECTED:
            _decide(kind, plan)
        if plan.action != RowAction.REJECTED:
            kind.propose(plan)
    gone = tuple(kind.gone(plans))
    if map_.options.get("end_missing"):
        plans += [_end(kind, thing) for thing in gone]
    token = _token(source, map_, plans)
    return Preview(source, kind, plans, new_references, token, _unused(map_, source), gone)


def _end(kind, thing):
    """The row, of no line, that ends what is gone."""
    changes = kind.end(thing)
    values = {name: new for name, (_old, new) in changes.items()}
    return RowPlan(0, RowAction.UPDATE, values, changes, thing=thing)


def _unused(map_, source):
    used = {column for columns in map_.columns.values() for column in columns} | {*map_.options.get("log", ())}
    return tuple(column for column in source.columns if column and column not in used)


def _date_format(kind, map_, source):
    if map_.date_format:
        return map_.date_format
    columns = [c for f in kind.fields if f.kind in {"date", "instant"} for c in map_.columns.get(f.name, ())]
    try:
        return fields.date_format_of(row.cells.get(column, "") for row in source.rows for column in columns)
    except Unreadable as error:
        raise ValidationError(str(error)) from None


def _clean_row(kind, map_, row, date_format):
    plan = RowPlan(row.line)
    for field_ in kind.fields:
        try:
            value = fields.clean(field_, _cell(map_, field_.name, row), date_format=date_format)
        except Unreadable as error:
            plan.reject(f"{field_.name}: {error}")
            continue
        if value is not None or map_.blanks.get(field_.name) == "clear":
            plan.values[field_.name] = value
        elif field_.required:
            plan.reject(_("%(field)s is missing") % {"field": field_.name})
    reasons, warnings = kind.check(plan.values) if not plan.reasons else ([], [])
    if reasons:
        plan.reject(*reasons)
    plan.warnings.extend(warnings)
    return plan


def _cell(map_, name, row):
    texts = (row.cells.get(column, "").strip() for column in map_.columns.get(name, ()))
    nothing = {*map_.missing, *map_.missing_in.get(name, ())}
    text = next((text for text in texts if text and text not in nothing), "")
    text = text or str(map_.constants.get(name, ""))
    return str(map_.values.get(name, {}).get(text, text))


def _reject_doubles(kind, plans):
    """Two rows of the file with one key: neither can be trusted."""
    for names in kind.keys:
        lines = defaultdict(list)
        for plan in plans:
            if (key := kind.key(names, plan.values)) is not None:
                lines[key].append(plan)
        for same in lines.values():
            if len(same) > 1:
                for plan in same:
                    others = ", ".join(str(other.line) for other in same if other is not plan)
                    plan.reject(
                        _("%(field)s “%(value)s” stands also in line %(lines)s")
                        % {"field": names[0], "value": plan.values[names[0]], "lines": others}
                    )


def _resolve(kind, map_, plans):
    """Turn the texts of references into objects; what may be created stays a text until it is applied."""
    new = defaultdict(dict)
    for field_ in kind.fields:
        if field_.kind != "reference":
            continue
        for plan in plans:
            text = plan.values.get(field_.name)
            if text is None or not isinstance(text, str):
                continue
            thing = kind.resolve(field_.name, text)
            if thing is not None:
                plan.values[field_.name] = thing
            elif map_.create.get(field_.name):
                if plan.action != RowAction.REJECTED:
                    new[field_.name].setdefault(fold(text), text)
            else:
                plan.reject(_unknown(kind, field_.name, text))
    return {name: list(texts.values()) for name, texts in new.items()}


def _unknown(kind, name, text):
    sentence = _("%(field)s “%(text)s” does not exist") % {"field": name, "text": text}
    if near := kind.suggest(name, text):
        sentence = _("%(sentence)s; did you mean “%(near)s”?") % {"sentence": sentence, "near": near}
    return sentence


def _decide(kind, plan):
    try:
        found = kind.find(plan.values)
    except Unreadable as error:
        plan.reject(str(error))
        return
    if len(found) > 1:
        plan.reject(_("%(count)s existing rows fit") % {"count": len(found)})
        return
    if not found:
        plan.changes = {name: [None, value] for name, value in plan.values.items() if value is not None}
        return
    plan.thing = found[0]
    now = kind.current(plan.thing)
    plan.changes = {
        name: [now[name], value]
        for name, value in plan.values.items()
        if name in now and not kind.same(name, now[name], value)
    }
    plan.action = RowAction.UPDATE if plan.changes else RowAction.UNCHANGED


def _token(source, map_, plans):
    """What was shown, as one number: a changed file, map or row makes another."""
    digest = hashlib.sha256(f"{source.sha256} {map_.sha256}".encode())
    for plan in plans:
        if plan.thing is not None:
            digest.update(f" {plan.thing.pk}:{sorted((n, str(v[0])) for n, v in plan.changes.items())}".encode())
    return digest.hexdigest()
