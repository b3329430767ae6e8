"""Entering assets into the register, changing them, and moving them from state to state."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assets.blockers import Blocker, blockers_of
from assets.choices import GONE, RETIRED, STORED, TRANSITIONS, AssetState
from assets.models import Asset
from assets.permissions import can_edit, can_register
from assets.serials import is_placeholder
from assets.signals import asset_gone
from office.events import changes_between, record_event, snapshot
from office.fold import fold
from office.models.events import Channel
from ui.forms import Conflict

INITIAL = {AssetState.ORDERED, AssetState.IN_STORE, AssetState.IN_USE}
FIELDS = (
    "tag",
    "name",
    "category",
    "model",
    "serial_number",
    "criticality",
    "unit",
    "location",
    "parent",
    "supplier",
    "order_number",
    "purchase_date",
    "in_service_date",
    "purchase_cost",
    "currency",
    "warranty_start",
    "warranty_end",
    "needs_support",
    "notes",
)
UNTOLD = {"notes"}  # long text of people is not copied into the trail, only that it changed


@transaction.atomic
def create_asset(*, by, values, state=AssetState.IN_STORE, channel=Channel.PAGE):
    """Enter an asset of `by`'s institution; `values` by field name, see FIELDS. Returns it."""
    if not can_register(by):
        raise PermissionDenied
    if state not in INITIAL:
        raise ValidationError({"state": _("A new asset is ordered, in store or in use.")}, code="state")
    asset = Asset(institution_id=by.institution_id, state=state, **_known(values))
    _check(asset)
    _save(asset)
    filled = {name: value for name, value in snapshot(asset, FIELDS).items() if value not in (None, "", False)}
    record_event(asset, "created", by=by, changes=_told(changes_between({}, filled)), channel=channel)
    return asset


@transaction.atomic
def change_asset(asset, *, by, values, version=None, channel=Channel.PAGE):
    """Change fields of an asset and write what changed into its history.

    `version`: the one the person saw; raises `Conflict` when somebody saved since. Without it there is no such check.
    """
    asset = locked(asset, by)
    if version is not None and asset.version != version:
        raise Conflict([])
    before = snapshot(asset, FIELDS)
    for name, value in _known(values).items():
        setattr(asset, name, value)
    changes = changes_between(before, snapshot(asset, FIELDS))
    if not changes:
        return asset
    _check(asset, changes)
    asset.version += 1
    _save(asset)
    record_event(asset, "changed", by=by, changes=_told(changes), channel=channel)
    return asset


@transaction.atomic
def change_state(asset, *, by, to, channel=Channel.PAGE):
    """Move an asset along `choices.TRANSITIONS`.

    Refused while somebody holds what is to be stored or retired, and while anything in `blockers` is open.
    Entering GONE sends `asset_gone`.
    """
    asset = locked(asset, by)
    if to == asset.state:
        return asset
    if to not in TRANSITIONS[asset.state]:
        raise ValidationError(
            _("An asset that is %(from)s cannot become %(to)s."),
            code="transition",
            params={"from": asset.get_state_display(), "to": AssetState(to).label},
        )
    refuse_while_held(asset, to)
    return set_state(asset, to, by=by, channel=channel)


def set_state(asset, to, *, by, channel=Channel.PAGE):
    """Write the new state of a locked asset, its event, and tell the rooms above when it is gone."""
    previous = asset.state
    asset.state = to
    asset.save(update_fields=["state"])
    record_event(asset, "state_changed", by=by, changes={"state": [previous, to]}, channel=channel)
    if to in GONE and previous not in GONE:
        asset_gone.send(sender=Asset, asset=asset, previous=previous, by=by)
    return asset


def what_stands_in_the_way(asset, to):
    """Blockers of moving `asset` into the state `to`: its custody, and for retiring whatever the rooms above name."""
    if to in RETIRED:
        return blockers_of(asset)
    return custody_blockers(asset) if to in STORED else []


def custody_blockers(asset):
    """The open custody of an asset, as something to settle first."""
    custody = asset.custodies.current().with_people().first()
    if custody is None:
        return []
    return [Blocker(_("It is in custody of %(holder)s.") % {"holder": custody.holder}, asset.get_absolute_url())]


def refuse_while_held(asset, to):
    if found := what_stands_in_the_way(asset, to):
        raise ValidationError(
            _("Settle this first: %(list)s"), code="blocked", params={"list": " ".join(str(b.text) for b in found)}
        )


def locked(asset, by):
    """The row as it stands now, locked, for somebody who may change it."""
    asset = Asset.objects.select_for_update().get(pk=asset.pk)
    if not can_edit(by, asset):
        raise PermissionDenied
    return asset


def _known(values):
    return {name: value for name, value in values.items() if name in FIELDS}


def _told(changes):
    return {name: ([None, None] if name in UNTOLD else pair) for name, pair in changes.items()}


def _save(asset):
    try:
        with transaction.atomic():
            asset.save()
    except IntegrityError as error:
        if "one_asset_per_tag" in str(error) or ".tag" in str(error):
            raise _double_tag(asset) from None
        raise


def _check(asset, changed=FIELDS):
    """What the database cannot say in words: doubles, foreign institutions, circles, dates that run backwards."""
    errors = {}
    for name in {"unit", "location", "parent"} & set(changed):
        place = getattr(asset, name)
        if place is not None and place.institution_id != asset.institution_id:
            errors[name] = _("This belongs to another institution.")
    if asset.warranty_start and asset.warranty_end and asset.warranty_end < asset.warranty_start:
        errors["warranty_end"] = _("The warranty cannot end before it begins.")
    if asset.purchase_cost is not None and asset.purchase_cost < 0:
        errors["purchase_cost"] = _("The cost cannot be negative.")
    if "parent" in changed and _is_part_of_itself(asset):
        errors["parent"] = _("An asset cannot be a part of itself.")
    if errors:
        raise ValidationError(errors)
    others = Asset.objects.filter(institution=asset.institution_id).exclude(pk=asset.pk)
    if asset.tag and "tag" in changed and others.filter(tag=asset.tag).exists():
        raise _double_tag(asset)
    if {"serial_number", "model"} & set(changed):
        _refuse_double_serial(asset, others)


def _double_tag(asset):
    return ValidationError({"tag": _("The tag %(tag)s is already on another asset.") % {"tag": asset.tag}}, code="tag")


def _refuse_double_serial(asset, others):
    """Two things of one maker never share a serial number; without a known maker the number alone decides nothing."""
    if asset.model_id is None or is_placeholder(asset.serial_number):
        return
    twins = others.filter(serial_key=fold(asset.serial_number)[:120], model__manufacturer=asset.model.manufacturer_id)
    if twin := twins.first():
        sentence = _("%(asset)s of the same maker already has this serial number.") % {"asset": twin.tag or twin}
        raise ValidationError({"serial_number": sentence}, code="serial")


def _is_part_of_itself(asset):
    above, seen = asset.parent, set()
    while above is not None and above.pk not in seen:
        if above.pk == asset.pk:
            return True
        seen.add(above.pk)
        above = above.parent
    return False
