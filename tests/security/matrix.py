"""Who may do what: the table "Who may see and do what" of the design, spelled out for every URL name.

Written by hand, never dumped from behaviour. Each line says who gets in; the rest is answered 404, those named under
`forbidden` (they see the thing, only the right is missing) 403, and whoever is not signed in is sent to the sign-in.
`idle`: an answer as if it were done, because the thing is not theirs or nothing is to be done, and nothing changes.

The people are those of `scene`: Amal asks (employee, requester, custodian), Dina is another employee of her section,
Hala its head, Sami follows one ticket; Basil is a technician of the queue's team and has the ticket, Tareq one of
another team, Salma one of the team of the restricted queue; Manar is the manager whose contract covers the device,
Majed a manager of another unit; Adel is an auditor, Rania an administrator, Omar the operator; Xenia, Xavier, Ximena
and Xerxes are employee, technician, manager and administrator of the other institution.
"""

from dataclasses import dataclass, field

from tests.factories import PASSWORD
from tests.security.pages import pk
from tests.security.scene import EVERYBODY

EMPLOYEES = {"amal", "dina", "hala", "sami"}
TECHNICIANS = {"basil", "tareq", "salma"}
MANAGERS = {"manar", "majed"}
AUDITORS, ADMINISTRATORS, OPERATORS = {"adel"}, {"rania"}, {"omar"}
DESK = TECHNICIANS | MANAGERS | AUDITORS | ADMINISTRATORS
INSIDE = EMPLOYEES | DESK
ABROAD_DESK = {"xavier", "ximena", "xerxes"}
ABROAD = ABROAD_DESK | {"xenia"}
MEMBERS = INSIDE | ABROAD  # whoever belongs to an institution
SIGNED_IN = MEMBERS | OPERATORS
ALL = SIGNED_IN | {"anon"}
SETUP = TECHNICIANS | AUDITORS | ADMINISTRATORS  # who sees the set-up of the institution

GET, POST = "GET", "POST"


@dataclass(frozen=True)
class Row:
    """One URL name, one method, one thing, and the answer to each person."""

    name: str
    method: str
    on: str
    yes: frozenset
    forbidden: frozenset
    idle: frozenset
    then: tuple  # statuses of `yes`
    body: dict = field(hash=False)
    query: str = ""
    number: int = 0

    def expected(self, person):
        if person in self.yes | self.idle:
            return self.then
        if person == "anon" and not self.is_open:
            return (302,)
        return (403,) if person in self.forbidden else (404,)

    @property
    def is_open(self):
        """Whether the page stands before the sign-in."""
        return self.name in OPEN

    def __str__(self):
        return f"{self.number}: {self.method} {self.name}{self.query} on {self.on or 'nothing'}"


OPEN = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_signup",
    "account_set_password",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_reset_password_from_key",
    "mfa_authenticate",
    "set_preferences",
    "healthz",
    "brand",
    "stop_mail",
    "calendar_feed",
    "vendor_page",
}
ROWS = []


def row(name, method=GET, on="", *, yes, forbidden=(), idle=(), then=None, body=None, query=""):
    people = [frozenset(names) for names in (yes, forbidden, idle)]
    assert not frozenset.union(*people) - {*EVERYBODY}, f"{name} names somebody unknown"
    then = then or ((200,) if method == GET else (302,))
    ROWS.append(
        Row(name, method, on, *people, then if isinstance(then, tuple) else (then,), body or {}, query, len(ROWS))
    )


def page(name, on="", *, not_this=(), **who):
    """A form: the same people may open it and send it.

    not_this: they have the form too, but what is typed here names things of somebody else's; they get it back.
    """
    row(name, GET, on, **who)
    mine = {**who, "yes": set(who["yes"]) - set(not_this)}
    row(name, POST, on, idle=not_this, then=(302, 200) if not_this else None, **mine)


def button(name, on="", *, body=None, **who):
    """What is only pressed; asking for it is refused by its method, to everybody alike."""
    row(name, POST, on, body=body, **who)


# --- Signing in ---------------------------------------------------------------------------------------------------

row("account_login", yes={"anon"}, idle=SIGNED_IN, then=(200, 302))
row("account_login", POST, yes={"anon"}, idle=SIGNED_IN)
row("account_logout", yes=SIGNED_IN, idle={"anon"}, then=(200, 302))
row("account_logout", POST, yes=(), idle=ALL)
row("account_inactive", yes=ALL)
row("account_signup", yes=())
row("account_signup", POST, yes=())
row("account_reauthenticate", yes=SIGNED_IN)
row("account_reauthenticate", POST, yes=(), idle=SIGNED_IN, body={"password": PASSWORD})
row("account_change_password", yes=SIGNED_IN)
row("account_change_password", POST, yes=SIGNED_IN)
row("account_set_password", yes=ALL, then=302)
row("account_reset_password", yes=ALL)
row("account_reset_password", POST, yes=ALL)
row("account_reset_password_done", yes=ALL)
row("account_reset_password_from_key_done", yes=ALL)
row("account_reset_password_from_key", on="=1 =wrong-key", yes=ALL)
row("account_reset_password_from_key", POST, "=1 =wrong-key", yes=(), idle=ALL, then=200)
row("mfa_index", yes=SIGNED_IN)
row("mfa_authenticate", yes=(), idle=ALL, then=302)
row("mfa_authenticate", POST, yes=(), idle=ALL, then=302)
for name in (
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
):  # one's own second step: after the password once more, or nothing is there yet
    row(name, yes=(), idle=SIGNED_IN, then=(302, 404))
