"""From which network address a request came, and how often something was asked from there."""

import ipaddress

from allauth.core.internal import httpkit
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured


def client_address(request):
    """The address as text; None where it cannot be told. Forwarded headers count only from proxies we trust."""
    try:
        return str(ipaddress.ip_address(httpkit.get_client_ip(request) or ""))
    except (ValueError, ImproperlyConfigured):  # fewer proxies than we were told
        return None


def is_too_often(kind, who, *, most, seconds):
    """Count one more of `kind` by `who`; True once there were more than `most` within `seconds`."""
    key = f"often:{kind}:{who}"
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) > most
    except ValueError:  # it ran out between the two statements
        return False
