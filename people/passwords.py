"""Argon2 with a memory cost that many sign-ins at eight in the morning can afford."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    memory_cost = 65536
    parallelism = 1
