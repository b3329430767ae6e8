"""The whole year of a contract on its pages, the clock moved from act to act; the manager works in Arabic."""

import re
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from django.urls import reverse

from assets import actions as register
from contracts import coverage
from contracts.models import Contract, RenewalCase, ServiceCall
from helpdesk.models import Ticket
from office.models import WorkingCalendar
from people.models import VendorContact
from tests import factories
from tests.browser.story import CHROMIUM, PHONE
from tests.browser.test_main_road import browser  # noqa: F401
from tests.browser.year import Clock, Desk, answer, at, fill, missing, press, push, send, words_of
from tests.helpdesk.letters import PNG
from tests.processes import ROOT

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.processes,
    pytest.mark.browser,
    pytest.mark.longest,
    pytest.mark.slow,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed"),
]
TITLE = "صيانة طابعات الوزارة"
FAULT = "الطابعة تسحب الورق مائلًا ثم تتوقف"
OLD, NEW = "شركة ألفا للصيانة", "شركة بترا للأنظمة"
PRICES = {OLD: "50000", NEW: "45500.500"}
COMMITTEE = ("manar", "dana", "huda")
DECIDE_BY = "آخر موعد للقرار"  # in the subject of every reminder
CLIMBED = [
    (date(2026, 6, 4), "manar"),
    (date(2026, 6, 11), "dana"),
    (date(2026, 6, 18), "huda"),
    (date(2026, 6, 25), "daoud"),
    (date(2026, 7, 2), "rania"),
]
WITHOUT_COVER = "دون تغطية"
REPORT = {"name": "report.png", "mimeType": "image/png", "buffer": PNG}


@pytest.fixture
def house(db):
    """A ministry with a printer in Amal's hands, and everybody up to the director and the administrator."""
    ministry = factories.make_institution(name="وزارة التخطيط")

    def person(username, name, unit=ministry, language="ar", **roles):
        return factories.make_user(
            ministry,
            username=username,
            name=name,
            email=f"{username}@ministry.example",
            language=language,
            unit=unit,
            **roles,
        )

    director, head = person("daoud", "داود الخطيب"), person("huda", "هدى الزعبي")
    directorate = factories.make_unit(ministry, name="مديرية تكنولوجيا المعلومات", kind="directorate", head=director)
    section = factories.make_unit(directorate, name="قسم الصيانة", head=head)
    manar = person("manar", "منار عودة", section, is_manager=True)
    dana = person("dana", "دانا سالم", section, is_manager=True)
    rania = person("rania", "رانيا حداد", is_administrator=True)
    basil = person("basil", "Basil Nasser", section, "en", is_technician=True)
    amal = person("amal", "أمل حداد")
    team = factories.make_team(ministry, [basil], name_ar="فريق الدعم", name_en="Support")
    factories.make_queue(team, is_default=True, name_ar="قائمة الدعم", name_en="Support")
    room = factories.make_location(ministry, name_ar="غرفة 12", name_en="Room 12")
    kind = factories.make_asset_category(name_ar="طابعة", name_en="Printer", icon="printer")
    printer = factories.make_asset(ministry, tag="PRN-0012", category=kind, location=room, name="LaserJet 400")
    register.accept(register.hand_over(printer, to=amal, by=basil), by=amal)
    vendors = [factories.make_vendor(name=name, language="ar", email="desk@alpha.example") for name in (OLD, NEW)]
    VendorContact.objects.create(vendor=vendors[0], name="فادي", email="care@alpha.example", phone="0791234567")
    return SimpleNamespace(section=section, manar=manar, dana=dana, rania=rania, printer=printer)


@pytest.fixture
def clock():
    begin = at("2025-12-14")
    with time_machine.travel(begin, tick=True) as traveller:
        yield Clock(traveller, begin)


