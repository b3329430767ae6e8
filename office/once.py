"""The same form twice is one result: remembers which form led to which object."""

from django.db import IntegrityError, transaction

from office.models import FormKey


def made_before(form, *, user, kind):
    """Key of what an earlier copy of this form made; None where there was none."""
    if not form.form_key:
        return None
    return FormKey.objects.filter(key=form.form_key, user=user, kind=kind).values_list("object_id", flat=True).first()


def once(key, *, user, kind, act):
    """Run `act()` (which returns the object it made) unless this user's form `key` was taken in before.

    Returns `(object id, made)`; `made` is False for the second and every later copy, also when they run in parallel.
    Whatever `act` raises passes through and leaves no memory, so the corrected form may be sent again.
    """
    if not key:
        return act().pk, True
    known = FormKey.objects.filter(key=key, user=user, kind=kind)
    try:
        with transaction.atomic():
            memory = FormKey.objects.create(key=key, user=user, kind=kind)
            thing = act()
            FormKey.objects.filter(pk=memory.pk).update(object_id=thing.pk)
            return thing.pk, True
    except IntegrityError:
        earlier = known.values_list("object_id", flat=True).first()
        if earlier is None:
            raise
        return earlier, False
