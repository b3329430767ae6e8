"""The categories every installation begins with."""

from django.db import transaction

from assets.choices import CategoryKind
from assets.models import AssetCategory
from office.events import record_event
from office.models.events import Channel

K = CategoryKind
CATEGORIES = (
    # English name, Arabic name, kind, icon, needs support
    ("Desktop computer", "حاسوب مكتبي", K.HARDWARE, "device-desktop", False),
    ("Laptop", "حاسوب محمول", K.HARDWARE, "device-laptop", False),
    ("Screen", "شاشة", K.HARDWARE, "devices", False),
    ("Printer", "طابعة", K.HARDWARE, "printer", True),
    ("Scanner", "ماسح ضوئي", K.HARDWARE, "scan", True),
    ("Telephone", "هاتف مكتبي", K.HARDWARE, "phone", False),
    ("Mobile telephone", "هاتف محمول", K.HARDWARE, "device-mobile", False),
    ("Projector", "جهاز عرض", K.HARDWARE, "video", False),
    ("Surveillance camera", "كاميرا مراقبة", K.HARDWARE, "camera", True),
    ("Server", "خادم", K.HARDWARE, "server", True),
    ("Storage", "وحدة تخزين", K.HARDWARE, "database", True),
    ("Uninterruptible power supply", "مزوّد طاقة غير منقطعة", K.HARDWARE, "plug", True),
    ("Network switch", "مبدّل شبكة", K.NETWORK, "network", True),
    ("Router", "موجّه", K.NETWORK, "router", True),
    ("Firewall", "جدار حماية", K.NETWORK, "shield", True),
    ("Wireless access point", "نقطة وصول لاسلكية", K.NETWORK, "wifi", False),
    ("Software licence", "رخصة برمجيات", K.SOFTWARE, "key", True),
    ("Information system", "نظام معلومات", K.SYSTEM, "stack", True),
    ("Website", "موقع إلكتروني", K.WEBSITE, "world", True),
    ("Consumables", "مستهلكات", K.CONSUMABLE, "package", False),
)


@transaction.atomic
def ensure_categories():
    """Make the categories that are not there by their English name; changes none. Returns {English name: category}."""
    there = {category.name_en: category for category in AssetCategory.objects.all()}
    for name_en, name_ar, kind, icon, requires_support in CATEGORIES:
        if name_en not in there:
            there[name_en] = category = AssetCategory.objects.create(
                name_en=name_en, name_ar=name_ar, kind=kind, icon=icon, requires_support=requires_support
            )
            record_event(category, "created", channel=Channel.COMMAND)
    return there
