"""Merging a ticket into another one, in two steps: which, then what will happen; and taking them apart."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from helpdesk import actions
from helpdesk.merge_forms import MergeForm, told_of
from helpdesk.views.acts import TicketAct, press
from ui.forms import add_refusal


class Merge(TicketAct):
    title, may, form_class = gettext_lazy("Merge"), "merge", MergeForm
    template_name, success_message = "helpdesk/merge.html", gettext_lazy("The tickets are merged.")
    lead = gettext_lazy("For two tickets about the same. This one ends and leads to the other one; nothing is lost.")
    plan = None

    def get_form_arguments(self):
        return {"ticket": self.object, "user": self.request.user}

    def get_context(self, **context):
        return super().get_context(**context) | {"ticket": self.object, "plan": self.plan}

    def post(self, request, *args, **kwargs):
        form = self._sent_form()
        if not form.is_valid():
            return self.page(form)
        told = told_of(self.object, form.into, request.user)
        key = ",".join(map(str, [form.into.pk, *(person.pk for person in told)]))
        if form.cleaned_data["agreed"] == key:
            return super().post(request, *args, **kwargs)
        try:
            actions.check_merge(self.object, form.into)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            self.plan = {"into": form.into, "told": told}
            form.ask(key)
        return self.page(form)

    def act(self, form):
        return actions.merge_ticket(self.object, by=self.request.user, into=form.into)

    def get_success_url(self, outcome):
        return outcome.get_absolute_url()


@require_POST
def take_apart(request, pk):
    return press(request, pk, actions.take_apart, _("The ticket is worked by itself again."))
