"""What the movement log and the outbox page know of the rows of this room."""

from django.utils.translation import gettext_lazy as _

from office.kinds import register_kind
from office.views_outbox import name_topic
from people import sign_in_mail
from people.models import Team, Unit, User, Vendor
from people.permissions import sees_accounts, sees_setup, sees_vendors


def register():
    register_kind("people.user", _("Person"), _seen_by(sees_accounts, User))
    register_kind("people.unit", _("Unit"), _seen_by(sees_setup, Unit))
    register_kind("people.team", _("Team"), _seen_by(sees_setup, Team))
    register_kind("people.vendor", _("Vendor"), _seen_by(sees_vendors, Vendor))
    sign_in_mail.register_texts()
    name_topic("sign_in.link", _("Link for a password"))
    name_topic("sign_in.welcome", _("Welcome with a user name"))
    name_topic("sign_in.notice", _("Notice about an account"))


def _seen_by(right, model):
    def rows(user):
        return model.objects.visible_to(user) if right(user) else model.objects.none()

    return rows
