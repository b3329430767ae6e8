"""The ticket, its messages and watchers, and the running count that keeps badges cheap."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.choices import ENDED, UNRESOLVED, Level, MessageKind, Priority, Status, WaitingFor
from helpdesk.querysets import MessageQuerySet, TicketQuerySet
from office.models import Versioned
from office.models.events import Channel
from office.search import Searchable


class Ticket(Searchable, Versioned):
    """What somebody reported or asked for, and how far it got."""

    most_attached = 100 * 2**20  # bytes of all its files

    institution = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("ticket number"), max_length=40)
    subject = models.CharField(_("subject"), max_length=200)
    description = models.TextField(_("description"), max_length=20000, blank=True)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tickets", verbose_name=_("requester")
    )
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="filed_tickets", verbose_name=_("filed by")
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.PAGE)
    unit = models.ForeignKey(
        "people.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    room = models.CharField(_("room"), max_length=60, blank=True)
    extension = models.CharField(_("extension"), max_length=12, blank=True)

    queue = models.ForeignKey(
        "helpdesk.Queue", on_delete=models.PROTECT, related_name="tickets", verbose_name=_("queue")
    )
    category = models.ForeignKey(
        "helpdesk.Category",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("category"),
    )
    asset = models.ForeignKey(
        "assets.Asset",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("device"),
    )
    impact = models.PositiveSmallIntegerField(_("impact"), choices=Level.choices, default=Level.LOW)
    urgency = models.PositiveSmallIntegerField(_("urgency"), choices=Level.choices, default=Level.MEDIUM)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.LOW)

    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.NEW)
    waiting_for = models.CharField(_("waiting for"), max_length=10, choices=WaitingFor.choices, blank=True)
    waiting_note = models.CharField(_("whom, and their reference"), max_length=200, blank=True)
    waiting_since = models.DateTimeField(null=True, editable=False)
    paused_seconds = models.PositiveIntegerField(default=0, editable=False)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_tickets",
        verbose_name=_("assignee"),
    )

    policy = models.ForeignKey(
        "helpdesk.ServicePolicy",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("service policy"),
    )
    policy_is_chosen = models.BooleanField(_("chosen for this ticket"), default=False, editable=False)
    calendar = models.ForeignKey(
        "office.WorkingCalendar",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("working calendar"),
    )

    created_at = models.DateTimeField(_("created"), default=timezone.now)
    response_due = models.DateTimeField(_("first answer due"), null=True, editable=False)
    next_response_due = models.DateTimeField(_("next answer due"), null=True, editable=False)
    resolution_due = models.DateTimeField(_("resolution due"), null=True, editable=False)
    take_up_due = models.DateTimeField(_("to be taken up by"), null=True, editable=False)
    response_breached_at = models.DateTimeField(_("first answer late since"), null=True, editable=False)
    next_response_breached_at = models.DateTimeField(_("next answer late since"), null=True, editable=False)
    resolution_breached_at = models.DateTimeField(_("solution late since"), null=True, editable=False)
    take_up_breached_at = models.DateTimeField(_("taking up late since"), null=True, editable=False)
    clock_due = models.DateTimeField(null=True, editable=False)
    next_due = models.DateTimeField(_("due next"), null=True, editable=False)
    responded_at = models.DateTimeField(null=True, editable=False)
    resolved_at = models.DateTimeField(null=True, editable=False)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    closed_at = models.DateTimeField(null=True, editable=False)
    close_due = models.DateTimeField(null=True, editable=False)
    reopen_count = models.PositiveSmallIntegerField(_("reopened"), default=0, editable=False)
    last_word_at = models.DateTimeField(_("last word"), default=timezone.now, editable=False)
    last_word_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )  # always the last one: what was merged into a ticket that is merged itself goes on with it
    outside_number = models.CharField(max_length=60, blank=True, editable=False)
    batch = models.ForeignKey(
        "office.ImportBatch", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = TicketQuerySet.as_manager()
    search_sources = ("number", "subject", "description", "outside_number")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "number"], name="one_ticket_per_number"),
            models.CheckConstraint(
                condition=Q(status="waiting", waiting_for__gt="") | (~Q(status="waiting") & Q(waiting_for="")),
                name="waiting_says_for_whom",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["assigned", "in_progress"]) | Q(assignee__isnull=False),
                name="work_has_an_assignee",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | (Q(status="cancelled") & ~Q(merged_into=F("id"))),
                name="merged_has_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["institution", "next_due", "id"],
                name="ticket_due_next",
                condition=Q(status__in=["new", "assigned", "in_progress", "waiting"]),
            ),
            models.Index(
                fields=["assignee", "next_due", "id"],
                name="ticket_of_assignee",
                condition=Q(status__in=["new", "assigned", "in_progress", "waiting"]),
            ),
            models.Index(fields=["institution", "-id"], name="ticket_newest"),
            models.Index(fields=["requester", "-id"], name="ticket_of_requester"),
            models.Index(fields=["filed_by", "-id"], name="ticket_of_filer"),
            models.Index(fields=["asset", "-id"], name="ticket_of_asset", condition=Q(asset__isnull=False)),
            models.Index(fields=["clock_due"], name="ticket_clock_due", condition=Q(clock_due__isnull=False)),
            models.Index(fields=["close_due"], name="ticket_to_close", condition=Q(status="resolved")),
        ]

    def __str__(self):
        return f"{self.number} · {self.subject}"

    def search_fields(self):
        """Public words only: whoever may see the public part may find the ticket by any of them."""
        return [self.number, self.outside_number, self.subject, self.description, *self._public_replies()]

    def _public_replies(self):
        return self.messages.public().order_by("id").values_list("text", flat=True) if self.pk else []

    def get_absolute_url(self):
        return reverse("ticket", args=[self.pk])

    @property
    def is_unresolved(self):
        return self.status in UNRESOLVED

    @property
    def has_ended(self):
        return self.status in ENDED


class Message(models.Model):
    """Something said on a ticket: a reply everybody concerned reads, or a note for the desk alone."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField(_("text"), max_length=20000)
    kind = models.CharField(max_length=10, choices=MessageKind.choices, default=MessageKind.REPLY, editable=False)
    is_internal = models.BooleanField(_("internal note"), default=False)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.PAGE)
    mail_from = models.CharField(max_length=540, blank=True, editable=False)  # name and address it came from
    quoted = models.TextField(blank=True, editable=False)  # the end of a mail that repeats earlier ones
    created_at = models.DateTimeField(default=timezone.now)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["ticket", "id"], name="messages_of_ticket")]

    def __str__(self):
        return f"{self.ticket_id}: {self.text[:40]}"


class Watcher(models.Model):
    """Somebody who follows a ticket without owning it."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="watchers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watched")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="one_watcher_once")]

    def __str__(self):
        return f"{self.user_id} @ {self.ticket_id}"


class TicketTally(models.Model):
    """The running count of unresolved tickets: signed entries by queue, state and assignee, summed when read.

    Written by triggers (`helpdesk.guards`), so that it agrees with the tickets whoever wrote them; entries are only
    added, never changed, so that two technicians never wait for each other; the sweep folds them together.
    """

    institution_id = models.PositiveBigIntegerField()
    queue_id = models.PositiveBigIntegerField()
    assignee_id = models.PositiveBigIntegerField(null=True)
    status = models.CharField(max_length=12)
    waiting_for = models.CharField(max_length=10, blank=True)
    n = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["institution_id", "queue_id"], name="tally_of_queue")]

    def __str__(self):
        return f"{self.queue_id} {self.status}: {self.n:+d}"


class Attention(models.Model):
    """What one reader has of one ticket: up to when she has read it, and whether she wants no mail about it."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="attentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    looked_at = models.DateTimeField(null=True)
    is_muted = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "ticket"], name="one_attention_each")]

    def __str__(self):
        return f"{self.user_id} @ {self.ticket_id}"
