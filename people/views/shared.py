"""What the pages of this room share."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from office.models import FormKey
from office.once import once
from ui.pages import FormPage

SETUP = (_("Set-up"), "/setup/")


class CreatePage(FormPage):
    """A form that makes one thing, however often it is sent; `create(form)` makes it."""

    model = None

    def create(self, form):
        raise NotImplementedError

    @property
    def kind(self):
        return self.model._meta.label_lower

    def post(self, request, *args, **kwargs):
        """A copy is led to what the first one made before its words are found taken."""
        if made := self._made_before(request):
            return HttpResponseRedirect(self.get_success_url(made))
        return super().post(request, *args, **kwargs)

    def act(self, form):
        pk, _made = once(form.form_key, user=self.request.user, kind=self.kind, act=lambda: self.create(form))
        return self.model._base_manager.get(pk=pk)

    def made_before(self, form):
        return self._made_before(self.request)

    def _made_before(self, request):
        try:
            key = uuid.UUID(request.POST.get("form_key", ""))
        except ValueError:
            return None
        known = FormKey.objects.filter(key=key, user=request.user, kind=self.kind).values("object_id")
        return self.model._base_manager.filter(pk__in=known).first()


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
