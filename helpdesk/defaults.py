"""What the desk of a new institution starts with: a queue, categories, the priority matrix, a service policy."""

from assets.choices import CategoryKind
from helpdesk import policies
from helpdesk.choices import Clock
from helpdesk.models import Category, PolicyTarget, PriorityCell, Queue, ServicePolicy

MATRIX = {(1, 1): 1, (1, 2): 2, (1, 3): 3, (2, 1): 2, (2, 2): 3, (2, 3): 4, (3, 1): 3, (3, 2): 4, (3, 3): 4}
# priority: minutes of working time to the first answer, to each next one, to the solution
TARGETS = {1: (30, 60, 240), 2: (60, 120, 420), 3: (120, 240, 840), 4: (420, 420, 2100)}
CATEGORIES = (
    # Arabic, English, kind of device whose faults fall here by themselves
    ("الأجهزة", "Hardware", CategoryKind.HARDWARE),
    ("الشبكة والاتصال", "Network", CategoryKind.NETWORK),
    ("البرمجيات", "Software", CategoryKind.SOFTWARE),
    ("أنظمة المعلومات", "Information systems", CategoryKind.SYSTEM),
    ("المواقع الإلكترونية", "Websites", CategoryKind.WEBSITE),
    ("البريد وكلمات المرور", "Mail and passwords", ""),
    ("المستهلكات", "Consumables", CategoryKind.CONSUMABLE),
)


def seed(institution, team):
    """Give `institution` what a desk needs to take its first ticket; leaves alone what is there already."""
    queue, _made = Queue.objects.get_or_create(
        institution=institution,
        is_default=True,
        defaults={"team": team, "name_ar": "الدعم الفني", "name_en": "Technical support"},
    )
    if not Category.objects.filter(institution=institution).exists():
        Category.objects.bulk_create(
            Category(institution=institution, queue=queue, name_ar=arabic, name_en=english, asset_kind=kind)
            for arabic, english, kind in CATEGORIES
        )
    PriorityCell.objects.bulk_create(
        [
            PriorityCell(institution=institution, impact=impact, urgency=urgency, priority=priority)
            for (impact, urgency), priority in MATRIX.items()
        ],
        ignore_conflicts=True,
    )
    if not ServicePolicy.objects.filter(institution=institution).exists():
        promise(institution, TARGETS)
    return queue


def promise(institution, targets):
    """A policy that holds for every ticket. targets: {priority: minutes of each clock, None for no promise}."""
    policy = ServicePolicy.objects.create(
        institution=institution, place=1, name_ar="الخدمة المعتادة", name_en="Usual service"
    )
    PolicyTarget.objects.bulk_create(
        PolicyTarget(policy=policy, priority=priority, clock=clock, amount=minutes)
        for priority, told in targets.items()
        for clock, minutes in zip(Clock, told, strict=True)
        if minutes
    )
    policies.touch(institution.pk)
    return policy