@pytest.fixture
def desk(browser, live_server, monkeypatch):  # noqa: F811
    """The loop of Playwright runs in our thread, but nothing in it asks the database."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    return Desk(browser, live_server.url, ROOT / "var" / "year")


def test_from_a_signed_contract_to_its_successor_without_a_gap(clock, house, desk):
    contract = a_contract_is_drafted_approved_and_put_into_force(clock, house, desk)
    a_visit_is_done_and_proven(clock, desk, contract)
    call = a_fault_goes_to_the_vendor_who_comes_late(clock, desk, house)
    what_it_costs_is_proposed_and_agreed(desk, contract, call)
    reminders_are_ignored_and_climb(clock, desk, contract)
    a_visit_that_never_came_is_proposed_and_waived(desk, contract)
    the_decision_silences_the_rest(desk, contract)
    case = the_committee_awards_one_of_two_offers(desk, contract)
    successor = a_successor_is_drafted_and_approved(clock, desk, contract, case)
    the_one_ends_and_the_other_begins(clock, desk, contract, successor)
    nothing_was_uncovered(desk, house, contract, successor)

    assert desk.problems == []


def a_contract_is_drafted_approved_and_put_into_force(clock, house, desk):
    page = desk.open("manar", reverse("contract_create"))
    assert page.get_attribute("html", "dir") == "rtl"
    send(
        page,
        title=TITLE,
        vendor=OLD,
        unit=house.section.pk,
        owner=house.manar.pk,
        deputy=house.dana.pk,
        signed_on="2025-12-11",
        start="2026-01-01",
        months=12,
        value="48000",
    )
    contract = Contract.objects.get()
    send(
        desk.open("manar", reverse("contract_level_add", args=[contract.pk])),
        name_ar="الاستجابة في اليوم نفسه",
        calendar=WorkingCalendar.objects.get().pk,
        response_minutes=4,  # hours, of which the vendor's day has seven
        restore_minutes=8,
        on_site=True,
        credit_amount="15",
        credit_unit="hour",
        credit_cap="5",
    )
    send(
        desk.open("manar", reverse("contract_coverage_add", args=[contract.pk])),
        tags=house.printer.tag,
        cost_share="1200",
    )
    send(
        desk.open("manar", reverse("contract_promise_add", args=[contract.pk])),
        kind="visit",
        title="زيارة فحص وتنظيف",
        per_year=4,
        penalty_per_day="20",
    )
    term = contract.terms.get()
    send(desk.open("manar", reverse("instalments_plan", args=[contract.pk, term.pk])), count=4, depends=False)

    page = desk.open("manar", contract.get_absolute_url())
    assert missing(page, "مسودة", "48,000.000 د.أ", house.printer.tag) == []
    desk.look(page, "01-draft")
    push(page, "submit")
    assert missing(page, "بانتظار الموافقة") == []
    assert page.locator("form[action$='/approve/']").count() == 0  # whoever wrote it does not approve it

    clock.move_to(at("2025-12-15"))
    assert sorted(who for _day, who in clock.sent(contract.number)) == ["dana", "daoud", "huda"]
    page = desk.open("dana", contract.get_absolute_url())
    push(page, "approve")
    assert missing(page, "موافَق عليه") == []
    page = desk.open("manar", contract.get_absolute_url())
    push(page, "activate")
    assert missing(page, "سارٍ", "آخر موعد للقرار 1 كانون الأول 2026", "التذكير التالي يوم 4 حزيران 2026.") == []
    desk.look(page, "02-in-force")
    return contract


def a_visit_is_done_and_proven(clock, desk, contract):
    clock.move_to(at("2026-03-29", 10))
    obligations = reverse("contract_obligations", args=[contract.pk])
    page = desk.open("manar", obligations)
    assert missing(page, "31 آذار 2026", "30 حزيران 2026", "30 أيلول 2026", "31 كانون الأول 2026") == []
    press(page, "main a[href$='/met/']")
    send(page, state="met", met_on="2026-03-29", evidence=REPORT, remark="فُحصت الطابعة ونُظّفت.")

    page = desk.open("manar", obligations)
    assert missing(page, "لا شيء متأخر.", "نُفّذ", "29 آذار 2026", REPORT["name"]) == []
    desk.look(page, "03-visit")


def a_fault_goes_to_the_vendor_who_comes_late(clock, desk, house):
    """Told on Sunday at nine, he owes an answer by one o'clock and the repair by ten on Monday."""
    clock.move_to(at("2026-05-10", 8, 50))
    page = desk.open("amal", reverse("new_ticket"))
    page.locator(".device-card", has_text=house.printer.tag).first.click()
    page.fill("textarea[name=text]", FAULT)
    press(page, "#report-send")
    ticket = Ticket.objects.get()
    assert missing(page, ticket.number, FAULT) == []

    page = desk.open("basil", ticket.get_absolute_url())
    assert page.get_attribute("html", "dir") == "ltr"
    assert missing(page, "Whom do I call now", OLD) == []
    press(page, "main a[href$='/escalate/']")
    desk.look(page, "04-escalate")
    press(page, "main .form-buttons button[type=submit]")
    call = ServiceCall.objects.get()
    clock.move_to(at("2026-05-10", 9, 10))

    clock.move_to(at("2026-05-11", 9))
    ((day, to),) = clock.sent(call.number)
    assert (day, to) == (date(2026, 5, 10), "care")
    (address,) = re.findall(r"/v/[^/\s]+/", clock.letters_about(call.number)[0].body)
    page = desk.visit(address)
    page.set_viewport_size(PHONE)
    answer(page, "received", name="فادي")
    assert missing(page, "الجواب متأخر", "يُحتسب الآن") == []
    desk.look(page, "05-vendor")
    clock.move_to(at("2026-05-11", 13, 30))
    answer(desk.visit(address), "restored", name="فادي", remark="استُبدلت بكرة السحب.")

    page = desk.open("basil", call.get_absolute_url())
    assert missing(page, "Answer late", "Repair late", "A promise of the vendor is late", "استُبدلت بكرة السحب.") == []
    desk.look(page, "06-call")
    page = desk.open("basil", ticket.get_absolute_url())
    reply = page.locator("form[action$='/reply/']")
    reply.locator("textarea").fill("The roller was replaced.")
    reply.locator("[name=call_end]").select_option("repaired")
    reply.locator("button[value=resolve]").click()
    page.wait_for_selector("[data-send-now]")
    return call


