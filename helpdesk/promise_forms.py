"""Forms of what is promised: a service policy with its targets, the hand-over targets of teams."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from helpdesk.choices import Clock, Hours, Priority, StepClock, TargetUnit, Tell
from helpdesk.models import Category, Queue, ServicePolicy, TeamTarget
from helpdesk.setup_forms import SeenForm, SetupForm
from office.models import WorkingCalendar
from people.models import Team, Unit
from people.picker import PersonField
from ui.forms import HouseForm

MOST = {TargetUnit.MINUTES: 525_600, TargetUnit.HOURS: 8_760, TargetUnit.DAYS: 365, TargetUnit.CLOSES: 365}
YEAR = MOST[TargetUnit.MINUTES]
WRONG = _("A promise is at most a year.")


def add_target(form, name, label, now=None):
    """Two fields, `amount_<name>` and `unit_<name>`, for a target that may be left empty."""
    form.fields[f"amount_{name}"] = amount = forms.IntegerField(label=label, min_value=1, required=False)
    form.fields[f"unit_{name}"] = unit = forms.ChoiceField(
        label=gettext("%(what)s: unit") % {"what": label}, choices=TargetUnit.choices, required=False
    )
    if now:
        amount.initial, unit.initial = now
    for part, field in ((f"amount_{name}", amount), (f"unit_{name}", unit)):
        form._prepare(part, field)


def get_target(form, name):
    """(amount, unit) as they were typed, None for an empty box; a promise of more than a year is refused."""
    amount = form.cleaned_data.get(f"amount_{name}")
    unit = form.cleaned_data.get(f"unit_{name}") or TargetUnit.MINUTES
    if amount is not None and amount > MOST[TargetUnit(unit)]:
        form.add_error(f"amount_{name}", ValidationError(WRONG, code="range"))
    return (amount, TargetUnit(unit).value) if amount else None


class PolicyForm(SetupForm):
    """For which tickets it holds, by which hours, and what it promises each priority on each clock."""

    class Meta:
        model = ServicePolicy
        fields = ("name_ar", "name_en", "queue", "category", "unit", "asset_kind", "hours", "calendar")

    def offer(self):
        every = _("every")
        self.fields["queue"].queryset = self.chosen_or_in_use(Queue.objects.of_institution(self.by), "queue")
        self.fields["category"].queryset = self.chosen_or_in_use(Category.objects.visible_to(self.by), "category")
        self.fields["unit"].queryset = self.chosen_or_in_use(Unit.objects.visible_to(self.by), "unit")
        self.fields["calendar"].queryset = self.chosen_or_in_use(WorkingCalendar.objects.all(), "calendar")
        for name in ("queue", "category", "unit"):
            self.fields[name].empty_label = every
        self.fields["asset_kind"].choices = [("", every), *self.fields["asset_kind"].choices[1:]]
        now = {(row.priority, row.clock): (row.amount, row.unit) for row in self._targets()}
        for priority in Priority:
            for clock in Clock:
                label = f"{priority.label}: {clock.label}"
                add_target(self, f"{priority}_{clock}", label, now.get((priority.value, clock.value)))

    def _targets(self):
        return self.instance.targets.all() if self.instance.pk else ()

    @property
    def conditions(self):
        return [self[name] for name in self.Meta.fields]

    @property
    def rows(self):
        """[(priority, [(amount, unit) of each clock])]"""
        return [
            (
                priority,
                [(clock, self[f"amount_{priority}_{clock}"], self[f"unit_{priority}_{clock}"]) for clock in Clock],
            )
            for priority in Priority
        ]

    def clean(self):
        cleaned = super().clean()
        if self.cleaned_data.get("hours") == Hours.OWN and not self.cleaned_data.get("calendar"):
            self.add_error("calendar", ValidationError(_("Say which working calendar."), code="calendar"))
        self.targets = {}
        for priority in Priority:
            for clock in Clock:
                if promised := get_target(self, f"{priority}_{clock}"):
                    self.targets[priority.value, clock.value] = promised
        return cleaned


class StepForm(HouseForm):
    """A step of escalation: on which clock, where on its way, whom it tells."""

    clock = forms.ChoiceField(label=_("Promise"), choices=StepClock.choices, initial=StepClock.RESOLUTION)
    percent = forms.IntegerField(
        label=_("At how many percent of the promised time"), min_value=1, max_value=1000, required=False
    )
    offset_minutes = forms.IntegerField(
        label=_("Or how many working minutes after the due time"),
        min_value=-YEAR,
        max_value=YEAR,
        required=False,
        help_text=_("With a minus: before it. 0 is the due time itself."),
    )
    tell = forms.ChoiceField(label=_("Whom to tell"), choices=Tell.choices, initial=Tell.ASSIGNEE)
    person = PersonField(label=_("Person"), required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].offer(user)

    def get_values(self):
        names = ("clock", "percent", "offset_minutes", "tell", "person")
        return {name: self.cleaned_data[name] for name in names}


class TakeUpForm(SeenForm):
    """For every team within what time it takes up what is handed to it; empty for no promise."""

    def __init__(self, *args, institution, **kwargs):
        self.teams = list(Team.objects.filter(institution=institution, is_active=True).order_by("name_en", "name_ar"))
        self.now = {row.team_id: (row.amount, row.unit) for row in TeamTarget.objects.filter(institution=institution)}
        seen = " ".join(f"{team}:{amount}:{unit}" for team, (amount, unit) in sorted(self.now.items()))
        super().__init__(*args, initial={"seen": seen}, **kwargs)
        self.fields["seen"].max_length = None
        self.fields["seen"].validators = []
        for team in self.teams:
            add_target(self, str(team.pk), str(team), self.now.get(team.pk))

    @property
    def rows(self):
        return [(team, self[f"amount_{team.pk}"], self[f"unit_{team.pk}"]) for team in self.teams]

    def clean(self):
        cleaned = super().clean()
        self.targets = {team.pk: get_target(self, str(team.pk)) for team in self.teams}
        return cleaned

    def get_seen(self):
        """What the page was drawn from, None when that is not told or cannot be read."""
        if "seen" not in self.data:
            return None
        parts = [part.split(":") for part in self.cleaned_data["seen"].split()]
        if not all(len(part) == 3 and part[0].isdecimal() and part[1].isdecimal() for part in parts):
            return None
        return {int(team): (int(amount), unit) for team, amount, unit in parts}


class ChoosePolicyForm(HouseForm):
    """The service level of one ticket: by the conditions, or one that somebody chose."""

    has_form_key = False
    policy = forms.ModelChoiceField(
        ServicePolicy.objects.none(),
        label=_("Service policy"),
        required=False,
        empty_label=_("By the conditions"),
        help_text=_("A policy chosen here stays, whatever else changes."),
    )

    def __init__(self, *args, ticket, **kwargs):
        super().__init__(*args, **kwargs)
        in_use = ServicePolicy.objects.in_use().filter(institution=ticket.institution_id)
        self.fields["policy"].queryset = in_use
        self.fields["policy"].initial = ticket.policy_id if ticket.policy_is_chosen else None