for name in ("mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_generate_recovery_codes"):
    row(name, POST, yes=(), idle=SIGNED_IN, then=(302, 404))
row("usersessions_list", yes=SIGNED_IN)
row("usersessions_list", POST, yes=(), idle=SIGNED_IN)

# --- What everybody has for oneself ---------------------------------------------------------------------------------

button("set_preferences", yes=SIGNED_IN, idle={"anon"}, body={"language": "ar", "theme": "dark"})
page("profile", yes=SIGNED_IN)
page("notify_preferences", yes=SIGNED_IN)
row("notifications", yes=SIGNED_IN)
row("unread_notifications", yes=SIGNED_IN)
button("read_notifications", yes={"amal", "xenia"}, idle=SIGNED_IN - {"amal", "xenia"}, body={"up_to": "9999"})
row("home", yes=SIGNED_IN)
row("search", yes=SIGNED_IN, query="?q=printer")
row("keys", yes=SIGNED_IN)
row("brand", on="=0b6e4f", yes=INSIDE)
row("healthz", yes=ALL)
row("status", yes=ADMINISTRATORS | OPERATORS | {"xerxes"}, then=(200, 503))
row("my_devices", yes=SIGNED_IN)
row("own_tickets", yes=MEMBERS)

# --- People ---------------------------------------------------------------------------------------------------------

row("people", yes=MEMBERS)
row("pick_person", yes=SIGNED_IN, query="?from=q&q=persona")
row("person", on="amal", yes=INSIDE)
row("person", on="gone", yes=DESK)
row("person", on="omar", yes=())
row("person", on="xenia", yes=ABROAD)
row("absences", yes=MEMBERS)
page("absence_create", yes=MEMBERS, not_this={"rania", "xerxes"})  # these two say who is away
page("absence_edit", "absence", yes={"amal", "rania"}, forbidden=TECHNICIANS | AUDITORS)
button("absence_remove", "absence", yes={"amal", "rania"}, forbidden=TECHNICIANS | AUDITORS)
button("absence_remove", "two_absence", yes={"xenia", "xerxes"}, forbidden={"xavier"})

ACCOUNTS = AUDITORS | ADMINISTRATORS
row("users", yes=ACCOUNTS | {"xerxes"})
page("user_create", yes=ADMINISTRATORS | {"xerxes"}, not_this={"xerxes"}, forbidden=AUDITORS)
for name in ("user_edit", "user_password"):
    page(name, "amal", yes=ADMINISTRATORS, forbidden=AUDITORS)
    row(name, GET, "xenia", yes={"xerxes"})
page("user_leaving", "sami", yes=ADMINISTRATORS, forbidden=AUDITORS)
row("user_password", GET, "rania", yes=(), forbidden=ACCOUNTS)  # one's own is changed with the present one
button("user_reactivate", "gone", yes=ADMINISTRATORS, forbidden=AUDITORS)
button("user_sign_out", "amal", yes=ADMINISTRATORS, forbidden=AUDITORS)
button("user_send_link", "amal", yes=ADMINISTRATORS, forbidden=AUDITORS)

VENDOR_EDITORS = MANAGERS | ADMINISTRATORS | {"ximena", "xerxes"}  # vendors belong to the installation
VENDOR_READERS = TECHNICIANS | AUDITORS | {"xavier"}
row("vendors", yes=DESK | ABROAD_DESK)
row("vendor", on="vendor", yes=DESK | ABROAD_DESK)
page("vendor_create", yes=VENDOR_EDITORS, forbidden=VENDOR_READERS)
page("vendor_edit", "vendor", yes=VENDOR_EDITORS, forbidden=VENDOR_READERS)
page("contact_create", "vendor", yes=VENDOR_EDITORS, forbidden=VENDOR_READERS)
page("contact_edit", "contact", yes=VENDOR_EDITORS, forbidden=VENDOR_READERS)
for name, thing in (
    ("vendor_retire", "idle_vendor"),
    ("vendor_revive", "former_vendor"),
    ("contact_retire", "contact"),
    ("contact_revive", "former_contact"),
):
    button(name, thing, yes=VENDOR_EDITORS, forbidden=VENDOR_READERS)

# --- Set-up ---------------------------------------------------------------------------------------------------------

SETUP_ABROAD = {"xavier", "xerxes"}
LOOKERS = TECHNICIANS | AUDITORS  # they see the set-up and change nothing
row("setup", yes=DESK | OPERATORS | ABROAD_DESK)
row("institutions", yes=OPERATORS)
page("institution_create", yes=OPERATORS)
page("institution_edit", "one", yes=OPERATORS)

for many, one, create, edit, retire, revive, thing, idle_thing, former in (
    ("units", "unit", "unit_create", "unit_edit", "unit_retire", "unit_revive", "accounts", "archive_room", "old_unit"),
    ("teams", "team", "team_create", "team_edit", "team_retire", "team_revive", "team", "spare_team", "old_team"),
):
    row(many, yes=SETUP | SETUP_ABROAD)
    row(one, on=thing, yes=SETUP)
    not_this = {"xerxes"} if one == "unit" else set()
    page(create, yes=ADMINISTRATORS | {"xerxes"}, not_this=not_this, forbidden=LOOKERS | {"xavier"})
    page(edit, thing, yes=ADMINISTRATORS, forbidden=LOOKERS)
    button(retire, idle_thing, yes=ADMINISTRATORS, forbidden=LOOKERS)
    button(revive, former, yes=ADMINISTRATORS, forbidden=LOOKERS)
