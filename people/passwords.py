"""Argon2 with a memory cost that many sign-ins at eight in the morning can afford; nothing endless is hashed."""

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHORTEST, LONGEST = 12, 256


class Argon2(Argon2PasswordHasher):
    memory_cost = 65536
    parallelism = 1


class MaximumLength:
    """Refuses what would only cost time to hash. Stands first of the validators: the others read the whole text."""

    def validate(self, password, user=None):
        if len(password) > LONGEST:
            raise ValidationError(self._words(), code="password_too_long")

    def get_help_text(self):
        return self._words()

    def _words(self):
        return _("A password has at most %(longest)d characters.") % {"longest": LONGEST}


class MinimumLength:
    """In our own words: Django's have no Arabic for this one."""

    def validate(self, password, user=None):
        if len(password) < SHORTEST:
            raise ValidationError(self._words(), code="password_too_short")

    def get_help_text(self):
        return self._words()

    def _words(self):
        return _("This password is too short. It needs at least %(shortest)d characters.") % {"shortest": SHORTEST}
