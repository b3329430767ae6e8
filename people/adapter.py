"""Sign-in by allauth, in the ways of this house: no sign-up, mails through our outbox, encrypted second factors."""

import base64

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.utils.crypto import salted_hmac


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def send_mail(self, template_prefix, email, context):
        """Owe the mail instead of sending it; its text is made from the token when it leaves, and kept nowhere."""
        from people import sign_in_mail

        sign_in_mail.owe(template_prefix, email, context)


class MFAAdapter(DefaultMFAAdapter):
    def encrypt(self, text):
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher():
    key = salted_hmac("people.mfa", "key", secret=settings.SECRET_KEY, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))