row("unit", on="two_unit", yes=SETUP_ABROAD)
row("team", on="two_team", yes=SETUP_ABROAD)
row("team", POST, "team", yes=ADMINISTRATORS, forbidden=LOOKERS)
button("team_remove_member", "team basil", yes=ADMINISTRATORS, forbidden=LOOKERS)

for many, one, idle_thing in (("queues", "queue", "idle_queue"), ("categories", "category", "idle_category")):
    row(many, yes=SETUP | SETUP_ABROAD)
    row(one, on=one, yes=SETUP)
    row(one, on=f"secret_{one}", yes=SETUP)  # that there is such a queue is no secret, its tickets are
    row(one, on=f"two_{one}", yes=SETUP_ABROAD)
    page(f"{one}_new", yes=ADMINISTRATORS | {"xerxes"}, not_this={"xerxes"}, forbidden=LOOKERS | {"xavier"})
    page(f"{one}_edit", one, yes=ADMINISTRATORS, forbidden=LOOKERS)
    button(f"{one}_use", idle_thing, yes=ADMINISTRATORS, forbidden=LOOKERS)
row("policies", yes=SETUP | SETUP_ABROAD)
row("policy", on="policy", yes=SETUP)
row("policy", on="two_policy", yes=SETUP_ABROAD)
page("policy_new", yes=ADMINISTRATORS | {"xerxes"}, forbidden=LOOKERS | {"xavier"})
page("policy_edit", "policy", yes=ADMINISTRATORS, forbidden=LOOKERS)
button("policy_use", "idle_policy", yes=ADMINISTRATORS, forbidden=LOOKERS)
button("policy_move", "idle_policy", body={"way": "up"}, yes=ADMINISTRATORS, forbidden=LOOKERS)
page("policy_step_new", "policy", yes=ADMINISTRATORS, forbidden=LOOKERS)
button("policy_step_remove", "policy step", yes=ADMINISTRATORS, forbidden=LOOKERS)
row("service_report", yes=SETUP | SETUP_ABROAD)
row("replans", yes=SETUP | SETUP_ABROAD)
row("replan", on="replan", yes=SETUP)
row("replan", on="two_replan", yes=SETUP_ABROAD)
row("mailboxes", yes=SETUP | SETUP_ABROAD)
row("mailbox", on="mailbox", yes=SETUP)
page("mailbox_new", yes=ADMINISTRATORS | {"xerxes"}, not_this={"xerxes"}, forbidden=LOOKERS | {"xavier"})
page("mailbox_edit", "mailbox", yes=ADMINISTRATORS, forbidden=LOOKERS)
button("mailbox_use", "idle_mailbox", yes=ADMINISTRATORS, forbidden=LOOKERS)
button("mailbox_resume", "mailbox", yes=ADMINISTRATORS, forbidden=LOOKERS)
row("received_mails", yes=ADMINISTRATORS | {"xerxes"})
page("received_mail", "held_mail", yes=ADMINISTRATORS)
row("received_mail", on="secret_mail", yes=())  # of a restricted queue: for its team, on the page of the ticket
button("received_mail_again", "held_mail", yes=ADMINISTRATORS)
button("received_mail_aside", "held_mail", yes=ADMINISTRATORS)
row("mail_trial", yes=ADMINISTRATORS | {"xerxes"})
row("mail_trial", POST, yes=(), idle=ADMINISTRATORS | {"xerxes"}, then=200)  # it writes nothing
for name in ("mail_letter", "mail_raw"):
    row(name, on="outside_mail", yes=SETUP)
    row(name, on="held_mail", yes=ADMINISTRATORS)
    row(name, on="secret_mail", yes={"salma", "adel"})
button("mail_accept_message", "outside_mail", yes={"basil"}, forbidden={"tareq", "salma", "adel", "rania"})
button("mail_accept_message", "secret_mail", yes=(), idle={"salma"}, forbidden={"adel"}, then=302)
for name in ("matrix", "take_up"):
    row(name, yes=SETUP | SETUP_ABROAD)
row("matrix", POST, yes=ADMINISTRATORS | {"xerxes"}, forbidden=LOOKERS | {"xavier"})
row("take_up", POST, yes=ADMINISTRATORS, idle={"xerxes"}, then=(302, 200), forbidden=LOOKERS | {"xavier"})

CALENDAR_EDITORS = ADMINISTRATORS | {"xerxes"}  # calendars belong to the installation
CALENDAR_READERS = LOOKERS | {"xavier"}
row("calendars", yes=SETUP | SETUP_ABROAD)
row("calendar", on="calendar", yes=SETUP | SETUP_ABROAD)
row("proposed_holidays", on="calendar =2026", yes=SETUP | SETUP_ABROAD)
for name, thing in (
    ("new_calendar", ""),
    ("edit_calendar", "calendar"),
    ("new_calendar_hours", "calendar"),
    ("edit_calendar_hours", "calendar slack"),
    ("new_calendar_day", "calendar"),
    ("edit_calendar_day", "calendar day"),
):
    page(name, thing, yes=CALENDAR_EDITORS, forbidden=CALENDAR_READERS)
