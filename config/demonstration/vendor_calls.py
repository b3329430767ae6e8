"""Calls to vendors in the past year of the demonstration: most promises kept, some broken."""

from datetime import timedelta

from django.utils import timezone

from config.demonstration.clock import Clock, past
from contracts import actions
from contracts.choices import CallChannel, StepKind
from contracts.coverage import who_covers
from contracts.models import Coverage

# contract, which of its devices, days ago, what is wrong, minutes until the answer, the visit and the repair
CALLS = [
    (0, 0, 220, "انحشار الورق المتكرر", 70, 150, 260),
    (0, 1, 130, "Streaks on every page", 95, 200, 330),
    (0, 0, 64, "لا تسحب الورق من الدرج الثاني", 310, 400, 560),
    (0, 2, 22, "Fuser error 50.2", 60, 140, 240),
    (2, 0, 210, "توقف وحدة التغذية", 35, 120, 200),
    (2, 1, 150, "قرص تالف في المصفوفة", 50, 150, 310),
    (2, 0, 96, "ارتفاع حرارة غير معتاد", 85, 160, 230),
    (2, 2, 40, "Backup job fails on the second node", 20, 90, 170),
    (2, 1, 12, "قرص تالف في المصفوفة مرة أخرى", 45, 100, 210),
]
STEPS = (StepKind.RECEIVED, StepKind.ON_SITE, StepKind.RESTORED)


def make(ministry, contracts):
    """contracts: those of `agreements.make`, in its order."""
    by, morning = ministry.people["basil"], timezone.localtime().replace(hour=9, minute=10, second=0, microsecond=0)
    for number, nth, days, subject, *minutes in CALLS:
        lines = Coverage.objects.filter(term__contract=contracts[number], asset__isnull=False).order_by("pk")
        assets = [line.asset for line in lines.select_related("asset")]
        if not assets:
            continue
        _call(by, assets[nth % len(assets)], morning - timedelta(days=days), subject, minutes)


def _call(by, asset, opened, subject, minutes):
    """One call by telephone, told step by step as it went."""
    with past(Clock(opened)) as clock:
        cover = next((one for one in who_covers(asset, opened) if not one.is_warranty), None)
        if cover is None:
            return
        call = actions.open_call(
            by=by,
            institution=asset.institution,
            cover=cover,
            asset=asset,
            subject=subject,
            text="",
            channel=CallChannel.PHONE,
        )
        for kind, after in zip(STEPS, minutes, strict=True):
            clock.at = opened + timedelta(minutes=after)
            actions.record_step(call, by=by, kind=kind)
