"""What comes in about reminder rules."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contracts.ladder import EARLIEST
from contracts.models import ReminderRule
from ui import text
from ui.forms import VersionedForm


class RuleForm(VersionedForm):
    """The days before decide-by on which somebody is reminded; `rungs` is typed as numbers with commas."""

    rungs = forms.CharField(
        label=_("Days before decide-by"),
        max_length=400,
        help_text=_("Numbers of days with commas, as 180, 120, 90, 60, 30, 14, 7, 0."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )

    class Meta:
        model = ReminderRule
        fields = ("type", "rungs", "repeat_days", "repeat_at_most", "climb_after")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.contract_id:
            del self.fields["type"]
        if isinstance(self.initial.get("rungs"), list):
            self.initial["rungs"] = ", ".join(str(rung) for rung in self.initial["rungs"])

    def clean_rungs(self):
        """Whole numbers from 0 to EARLIEST, the earliest first."""
        typed = re.split(r"[\s,;،]+", text.ascii_digits(text.strip_bidi(self.cleaned_data["rungs"])).strip(" ,;،"))
        if not all(word.isascii() and word.isdigit() and len(word) < 5 and int(word) <= EARLIEST for word in typed):
            raise ValidationError(_("Give whole numbers of days between 0 and 730."), code="rungs")
        if len(typed) > 30:
            raise ValidationError(_("At most %(most)d reminders before the date."), code="many", params={"most": 30})
        return sorted({int(word) for word in typed}, reverse=True)

    def get_values(self):
        names = ("type", "rungs", "repeat_days", "repeat_at_most", "climb_after")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