for name, thing in (
    ("calendar_use", "calendar"),
    ("remove_calendar_hours", "calendar slack"),
    ("confirm_calendar_day", "calendar day"),
    ("remove_calendar_day", "calendar day"),
):
    button(name, thing, yes=CALENDAR_EDITORS, forbidden=CALENDAR_READERS)
button(
    "accept_proposal",
    "calendar =2026",
    yes=CALENDAR_EDITORS,
    forbidden=CALENDAR_READERS,
    body={"date": "2026-05-25", "source": "Communique 7"},
)

# --- Outbox and movement log ----------------------------------------------------------------------------------------

row("mail_texts", yes=SETUP | SETUP_ABROAD)
page("mail_text", "=ticket.received", yes=ADMINISTRATORS | {"xerxes"}, forbidden=LOOKERS | {"xavier"})
row("mail_text_preview", on="=ticket.received =ar", yes=SETUP | SETUP_ABROAD)
row("mail_text_preview", on="=ticket.nothing =ar", yes=())
row("outbox", yes=SIGNED_IN)
button(
    "outbox",
    yes=ADMINISTRATORS,
    idle={"xerxes"},
    forbidden=SIGNED_IN,
    body={"action": "retry", "selected": pk("failed")},
)
row("stop_mail", on="stop_link", yes=ALL)  # whoever has the mail has the link; it is about one reader's mails alone
row("stop_mail", POST, "stop_link", yes=ALL, then=200)
row("stop_mail", on="=1-ticket-1~forged", yes=())
button("hold_mail", yes=ADMINISTRATORS | {"xerxes"}, forbidden=SIGNED_IN, body={"reason": "A storm"})
button("release_mail", yes=(), idle=ADMINISTRATORS | {"xerxes"}, forbidden=SIGNED_IN)  # nothing is held
row("events", yes=DESK | ABROAD_DESK)
row("sheets", yes=SIGNED_IN)
row("sheet", on="sheet", yes={"rania"})
row("sheet", on="old_sheet", yes=())  # written with rights that she no longer has

# --- Files ----------------------------------------------------------------------------------------------------------

READERS = {"amal", "hala", "basil", "tareq", "salma", "manar", "adel", "rania"}  # of an ordinary ticket
NOTE_READERS = {"basil", "tareq", "salma", "adel", "rania"}
MEMBERS_OF_SECRET = {"dina", "salma", "adel"}
for name in ("attachment", "attachment_thumbnail"):
    row(name, on="photo", yes=READERS | {"sami"})
    row(name, on="inner", yes=NOTE_READERS)
    row(name, on="secret_photo", yes=MEMBERS_OF_SECRET)
    row(name, on="paper", yes=MANAGERS | AUDITORS | ADMINISTRATORS)
    row(name, on="two_photo", yes=ABROAD)

# --- Assets ---------------------------------------------------------------------------------------------------------

REGISTRARS = TECHNICIANS | ADMINISTRATORS
ASSET_READERS = MANAGERS | AUDITORS | {"amal"}  # of the printer that Amal holds
row("assets", yes=DESK | ABROAD_DESK)
page("new_asset", yes=REGISTRARS | SETUP_ABROAD, forbidden=MANAGERS | AUDITORS | {"ximena"})
row("pick_asset", yes=SIGNED_IN, query="?from=q&q=ONE-1")
row("pick_asset_model", yes=SIGNED_IN, query="?from=q&q=model")
row("asset", on="printer", yes=DESK | {"amal"})
row("asset", on="laptop", yes=DESK | {"dina"})
row("asset", on="spare", yes=DESK)
row("asset", on="two_asset", yes=ABROAD)
row("asset_qr", on="printer", yes=DESK | {"amal"})
row("asset_by_tag", on="=ONE-1", yes=DESK | {"amal"}, then=302)
row("asset_by_tag", on="=TWO-1", yes=ABROAD, then=302)
page("edit_asset", "printer", yes=REGISTRARS, forbidden=ASSET_READERS)
for name in ("change_asset_state", "hand_over_asset"):
    page(name, "spare", yes=REGISTRARS, forbidden=MANAGERS | AUDITORS)
page("take_back_asset", "printer", yes=REGISTRARS, forbidden=ASSET_READERS)
button("accept_custody", "custody", yes={"amal"}, forbidden=DESK)
page("decline_custody", "custody", yes={"amal"}, forbidden=DESK)
button("accept_custody_on_paper", "custody", yes=REGISTRARS, forbidden=ASSET_READERS)
row("custody_receipt", on="custody", yes=DESK | {"amal"})
row("custody_receipt", on="two_custody", yes=ABROAD)

for screen, many, thing in (
    ("asset_category", "asset_categories", "kind"),
    ("manufacturer", "manufacturers", "maker"),
    ("asset_model", "asset_models", "model"),
    ("location", "locations", "place"),
):
    abroad = SETUP_ABROAD if screen != "location" else set()  # places belong to an institution, the rest to all
    row(many, yes=SETUP | SETUP_ABROAD)
    row(screen, on=thing, yes=SETUP | abroad)
    page(f"{screen}_new", yes=ADMINISTRATORS | {"xerxes"}, forbidden=LOOKERS | {"xavier"})
    who = {"yes": ADMINISTRATORS | abroad - {"xavier"}, "forbidden": LOOKERS | abroad & {"xavier"}}
    page(f"{screen}_edit", thing, **who)
    button(f"{screen}_use", thing, **who)
