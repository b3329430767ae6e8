"""What every action of this room does with a row: lock it, change it, save it, write down what changed."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from office.events import changes_between, record_event, snapshot
from office.models.events import Channel


def demand(right):
    """Refuse who may not."""
    if not right:
        raise PermissionDenied


def refuse(field, sentence, code):
    """Refuse what was given for one field."""
    raise ValidationError({field: ValidationError(sentence, code=code)})


def lock(row):
    """The row as it stands now, held until the end of the transaction."""
    model = row._meta.model  # not type(row): of `request.user` that is a wrapper
    return model._base_manager.select_for_update().get(pk=row.pk)


def save(row, **options):
    """Save; what only the database can see (two people at once) comes back as a sentence."""
    try:
        with transaction.atomic():
            row.save(**options)
    except IntegrityError:
        row.validate_unique()
        row.validate_constraints()
        raise ValidationError(
            _("Somebody saved the same just now. Look at it, then try again."), code="taken"
        ) from None


def write(row, values, *, by, verb="changed", channel=Channel.PAGE):
    """Put `values` (by field name) into a locked row and record what is different; returns those changes."""
    before = snapshot(row, values)
    for name, value in values.items():
        setattr(row, name, value)
    changes = changes_between(before, snapshot(row, values))
    if changes:
        row.version += 1
        save(row, update_fields=[*changes, "version"])
        record_event(row, verb, by=by, changes=changes, channel=channel)
    return changes


def create(row, names, *, by, channel=Channel.PAGE):
    """Save a new row and record the named fields that are filled in."""
    save(row)
    filled = {name: value for name, value in snapshot(row, names).items() if value not in (None, "", False)}
    record_event(row, "created", by=by, changes=changes_between({}, filled), channel=channel)
    return row


def refuse_while_used(row):
    """Refuse to put a row out of use while others in use point at it, in whatever room they stand."""
    users = [
        str(user)
        for relation in row._meta.related_objects
        if relation.one_to_many and hasattr(relation.related_model, "is_active")
        for user in relation.related_model._base_manager.filter(is_active=True, **{relation.field.name: row})[:3]
    ]
    if users:
        raise ValidationError(_("Still used by: %(names)s."), code="used", params={"names": _(", ").join(users)})
