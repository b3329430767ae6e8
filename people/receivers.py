"""What this room does when allauth says that a password or a second step changed."""

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.dispatch import receiver

from office.events import record_event
from people.actions import end_sessions
from people.adapter import end_wait


@receiver([password_changed, password_reset, password_set])
def write_down(sender, user, **kwargs):
    record_event(user, "password_changed", by=user)


@receiver(password_reset)
def end_the_wait(sender, request, user, **kwargs):
    """Whoever came by the mailed link need not wait for what somebody else guessed wrong."""
    end_wait(user)


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
@transaction.atomic
def end_other_sessions(sender, request, user, **kwargs):
    """Whoever is signed in elsewhere signs in anew, by the steps that hold now; the session at hand goes on."""
    end_sessions(user, by=user, verb="second_step_changed")
    update_session_auth_hash(request, user)
    UserSession.objects.create_from_request(request)