row("location", on="two_place", yes=SETUP_ABROAD)

# --- Contracts ------------------------------------------------------------------------------------------------------

row("contracts", yes=DESK | ABROAD_DESK)
page(
    "contract_create",
    yes=MANAGERS | {"ximena"},
    not_this={"majed", "ximena"},  # each for the own unit and below
    forbidden=DESK - MANAGERS | {"xavier", "xerxes"},
)
row("pick_contract", yes=SIGNED_IN, query="?from=q&q=C-1")
row("pick_vendor", yes=SIGNED_IN, query="?from=q&q=alpha")
row("contract", on="contract", yes=DESK)
row("contract", on="two_contract", yes=ABROAD_DESK)
row("contract_by_number", on="=C-1", yes=DESK, then=302)
row("contract_by_number", on="=X-1", yes=ABROAD_DESK, then=302)
row("contract_dates", on="contract", yes=DESK)
row("contract_dates", on="two_contract", yes=ABROAD_DESK)
row("contract_coverage", on="contract", yes=DESK)
row("contract_coverage", on="two_contract", yes=ABROAD_DESK)
row("contract_reminders", on="contract", yes=DESK)
row("contract_reminders", on="two_contract", yes=ABROAD_DESK)
row("contract_leaks", yes=DESK - TECHNICIANS | ABROAD_DESK - {"xavier"})
READ_MONEY = DESK - TECHNICIANS | ABROAD_DESK - {"xavier"}
for name in ("contract_reports", "contract_money_part", "forecast", "budget", "payments", "budget_lines"):
    row(name, yes=READ_MONEY)
row("budget_line", on="budget_line", yes=DESK - TECHNICIANS)
row("budget_line", on="two_budget_line", yes=ABROAD_DESK - {"xavier"})
KEEP_BUDGET = MANAGERS | ADMINISTRATORS
page("budget_line_create", yes=KEEP_BUDGET | {"ximena", "xerxes"}, forbidden=AUDITORS)
page("budget_line_edit", "budget_line", yes=KEEP_BUDGET, forbidden=AUDITORS)
button("budget_line_use", "budget_line", yes=KEEP_BUDGET, forbidden=AUDITORS)
row("contract_month", yes=DESK | ABROAD_DESK | {"hala"})  # Hala heads a unit
row("vendor_scores", yes=DESK | ABROAD_DESK)
for name in ("vendor_scorecard", "vendor_score_part"):
    row(name, on="vendor", yes=DESK | ABROAD_DESK)
row("score_weights", yes=DESK | ABROAD_DESK)
row(
    "score_weights",
    POST,
    yes=KEEP_BUDGET | {"ximena", "xerxes"},
    forbidden=AUDITORS | TECHNICIANS | {"xavier"},
)
CALENDARS = DESK | ABROAD_DESK | {"hala"}  # Hala heads a unit
row("own_calendar", yes=CALENDARS)
button("own_calendar_make", yes=CALENDARS)
button("own_calendar_revoke", yes={"manar"}, idle=CALENDARS - {"manar"})
row("calendar_feed", on="=the-calendar-of-manar", yes=ALL)
row("calendar_feed", on="=a-revoked-calendar", yes=())
row("calendar_feed", on="=a-guessed-calendar", yes=())
row("contract_as_of", on="contract", yes=DESK, query="?day=2026-01-01")
row("contract_as_of", on="two_contract", yes=ABROAD_DESK)
row("contract_amendment", on="contract =1", yes=DESK)
row("contract_amendment", on="two_contract =1", yes=ABROAD_DESK)
NOT_HERS = DESK - {"manar"}  # of a contract of Manar's directorate; Majed is of another unit
for name, thing in (
    ("contract_edit", "contract"),
    ("contract_decide", "contract"),
    ("contract_snooze", "contract"),
    ("contract_suspend", "contract"),
    ("contract_terminate", "contract"),
    ("contract_paper_add", "contract"),
    ("contract_amend", "contract"),
    ("contract_conditions", "contract"),
    ("contract_term_add", "contract"),
    ("contract_term_edit", "contract term"),
    ("contract_level_add", "contract"),
    ("contract_level_edit", "contract level"),
    ("contract_coverage_add", "contract"),
    ("contract_coverage_end", "contract coverage"),
    ("contract_rule", "contract"),
):
    page(name, thing, yes={"manar"}, forbidden=NOT_HERS)
    foreign = thing.replace("contract", "two_contract").replace(" ", " two_")
    row(name, GET, foreign, yes={"ximena"}, forbidden={"xavier", "xerxes"})
for name, thing in (
    ("contract_cancel", "draft"),
    ("contract_resume", "suspended"),
    ("contract_rule_drop", "contract"),
):
    button(name, thing, yes={"manar"}, forbidden=NOT_HERS)
