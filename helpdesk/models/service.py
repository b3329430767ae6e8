"""What is promised, to whom, and counted by which hours: ordered service policies, hand-over targets of teams."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.choices import CategoryKind
from helpdesk.choices import Clock, Hours, Priority, Served, StepClock, TargetUnit, Tell, WaitingFor
from helpdesk.querysets import PolicyQuerySet
from office.models import Activatable, Named, Versioned


class ServicePolicy(Named, Activatable, Versioned):
    """A service level: for which tickets it holds, what it promises them, by which working hours.

    The first policy in order whose conditions all hold is the ticket's; an empty condition holds for every ticket.
    """

    institution = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    place = models.PositiveIntegerField(_("order"), default=0, editable=False)
    queue = models.ForeignKey(
        "helpdesk.Queue",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="policies",
        verbose_name=_("queue"),
    )
    category = models.ForeignKey(
        "helpdesk.Category",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="policies",
        verbose_name=_("category"),
        help_text=_("And the categories below it."),
    )
    unit = models.ForeignKey(
        "people.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
        help_text=_("And the units below it."),
    )
    asset_kind = models.CharField(_("kind of device"), max_length=12, blank=True, choices=CategoryKind.choices)
    hours = models.CharField(_("hours"), max_length=10, choices=Hours.choices, default=Hours.QUEUE)
    calendar = models.ForeignKey(
        "office.WorkingCalendar",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("working calendar"),
    )

    objects = PolicyQuerySet.as_manager()

    class Meta(Named.Meta):
        ordering = ["place", "pk"]
        verbose_name = _("service policy")
        constraints = [
            *Named.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(hours="own") | Q(calendar__isnull=False), name="own_hours_name_a_calendar"
            ),
        ]

    def get_absolute_url(self):
        return reverse("policy", args=[self.pk])


class PolicyTarget(models.Model):
    """What a policy promises one priority on one clock; what has no row is not promised."""

    policy = models.ForeignKey(ServicePolicy, on_delete=models.CASCADE, related_name="targets")
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices)
    clock = models.CharField(_("clock"), max_length=14, choices=Clock.choices)
    amount = models.PositiveIntegerField(_("amount"))
    unit = models.CharField(_("unit"), max_length=8, choices=TargetUnit.choices, default=TargetUnit.MINUTES)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "priority", "clock"], name="one_target_per_clock"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_promise_takes_time"),
        ]

    def __str__(self):
        return f"{self.get_priority_display()}, {self.get_clock_display()}: {self.amount} {self.get_unit_display()}"


class EscalationStep(Activatable):
    """Somebody is told when a clock of the policy comes to a part of its time, or to a distance from its due time."""

    policy = models.ForeignKey(ServicePolicy, on_delete=models.CASCADE, related_name="steps")
    clock = models.CharField(_("promise"), max_length=14, choices=StepClock.choices, default=StepClock.RESOLUTION)
    percent = models.PositiveSmallIntegerField(_("percent of the promised time"), null=True, blank=True)
    offset_minutes = models.IntegerField(
        _("working minutes after the due time"), null=True, blank=True, help_text=_("With a minus: before it.")
    )
    tell = models.CharField(_("whom to tell"), max_length=14, choices=Tell.choices, default=Tell.ASSIGNEE)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )

    class Meta:
        ordering = ["clock", "percent", "offset_minutes", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gt=0, percent__lte=1000, offset_minutes=None)
                | Q(percent=None, offset_minutes__isnull=False),
                name="step_stands_somewhere",
            ),
            models.CheckConstraint(condition=~Q(tell="person") | Q(person__isnull=False), name="step_tells_somebody"),
        ]

    def __str__(self):
        where = f"{self.percent} %" if self.percent is not None else f"{self.offset_minutes:+d} min"
        return f"{self.get_clock_display()}: {where}"


class Escalation(models.Model):
    """A step that a clock of a ticket has come to: once for each run of the clock, with the instant it was due at."""

    ticket = models.ForeignKey("helpdesk.Ticket", on_delete=models.PROTECT, related_name="escalations")
    step = models.ForeignKey(EscalationStep, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(help_text="when this run of the clock began")
    at = models.DateTimeField()
    is_told = models.BooleanField(default=True, help_text="false: passed over, a later step spoke for it")
    noted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "step", "started_at"], name="one_escalation_per_step")]

    def __str__(self):
        return f"{self.ticket_id} {self.step_id} {self.at:%Y-%m-%d %H:%M}"


class TeamTarget(models.Model):
    """Within what time a team takes up what is handed to it: an internal promise, from the hand-over until taken."""

    institution = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    team = models.OneToOneField("people.Team", on_delete=models.PROTECT, related_name="take_up")
    amount = models.PositiveIntegerField(_("amount"))
    unit = models.CharField(_("unit"), max_length=8, choices=TargetUnit.choices, default=TargetUnit.MINUTES)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="taking_up_takes_time")]

    def __str__(self):
        return f"{self.team_id}: {self.amount} {self.unit}"

    @property
    def in_words(self):
        return str(self.team)


SPENT = ("counted", "outside_hours", "holiday", *WaitingFor.values, "solved")


class ServiceResult(models.Model):
    """How a ticket that is solved or ended was served: which promises were kept, and where its time went, in seconds.

    Written with the act that solves or ends it, taken away with the one that reopens it; later changes of hours or
    policies leave it as it is. Reports are sums of these rows.
    """

    ticket = models.OneToOneField("helpdesk.Ticket", on_delete=models.CASCADE, related_name="result")
    institution = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    queue = models.ForeignKey("helpdesk.Queue", on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey("helpdesk.Category", on_delete=models.PROTECT, null=True, related_name="+")
    priority = models.PositiveSmallIntegerField(choices=Priority.choices)
    month = models.DateField(help_text="first day of the local month in which it was solved, or ended without")
    first_response = models.CharField(max_length=8, choices=Served.choices, blank=True)
    next_response = models.CharField(max_length=8, choices=Served.choices, blank=True)
    resolution = models.CharField(max_length=8, choices=Served.choices, blank=True)
    take_up = models.CharField(max_length=8, choices=Served.choices, blank=True)
    age = models.PositiveBigIntegerField()
    counted = models.PositiveBigIntegerField(default=0)
    outside_hours = models.PositiveBigIntegerField(default=0)
    holiday = models.PositiveBigIntegerField(default=0)
    requester = models.PositiveBigIntegerField(default=0)
    vendor = models.PositiveBigIntegerField(default=0)
    entity = models.PositiveBigIntegerField(default=0)
    approval = models.PositiveBigIntegerField(default=0)
    parts = models.PositiveBigIntegerField(default=0)
    solved = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["institution", "month"], name="results_of_month")]
        constraints = [
            models.CheckConstraint(
                condition=Q(age=sum((F(name) for name in SPENT[1:]), F(SPENT[0]))), name="the_parts_are_the_age"
            )
        ]

    def __str__(self):
        return f"{self.ticket_id}: {self.resolution}"


class ServiceBook(models.Model):
    """Counts the changes of an institution's policies, so that a process knows when to read them again."""

    institution = models.OneToOneField("people.Unit", on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField(default=1)

    def __str__(self):
        return f"{self.institution_id}: {self.version}"


class Replan(models.Model):
    """A job: count the due times of open tickets anew after hours or policies changed. Resumes where it stopped."""

    institution = models.ForeignKey("people.Unit", on_delete=models.CASCADE, null=True, related_name="+")
    calendar = models.ForeignKey(
        "office.WorkingCalendar", on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("calendar")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    total = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    after_event = models.PositiveBigIntegerField(default=0, help_text="the newest event when it was ordered")
    last_ticket = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(_("ordered"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        indexes = [models.Index(fields=["id"], name="replans_to_do", condition=Q(finished_at=None))]

    def __str__(self):
        return f"{self.pk}: {self.done}/{self.total}"

    def get_absolute_url(self):
        return reverse("replan", args=[self.pk])
