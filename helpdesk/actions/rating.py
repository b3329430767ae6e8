"""What the requester thinks of the help, given once and hers to change for a week."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.actions.act import Act
from helpdesk.models import Rating
from helpdesk.permissions import RATING_DAYS, can_rate
from office.models.events import Channel

BEST = 5


@transaction.atomic
def rate_ticket(ticket, *, by, stars, comment="", channel=Channel.PAGE):
    """Give one to five stars and a word to a ticket that was solved; a second time within a week changes it."""
    act = Act(ticket, by, channel)
    act.require(can_rate(act.standing, act.ticket, by))
    if stars not in range(1, BEST + 1):
        raise ValidationError({"stars": _("Choose one from the list.")}, code="stars")
    rating = Rating.objects.select_for_update().filter(ticket=act.ticket).first()
    if rating is None:
        before, rating = None, Rating(ticket=act.ticket, by=by, at=act.now)
    else:
        before = rating.stars
        if act.now > rating.at + timedelta(days=RATING_DAYS):
            raise ValidationError(_("A rating can be changed for a week."), code="late")
        rating.changed_at = act.now
    rating.stars, rating.comment = stars, comment.strip()
    rating.save()
    act.finish("rated", stars=[before, stars])
    return rating