HERS, NOT_THEIRS = {"manar", "majed"}, DESK - {"manar", "majed"} | {"hala"}  # owner, deputy; Hala heads the unit
button("contract_submit", "ready", yes=HERS, forbidden=NOT_THEIRS)
button("contract_withdraw", "asked", yes=HERS, forbidden=NOT_THEIRS)
button("contract_activate", "approved", yes=HERS, forbidden=DESK - HERS)
button("contract_approve", "asked", yes={"hala", "majed"}, forbidden=DESK - {"majed"})  # Manar wrote it
page("contract_reject", "asked", yes={"hala", "majed"}, forbidden=DESK - {"majed"})
# Whoever is reminded of a contract sees it and decides, whatever the role, and does nothing else with it; amounts, and
# the papers that hold them, stay with those who see amounts (docs/decisions/0007).
REMINDED = {"tareq", "amal", "hala"}  # its owner, his deputy, the head of its unit
for name in ("contract", "contract_coverage"):
    row(name, on="answered", yes=DESK | REMINDED)
row("contract_by_number", on="=C-7", yes=DESK | REMINDED, then=302)
page("contract_decide", "answered", yes=REMINDED, forbidden=DESK - REMINDED)
for name in ("contract_edit", "contract_suspend", "contract_terminate", "contract_paper_add", "contract_coverage_add"):
    page(name, "answered", yes=(), forbidden=DESK | REMINDED)
for name in ("attachment", "attachment_thumbnail"):
    row(name, on="answered_paper", yes=MANAGERS | AUDITORS | ADMINISTRATORS)
row("contract_obligations", on="contract", yes=DESK)
row("contract_obligations", on="two_contract", yes=ABROAD_DESK)
row("contract_money", on="contract", yes=DESK - TECHNICIANS)
row("contract_money", on="two_contract", yes=ABROAD_DESK - {"xavier"})
row("contract_securities", on="contract", yes=DESK - TECHNICIANS)
row("contract_securities", on="two_contract", yes=ABROAD_DESK - {"xavier"})
for name, thing in (
    ("security_lodge", "contract"),
    ("security_extend", "contract security"),
    ("security_settle", "contract security"),
    ("contract_promise_add", "contract"),
    ("obligation_meet", "contract obligation"),
    ("obligation_waive", "contract obligation"),
    ("instalments_plan", "suspended unpaid_term"),
    ("instalment_invoice", "contract planned_part"),
    ("instalment_pay", "contract approved_part"),
    ("instalment_withhold", "contract planned_part"),
    ("penalty_waive", "contract penalty"),
):
    page(name, thing, yes={"manar"}, forbidden=NOT_HERS)
for name, thing in (
    ("instalment_approve", "contract invoiced_part"),
    ("instalment_release", "contract withheld_part"),
    ("penalty_agree", "contract penalty"),
):
    button(name, thing, yes={"manar"}, forbidden=NOT_HERS)
# Renewal cases: whoever sees the contract sees its case, and so do the members of the committee (Hala, an employee);
# prices only once they are open, for those who see amounts (docs/decisions/0017).
SEATED = {"manar", "hala", "basil"}
row("renewal_board", yes=DESK | ABROAD_DESK | {"hala"})
row("renewal_cases", yes=DESK | ABROAD_DESK | {"hala"})
for name in ("renewal_case", "case_offers"):
    row(name, on="study", yes=DESK | {"hala"})
    row(name, on="council", yes=DESK | {"hala"})
    row(name, on="two_case", yes=ABROAD_DESK)
for name, paper in (("renewal_file", ""), ("renewal_file_pdf", " =ar"), ("renewal_file_pdf", " =en")):
    row(name, on=f"contract{paper}", yes=DESK)
    row(name, on=f"two_contract{paper}", yes=ABROAD_DESK)
    row(name, on=f"answered{paper}", yes=DESK | REMINDED)
row("renewal_file_pdf", on="contract =fr", yes=())
button("renewal_open", "unopened", yes={"manar"}, forbidden=NOT_HERS)
for name, thing in (
    ("criterion_add", "case"),
    ("criterion_edit", "case criterion"),
    ("member_add", "case"),
    ("offer_enter", "study"),
    ("offer_edit", "study offer"),
    ("offer_aside", "study offer"),
    ("case_recommend", "council"),
    ("case_award", "voted"),
    ("case_successor", "won"),
    ("case_close", "case"),
):
    page(name, thing, yes={"manar"}, forbidden=NOT_HERS | {"hala"})
for name, thing in (
    ("criterion_remove", "case criterion"),
    ("criteria_freeze", "case"),
    ("member_remove", "case seat"),
    ("prices_open", "counted"),
):
    button(name, thing, yes={"manar"}, forbidden=NOT_HERS | {"hala"})
page("marks_give", "study", yes=SEATED, forbidden=DESK - SEATED)
button("marks_lock", "marked", yes=SEATED, forbidden=DESK - SEATED)
page("case_vote", "council", yes=SEATED, forbidden=DESK - SEATED)
for name in ("attachment", "attachment_thumbnail"):
    row(name, on="offer_paper", yes=DESK | {"hala"})
    row(name, on="price_paper", yes=())  # sealed, for Manar who typed it too
    row(name, on="open_price_paper", yes=MANAGERS | AUDITORS | ADMINISTRATORS)
    row(name, on="minutes", yes=MANAGERS | AUDITORS | ADMINISTRATORS)
