"""Forms of the desk's set-up: queues, categories, the matrix."""

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.choices import Level, Priority
from helpdesk.intake import connecting
from helpdesk.models import Category, Mailbox, PriorityCell, Queue
from office.models import WorkingCalendar
from people.models import Team
from ui.forms import HouseForm, VersionedForm


class SetupForm(VersionedForm):
    """Base; `by` is who edits."""

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by
        self.offer()

    def offer(self):
        """Say what may be chosen."""

    def chosen_or_in_use(self, rows, name):
        """Rows in use, and the one that is chosen now whatever became of it."""
        return rows.in_use() | rows.filter(pk=getattr(self.instance, f"{name}_id"))

    def get_values(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class QueueForm(SetupForm):
    class Meta:
        model = Queue
        fields = ("name_ar", "name_en", "team", "is_restricted", "is_default", "calendar", "close_after_days")

    def offer(self):
        self.fields["team"].queryset = self.chosen_or_in_use(Team.objects.visible_to(self.by), "team")
        self.fields["calendar"].queryset = self.chosen_or_in_use(WorkingCalendar.objects.all(), "calendar")
        self.fields["calendar"].empty_label = _("the ministry's own")
        self.fields["close_after_days"].max_value = 250


class CategoryForm(SetupForm):
    class Meta:
        model = Category
        fields = ("name_ar", "name_en", "queue", "parent", "asset_kind")

    def offer(self):
        mine = Category.objects.visible_to(self.by)
        inside = Queue.objects.of_institution(self.by)
        self.fields["queue"].queryset = self.chosen_or_in_use(inside, "queue")
        self.fields["parent"].queryset = self.chosen_or_in_use(mine, "parent").exclude(pk=self.instance.pk)


class MailboxForm(SetupForm):
    class Meta:
        model = Mailbox
        fields = (
            "name",
            "address",
            "queue",
            "connection",
            "folder",
            "done_folder",
            "unknown_senders",
            "large_mail",
            "own_domains",
            "trusted_server",
            "takes_machines",
            "reopen_days",
        )

    def offer(self):
        inside = Queue.objects.of_institution(self.by)
        self.fields["queue"].queryset = self.chosen_or_in_use(inside, "queue")
        names = {*connecting.names(), self.instance.connection} - {""}
        self.fields["connection"] = forms.ChoiceField(
            label=self.fields["connection"].label,
            help_text=self.fields["connection"].help_text,
            choices=[("", _("none: nothing is fetched")), *((name, name) for name in sorted(names))],
            required=False,
        )
        self.fields["reopen_days"].max_value = 3650

    def clean_address(self):
        return self.cleaned_data["address"].lower()


class SeenForm(HouseForm):
    """A grid that was drawn from rows; `seen` carries what they were, so that the second of two people notices."""

    has_form_key = False
    seen = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)

    def get_seen(self):
        """What the page was drawn from as `{name: number}`, None when that is not told or cannot be read."""
        told = [part.partition("=") for part in self.cleaned_data["seen"].split(" ") if part]
        if not told or not all(number.isascii() and number.isdigit() for _name, _sign, number in told):
            return None
        return {name: int(number) for name, _sign, number in told}


def as_seen(values):
    return " ".join(f"{name}={value}" for name, value in sorted(values.items()))


class MatrixForm(SeenForm):
    """Impact by urgency: a priority in every cell."""

    def __init__(self, *args, institution, **kwargs):
        now = {
            f"cell_{cell.impact}_{cell.urgency}": cell.priority
            for cell in PriorityCell.objects.filter(institution=institution)
        }
        super().__init__(*args, initial=now | {"seen": as_seen(now)}, **kwargs)
        for impact in Level:
            for urgency in Level:
                label = f"{impact.label} × {urgency.label}"
                self.fields[f"cell_{impact}_{urgency}"] = forms.TypedChoiceField(
                    label=label, choices=Priority.choices, coerce=int
                )

    @property
    def rows(self):
        """[(impact, [bound field of each urgency])]"""
        return [(impact, [self[f"cell_{impact}_{urgency}"] for urgency in Level]) for impact in Level]

    def get_priorities(self):
        return {
            (int(impact), int(urgency)): self.cleaned_data[f"cell_{impact}_{urgency}"]
            for impact in Level
            for urgency in Level
        }

    def get_seen(self):
        seen = super().get_seen()
        return seen and {(int(name[5:6]), int(name[7:8])): value for name, value in seen.items() if _is_cell(name)}


def _is_cell(name):
    return len(name) == 8 and name.startswith("cell_") and name[5].isdigit() and name[7].isdigit()
