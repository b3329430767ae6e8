"""Where units are used by the register."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from assets.models import Asset
from ui.registry import Use, uses


def register():
    uses.register(
        Use(
            on="people.unit",
            name="assets",
            title=_("Assets"),
            order=20,
            count=lambda unit, user: Asset.objects.visible_to(user).of_unit(unit).count(),
            words=words,
            link=lambda unit: f"{reverse('assets')}?unit={unit.pk}",
        )
    )


def words(count):
    return ngettext("%(count)s asset", "%(count)s assets", count) % {"count": f"{count:,}"}