row("calls", yes=DESK | ABROAD_DESK)
row("calls_of_contract", on="contract", yes=DESK, then=302)  # the list; a part of the page where htmx asks
row("calls_of_contract", on="two_contract", yes=ABROAD_DESK, then=302)
row("calls_of_vendor", on="vendor", yes=DESK | ABROAD_DESK, then=302)
row("call", on="call", yes=DESK)
row("call", on="secret_call", yes={"salma", "adel"})  # about what only one team and auditors see
row("call", on="two_call", yes=ABROAD_DESK)
TEND = TECHNICIANS | {"manar"}  # technicians, and the manager of the contract
for name, thing in (
    ("call_step_add", "call"),
    ("call_step_dispute", "call call_step"),
    ("call_reference", "call"),
    ("call_close", "call"),
    ("call_cancel", "call"),
):
    page(name, thing, yes=TEND, forbidden=DESK - TEND)
    foreign = thing.replace("call", "two_call")
    row(name, GET, foreign, yes={"xavier", "ximena"}, forbidden={"xerxes"})
page("call_step_add", "secret_call", yes={"salma"}, forbidden={"adel"})
for name, thing in (
    ("call_step_confirm", "call call_step"),
    ("call_link_make", "call"),
    ("call_link_revoke", "call call_link"),
):
    button(name, thing, yes=TEND, forbidden=DESK - TEND)
# Whoever has the address has the page, signed in or not; all other addresses answer alike.
page("vendor_page", "=the-page-of-a-vendor", yes=ALL)
for token in ("a-revoked-page", "a-guessed-page"):
    row("vendor_page", on=f"={token}", yes=())
    row("vendor_page", POST, f"={token}", yes=())
RULERS = MANAGERS | ADMINISTRATORS
row("reminder_rules", yes=DESK | ABROAD_DESK)
page("reminder_rule_create", yes=RULERS | {"ximena", "xerxes"}, forbidden=LOOKERS | {"xavier"})
row("reminder_rule", on="rule", yes=DESK)
row("reminder_rule", on="two_rule", yes=ABROAD_DESK)
page("reminder_rule_edit", "rule", yes=RULERS, forbidden=LOOKERS)
button("reminder_rule_use", "rule", yes=RULERS, forbidden=LOOKERS)

# --- Tickets --------------------------------------------------------------------------------------------------------

LISTERS = DESK | {"hala"}  # see tickets that are not their own
row("tickets", yes=LISTERS | ABROAD_DESK)
row("tickets_view", on="=mine", yes=SETUP | SETUP_ABROAD)
row("tickets_view", on="=all", yes=LISTERS | ABROAD_DESK)
row("tickets_view", on="=nonsense", yes=())
NO_TECHNICIANS = LISTERS - TECHNICIANS | {"ximena", "xerxes"}
OTHER_TECHNICIANS = {"tareq", "salma", "xavier"}
for name, view, action, thing, extra in (
    ("tickets", "", "take", "fresh", {}),
    ("tickets", "", "assign", "ticket", {"confirmed": "1", "assignee": pk("tareq")}),
    ("tickets", "", "merge", "ticket", {"confirmed": "1", "number": "ONE-TKT-3"}),
    ("tickets_view", "=all", "close", "solved", {}),
):  # each ticket by its own right: what is not theirs is left as it is
    button(
        name,
        view,
        yes={"basil"},
        idle=OTHER_TECHNICIANS,
        forbidden=NO_TECHNICIANS,
        body={"action": action, "selected": pk(thing)} | extra,
        then=(302, 200),
    )
button("take_next", yes={"basil", "salma", "xavier"}, idle={"tareq"}, forbidden=NO_TECHNICIANS)
page("new_ticket", yes=MEMBERS)
row("asset_hint", yes=SIGNED_IN, query="?asset=1")
CALLS = TECHNICIANS | ADMINISTRATORS
NO_CALLS = LISTERS - CALLS | {"ximena"}
page("phone_ticket", yes=CALLS | SETUP_ABROAD, not_this=SETUP_ABROAD, forbidden=NO_CALLS)
row("phone_callers", yes=CALLS | SETUP_ABROAD, forbidden=NO_CALLS, query="?requester=persona")
row("phone_caller", yes=CALLS | SETUP_ABROAD, forbidden=NO_CALLS, query="?requester=persona")

