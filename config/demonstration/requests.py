"""Tickets of the demonstration: three weeks of work, some of it waiting, some of it late, some of it done."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from config.demonstration.clock import Clock, past
from helpdesk import actions
from helpdesk.choices import Level, WaitingFor
from helpdesk.models import Category
from office import calendars
from office.models.events import Channel
from office.worktime import previous_working_day

NETWORK = "network"  # no device: the desk says that it is about the network
STORIES = [
    ("الطابعة لا تسحب الورق", "تظهر رسالة «انحشار الورق» كل مرة ولا يوجد ورق عالق.", "printer"),
    ("The laptop does not charge", "The light stays off on two different sockets.", "laptop"),
    ("لا أستطيع الدخول إلى البريد", "تطلب كلمة المرور كل دقيقة منذ الصباح.", ""),
    ("الشاشة تومض", "تومض كل بضع ثوانٍ خاصة عند فتح الملفات الكبيرة.", "screen"),
    ("No network in the meeting room", "Both wall sockets are dead, wireless works.", NETWORK),
    ("طلب تركيب برنامج الأرشفة", "أحتاج البرنامج على جهازي الجديد.", "desktop"),
    ("Scanner makes black lines", "A vertical line on each page.", "scanner"),
    ("الجهاز بطيء جدًا", "يستغرق التشغيل أكثر من عشر دقائق.", "desktop"),
    ("نظام المراسلات لا يفتح", "تظهر صفحة بيضاء بعد تسجيل الدخول.", ""),
    ("The printer prints blank pages", "A new cartridge changed nothing.", "printer"),
    ("انقطاع متكرر في الشبكة", "ينقطع الاتصال في الطابق الثاني كل ساعة تقريبًا.", NETWORK),
    ("Please move my telephone", "I changed to room 214.", ""),
    ("ملف محذوف بالخطأ", "حذفت مجلد التقارير الشهرية وأحتاج إلى استرجاعه.", ""),
    ("لوحة المفاتيح لا تعمل", "بعض الأحرف لا تكتب.", "desktop"),
]


def make(ministry, holdings):
    """File and work the stories on the working days behind us; `holdings` is {person pk: [(kind, asset)]}."""
    calendar, zone = calendars.ministry(), ZoneInfo("Asia/Amman")
    now = timezone.now()
    people = [ministry.people["amal"], *ministry.employees]
    technicians = [ministry.people["basil"], ministry.people["huda"]]
    network = Category.objects.get(institution=ministry.institution, name_en="Network")
    days = _working_days(calendar, now.astimezone(zone).date(), 15)
    for n in range(42):
        subject, text, kind = STORIES[n % len(STORIES)]
        requester = people[0] if n % 5 == 0 else people[1 + n % (len(people) - 1)]
        day = days[n * len(days) // 42]
        clock = Clock(datetime.combine(day, time(8, 40), zone) + timedelta(minutes=(n * 37) % 360))
        if clock.at > now - timedelta(minutes=20):
            clock.at = now - timedelta(minutes=20 + n)
        with past(clock):
            if kind == NETWORK:
                about, technician = {"category": network}, ministry.people["huda"]
            else:
                about, technician = {"asset": _device(holdings, requester, kind)}, technicians[n % 2]
            _story(n, clock, now, requester, technician, subject, text, about)


def _working_days(calendar, today, count):
    days = [previous_working_day(calendar, today)]
    while len(days) < count:
        days.append(previous_working_day(calendar, days[-1] - timedelta(days=1)))
    return days[::-1]


def _device(holdings, person, kind):
    return next((asset for held, asset in holdings.get(person.pk, []) if held == kind), None)


def _story(n, clock, now, requester, technician, subject, text, about):
    by_phone = n % 3 == 1
    ticket = actions.file_ticket(
        requester=requester,
        by=technician if by_phone else requester,
        channel=Channel.PHONE if by_phone else Channel.PAGE,
        subject=subject,
        description=text,
        **about,
        impact=(Level.LOW, Level.LOW, Level.MEDIUM, Level.HIGH)[n % 4],
        urgency=(Level.MEDIUM, Level.LOW, Level.HIGH)[n % 3],
    )
    age = now - clock.at
    if age < timedelta(hours=3) or n % 13 == 12:
        return
    clock.forward(timedelta(minutes=15))
    actions.take_ticket(ticket, by=technician)
    clock.forward(timedelta(minutes=10))
    if technician.language == "ar":
        actions.reply_to_ticket(ticket, by=technician, text="شكرًا على البلاغ، أعمل على الطلب الآن.")
    else:
        actions.reply_to_ticket(ticket, by=technician, text="Thank you, I am on it.")
    clock.forward(timedelta(minutes=20))
    if n % 9 == 4:
        actions.note_ticket(ticket, by=technician, text="The vendor had the same fault on this model last year.")
        actions.wait_ticket(ticket, by=technician, kind=WaitingFor.VENDOR, note="SR-20418")
    elif n % 9 == 7:
        actions.reply_to_ticket(ticket, by=technician, text="هل يحدث ذلك مع كل الملفات أم مع ملف واحد؟")
        actions.wait_ticket(ticket, by=technician, kind=WaitingFor.REQUESTER)
    elif age > timedelta(days=2):
        clock.forward(timedelta(minutes=25))
        actions.resolve_ticket(ticket, by=technician, resolution="تمت المعالجة بعد التنظيف والتجربة.")
        if n % 2:
            clock.forward(timedelta(hours=1))
            actions.confirm_ticket(ticket, by=requester)
