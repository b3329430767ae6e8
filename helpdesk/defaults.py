"""What the desk of a new institution starts with: a queue, categories, the priority matrix, the promised times."""

from assets.choices import CategoryKind
from helpdesk.models import Category, PriorityCell, Queue, ServiceTarget

MATRIX = {(1, 1): 1, (1, 2): 2, (1, 3): 3, (2, 1): 2, (2, 2): 3, (2, 3): 4, (3, 1): 3, (3, 2): 4, (3, 3): 4}
TARGETS = {1: (30, 240), 2: (60, 420), 3: (120, 840), 4: (420, 2100)}  # priority: minutes to answer, to resolve
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
    ServiceTarget.objects.bulk_create(
        [
            ServiceTarget(
                institution=institution, priority=priority, response_minutes=answer, resolution_minutes=resolved
            )
            for priority, (answer, resolved) in TARGETS.items()
        ],
        ignore_conflicts=True,
    )
    return queue
