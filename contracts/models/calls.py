"""A fault handed to a vendor: the call, the evidence of each step, and the link by which he answers unsigned."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext_lazy as _

from contracts.choices import CallChannel, CallState, ClockState, PauseReason, StepKind, Verdict
from contracts.models.feeds import digest
from contracts.querysets import CallQuerySet
from office.models import Versioned

LINK_DAYS = timedelta(days=30)
GRACE = timedelta(hours=72)  # after the end of a call, in which its report may still be attached
LINK_SALT = "contracts.vendor_link"  # of its own: no other signed address opens a call, and none is opened by this one


def _state(words):
    return models.CharField(words, max_length=10, choices=ClockState.choices, blank=True, editable=False)


def _instant(words):
    return models.DateTimeField(words, null=True, editable=False)


class ServiceCall(Versioned):
    """One call to a vendor, on his own clock. Without a term it is made under a warranty, and nothing is promised.

    It knows no ticket. What the clock says (due, actual, since when it is broken) is counted from the steps by
    `contracts.vendor_clock` and kept here, so that lists and figures need not count again.
    """

    institution = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("call number"), max_length=40)
    vendor = models.ForeignKey(
        "people.Vendor", on_delete=models.PROTECT, related_name="calls", verbose_name=_("vendor")
    )
    contact = models.ForeignKey(
        "people.VendorContact",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("contact"),
    )
    asset = models.ForeignKey(
        "assets.Asset", on_delete=models.PROTECT, null=True, blank=True, related_name="calls", verbose_name=_("asset")
    )
    coverage = models.ForeignKey(
        "contracts.Coverage",
        on_delete=models.PROTECT,
        null=True,
        related_name="calls",
        help_text="the line of the ledger that covered it; empty: the maker's warranty",
    )
    term = models.ForeignKey(
        "contracts.Term", on_delete=models.PROTECT, null=True, related_name="calls", verbose_name=_("term")
    )
    level = models.ForeignKey(
        "contracts.ServiceLevel",
        on_delete=models.PROTECT,
        null=True,
        related_name="calls",
        verbose_name=_("service level"),
    )
    channel = models.CharField(_("channel"), max_length=8, choices=CallChannel.choices, default=CallChannel.MAIL)
    address = models.EmailField(_("mail address"), blank=True)
    reference = models.CharField(_("reference of the vendor"), max_length=80, blank=True)
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("what the vendor was told"), max_length=20000, blank=True)
    language = models.CharField(max_length=2, default="ar")
    restricted_to = models.ForeignKey(
        "people.Team",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="only this team and auditors see it; empty: the whole desk",
    )
    state = models.CharField(_("state"), max_length=10, choices=CallState.choices, default=CallState.OPEN)
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(_("reason"), max_length=4000, blank=True)

    response_due = _instant(_("answer due"))
    response_at = _instant(_("answered"))
    response_breached_at = _instant(_("answer late since"))
    response_state = _state(_("answer"))
    on_site_due = _instant(_("on site due"))
    on_site_at = _instant(_("came"))
    on_site_breached_at = _instant(_("arrival late since"))
    on_site_state = _state(_("on site"))
    restore_due = _instant(_("repair due"))
    restored_at = _instant(_("repaired"))
    restore_breached_at = _instant(_("repair late since"))
    restore_state = _state(_("repair"))
    coming_at = _instant(_("announced for"))
    paused_seconds = models.PositiveIntegerField(default=0, editable=False)
    clock_due = models.DateTimeField(null=True, editable=False, help_text="the next instant at which a promise breaks")

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "number"], name="one_call_per_number"),
            models.CheckConstraint(
                condition=Q(term=None, level=None, coverage=None) | Q(term__isnull=False, level__isnull=False),
                name="call_of_a_term_or_of_a_warranty",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(reason=""), name="call_cancelled_with_a_reason"
            ),
            models.CheckConstraint(condition=~Q(state="open") | Q(ended_at=None), name="open_call_has_not_ended"),
        ]
        indexes = [
            models.Index(fields=["institution", "-opened_at", "-id"], name="call_newest"),
            models.Index(fields=["vendor", "opened_at"], name="call_of_vendor"),
            models.Index(fields=["term", "opened_at"], name="call_of_term"),
            models.Index(fields=["institution"], name="call_open", condition=Q(state="open")),
            models.Index(fields=["clock_due"], name="call_clock_due", condition=Q(clock_due__isnull=False)),
        ]

    def __str__(self):
        return self.number  # the subject is for those who may see the call

    def get_absolute_url(self):
        return reverse("call", args=[self.pk])

    @property
    def contract(self):
        """The contract it is made under; None under a warranty."""
        return self.term.contract if self.term_id else None

    @property
    def is_open(self):
        return self.state == CallState.OPEN


class VendorLink(models.Model):
    """The secret address of one call; only its digest is kept. Expired or revoked, it leads nowhere.

    The token is made from a key that only the server has and the `nonce`, so that the mail that carries it can be made
    after the act without the token ever standing in the database.
    """

    call = models.ForeignKey(ServiceCall, on_delete=models.CASCADE, related_name="links")
    nonce = models.CharField(max_length=32, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self):
        return f"{self.call_id} {self.made_at:%Y-%m-%d}"

    @classmethod
    def make(cls, call, *, by, expires_at):
        """(link, token): the token is shown once, and is not kept."""
        nonce = get_random_string(32)
        link = cls(call=call, nonce=nonce, made_by=by, made_at=timezone.now(), expires_at=expires_at)
        token = link.token()
        link.digest = digest(token)
        link.save()
        return link, token

    def token(self):
        """256 bits as 64 hexadecimal digits."""
        return salted_hmac(LINK_SALT, f"{self.call_id}:{self.nonce}", algorithm="sha256").hexdigest()

    def is_alive(self, now=None):
        """Neither revoked nor expired, of a call that goes on, or was closed less than three days ago."""
        now = now or timezone.now()
        if self.revoked_at is not None or self.expires_at <= now or self.call.state == CallState.CANCELLED:
            return False
        return self.call.is_open or self.call.ended_at > now - GRACE

    @classmethod
    def by_token(cls, token, now=None):
        """The living link of this token, else None."""
        related = ("call__vendor", "call__institution", "call__asset", "call__term__contract", "call__level__calendar")
        link = cls.objects.filter(digest=digest(token)).select_related(*related).first()
        return link if link is not None and link.is_alive(now) else None


class CallStep(models.Model):
    """One piece of evidence: what happened, when it did, when it was entered, by whom and from where. Only added.

    A technician's verdict is added to it: confirmed, or disputed with the reason; a disputed step does not count. The
    database refuses every other change, and the deletion (`apps`).
    """

    call = models.ForeignKey(ServiceCall, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(_("step"), max_length=10, choices=StepKind.choices)
    happened_at = models.DateTimeField(_("happened"))
    entered_at = models.DateTimeField(_("entered"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    link = models.ForeignKey(VendorLink, on_delete=models.PROTECT, null=True, related_name="steps")
    name = models.CharField(_("name"), max_length=120, blank=True, help_text="who says so at the vendor")
    ip = models.GenericIPAddressField(null=True)
    promised_for = models.DateTimeField(_("comes at"), null=True)
    pause_reason = models.CharField(_("why"), max_length=8, choices=PauseReason.choices, blank=True)
    remark = models.TextField(_("remark"), max_length=4000, blank=True)
    document = models.ForeignKey("office.Attachment", on_delete=models.PROTECT, null=True, related_name="+")
    signature = models.ForeignKey("office.Attachment", on_delete=models.PROTECT, null=True, related_name="+")
    key = models.UUIDField(null=True, help_text="of the form: sent again, it is the same step")
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices, blank=True)
    verdict_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    verdict_at = models.DateTimeField(null=True)
    verdict_reason = models.TextField(_("reason"), max_length=4000, blank=True)

    class Meta:
        ordering = ["happened_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["call", "key"], condition=Q(key__isnull=False), name="one_step_per_form"),
            models.CheckConstraint(
                condition=Q(by__isnull=False, link=None) | Q(by=None, link__isnull=False), name="step_by_desk_or_link"
            ),
            models.CheckConstraint(
                condition=Q(kind="pause", pause_reason__gt="") | (~Q(kind="pause") & Q(pause_reason="")),
                name="paused_for_a_reason",
            ),
            models.CheckConstraint(condition=Q(happened_at__lte=F("entered_at")), name="step_happened_before_entered"),
            models.CheckConstraint(
                condition=~Q(verdict="disputed") | ~Q(verdict_reason=""), name="disputed_with_a_reason"
            ),
        ]

    def __str__(self):
        return f"{self.call_id} {self.kind} {self.happened_at:%Y-%m-%d %H:%M}"

    @property
    def counts(self):
        return self.verdict != Verdict.DISPUTED
