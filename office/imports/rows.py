"""A kind of import whose rows are rows of one model: fields of the file are fields of the model."""

from office.events import changes_between, record_event, snapshot
from office.imports import kinds
from office.models.events import Channel


class RowKind(kinds.Kind):
    """Creates, changes and restores rows of `model`, each with its event."""

    model = None

    def current(self, thing):
        return {field.name: getattr(thing, field.name) for field in self.fields}

    def create(self, values, batch):
        thing = self.build({name: value for name, value in values.items() if value is not None})
        self.save(thing)
        self.record(thing, "created", batch, self.state(thing))
        return thing

    def update(self, thing, changes, batch):
        before = self.state(thing)
        for name, value in changes.items():
            setattr(thing, name, self.empty(name) if value is None else value)
        self.save(thing)
        self.record(thing, "changed", batch, self.state(thing), before)
        return thing

    def restore(self, thing, before, batch):
        state = self.state(thing)
        for name, value in before.items():
            attribute = self.model._meta.get_field(name)
            if attribute.is_relation:
                setattr(thing, name, self.resolve(name, value) if value else None)
            else:
                setattr(thing, name, self.empty(name) if value is None else attribute.to_python(value))
        self.save(thing)
        self.record(thing, "changed", batch, self.state(thing), state)

    def build(self, values):
        return self.model(**values)

    def save(self, thing):
        thing.save()

    def empty(self, name):
        return None if self.model._meta.get_field(name).null else ""

    def state(self, thing):
        return snapshot(thing, [field.name for field in self.fields])

    def record(self, thing, verb, batch, state, before=None):
        changes = changes_between(before or {}, state)
        record_event(thing, verb, changes=changes, channel=Channel.IMPORT, batch=batch)
