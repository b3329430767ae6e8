"""What comes in about terms, decisions and states."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.choices import Decision, TermOrigin
from contracts.forms.common import Amended, InCurrency
from ui.forms import DayField, HouseForm, MoneyField, PictureField


class TermForm(Amended, InCurrency):
    """The dates and the value of a term that is there."""

    start = DayField(label=_("Start date"))
    end = DayField(label=_("End date"), help_text=_("The last day, included."))
    value = MoneyField(label=_("Contract value"), required=False)


class NextTermForm(InCurrency):
    """The term that follows the last one."""

    submit_label = _("Add the term")
    origin = forms.ChoiceField(
        label=_("What is it?"),
        choices=[(one.value, one.label) for one in (TermOrigin.RENEWAL, TermOrigin.EXTENSION)],
        widget=forms.RadioSelect,
        initial=TermOrigin.RENEWAL,
    )
    end = DayField(label=_("End date"), help_text=_("The last day, included."))
    value = MoneyField(label=_("Contract value"), required=False)


class DecisionForm(InCurrency):
    """What is decided about the latest term, and why. may_add_term: whether a renewal may add the next term at once."""

    submit_label = _("Record the decision")
    decision = forms.ChoiceField(label=_("Decision"), choices=Decision.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    notice_sent_on = DayField(
        label=_("Notice sent on"),
        required=False,
        help_text=_("When the vendor was told in writing. It stops a contract that renews itself."),
    )
    proof = PictureField(
        label=_("Proof of the notice"),
        required=False,
        help_text=_("The letter with its stamp, or the mail as it was sent."),
    )
    new_end = DayField(
        label=_("The new term ends on"), required=False, help_text=_("Left empty, the next term is added later.")
    )
    new_value = MoneyField(label=_("Value of the new term"), required=False)

    def __init__(self, *args, may_add_term, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_add_term:
            del self.fields["new_end"], self.fields["new_value"]

    def get_act(self):
        """Arguments of the action; a new term belongs to the decision to renew only."""
        cleaned = dict(self.cleaned_data)
        cleaned.pop("form_key", None)
        if cleaned["decision"] != Decision.RENEW:
            cleaned.pop("new_end", None)
            cleaned.pop("new_value", None)
        return cleaned


class SnoozeForm(HouseForm):
    submit_label = _("Put off")
    until = DayField(label=_("Until"), help_text=_("On this day the reminders go on."))


class SuspendForm(HouseForm):
    submit_label = _("Suspend the contract")
    reason = forms.CharField(label=_("Reason"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class RejectForm(HouseForm):
    submit_label = _("Send it back")
    reason = forms.CharField(label=_("Reason"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class TerminateForm(HouseForm):
    submit_label = _("Terminate the contract")
    on = DayField(label=_("Terminated as of"), help_text=_("The first day on which nothing is covered any more."))
    reason = forms.CharField(label=_("Reason"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class PaperForm(HouseForm):
    submit_label = _("Attach the paper")
    paper = PictureField(label=_("Paper"), help_text=_("The signed contract, an annex, the notice as it was sent."))
