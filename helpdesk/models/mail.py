"""Mail in: the mailboxes that are read, the ledger of everything received, the ids that belong to a ticket."""

from django.apps import apps
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from office.models import Activatable, Versioned


class Unknown(models.TextChoices):
    """What becomes of mail from an address nobody here has."""

    TAKE = "take", _("make a ticket; the sender becomes a guest who cannot sign in")
    HOLD = "hold", _("keep it until somebody here accepts it")
    REFUSE = "refuse", _("store it and do nothing")


class Large(models.TextChoices):
    """Who hears of a mail that is too large to be read."""

    TELL = "tell", _("the sender, and the administrators")
    ALERT = "alert", _("the administrators alone")


# So begins the trouble of a mailbox that needs a new one.
TOKEN_REFUSED = "OAuth2 token refused"  # noqa: S105


class Mailbox(Activatable, Versioned):
    """An address to which people write to the desk, and where we fetch what they wrote."""

    institution = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    address = models.EmailField(_("mail address"), unique=True)
    queue = models.ForeignKey(
        "helpdesk.Queue", on_delete=models.PROTECT, related_name="mailboxes", verbose_name=_("work queue")
    )
    connection = models.CharField(
        _("connection"),
        max_length=40,
        blank=True,
        help_text=_("Its name in the settings of the installation: MAILBOX_<NAME>_URL. Empty: nothing is fetched."),
    )
    folder = models.CharField(_("folder"), max_length=100, default="INBOX")
    done_folder = models.CharField(
        _("folder for what is done"), max_length=100, blank=True, help_text=_("Empty: it stays and is marked as read.")
    )
    unknown_senders = models.CharField(
        _("unknown senders"), max_length=8, choices=Unknown.choices, default=Unknown.TAKE
    )
    takes_machines = models.BooleanField(
        _("machines may open tickets"),
        default=False,
        help_text=_("Alarms and other automatic mail become tickets; they are never answered."),
    )
    large_mail = models.CharField(
        _("who hears of a mail that is too large"),
        max_length=8,
        choices=Large.choices,
        default=Large.TELL,
        help_text=_("Machines, forged senders and senders nobody can vouch for are never told."),
    )
    own_domains = models.CharField(
        _("our own domains"), max_length=300, blank=True, help_text=_("Separated by spaces: ministry.gov.jo")
    )
    trusted_server = models.CharField(
        _("server whose checks count"),
        max_length=120,
        blank=True,
        help_text=_("Its name in the line Authentication-Results; without it no sender counts as proven."),
    )
    reopen_days = models.PositiveSmallIntegerField(
        _("an answer reopens a closed ticket for days"), default=14, help_text=_("Later answers open a new one.")
    )

    uid_validity = models.BigIntegerField(null=True, editable=False)
    last_uid = models.BigIntegerField(default=0, editable=False)
    paused_because = models.CharField(max_length=200, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    lease_token = models.UUIDField(null=True, editable=False)
    checked_at = models.DateTimeField(_("last looked"), null=True, editable=False)
    error = models.CharField(max_length=300, blank=True, editable=False)
    unread_since = models.DateTimeField(null=True, editable=False)  # when it could not be read for the first time

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("mailbox", args=[self.pk])

    @property
    def needs_token(self):
        """Whether the server refused the one it was shown when it was read last."""
        return self.error.startswith(TOKEN_REFUSED)

    @property
    def domains(self):
        return {domain.lower().lstrip("@") for domain in self.own_domains.replace(",", " ").split()}


class MailState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("received mail", "not worked on yet")
    DONE = "done", pgettext_lazy("received mail", "in a ticket")
    UNVERIFIED = "unverified", pgettext_lazy("received mail", "in a ticket, unverified")
    HELD = "held", pgettext_lazy("received mail", "held")
    IGNORED = "ignored", pgettext_lazy("received mail", "kept, nothing done")
    FAILED = "failed", pgettext_lazy("received mail", "failed")


class ReceivedMailQuerySet(models.QuerySet):
    def visible_to(self, user):
        """For administrators; what is in a ticket only to whoever sees its internal part, and what came to a mailbox
        of a restricted queue only to its team.
        """
        if not (user.is_active and user.institution_id and user.is_administrator):
            return self.none()
        mine = self.filter(institution=user.institution_id)
        queues = apps.get_model("helpdesk", "Queue").objects.open_to(user).values("pk")
        return mine.filter(
            models.Q(mailbox=None) | models.Q(mailbox__queue__in=queues),
            models.Q(ticket=None) | models.Q(ticket__queue__in=queues),
        )


class ReceivedMail(models.Model):
    """One message as it was received, raw, and what became of it and why; the same message is one row."""

    institution = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, null=True, related_name="received")
    key = models.CharField(max_length=64)
    content_key = models.CharField(max_length=64, blank=True, db_index=True)
    raw = models.ForeignKey("office.Blob", on_delete=models.PROTECT, related_name="+")
    size = models.PositiveBigIntegerField(_("size"))
    mail_id = models.CharField(max_length=400, blank=True)  # its Message-ID
    sender = models.CharField(_("sent by"), max_length=320, blank=True, db_index=True)
    sender_name = models.CharField(_("name"), max_length=200, blank=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    state = models.CharField(_("state"), max_length=12, choices=MailState.choices, default=MailState.WAITING)
    reason = models.CharField(max_length=40, blank=True)
    trace = models.JSONField(default=list)
    ticket = models.ForeignKey(
        "helpdesk.Ticket", on_delete=models.PROTECT, null=True, related_name="mails", verbose_name=_("ticket")
    )
    message = models.OneToOneField("helpdesk.Message", on_delete=models.PROTECT, null=True, related_name="mail")
    opened = models.BooleanField(default=False)  # it made the ticket
    acknowledged = models.BooleanField(default=False)
    error = models.CharField(max_length=500, blank=True)
    left_out = models.TextField(blank=True)  # names of files that are in the raw message alone, one a line
    attempts = models.PositiveSmallIntegerField(default=0)
    repeats = models.PositiveIntegerField(default=0)  # how often it came again

    objects = ReceivedMailQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "key"], name="one_row_per_received_mail")]
        indexes = [
            models.Index(fields=["institution", "-id"], name="mail_newest"),
            models.Index(
                fields=["institution", "state", "-id"],
                name="mail_to_look_at",
                condition=models.Q(state__in=["waiting", "unverified", "held", "failed"]),
            ),
        ]

    def __str__(self):
        return self.subject or self.sender

    def get_absolute_url(self):
        return reverse("received_mail", args=[self.pk])


class MailThread(models.Model):
    """A Message-ID that was ever seen in a ticket, of its own mails or of those they refer to."""

    ticket = models.ForeignKey("helpdesk.Ticket", on_delete=models.CASCADE, related_name="mail_ids")
    message_id = models.CharField(max_length=400, db_index=True)
    is_own = models.BooleanField(default=False)  # of a mail that joined, not of one it only refers to
    addressed = models.JSONField(default=list)  # to whom that mail went besides us, as addresses

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "message_id"], name="one_message_id_per_ticket")]

    def __str__(self):
        return self.message_id


class UndeliverableAddress(models.Model):
    """An address that a server refused for good; the desk's notices to it are held back until it is released."""

    address = models.CharField(_("mail address"), max_length=320, unique=True)
    since = models.DateTimeField(default=timezone.now)
    status = models.CharField(max_length=20, blank=True)

    def __str__(self):
        return self.address
