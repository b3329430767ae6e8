"""Every form of the product with something that may be typed into it, and every list; shared by all tests here.

`FORMS` is complete by test: a form class that no line of it draws fails `test_bad_input`.
"""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from django.urls import get_resolver, reverse

from office.calendars import today
from tests.factories import PASSWORD
from tests.security.scene import upload

NEW_PASSWORD = "a quite different horse 77"


@dataclass(frozen=True)
class Form:
    """A form: whose page draws it, about what, what is typed into it besides what stands there already.

    on: names of things of the scene that fill the address, "=word" for a word itself. box: the prefix of a box of the
    conversation, which stands on the page of its ticket and is sent to an address of its own.
    """

    by: str
    on: str = ""
    typed: dict = field(default_factory=dict)
    box: str | None = None
    files: dict = field(default_factory=dict)
    creates: str = ""  # label of the model that one submission makes one row of


# What the address of a list names, where it names something.
LISTS_ON = {"contract_coverage": "contract", "case_offers": "study", "tickets_view": "=all"}


def names_of(pattern_name):
    """The keyword arguments of a URL, in the order they stand in it."""
    possibility = get_resolver().reverse_dict.getlist(pattern_name)[0][0][0]
    return possibility[1]


def address(scene, name, on=""):
    """The address called `name`, filled with the things named in `on`."""
    things = [word[1:] if word.startswith("=") else getattr(scene, word).pk for word in on.split()]
    return reverse(name, kwargs=dict(zip(names_of(name), things, strict=True)))


def resolve_typed(scene, typed):
    """Words of the scene stand for the thing's key: a function of the scene is asked, for one value or for all."""
    typed = typed(scene) if callable(typed) else typed
    return {name: value(scene) if callable(value) else value for name, value in typed.items()}


def day(offset):
    return (today() + timedelta(days=offset)).isoformat()


def pk(name):
    return lambda scene: getattr(scene, name).pk


def _label(name):
    return lambda scene: getattr(scene, name).name


def _agreed(scene):
    """What the second step of a merge sends: into which ticket, and who hears of it."""
    return f"{scene.given.pk},{scene.amal.pk},{scene.sami.pk}"


def _mark_box(scene):
    return f"p{scene.offer.pk}_{scene.study.criteria.get(kind='technical').pk}"


