"""Kinds and states of contracts, decisions on them, and which state may follow which."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ContractType(models.TextChoices):
    MAINTENANCE = "maintenance", _("Annual maintenance contract")
    SUPPORT = "support", _("Support")
    WARRANTY = "warranty_ext", _("Extended warranty")
    LICENCE = "licence", _("Licence")
    LEASE = "lease", _("Lease")
    SUBSCRIPTION = "subscription", _("Subscription")
    FRAMEWORK = "framework", _("Framework agreement")


class ContractState(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_APPROVAL = "in_approval", pgettext_lazy("contract", "waiting for approval")
    APPROVED = "approved", pgettext_lazy("contract", "approved")
    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("suspended")
    EXPIRED = "expired", _("expired")
    RENEWED = "renewed", _("renewed")
    TERMINATED = "terminated", _("terminated")
    CANCELLED = "cancelled", _("cancelled")


C = ContractState
RUNNING = {C.ACTIVE, C.SUSPENDED}
BEFORE_FORCE = {C.DRAFT, C.IN_APPROVAL, C.APPROVED}
NEVER_IN_FORCE = {*BEFORE_FORCE, C.CANCELLED}
OPEN = {C.DRAFT, C.ACTIVE, C.SUSPENDED, C.EXPIRED}  # may be changed; what waits for approval is taken back first


class Answer(models.TextChoices):
    """What came of asking for approval."""

    APPROVED = "approved", pgettext_lazy("contract", "approved")
    REJECTED = "rejected", pgettext_lazy("contract", "sent back")
    WITHDRAWN = "withdrawn", pgettext_lazy("contract", "taken back")


class Renewal(models.TextChoices):
    NONE = "none", _("ends for good")
    EXPRESS = "express", _("renewed only by an express decision")
    AUTO = "auto", _("renews itself unless notice is given")


class NoticeUnit(models.TextChoices):
    DAYS = "days", _("days")
    WORKING_DAYS = "working_days", _("working days")
    MONTHS = "months", _("months")


class TermOrigin(models.TextChoices):
    INITIAL = "initial", _("first term")
    AUTO = "auto", _("renewed by itself")
    RENEWAL = "renewal", _("renewed by decision")
    EXTENSION = "extension", pgettext_lazy("term", "extension")


RENEWALS = {TermOrigin.AUTO, TermOrigin.RENEWAL}


class Decision(models.TextChoices):
    RENEW = "renew", _("renew")
    RENEGOTIATE = "renegotiate", _("renegotiate")
    RETENDER = "retender", _("re-tender")
    TERMINATE = "terminate", _("terminate")
    EXPIRE = "expire", _("let expire")


NON_RENEWAL = {Decision.RETENDER, Decision.TERMINATE, Decision.EXPIRE}


class Step(models.IntegerChoices):
    """Whom a reminder reaches: silence climbs from one to the next."""

    OWNER = 0, _("owner")
    DEPUTY = 1, _("deputy")
    HEAD = 2, _("head of the unit")
    DIRECTOR = 3, _("director")
    ADMINISTRATORS = 4, _("administrators")


class ReminderState(models.TextChoices):
    """What became of a reminder. In the table stand owed, silenced and cancelled; the rest is read off its mail."""

    PENDING = "pending", _("to come")
    OWED = "owed", pgettext_lazy("reminder", "being sent")
    SENT = "sent", pgettext_lazy("reminder", "sent")
    SILENCED = "silenced", _("silenced by the decision")
    PASSED = "passed", _("passed without being sent")
    CANCELLED = "cancelled", _("cancelled, the date moved")
    FAILED = "failed", pgettext_lazy("reminder", "failed")
    SUPPRESSED = "suppressed", _("not sent: nothing left to say, or no longer entitled")


class Instead(models.TextChoices):
    """Why a reminder goes to somebody else than the person it was meant for."""

    ABSENT = "absent", _("absent")
    LEFT = "left", _("no longer active")
    UNREACHABLE = "unreachable", _("without a mail address")
    NOBODY = "nobody", _("nobody is named")


class ObligationKind(models.TextChoices):
    VISIT = "visit", _("preventive visit")
    REPORT = "report", pgettext_lazy("obligation", "report")
    TRAINING = "training", _("training course")
    SPARE = "spare", _("spare parts in stock")
    OTHER = "other", pgettext_lazy("obligation", "other")


class ObligationState(models.TextChoices):
    SCHEDULED = "scheduled", pgettext_lazy("obligation", "scheduled")
    MET = "met", pgettext_lazy("obligation", "met")
    PARTIALLY_MET = "partially_met", pgettext_lazy("obligation", "met in part")
    NOT_MET = "not_met", pgettext_lazy("obligation", "not met")
    WAIVED = "waived", pgettext_lazy("obligation", "waived")


DONE = (ObligationState.MET, ObligationState.PARTIALLY_MET)


class PenaltyState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("penalty", "proposed")
    AGREED = "agreed", pgettext_lazy("penalty", "agreed")
    APPLIED = "applied", pgettext_lazy("penalty", "taken off")
    WAIVED = "waived", pgettext_lazy("penalty", "waived")


class SecurityKind(models.TextChoices):
    BID = "bid", _("Bid security")
    PERFORMANCE = "performance", _("Performance security")
    MAINTENANCE = "maintenance", _("Maintenance security")
    DEFECTS = "defects", _("Defects warranty")
    OTHER = "other", _("Bank guarantee")


class SecurityState(models.TextChoices):
    HELD = "held", pgettext_lazy("security", "held")
    RETURNED = "returned", pgettext_lazy("security", "given back")
    CALLED = "called", pgettext_lazy("security", "called")


class CallChannel(models.TextChoices):
    """How the vendor was told."""

    MAIL = "mail", _("mail")
    PHONE = "phone", _("telephone")
    PORTAL = "portal", _("the vendor's own portal")


class CallState(models.TextChoices):
    OPEN = "open", pgettext_lazy("call", "open")
    CLOSED = "closed", pgettext_lazy("call", "closed")
    CANCELLED = "cancelled", pgettext_lazy("call", "called off")


class ClockState(models.TextChoices):
    """How one promise of the vendor stands; the codes of `office.servicetime`."""

    RUNNING = "running", pgettext_lazy("clock", "running")
    STANDING = "standing", pgettext_lazy("clock", "standing still")
    MET = "met", pgettext_lazy("promise", "kept")
    LATE = "late", pgettext_lazy("promise", "late")
    DROPPED = "dropped", pgettext_lazy("promise", "no longer owed")


class VendorClock(models.TextChoices):
    """What a vendor promises a time for."""

    RESPONSE = "response", _("Answer")
    ON_SITE = "on_site", _("On site")
    RESTORE = "restore", _("Repair")


class StepKind(models.TextChoices):
    ESCALATED = "escalated", _("Escalated to the vendor")
    RECEIVED = "received", _("Receipt confirmed")
    COMING = "coming", _("Visit announced")
    ON_SITE = "on_site", _("On site")
    RESTORED = "restored", _("Reported as fixed")
    PAUSE = "pause", _("The vendor's clock stands still")
    RESUME = "resume", _("The vendor's clock runs again")
    REPORT = "report", _("Report attached")


ANSWERS = (StepKind.RECEIVED, StepKind.COMING, StepKind.ON_SITE, StepKind.RESTORED)
VENDOR_STEPS = (StepKind.RECEIVED, StepKind.COMING, StepKind.ON_SITE, StepKind.RESTORED, StepKind.REPORT)


class PauseReason(models.TextChoices):
    ACCESS = "access", _("the vendor was not let in")
    US = "us", _("he waits for us")


class Verdict(models.TextChoices):
    CONFIRMED = "confirmed", pgettext_lazy("step", "confirmed")
    DISPUTED = "disputed", pgettext_lazy("step", "disputed")


class CreditUnit(models.TextChoices):
    """By what the lateness of a call is charged."""

    HOUR = "hour", _("each hour of the vendor's hours, begun ones too")
    DAY = "day", _("each calendar day, begun ones too")


class CreditFor(models.TextChoices):
    RESTORE = "restore", _("a late repair")
    RESPONSE = "response", _("a late answer")
    ALL = "all", _("any promise that is late")


class CaseState(models.TextChoices):
    """How far a renewal case is: from the criteria over the offers and the committee to the award."""

    OPEN = "open", pgettext_lazy("renewal case", "open")
    EVALUATING = "evaluating", pgettext_lazy("renewal case", "study of offers")
    COMMITTEE = "committee", pgettext_lazy("renewal case", "before the committee")
    AWARDED = "awarded", pgettext_lazy("renewal case", "awarded")
    CLOSED = "closed", pgettext_lazy("renewal case", "closed without award")


LIVE_CASES = {CaseState.OPEN, CaseState.EVALUATING, CaseState.COMMITTEE}


class CriterionKind(models.TextChoices):
    TECHNICAL = "technical", pgettext_lazy("criterion", "technical")
    FINANCIAL = "financial", pgettext_lazy("criterion", "financial")


class Vote(models.TextChoices):
    FOR = "for", pgettext_lazy("vote", "for")
    AGAINST = "against", pgettext_lazy("vote", "against")
    ABSTAINED = "abstained", pgettext_lazy("vote", "abstained")
