"""Forms of the desk's set-up: queues, categories, the matrix, the promised times."""

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.choices import Level, Priority
from helpdesk.models import Category, PriorityCell, Queue, ServiceTarget
from office.models import WorkingCalendar
from people.models import Team
from ui.forms import HouseForm, VersionedForm

YEAR = 365 * 24 * 60


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


class TargetsForm(SeenForm):
    """For every priority the minutes until the first answer and until the solution."""

    def __init__(self, *args, institution, **kwargs):
        now = {}
        for row in ServiceTarget.objects.filter(institution=institution):
            now[f"response_{row.priority}"] = row.response_minutes
            now[f"resolution_{row.priority}"] = row.resolution_minutes
        super().__init__(*args, initial=now | {"seen": as_seen(now)}, **kwargs)
        for priority in Priority:
            for name, label in (("response", _("First answer")), ("resolution", _("Solution"))):
                self.fields[f"{name}_{priority}"] = field = forms.IntegerField(
                    label=f"{priority.label}: {label}", min_value=1, max_value=YEAR
                )
                self._prepare(f"{name}_{priority}", field)

    @property
    def rows(self):
        """[(priority, field of the answer, field of the solution)]"""
        return [(priority, self[f"response_{priority}"], self[f"resolution_{priority}"]) for priority in Priority]

    def get_targets(self):
        data = self.cleaned_data
        return {int(priority): (data[f"response_{priority}"], data[f"resolution_{priority}"]) for priority in Priority}

    def get_seen(self):
        seen = super().get_seen()
        if not seen:
            return None
        known = [
            priority for priority in Priority if f"response_{priority}" in seen and f"resolution_{priority}" in seen
        ]
        return {int(priority): (seen[f"response_{priority}"], seen[f"resolution_{priority}"]) for priority in known}
