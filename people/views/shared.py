"""What the pages of this room share."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

SETUP = (_("Set-up"), "/setup/")


def button(request, thing, act, sentence, back=None):
    """Do `act(thing, by=...)`; what it refuses comes back as a notice on the page one stood on."""
    try:
        act(thing, by=request.user)
    except ValidationError as refusal:
        for message in refusal.messages:
            messages.error(request, message)
    else:
        messages.success(request, sentence)
    return HttpResponseRedirect(back or thing.get_absolute_url())
