"""Faults of the demonstration that were handed to vendors: one repaired late, one to be judged, one on its way."""

from datetime import datetime, time, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from config.demonstration.clock import Clock, past
from contracts import actions as contract_actions
from contracts.choices import PauseReason, StepKind
from helpdesk import actions, escalating
from helpdesk.choices import Level
from office import calendars
from office.worktime import add_working_days

ADDRESS = "192.0.2.20"


def make(ministry, devices):
    """Three calls; `devices` by kind. Where a kind is not covered, its story is left out."""
    for story, kind in ((_repaired_late, "printer"), (_to_be_judged, "laptop"), (_on_its_way, "scanner")):
        for device in devices.get(kind, []):
            if escalating.chosen(escalating.covers_of(_Of(device), timezone.now()), "") is not None:
                story(ministry, device)
                break


class _Of:
    """A device as far as `escalating.covers_of` looks at a ticket."""

    def __init__(self, asset):
        self.asset, self.asset_id = asset, asset.pk


def _morning(days):
    """8:50 of the working day so many before today."""
    calendar, zone = calendars.ministry(), ZoneInfo("Asia/Amman")
    day = add_working_days(calendar, timezone.localdate(), -days)
    return Clock(datetime.combine(day, time(8, 50), zone))


def _call(ministry, clock, device, subject, description, urgency):
    """(ticket, call) of a fault filed by Amal and handed on by Basil twenty minutes later."""
    amal, basil = ministry.people["amal"], ministry.people["basil"]
    ticket = actions.file_ticket(
        requester=amal, subject=subject, description=description, asset=device, urgency=urgency, impact=Level.MEDIUM
    )
    clock.forward(timedelta(minutes=20))
    ticket = actions.take_ticket(ticket, by=basil)
    cover = escalating.covers_of(ticket, clock.at)[0]
    subject, words = escalating.letter(ticket, cover, basil)
    channel = "mail" if cover.email else "phone"
    call = actions.escalate_ticket(
        ticket, by=basil, channel=channel, subject=subject, text=words, contact=cover.contact
    )
    return ticket, call


def _says(call, clock, forward, kind, name, **fields):
    clock.forward(forward)
    link = call.links.first() or contract_actions.make_link(call, by=call.opened_by)[0]
    return contract_actions.record_vendor_step(link, kind=kind, name=name, ip=ADDRESS, **fields)


def _repaired_late(ministry, device):
    """Repaired two days after it was due, signed, confirmed; a credit is proposed, and Amal rates the help."""
    clock, later = _morning(11), _morning(7).at
    basil, amal = ministry.people["basil"], ministry.people["amal"]
    with past(clock):
        ticket, call = _call(
            ministry, clock, device, "الطابعة تطبع خطوطًا سوداء", "تظهر خطوط سوداء على كل صفحة منذ الأمس.", Level.HIGH
        )
        _says(call, clock, timedelta(hours=2), StepKind.RECEIVED, "فادي")
        _says(call, clock, timedelta(minutes=5), StepKind.COMING, "فادي", promised_for=clock.at + timedelta(days=4))
        clock.at = later
        _says(call, clock, timedelta(minutes=40), StepKind.ON_SITE, "فادي", remark="الوحدة الحرارية تالفة.")
        step = _says(
            call,
            clock,
            timedelta(hours=2),
            StepKind.RESTORED,
            "فادي",
            remark="استُبدلت الوحدة الحرارية.",
            signature=_signature(),
        )
        clock.forward(timedelta(minutes=30))
        contract_actions.confirm_step(step, by=basil)
        actions.resolve_ticket(ticket, by=basil, resolution="استبدل المورّد الوحدة الحرارية، والطابعة تعمل.")
        clock.forward(timedelta(hours=1))
        actions.confirm_ticket(ticket, by=amal)
        actions.rate_ticket(ticket, by=amal, stars=4, comment="عملت أخيرًا، لكن الانتظار طال.")


def _to_be_judged(ministry, device):
    """Paused for a day because the gate was closed; reported as fixed this morning: confirm it or dispute it."""
    clock, *later = (_morning(days) for days in (4, 3, 2, 1))
    with past(clock):
        _ticket, call = _call(
            ministry,
            clock,
            device,
            "The laptop does not start",
            "The screen stays black, the light blinks.",
            Level.HIGH,
        )
        _says(call, clock, timedelta(hours=1), StepKind.RECEIVED, "Lina")
        clock.at = later[0].at
        contract_actions.record_step(
            call, by=ministry.people["basil"], kind=StepKind.PAUSE, pause_reason=PauseReason.ACCESS, remark="Gate 2."
        )
        clock.at = later[1].at
        contract_actions.record_step(call, by=ministry.people["basil"], kind=StepKind.RESUME)
        _says(call, clock, timedelta(minutes=15), StepKind.ON_SITE, "Lina")
        clock.at = later[2].at
        _says(call, clock, timedelta(hours=1), StepKind.RESTORED, "Lina", remark="New main board.")


def _on_its_way(ministry, device):
    """Handed over yesterday; the vendor has said when he comes."""
    clock = _morning(1)
    with past(clock):
        _ticket, call = _call(
            ministry, clock, device, "الماسح الضوئي لا يسحب الورق", "يتوقف بعد الصفحة الأولى كل مرة.", Level.MEDIUM
        )
        _says(call, clock, timedelta(minutes=35), StepKind.RECEIVED, "سامر")
        calendar, zone = calendars.ministry(), ZoneInfo("Asia/Amman")
        day = add_working_days(calendar, timezone.localdate(), 2)
        comes = datetime.combine(day, time(10, 0), zone)
        _says(call, clock, timedelta(minutes=5), StepKind.COMING, "سامر", promised_for=comes)


def _signature():
    """A drawn line as a vendor's finger would leave it."""
    from PIL import Image, ImageDraw

    picture, file = Image.new("RGB", (600, 200), "white"), BytesIO()
    points = [(60, 140), (130, 40), (150, 150), (220, 60), (260, 140), (330, 90), (400, 130), (540, 70)]
    ImageDraw.Draw(picture).line(points, fill="#10243e", width=5, joint="curve")
    picture.save(file, "PNG")
    return SimpleUploadedFile("signature.png", file.getvalue(), "image/png")
