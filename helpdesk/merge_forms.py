"""What is asked before one ticket is merged into another one: which, and whether what will happen is meant."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from helpdesk import looks
from helpdesk.models import Ticket
from helpdesk.notifications import hearers_of_merge
from helpdesk.permissions import standing_of
from ui import text
from ui.forms import HouseForm

OFFERED = 8  # of the same requester, and of the same device


class NumberField(forms.CharField):
    """The number of a ticket that somebody works on, in any digits; cleaned to that ticket, None for nothing typed."""

    def __init__(self, **options):
        super().__init__(max_length=60, **options)

    def offer(self, user):
        self.user = user

    def clean(self, value):
        typed = super().clean(value)
        return self.find(typed) if typed else None

    def find(self, typed):
        number = text.ascii_digits(text.strip_bidi(typed)).strip().upper()
        ticket = Ticket.objects.visible_to(self.user).select_related("queue").filter(number=number).first()
        if ticket is None:
            raise ValidationError(_("No ticket has this number."), code="number")
        ticket = ticket.merged_into or ticket
        if not standing_of(self.user, ticket).at_desk:
            raise ValidationError(_("You do not work on this ticket, so nothing can be merged into it."), code="right")
        return ticket


class MergeForm(HouseForm):
    """One that is likely the same, or the number of another one; `agreed` says which one its reader saw described.

    ticket: None for several, of which each that cannot be merged is named afterwards.
    """

    has_form_key = False
    submit_label = _("Next")
    identifiers = ("number",)
    other = forms.ChoiceField(label=_("Into which ticket?"), required=False, widget=forms.RadioSelect)
    number = NumberField(label=_("Or the number of another one"), required=False)
    agreed = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def __init__(self, *args, user, ticket=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["number"].offer(user)
        if ticket is None:
            del self.fields["agreed"]
        self.candidates = {str(each.pk): each for each in likely(ticket, user)} if ticket else {}
        if self.candidates:
            self.fields["other"].choices = [(key, _words(each)) for key, each in self.candidates.items()]
        else:
            del self.fields["other"]
            self.fields["number"].label = _("Into which ticket? Its number")

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and self.into is None:
            raise ValidationError(_("Choose a ticket, or type its number."), code="empty")
        return cleaned

    @property
    def into(self):
        """The ticket that is meant, None for none; what is typed counts before what is chosen."""
        return self.cleaned_data.get("number") or self.candidates.get(self.cleaned_data.get("other"))

    def ask(self, key):
        """Draw the form again with what will happen beside it; sent once more with this key, it is agreed to."""
        self.data[self.add_prefix("agreed")] = key
        self.submit_label = _("Merge")


def likely(ticket, user):
    """Open tickets that `user` works on and that may be about the same: the requester's first, then the device's."""
    open_ones = Ticket.objects.worked_by(user).exclude(pk=ticket.pk).select_related("requester").defer("search_text")
    same = list(open_ones.filter(requester=ticket.requester_id).order_by("-pk")[:OFFERED])
    if ticket.asset_id:
        others = open_ones.filter(asset=ticket.asset_id).exclude(requester=ticket.requester_id)
        same += others.order_by("-pk")[:OFFERED]
    return same


def _words(ticket):
    parts = (text.isolate(ticket.number), ticket.subject, ticket.requester.name, looks.words_of(ticket))
    return " · ".join((parts[0], *(text.isolate_text(part) for part in parts[1:])))


def told_of(ticket, into, by):
    """Exactly those who hear of the merge, each once, in the order of how much it concerns them."""
    people = {person.pk: person for _relation, some in hearers_of_merge(ticket, into) for person in some if person}
    return [person for pk, person in people.items() if pk != by.pk and person.is_active]