FORMS = {
    # people: signing in
    "account_login": Form("anon", typed={"login": "amal", "password": PASSWORD}),
    "account_change_password": Form(
        "amal", typed={"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    ),
    "account_reset_password": Form("anon", typed={"email": "amal"}),
    "account_reauthenticate": Form("amal", typed={"password": PASSWORD}),
    # people
    "profile": Form("amal", typed={"phone": "06-5000001", "extension": "217", "room": "12"}),
    "notify_preferences": Form("amal", typed={"ticket.reply.mine": "digest"}),
    "absence_create": Form(
        "amal", typed={"from_date": lambda s: day(20), "to_date": lambda s: day(22)}, creates="people.Absence"
    ),
    "absence_edit": Form("amal", "absence", {"to_date": lambda s: day(4)}),
    "vendor_create": Form("manar", typed={"name": "Beta Care", "phone": "06-5111111"}, creates="people.Vendor"),
    "vendor_edit": Form("manar", "vendor", {"address": "Rainbow street"}),
    "contact_create": Form(
        "manar", "vendor", {"name": "Night desk", "phone": "06-5222222"}, creates="people.VendorContact"
    ),
    "contact_edit": Form("manar", "contact", {"phone": "06-5333333"}),
    "user_create": Form(
        "rania",
        typed={"name": "Nour New", "username": "nour", "email": "nour@one.example", "unit": pk("accounts")},
        creates="people.User",
    ),
    "user_edit": Form("rania", "amal", {"room": "14"}),
    "user_password": Form("rania", "amal", {"password": NEW_PASSWORD}),
    "user_leaving": Form("rania", "sami"),
    "unit_create": Form(
        "rania", typed={"name": "Night section", "parent": pk("one"), "kind": "section"}, creates="people.Unit"
    ),
    "unit_edit": Form("rania", "accounts", {"second_name": "قسم الحسابات"}),
    "team_create": Form("rania", typed={"name_en": "Night"}, creates="people.Team"),
    "team_edit": Form("rania", "team", {"name_ar": "الفريق الأول"}),
    "team": Form("rania", "team", {"person": _label("tareq")}),
    "institution_create": Form(
        "omar",
        typed={
            "name": "Third Ministry",
            "code": "THR",
            "administrator_name": "Tala Third",
            "administrator_username": "tala",
            "administrator_email": "tala@thr.example",
        },
        creates="people.Unit",
    ),
    "institution_edit": Form("omar", "one", {"second_name": "الوزارة الأولى"}),
    # office
    "new_calendar": Form("rania", typed={"name_en": "Night hours"}, creates="office.WorkingCalendar"),
    "edit_calendar": Form("rania", "calendar", {"name_ar": "ساعات المورد"}),
    "new_calendar_hours": Form(
        "rania",
        "calendar",
        {"label": "Winter", "valid_from": lambda s: day(100), "valid_to": lambda s: day(120)},
        creates="office.WeeklyPeriod",
    ),
    "edit_calendar_hours": Form("rania", "calendar slack", {"label": "Holy month"}),
    "new_calendar_day": Form(
        "rania", "calendar", {"date": lambda s: day(10), "reason": "Snow"}, creates="office.DayOverride"
    ),
    "edit_calendar_day": Form("rania", "calendar day", {"reason": "Sand storm"}),
    "mail_text": Form("rania", "=digest", {"closing_en": "Room 12 is open until noon."}),
    # assets
    "new_asset": Form(
        "basil",
        typed={"category": pk("kind"), "name": "Plotter", "tag": "ONE-9", "serial_number": "PL-77"},
        creates="assets.Asset",
    ),
    "edit_asset": Form("basil", "printer", {"name": "Printer of the cash desk"}),
    "change_asset_state": Form("basil", "spare", {"state": "under_repair"}),
    "hand_over_asset": Form("basil", "spare", {"kind": "person", "person": _label("sami")}),
    "take_back_asset": Form("basil", "printer", {"state": "in_store"}),
    "decline_custody": Form("amal", "custody", {"note": "It never arrived."}),
    "asset_category_new": Form("rania", typed={"name_en": "Plotter"}, creates="assets.AssetCategory"),
    "asset_category_edit": Form("rania", "kind", {"name_ar": "طابعة"}),
    "manufacturer_new": Form("rania", typed={"name": "Kite"}, creates="assets.Manufacturer"),
    "manufacturer_edit": Form("rania", "maker", {"name": "Kestrel"}),
    "asset_model_new": Form("rania", typed={"manufacturer": pk("maker"), "name": "K 9"}, creates="assets.AssetModel"),
    "asset_model_edit": Form("rania", "model", {"part_number": "K-9"}),
    "location_new": Form("rania", typed={"name_en": "Room 8"}, creates="assets.Location"),
    "location_edit": Form("rania", "place", {"name_ar": "غرفة ٧"}),
    # contracts
    "contract_create": Form(
        "manar",
        typed={"title": "Care of doors", "vendor": _label("vendor"), "start": lambda s: day(0), "months": "12"},
        creates="contracts.Contract",
    ),
    "contract_edit": Form("manar", "contract", {"title": "Care of all printers"}),
    "contract_decide": Form(
        "manar",
        "contract",
        {"decision": "retender", "reason": "Slow service.", "notice_sent_on": lambda s: day(0)},
    ),
    "contract_suspend": Form("manar", "contract", {"reason": "A strike."}),
    "security_lodge": Form(
        "manar", "contract", {"amount": "70", "valid_until": lambda s: day(90)}, creates="contracts.Security"
    ),
    "security_extend": Form("manar", "contract security", {"valid_until": lambda s: day(120)}),
    "security_settle": Form("manar", "contract security", {"reason": "It is over."}),
    "call_step_add": Form(
        "basil",
        "call",
        {"kind": "on_site", "promised_for": "", "remark": "He came."},
        creates="contracts.CallStep",
    ),
    "call_step_dispute": Form("basil", "call call_step", {"reason": "Nobody called."}),
    "call_reference": Form("basil", "call", {"reference": "77-1"}),
    "call_close": Form("basil", "call", {"reason": "We did it ourselves."}),
    "call_cancel": Form("basil", "call", {"reason": "Twice."}),
    "vendor_page": Form(
        "anon",
        "=the-page-of-a-vendor",
        {"kind": "coming", "name": "Fadi", "promised_for": lambda scene: f"{day(2)}T10:00", "remark": "Soon."},
    ),
    "contract_promise_add": Form("manar", "contract", {"kind": "report", "per_year": "2"}, creates="contracts.Promise"),
    "obligation_meet": Form("manar", "contract obligation", files={"evidence": upload}),
    "obligation_waive": Form("manar", "contract obligation", {"reason": "A strike."}),
    "instalments_plan": Form("manar", "suspended unpaid_term", {"count": "2"}),
    "instalment_invoice": Form("manar", "contract planned_part", {"invoice_number": "INV-1"}),
    "instalment_pay": Form("manar", "contract approved_part"),
    "instalment_withhold": Form("manar", "contract planned_part", {"reason": "The report is missing."}),
    "penalty_waive": Form("manar", "contract penalty", {"reason": "Our fault."}),
    "contract_snooze": Form("manar", "contract", {"until": lambda s: day(2)}),
    "contract_amend": Form("manar", "contract", {"reason": "Two more."}, files={"document": upload}),
    "contract_conditions": Form("manar", "contract", {"max_renewals": "2"}),
    "contract_reject": Form("majed", "asked", {"reason": "The value is missing."}),
    "contract_terminate": Form("manar", "contract", {"reason": "They closed."}),
    "contract_paper_add": Form("manar", "contract", files={"paper": upload}, creates="office.Attachment"),
    "contract_term_add": Form("manar", "contract", {"end": lambda s: day(500)}, creates="contracts.Term"),
    "contract_term_edit": Form("manar", "contract term", {"value": "1200.500"}),
    "contract_level_add": Form(
        "manar", "contract", {"name_en": "Gold", "calendar": pk("calendar")}, creates="contracts.ServiceLevel"
    ),
    "contract_level_edit": Form("manar", "contract level", {"name_en": "Silver"}),
    "contract_coverage_add": Form(
        "manar", "contract", {"tags": "ONE-3", "level": pk("level")}, creates="contracts.Coverage"
    ),
    "contract_coverage_end": Form("manar", "contract coverage", {"last_day": lambda s: day(1)}),
    "contract_rule": Form("manar", "contract", {"rungs": "90, 30, 0"}),
    "score_weights": Form("manar", typed={"visits": "20"}),
    "budget_line_create": Form(
        "manar", typed={"code": "26-9", "title": "Care", "allocated": "70"}, creates="contracts.BudgetLine"
    ),
    "budget_line_edit": Form("manar", "budget_line", {"allocated": "90"}),
    "criterion_add": Form("manar", "case", {"name_en": "Staff", "weight": "5"}, creates="contracts.Criterion"),
    "criterion_edit": Form("manar", "case criterion", {"weight": "65"}),
    "member_add": Form("manar", "case", {"person": _label("majed")}, creates="contracts.CommitteeMember"),
    "offer_enter": Form(
        "manar",
        "study",
        {"vendor": _label("idle_vendor"), "valid_until": lambda s: day(90), "price_per_year": "850.500"},
        files={"document": upload, "price_document": upload},
        creates="contracts.Offer",
    ),
    "offer_edit": Form("manar", "study offer", {"level": "Gold", "price_per_year": "870"}),
    "offer_aside": Form("manar", "study offer", {"reason": "It came late."}),
    "marks_give": Form("manar", "study", lambda s: {_mark_box(s): "70"}),
    "case_recommend": Form("manar", "council", {"reason": "The best of all."}, files={"document": upload}),
    "case_vote": Form("manar", "council", {"vote": "for"}),
    "case_award": Form("manar", "voted"),
    "case_successor": Form("manar", "won", creates="contracts.Contract"),
    "case_close": Form("manar", "case", {"reason": "No money."}),
    "reminder_rule_create": Form("manar", typed={"type": "lease", "rungs": "60, 7"}, creates="contracts.ReminderRule"),
    "reminder_rule_edit": Form("manar", "rule", {"rungs": "45, 5"}),
    # helpdesk: set-up
    "queue_new": Form("rania", typed={"name_en": "Night", "team": pk("team")}, creates="helpdesk.Queue"),
    "queue_edit": Form("rania", "queue", {"name_ar": "مكتب الدعم"}),
    "category_new": Form("rania", typed={"name_en": "Scanning", "queue": pk("queue")}, creates="helpdesk.Category"),
    "category_edit": Form("rania", "category", {"name_ar": "طباعة"}),
    "mailbox_new": Form(
        "rania",
        typed={"name": "Office", "address": "office@one.example", "queue": pk("queue")},
        creates="helpdesk.Mailbox",
    ),
    "mailbox_edit": Form("rania", "mailbox", {"name": "First desk"}),
    "received_mail": Form("rania", "held_mail", {"requester": _label("amal")}, creates="helpdesk.Ticket"),
    "mail_trial": Form("rania", files={"file": upload}),
    "matrix": Form("rania", typed={"cell_1_1": "2"}),
    "policy_new": Form("rania", typed={"name_en": "For the board"}, creates="helpdesk.ServicePolicy"),
    "policy_edit": Form("rania", "policy", {"name_ar": "الخدمة"}),
    "policy_step_new": Form("rania", "policy", {"percent": "75"}, creates="helpdesk.EscalationStep"),
    "take_up": Form("rania", typed=lambda scene: {f"amount_{scene.team.pk}": "35"}),
    # helpdesk
    "new_ticket": Form("amal", typed={"text": "The screen stays dark."}, creates="helpdesk.Ticket"),
    "phone_ticket": Form(
        "basil", typed={"requester": _label("amal"), "subject": "Dark screen"}, creates="helpdesk.Ticket"
    ),
    "ticket_edit": Form("basil", "ticket", {"room": "15"}),
    "ticket_assign": Form("basil", "ticket", {"assignee": pk("tareq")}),
    "ticket_transfer": Form("basil", "ticket", {"queue": pk("network_queue")}),
    "ticket_policy": Form("basil", "ticket", {"policy": pk("idle_policy")}),
    "ticket_wait": Form("basil", "ticket", {"kind": "parts", "note": "Drum"}),
    "ticket_escalate": Form(
        "basil", "ticket", {"channel": "phone", "text": "It jams."}, creates="contracts.ServiceCall"
    ),
    "ticket_merge": Form("basil", "ticket", lambda s: {"number": "ONE-TKT-3", "agreed": _agreed(s)}),
    "ticket_cancel": Form("basil", "ticket", {"reason": "Twice the same."}),
    "ticket_add_watcher": Form("basil", "ticket", {"person": _label("dina")}),
    "ticket_reply": Form("basil", "ticket", {"text": "I am coming."}, box="", creates="helpdesk.Message"),
    "ticket_note": Form("basil", "ticket", {"note-text": "Old drum."}, box="note-", creates="helpdesk.Message"),
    "ticket_draft": Form("basil", "ticket", {"face": "note", "text": "Drum, or ..."}, box=""),
    "ticket_reopen": Form("amal", "solved", {"again-text": "It blinks again."}, box="again-"),
}


def drawn_form(scene, name):
    """The form as its page draws it for whoever uses it."""
    form = FORMS[name]
    response = scene.client(form.by).get(address(scene, name, form.on))
    assert response.status_code == 200, (name, response.status_code)
    return response.context["form"]


def body_of(form):
    """What a browser would send of a drawn form; files are left out."""
    body = {}
    for bound in form:
        if not bound.field.widget.needs_multipart_form:
            _take(
                body, bound.field.widget.get_context(bound.html_name, bound.value(), bound.field.widget.attrs)["widget"]
            )
    return body


def _take(body, widget):
    for part in widget.get("subwidgets", ()):
        _take(body, part)
    name, value = widget["name"], widget.get("value")
    if widget.get("optgroups"):
        chosen = [str(option["value"]) for _group, options, _n in widget["optgroups"] for option in options]
        picked = {str(each) for each in (value if isinstance(value, list | tuple) else [value]) if each is not None}
        picked = [each for each in chosen if each in picked]
        if picked:
            body[name] = picked if len(picked) > 1 else picked[0]
        elif widget.get("type") == "select" and chosen and not widget["attrs"].get("multiple"):
            body[name] = chosen[0]  # a browser sends the first line
    elif widget.get("type") == "checkbox":
        if widget["attrs"].get("checked"):
            body[name] = widget.get("value") or "on"
    elif "subwidgets" not in widget and "optgroups" not in widget:
        body[name] = "" if value is None else str(value)


def filled(scene, name, **changes):
    """The body of a valid submission of the form called `name`, by whoever uses it."""
    box = FORMS[name].box
    body = body_of(drawn_form(scene, name)) if box is None else {f"{box}form_key": str(uuid.uuid4())}
    return body | resolve_typed(scene, FORMS[name].typed) | changes


def files_of(name):
    """Fresh uploads for the form called `name`, since each can be read once only."""
    return {field: make() for field, make in FORMS[name].files.items()}
