"""Why did, or didn't, I get a reminder: the ladder of one term rung by rung; and putting the next one off."""

from datetime import timedelta

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from contracts import actions, forms, permissions, words
from contracts.account import account_of, line_of_people, own_sentence
from contracts.actions.decisions import LONGEST_SNOOZE
from contracts.views.register import ContractPage, crumb, get_contract, may_do, register_crumbs
from office.calendars import today
from ui import text


@require_safe
def reminders_page(request, pk):
    """Every rung of the asked term (the latest): to whom, when, by which run, late or not, silenced by what."""
    contract = get_contract(request, pk)
    terms = list(contract.terms.select_related("decision__by", "snoozed_by"))
    asked = request.GET.get("term", "")
    term = next((row for row in terms if str(row.sequence) == asked), None) if asked else (terms or [None])[-1]
    if term is None:
        raise Http404
    account = account_of(contract, term, today())
    people = line_of_people(contract, today())
    context = {
        "title": _("Reminders"),
        "breadcrumbs": [*register_crumbs(request.user), crumb(contract)],
        "object": contract,
        "terms": terms[::-1],
        "latest": term,
        "account": account,
        "rule_sentence": words.rule_sentence(account.rule),
        "people": people,
        "own_sentence": own_sentence(request.user, account, people),
        "may": may_do(request.user, contract),
        "whole": True,
    }
    return render(request, "contracts/reminders.html", context)


class Snooze(ContractPage):
    """Puts the next reminder off; it is no decision, and the silence goes on counting from the new day."""

    form_class, title = forms.SnoozeForm, _("Put the reminders off")
    success_message = _("No reminder comes before that day.")

    def may(self, contract):
        return permissions.can_record_decision(self.request.user, contract)

    def get_form_arguments(self):
        return {"initial": {"until": min(today() + timedelta(days=7), self.object.decide_by)}}

    def get_context(self, **context):
        last = min(today() + LONGEST_SNOOZE, self.object.decide_by)
        lead = gettext("At the longest until %(day)s. Only a decision ends the reminders.") % {"day": text.day(last)}
        return context | {"lead": lead}

    def act(self, form):
        return actions.snooze_reminders(self.object, by=self.request.user, until=form.cleaned_data["until"])
