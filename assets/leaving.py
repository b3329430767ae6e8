"""What a leaver holds goes over to the named colleague."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets import actions
from assets.models import Asset
from people import leaving


def holdings(user):
    return list(Asset.objects.held_by(user).select_related("category", "model__manufacturer").defer("search_text"))


def hand_over(user, to, by):
    """Transfer each device; the colleague is asked to confirm each."""
    for asset in holdings(user):
        actions.transfer(asset, to=to, by=by, reason=gettext("%(name)s left") % {"name": user})


def register():
    leaving.register("custody", _("Devices in custody"), holdings=holdings, hand_over=hand_over, order=10)
