"""The sign-ins of the demonstration ministry, shown on the sign-in page of its own machine only."""

import ipaddress
import json

from django.conf import settings
from django.utils.translation import gettext_lazy as _

ROLES = {
    "Employee": _("employee"),
    "Technician": _("technician"),
    "Contract manager": _("contract manager"),
    "Auditor": _("auditor"),
    "Administrator": _("administrator"),
}
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


def sign_ins(request):
    """[{"role", "name", "username", "password"}], roles in words, of a demonstration asked from this very machine."""
    if not settings.DEMO or not _is_loopback(request):
        return []
    file = settings.VAR_DIR / "demo.json"
    try:
        people = json.loads(file.read_text(encoding="utf-8"))["sign_ins"]
        return [person | {"role": ROLES.get(person["role"], person["role"])} for person in people]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _is_loopback(request):
    """A proxy on this machine hides who asks: whatever was forwarded is not from here."""
    if any(request.META.get(header) for header in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