def what_it_costs_is_proposed_and_agreed(desk, contract, call):
    """Four hours begun of the vendor's hours, at 15 dinars each; taken off the next payment."""
    money = reverse("contract_money", args=[contract.pk])
    page = desk.open("manar", money)
    assert missing(page, call.number, "60.000 د.أ", "تأخير 4 ساعات", "مقترحة") == []
    push(page, "agree")
    page = desk.open("manar", money)
    assert missing(page, "متفق عليها", "13,860.000 د.أ") == []
    desk.look(page, "07-credit")


def reminders_are_ignored_and_climb(clock, desk, contract):
    """Five working days of silence each, from the owner up to the administrators."""
    clock.move_to(at("2026-07-05"))
    assert clock.sent(DECIDE_BY) == CLIMBED
    reminders = reverse("contract_reminders", args=[contract.pk])
    for day, who in CLIMBED:
        page = desk.open(who, reminders)
        assert missing(page, f"عدد التذكيرات المرسلة إليك: 1، آخرها بتاريخ {in_arabic(day)}: أُرسل.") == []
    page = desk.open("manar", reminders)
    page.locator(".rung-more summary").click()
    assert missing(page, "التذكير التالي يوم 3 آب 2026.", "إلى 5 أشخاص", "مدير المديرية") == []
    desk.look(page, "08-reminders")
    desk.look(desk.open("manar", "/"), "09-home")
    ticket = desk.open("amal", Ticket.objects.get().get_absolute_url())
    assert missing(ticket, "The roller was replaced.", "مغلق") == []  # sent, and closed in the end, by the clock


def a_visit_that_never_came_is_proposed_and_waived(desk, contract):
    """Due on 30 June and not done by 5 July: five days at 20 dinars each, done without for a reason."""
    obligations, money = (reverse(name, args=[contract.pk]) for name in ("contract_obligations", "contract_money"))
    page = desk.open("manar", obligations)
    assert missing(page, "التزام واحد متأخر.") == []
    press(page, "main a[href$='/met/']")
    send(page, state="not_met", remark="لم يحضر أحد.")
    page = desk.open("manar", obligations)
    assert missing(page, "لا شيء متأخر.", "لم يُنفَّذ", "لم يحضر أحد.", "غرامة: 100.000 د.أ مقترحة") == []
    desk.look(page, "10-missed")

    page = desk.open("manar", money)
    assert missing(page, "100.000 د.أ · زيارة فحص وتنظيف", "متأخر 5 أيام", "مقترحة") == []
    press(page, "main a[href$='/waive/']")
    send(page, reason="أُغلق المبنى في ذلك الأسبوع.")
    page = desk.open("manar", money)
    assert missing(page, "صُرف النظر عنها", "أُغلق المبنى في ذلك الأسبوع.", "13,860.000 د.أ") == []
    desk.look(page, "11-waived")


def the_decision_silences_the_rest(desk, contract):
    page = desk.open("manar", reverse("contract_decide", args=[contract.pk]))
    desk.look(page, "12-decide")
    send(page, decision="retender", reason="تأخر المورّد في الجواب والإصلاح، والسعر يحتاج إلى منافسة.")

    page = desk.open("manar", contract.get_absolute_url())
    assert missing(page, "إعادة طرح", "لن يُرسل أي تذكير بعد الآن: سُجّل القرار.") == []
    assert words_of(page).count("أوقفه القرار") == 15
    desk.look(page, "13-decided")


