"""Writes what people might have written: faults in Arabic and English, made of own phrases by a given dice.

How often a word occurs is what a search pays for, so it is set here: FREQUENT stands in about a quarter of the
tickets of its language, TOGETHER names two words of which each is common and both at once are not, and RARE stands
in as many tickets as the seed says, however many there are.
"""

from dataclasses import dataclass

FREQUENT = {"en": "printer", "ar": "طابعة"}
TOGETHER = {"en": "printer archive", "ar": "طابعة الأرشيف"}
RARE = {"en": "hailstorm", "ar": "زوبعة"}

DEVICES = {
    "en": [
        "printer",
        "laptop",
        "screen",
        "telephone",
        "scanner",
        "projector",
        "keyboard",
        "network",
        "mailbox",
        "server",
    ],
    "ar": ["طابعة", "حاسوب", "شاشة", "هاتف", "ماسحة", "جهاز عرض", "لوحة مفاتيح", "شبكة", "بريد", "خادم"],
}
WEIGHTS = [25, 16, 12, 10, 8, 6, 5, 9, 6, 3]
FAULTS = {
    "en": [
        "does not start",
        "prints empty pages",
        "is very slow",
        "shows an error",
        "makes a loud noise",
        "asks for a password again and again",
        "lost its connection",
        "stays black",
        "loses the paper in the middle",
        "forgot its settings",
        "switches itself off",
        "answers nobody",
    ],
    "ar": [
        "توقف تام",
        "صفحات فارغة",
        "بطء شديد",
        "رسالة خطأ",
        "صوت عال",
        "طلب كلمة المرور كل مرة",
        "انقطاع الاتصال",
        "سواد في العرض",
        "ورق عالق",
        "ضياع الإعدادات",
        "انطفاء مفاجئ",
        "لا استجابة",
    ],
}
PLACES = {
    "en": [
        "the archive",
        "the registry",
        "the second floor",
        "the meeting room",
        "accounting",
        "the minister's office",
        "the warehouse",
        "reception",
        "the training hall",
        "personnel",
    ],
    "ar": [
        "الأرشيف",
        "الديوان",
        "الطابق الثاني",
        "قاعة الاجتماعات",
        "المحاسبة",
        "مكتب الوزير",
        "المستودع",
        "الاستقبال",
        "قاعة التدريب",
        "شؤون الموظفين",
    ],
}
PLACE_WEIGHTS = [4, 14, 20, 12, 14, 3, 6, 12, 7, 8]
SINCE = {
    "en": [
        "since this morning",
        "since Sunday",
        "after the update",
        "after the power cut",
        "for two days now",
        "since we moved rooms",
    ],
    "ar": [
        "منذ صباح اليوم",
        "منذ يوم الأحد",
        "بعد التحديث",
        "بعد انقطاع الكهرباء",
        "منذ يومين",
        "منذ انتقالنا إلى غرفة أخرى",
    ],
}
REPLIES = {
    "en": [
        "We looked at it and changed a part.",
        "Please restart it once and tell us what you see.",
        "I restarted it twice, nothing changed.",
        "The vendor was told and comes tomorrow.",
        "It works now, thank you.",
        "We wait for a spare part.",
        "Who used it last?",
        "The cable was loose; we fixed it to the wall.",
        "Please send a picture of the message.",
        "It happened again during the meeting.",
    ],
    "ar": [
        "فحصنا الجهاز وبدلنا قطعة منه.",
        "يرجى إعادة التشغيل مرة واحدة وإخبارنا بما يظهر.",
        "أعدت التشغيل مرتين ولم يتغير شيء.",
        "أبلغنا المورد وسيحضر غدا.",
        "يعمل الآن، شكرا لكم.",
        "ننتظر قطعة غيار.",
        "من استخدمه آخر مرة؟",
        "كان السلك مرتخيا فثبتناه على الحائط.",
        "يرجى إرسال صورة الرسالة.",
        "تكرر العطل أثناء الاجتماع.",
    ],
}
ROOM = {"en": "Room", "ar": "الغرفة"}
FAMILY = [
    "حداد",
    "نمري",
    "عبادي",
    "خطيب",
    "مومني",
    "قاسم",
    "زعبي",
    "شريدة",
    "عوض",
    "مجالي",
    "طراونة",
    "بطاينة",
    "Haddad",
    "Nimri",
    "Qasem",
    "Awad",
]
GIVEN = [
    "أمل",
    "باسل",
    "دينا",
    "سامر",
    "ليلى",
    "رنا",
    "خالد",
    "هالة",
    "يوسف",
    "منى",
    "عمر",
    "سلمى",
    "Amal",
    "Basil",
    "Rana",
    "Omar",
]


@dataclass
class Fault:
    """One reported fault in words."""

    language: str
    title: str
    text: str


def fault(dice, rare=False):
    """A fault in one of the two languages; with `rare`, the rare word of its language is in the text."""
    language = dice.choice(("ar", "en"))
    device = dice.choices(DEVICES[language], WEIGHTS)[0]
    place = dice.choices(PLACES[language], PLACE_WEIGHTS)[0]
    wrong = dice.choice(FAULTS[language])
    title = f"{device.capitalize()} in {place} {wrong}" if language == "en" else f"{device} في {place}: {wrong}"
    lines = [
        f"{title} {dice.choice(SINCE[language])}.",
        f"{ROOM[language]} {dice.randrange(100, 700)}, 0x{dice.randrange(40000):05x}.",
        *([RARE[language]] if rare else []),
        *(sentence(dice, language) for _ in range(dice.randrange(1, 4))),
    ]
    return Fault(language, title, "\n".join(lines))


def sentence(dice, language):
    return dice.choice(REPLIES[language])


def reply(dice, language):
    """One to four sentences of a conversation."""
    return " ".join(sentence(dice, language) for _ in range(dice.randrange(1, 5)))


def person(number):
    """The two halves of the name of person `number`; the same one for the same number."""
    return GIVEN[number % len(GIVEN)], FAMILY[number // len(GIVEN) % len(FAMILY)]
