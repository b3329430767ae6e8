"""Loads the demonstration ministry into an empty installation and writes its sign-ins to VAR_DIR/demo.json."""

import json
import random
import secrets
from collections import defaultdict
from datetime import timedelta

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from config.demonstration import agreements, budget, desks, escalations, organisation, renewals, requests, vendor_calls
from office.models import Notification, OutboxRow
from office.models.outbox import OutboxState
from people.models import User

WORDS = ["cedar", "river", "amber", "lantern", "olive", "saffron", "copper", "harbour", "meadow", "falcon", "marble"]


class Command(BaseCommand):
    help = "Loads the demonstration ministry; refuses where anybody is registered already."

    def handle(self, **options):
        if User.objects.exists():
            raise CommandError("This installation is in use; the demonstration is for an empty one.")
        from assets import demo as devices

        passwords = {username: _password() for username in organisation.SIGN_INS}
        with transaction.atomic():
            ministry = organisation.make(passwords)
            holders = [*ministry.people.values(), *ministry.employees]
            made = devices.make(ministry.institution, holders, ministry.locations, random.Random(7))  # noqa: S311
            by_kind, holdings = _sorted(made)
            contracts = agreements.make(ministry, by_kind)
            vendor_calls.make(ministry, contracts)
            renewals.make(ministry, contracts)
            budget.make(ministry, contracts)
            desks.make(ministry)
            requests.make(ministry, holdings)
            escalations.make(ministry, by_kind)
            desks.make_secrets(ministry)
            # What the past would have sent was read long ago.
            OutboxRow.objects.filter(state=OutboxState.QUEUED).update(state=OutboxState.SUPPRESSED)
            long_ago = timezone.now() - timedelta(days=3)
            Notification.objects.filter(at__lt=long_ago).update(read_at=F("at"))
        self._remember(passwords)

    def _remember(self, passwords):
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        file = settings.VAR_DIR / "demo.json"
        file.touch(mode=0o600)
        names = {username: name for username, name, *_rest in organisation.PEOPLE}
        sign_ins = [
            {"role": role, "name": names[name], "username": name, "password": passwords[name]}
            for name, role in organisation.SIGN_INS.items()
        ]
        file.write_text(json.dumps({"sign_ins": sign_ins}, ensure_ascii=False), encoding="utf-8")
        for one in sign_ins:
            self.stdout.write(f"{one['role']:<20} {one['username']:<12} {one['password']}")


def _password():
    return "-".join(secrets.choice(WORDS) for _ in range(3)) + f"-{secrets.randbelow(9000) + 1000}"


def _sorted(devices):
    """`{kind: [asset]}` and `{person pk: [(kind, asset)]}`."""
    by_kind, holdings = defaultdict(list), defaultdict(list)
    for asset in devices:
        kind = _kind(asset)
        by_kind[kind].append(asset)
        custody = asset.custodies.current().first()
        if custody and custody.person_id:
            holdings[custody.person_id].append((kind, asset))
    return by_kind, holdings


def _kind(asset):
    name = f"{asset.category.name_en} {asset.category.kind}".lower()
    words = {
        "printer": "printer",
        "scanner": "scanner",
        "laptop": "laptop",
        "desktop": "desktop",
        "screen": "screen",
        "monitor": "screen",
        "server": "server",
        "ups": "ups",
        "power": "ups",
        "switch": "network",
        "router": "network",
        "network": "network",
        "system": "system",
    }
    return next((kind for word, kind in words.items() if word in name), "other")