def the_committee_awards_one_of_two_offers(desk, contract):
    case = RenewalCase.objects.get()
    page = desk.open("manar", case.get_absolute_url())
    assert missing(page, "فُتحت معاملة التجديد النظام تلقائيًا") == []
    desk.look(page, "14-case")
    for name, chairs in (("منار عودة", True), ("دانا سالم", False), ("هدى الزعبي", False)):
        send(desk.open("manar", reverse("member_add", args=[case.pk])), person=name, is_chair=chairs)
    push(desk.open("manar", case.get_absolute_url()), "freeze")
    for vendor, price in PRICES.items():
        send(
            desk.open("manar", reverse("offer_enter", args=[case.pk])),
            vendor=vendor,
            received_on="2026-07-05",
            valid_until="2026-12-31",
            response_minutes=120,
            restore_minutes=480,
            visits_per_year=4,
            on_site=True,
            parts_included=vendor == NEW,
            price_per_year=price,
        )
    page = desk.open("manar", case.get_absolute_url())
    assert missing(page, "ثُبّتت في 5 تموز 2026", "دراسة العروض", "الأسعار مختومة") == []
    assert not re.search("50,?000|45,?500", page.content())
    desk.look(page, "15-sealed")

    every_member_marks(desk, case)
    page = desk.open("manar", case.get_absolute_url())
    push(page, "prices")
    assert missing(page, "45,500.500 د.أ", "76.30", "93.00", "المرتبة الأولى") == []
    desk.look(page, "17-prices")
    send(
        desk.open("manar", reverse("case_recommend", args=[case.pk])),
        offer=case.offers.get(vendor__name=NEW).pk,
        reason="أقل سعرًا وأحسن خدمة.",
        minutes="اجتمعت اللجنة ودرست العرضين.",
    )
    for who in COMMITTEE:
        send(desk.open(who, reverse("case_vote", args=[case.pk])), vote="for")
    send(desk.open("manar", reverse("case_award", args=[case.pk])))
    page = desk.open("manar", case.get_absolute_url())
    assert missing(page, "أُحيل عطاؤها", f"أُحيل العطاء إلى {NEW}", "مع: 3، ضد: 0") == []
    desk.look(page, "18-awarded")
    return case


def every_member_marks(desk, case):
    marks = reverse("marks_give", args=[case.pk])
    for who in COMMITTEE:
        page = desk.open(who, marks)
        for offer in case.offers.select_related("vendor"):
            for box in page.locator(f"main .marks-form input[name^=p{offer.pk}_]").all():
                fill(box, 90 if offer.vendor.name == NEW else 70)
        if who == "manar":
            desk.look(page, "16-marks")
        press(page, "main .marks-form .form-buttons button")
        push(desk.open(who, marks), "lock")


def a_successor_is_drafted_and_approved(clock, desk, contract, case):
    clock.move_to(at("2026-07-20"))
    page = desk.open("manar", reverse("case_successor", args=[case.pk]))
    assert page.input_value("[name=start]") == "2027-01-01"
    desk.look(page, "19-successor-form")
    send(page)
    successor = Contract.objects.exclude(pk=contract.pk).get()
    page = desk.open("manar", successor.get_absolute_url())
    assert missing(page, "مسودة", NEW, "45,500.500 د.أ", "يستجيب خلال ساعتين", contract.number) == []
    desk.look(page, "20-successor")
    push(page, "submit")
    page = desk.open("huda", successor.get_absolute_url())
    push(page, "approve")
    assert missing(page, "موافَق عليه") == []
    return successor


def the_one_ends_and_the_other_begins(clock, desk, contract, successor):
    """Nobody presses anything: the clock puts the one into force and ends the other on one morning."""
    clock.move_to(at("2027-01-02"))
    assert clock.sent(DECIDE_BY) == CLIMBED  # as the decision left it

    page = desk.open("manar", contract.get_absolute_url())
    assert missing(page, "مجدَّد", f"العقد اللاحق {successor.number}") == []
    assert WITHOUT_COVER not in words_of(page)
    desk.look(page, "21-ended")
    page = desk.open("manar", successor.get_absolute_url())
    assert missing(page, "سارٍ", f"العقد السابق {contract.number}", "تفعيل العقد النظام تلقائيًا") == []
    assert WITHOUT_COVER not in words_of(page)
    desk.look(page, "22-begun")


def nothing_was_uncovered(desk, house, contract, successor):
    def covers(moment):
        return [cover.contract for cover in coverage.who_covers(house.printer, moment)]

    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(730)]
    assert [covers(at(day, 0)) for day in days] == [[contract]] * 365 + [[successor]] * 365
    assert covers(at("2026-12-31", 23, 59)) == [contract]

    page = desk.open("manar", house.printer.get_absolute_url())
    page.locator(".timeline-list summary").click()
    wanted = [f"من 1 كانون الثاني {year} إلى 31 كانون الأول {year}" for year in (2026, 2027)]
    assert missing(page, *wanted) == []
    assert words_of(page).count("غير مشمول") == 1  # before it all began
    desk.look(page, "23-time-line")


def in_arabic(day):
    return f"{day.day} {('حزيران', 'تموز')[day.month - 6]} {day.year}"
