"""Sign-in by allauth, in the ways of this house: no sign-up, mails through our outbox, encrypted second factors."""

import base64
import io

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from people import sign_in_mail
from people.models import User
from ui.branding import branding_of

MISMATCH = _("The user name or the password is not right.")
REFUSALS = {
    "account_inactive": _("This account is closed. Ask the help desk."),
    "email_password_mismatch": MISMATCH,
    "username_password_mismatch": MISMATCH,
    "invalid_login": MISMATCH,
    "incorrect_password": _("This is not your password."),
    "enter_current_password": _("This is not your present password."),
    "incorrect_code": _("This code is not right, or was used already."),
    "invalid_password_reset": _("This link is not valid (any more)."),
    "too_many_login_attempts": _("Too many attempts. Wait five minutes, then try again."),
    "rate_limited": _("Too many attempts. Wait five minutes, then try again."),
    "cannot_delete_authenticator": _("Two-step sign-in cannot be switched off."),
    "cannot_generate_recovery_codes": _("Recovery codes need two-step sign-in to be on."),
}
NOTES = {
    "account/messages/logged_out.txt": _("You are signed out."),
    "account/messages/password_changed.txt": _("Your password is changed. Sign in with the new one."),
    "account/messages/password_set.txt": _("Your password is set. Sign in with it."),
    "mfa/messages/totp_activated.txt": _("Two-step sign-in is on."),
    "mfa/messages/totp_deactivated.txt": _("Two-step sign-in is off."),
    "mfa/messages/recovery_codes_generated.txt": _("New recovery codes are made; the old ones no longer work."),
    "usersessions/messages/sessions_logged_out.txt": _("You are signed out everywhere else."),
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | REFUSALS

    def is_open_for_signup(self, request):
        return False

    def send_mail(self, template_prefix, email, context):
        """Owe the mail instead of sending it; its text is made from the token when it leaves, and kept nowhere."""
        sign_in_mail.owe(template_prefix, email, context)

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """Word of a changed password or second factor, to the address the administration knows."""
        sign_in_mail.owe(template_prefix, email or user.email, {"user": user})

    def add_message(self, request, level, message_template=None, message_context=None, extra_tags="", message=None):
        """Our own words; what this house has no words for is not said (such as "signed in as")."""
        if message := message or NOTES.get(message_template):
            messages.add_message(request, level, message, extra_tags=extra_tags)

    def get_password_change_redirect_url(self, request):
        return settings.LOGIN_REDIRECT_URL

    def _get_login_attempts_cache_key(self, request, **credentials):
        """One count for one account, whether its user name or its mail address is tried."""
        login = (credentials.get("username") or credentials.get("email") or "")[:254].lower()
        person = User.objects.called(login)
        return _count_of(person) if person else f"nobody {login}"


def _count_of(person):
    return f"account {person.pk}"


def end_wait(person):
    """Forget the wrong passwords of an account, so that it may sign in at once."""
    for rate in ratelimit.get_rates(app="allauth.account", action="login_failed"):
        if rate.per == "key":
            key = _count_of(person)
            cache.delete(
                ratelimit.get_cache_key(None, app="allauth.account", action="login_failed", rate=rate, key=key)
            )


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | REFUSALS

    def encrypt(self, text):
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self):
        branding = branding_of(self.request)
        return branding.name_en or branding.name_ar

    def get_totp_label(self, user):
        return user.username

    def build_totp_svg(self, url):
        picture = io.BytesIO()
        segno.make(url).save(picture, kind="svg", scale=5, border=2, light="#fff")
        return picture.getvalue().decode()


def _cipher():
    """Writes with the present key, still reads what an earlier one wrote."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    keys = [salted_hmac("people.mfa", "key", secret=secret, algorithm="sha256").digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