DRAFT = {"face": "reply", "text": "Dear"}
ASKED = {"amal", "sami"}  # asked for it or follow it: they see the public part, reply, confirm, reopen
FOLLOWED = READERS | {"sami"}  # of the ticket that Sami follows
row("ticket", on="ticket", yes=FOLLOWED)
row("ticket", on="fresh", yes=READERS)
row("ticket", on="secret", yes=MEMBERS_OF_SECRET)
row("ticket", on="board", yes={"dina", "adel", "rania"})  # Rania is a member of the team of that restricted queue
row("ticket", on="two_ticket", yes=ABROAD)
row("ticket_calls", on="ticket", yes=NOTE_READERS, forbidden=FOLLOWED - NOTE_READERS)
row("ticket_calls", on="secret", yes={"salma", "adel"}, forbidden={"dina"})
page("ticket_escalate", "ticket", yes={"basil"}, forbidden=FOLLOWED - {"basil"})
row("ticket_escalate", on="two_ticket", yes={"xavier"}, forbidden={"xenia", "ximena", "xerxes"})
RATED = {"stars": "4", "comment": "Quick."}
button("ticket_rate", "solved", yes={"amal"}, forbidden=READERS - {"amal"}, body=RATED)
row("ticket_time", on="ticket", yes=NOTE_READERS, forbidden=FOLLOWED - NOTE_READERS)
row("ticket_time", on="secret", yes={"salma", "adel"}, forbidden={"dina"})
button("ticket_seen", "ticket", yes=FOLLOWED, then=204)
button("ticket_seen", "secret", yes=MEMBERS_OF_SECRET, then=204)
button("ticket_mail_again", "ticket", yes=FOLLOWED)
button("ticket_mail_again", "two_ticket", yes=ABROAD)
NO_WRITERS = FOLLOWED - ASKED - {"basil"}  # Basil's reply is on its way, and stays as it is
button("ticket_draft", "ticket", yes=ASKED, idle={"basil"}, forbidden=NO_WRITERS, then=204, body=DRAFT)
button("ticket_draft", "secret", yes={"salma", "dina"}, forbidden={"adel"}, then=204, body=DRAFT)
for name in ("ticket_draft_send", "ticket_draft_take_back"):  # only what one has begun oneself
    button(name, "ticket", yes={"basil"}, idle=FOLLOWED - {"basil"})
button("ticket_draft_file_remove", "ticket draft_file", yes={"basil"}, idle=FOLLOWED - {"basil"})
row("ticket_colleagues", on="ticket", yes=TECHNICIANS, forbidden=FOLLOWED - TECHNICIANS, query="?q=persona&note")
row("ticket_colleagues", on="secret", yes={"salma"}, forbidden={"dina", "adel"}, query="?q=persona&note")
row("short_ticket", on="=ONE-TKT-1", yes=FOLLOWED, then=302)
row("short_ticket", on="=ONE-TKT-6", yes=MEMBERS_OF_SECRET, then=302)
row("short_ticket", on="=TWO-TKT-1", yes=ABROAD, then=302)

for name, yes, secret, abroad in (
    ("ticket_edit", {"basil"}, {"salma"}, {"xavier"}),
    ("ticket_assign", {"basil", "rania"}, {"salma"}, {"xavier", "xerxes"}),  # an administrator reassigns, no more
    ("ticket_transfer", {"basil", "rania"}, {"salma"}, {"xavier", "xerxes"}),
    ("ticket_wait", {"basil"}, {"salma"}, {"xavier"}),
    ("ticket_policy", {"basil"}, {"salma"}, {"xavier"}),
    ("ticket_merge", {"basil"}, {"salma"}, {"xavier"}),
    ("ticket_cancel", {"basil", "amal"}, {"salma", "dina"}, {"xavier", "xenia"}),  # whoever asked takes it back
    ("ticket_add_watcher", {"basil"}, {"salma"}, {"xavier"}),
):
    page(name, "ticket", yes=yes, forbidden=FOLLOWED - yes)
    row(name, GET, "secret", yes=secret, forbidden=MEMBERS_OF_SECRET - secret)
    row(name, GET, "two_ticket", yes=abroad, forbidden=ABROAD - abroad)
for name, thing, yes in (
    ("ticket_take", "fresh", {"basil"}),
    ("ticket_start", "given", {"basil"}),
    ("ticket_resume", "waiting", {"basil"}),
    ("ticket_close", "solved", {"basil"}),
    ("ticket_confirm", "solved", {"amal"}),
    ("ticket_reopen", "solved", {"amal", "basil"}),
):
    button(name, thing, yes=yes, forbidden=READERS - yes)
row("ticket", on="merged", yes=READERS)
button("ticket_apart", "merged", yes={"basil"}, forbidden=READERS - {"basil"})
button("ticket_reply", "merged", yes={"amal", "basil"}, forbidden=READERS - {"amal", "basil"})
button("ticket_take", "secret", yes={"salma"}, forbidden={"dina", "adel"})
button("ticket_take", "two_ticket", yes={"xavier"}, forbidden={"xenia", "ximena", "xerxes"})
button("ticket_confirm", "ticket", yes=ASKED, forbidden=FOLLOWED - ASKED)
button("ticket_reply", "ticket", yes=ASKED | {"basil"}, forbidden=FOLLOWED - ASKED - {"basil"})
SOLVE = {"text": "A new drum.", "then": "resolve"}
button("ticket_reply", "ticket", yes={"basil"}, forbidden=FOLLOWED - {"basil"}, body=SOLVE)
button("ticket_note", "ticket", yes=TECHNICIANS, forbidden=FOLLOWED - TECHNICIANS)
WORDS = {"text": "Who leaked it?", "note-text": "Who leaked it?"}
button("ticket_reply", "secret", yes={"salma", "dina"}, forbidden={"adel"}, body=WORDS)
button("ticket_note", "secret", yes={"salma"}, forbidden={"dina", "adel"}, body=WORDS)
button("ticket_watch", "ticket", yes=NOTE_READERS, forbidden=FOLLOWED - NOTE_READERS)
button("ticket_unwatch", "ticket", yes={"sami"}, idle=READERS)
button("ticket_remove_watcher", "ticket sami", yes={"basil", "sami"}, forbidden=READERS - {"basil"})
button("ticket_remove_watcher", "ticket dina", yes=(), idle={"basil"}, forbidden=FOLLOWED - {"basil"}, then=404)
