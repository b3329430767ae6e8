"""Kinds and states of contracts, decisions on them, and which state may follow which."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("suspended")
    EXPIRED = "expired", _("expired")
    RENEWED = "renewed", _("renewed")
    TERMINATED = "terminated", _("terminated")
    CANCELLED = "cancelled", _("cancelled")


C = ContractState
TRANSITIONS = {
    C.DRAFT: {C.ACTIVE, C.CANCELLED},
    C.ACTIVE: {C.SUSPENDED, C.TERMINATED, C.EXPIRED, C.RENEWED},
    C.SUSPENDED: {C.ACTIVE, C.TERMINATED, C.EXPIRED},
    C.EXPIRED: {C.RENEWED},
    C.RENEWED: set(),
    C.TERMINATED: set(),
    C.CANCELLED: set(),
}
COVERING = {C.ACTIVE}
REMINDED = {C.ACTIVE, C.SUSPENDED}


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
    EXTENSION = "extension", _("extension")


class Decision(models.TextChoices):
    RENEW = "renew", _("renew")
    RENEGOTIATE = "renegotiate", _("renegotiate")
    RETENDER = "retender", _("re-tender")
    TERMINATE = "terminate", _("terminate")
    EXPIRE = "expire", _("let expire")


class ReminderState(models.TextChoices):
    PENDING = "pending", _("to come")
    OWED = "owed", _("being sent")
    SENT = "sent", _("sent")
    SILENCED = "silenced", _("silenced by the decision")
    PASSED = "passed", _("passed without being sent")
    CANCELLED = "cancelled", _("cancelled, the date moved")
    FAILED = "failed", _("failed")
