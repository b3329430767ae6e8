"""Units, teams, absences, institutions and the set-up page: what happens when they are filled in."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from office.calendars import today
from office.models import Event, WorkingCalendar
from people import actions
from people.models import Absence, Team, Unit, User
from people.signals import institution_created
from tests import factories
from tests.factories import make_institution, make_team, make_unit, make_user


def test_the_set_up_page_shows_the_cards_of_the_reader(sign_in, administrator, basil, dina):
    titles = [card.url_name for card, _count in sign_in(administrator).get("/setup/").context["cards"]]
    technician = [card.url_name for card, _count in sign_in(basil).get("/setup/").context["cards"]]

    assert titles[:4] == ["users", "units", "teams", "absences"]
    assert technician[:3] == ["units", "teams", "absences"]
    assert sign_in(dina).get("/setup/").status_code == 404


def test_a_card_is_searched(sign_in, administrator):
    browser = sign_in(administrator)

    found = browser.get("/setup/", {"q": "directorates"}).context["cards"]
    nothing = browser.get("/setup/", {"q": "zzz"})

    assert [card.url_name for card, _count in found] == ["units"]
    assert "No results" in nothing.content.decode()


def test_a_unit_is_made_below_another(sign_in, administrator, ministry):
    form = {"name": "Archive", "kind": "section", "parent": ministry.pk, "head": "Rania Admin"}

    sign_in(administrator).post("/setup/units/new/", form)

    unit = Unit.objects.get(name="Archive")
    assert (unit.parent, unit.institution, unit.head) == (ministry, ministry, administrator)
    assert unit.path == f"{ministry.path}{unit.pk}/"


def test_a_unit_that_moves_takes_everything_below_along(sign_in, administrator, ministry):
    old, new = make_unit(ministry, name="Old"), make_unit(ministry, name="New")
    section = make_unit(old, name="Section")
    division = make_unit(section, name="Division")

    actions.change_unit(section, by=administrator, parent=new)

    division.refresh_from_db()
    assert division.path == f"{new.path}{section.pk}/{division.pk}/"
    assert Event.objects.about(section).get().changes == {"parent": [old.pk, new.pk]}


def test_a_unit_never_hangs_below_itself(administrator, ministry):
    above = make_unit(ministry)
    below = make_unit(above)

    for parent in (above, below):
        with pytest.raises(ValidationError) as refusal:
            actions.change_unit(above, by=administrator, parent=parent)
        assert refusal.value.error_dict["parent"][0].code == "circle"


@pytest.mark.parametrize("what", ["unit", "person"])
def test_what_is_not_of_the_house_is_as_unknown_as_nothing(sign_in, administrator, ministry, what):
    elsewhere = make_institution()
    foreign_unit, stranger = make_unit(elsewhere), make_user(elsewhere, name="A Stranger")
    form = {"name": "Archive", "kind": "section", "parent": ministry.pk}
    form |= {"parent": foreign_unit.pk} if what == "unit" else {"head": f"{stranger.name}"}
    unknown = form | ({"parent": 999999} if what == "unit" else {"head": "Nobody Atall"})

    pages = [sign_in(administrator).post("/setup/units/new/", each) for each in (form, unknown)]

    field = "parent" if what == "unit" else "head"
    assert pages[0].context["form"].errors[field] == pages[1].context["form"].errors[field]
    assert not Unit.objects.filter(name="Archive").exists()


def test_one_parent_has_no_two_of_one_name(sign_in, administrator, ministry):
    make_unit(ministry, name="Archive")

    page = sign_in(administrator).post(
        "/setup/units/new/", {"name": "Archive", "kind": "section", "parent": ministry.pk}
    )

    assert "The unit above already has one of this name." in page.content.decode()


def test_a_unit_with_people_stays_in_use(administrator, ministry):
    unit = make_unit(ministry)
    make_user(unit=unit)

    with pytest.raises(ValidationError, match="1 person belongs to it"):
        actions.retire_unit(unit, by=administrator)


def test_an_empty_unit_goes_out_of_use_and_comes_back(sign_in, administrator, ministry):
    unit = make_unit(ministry)
    browser = sign_in(administrator)

    browser.post(f"/setup/units/{unit.pk}/retire/")
    browser.post(f"/setup/units/{unit.pk}/revive/")

    assert list(Event.objects.about(unit).order_by("pk").values_list("verb", flat=True)) == [
        "deactivated",
        "reactivated",
    ]


def test_the_administrator_gives_the_institution_a_colour_and_a_head(sign_in, administrator, ministry):
    form = {"name": ministry.name, "second_name": "وزارة", "colour": "#0b6e4f", "version": 1, "head": ""}

    sign_in(administrator).post(f"/setup/units/{ministry.pk}/edit/", form)

    ministry.refresh_from_db()
    assert (ministry.colour, ministry.parent, ministry.kind) == ("#0b6e4f", None, "institution")


@pytest.mark.parametrize("colour", ["red", "#12345", "#1234567", "}body{display:none"])
def test_a_colour_is_six_digits(sign_in, administrator, ministry, colour):
    page = sign_in(administrator).post(f"/setup/units/{ministry.pk}/edit/", {"name": ministry.name, "colour": colour})

    assert page.context["form"].errors["colour"]


def test_a_team_gets_and_loses_members(sign_in, administrator, dina):
    browser = sign_in(administrator)
    browser.post("/setup/teams/new/", {"name_en": "Networks"})
    team = Team.objects.get(name_en="Networks")

    browser.post(f"/setup/teams/{team.pk}/", {"person": "Dina Saleh"})
    assert list(team.members.all()) == [dina]
    browser.post(f"/setup/teams/{team.pk}/members/{dina.pk}/remove/")

    verbs = Event.objects.about(team).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["created", "member_added", "member_removed"]
    assert not team.members.exists()


def test_a_team_has_a_name_in_one_language_at_least(sign_in, administrator):
    page = sign_in(administrator).post("/setup/teams/new/", {})

    assert "Give a name in at least one language." in page.content.decode()


def test_a_technician_adds_nobody_to_a_team(sign_in, basil, dina, team):
    assert sign_in(basil).post(f"/setup/teams/{team.pk}/", {"person": "Dina Saleh"}).status_code == 403
    assert list(team.members.all()) == [basil]


def test_everybody_enters_the_own_absence(sign_in, amal, dina):
    form = {"from_date": "2026-03-01", "to_date": "2026-03-05", "substitute": "Dina Saleh"}

    sign_in(amal).post("/absences/new/", form)

    absence = Absence.objects.get()
    assert (absence.person, absence.substitute, absence.from_date) == (amal, dina, date(2026, 3, 1))
    assert Event.objects.about(amal).get().verb == "absence_added"


def test_an_employee_enters_no_absence_for_another(sign_in, amal, dina):
    sign_in(amal).post("/absences/new/", {"from_date": "2026-03-01", "to_date": "2026-03-05", "person": "Dina Saleh"})

    assert Absence.objects.get().person == amal


def test_an_administrator_enters_it_for_anybody(sign_in, administrator, dina):
    form = {"from_date": "2026-03-01", "to_date": "2026-03-05", "person": "dina"}

    sign_in(administrator).post("/absences/new/", form)

    assert Absence.objects.get().person == dina


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"from_date": "2026-03-05", "to_date": "2026-03-01"}, "to_date"),
        ({"from_date": "2026-03-04", "to_date": "2026-03-20"}, "from_date"),
        ({"from_date": "2026-04-01", "to_date": "2026-04-02", "substitute": "Amal Haddad"}, "substitute"),
        ({"from_date": "soon", "to_date": "2026-04-02"}, "from_date"),
        ({"from_date": "", "to_date": ""}, "to_date"),
    ],
)
def test_an_absence_that_cannot_be_is_refused_at_its_field(sign_in, amal, form, field):
    actions.add_absence(amal, by=amal, from_date=date(2026, 3, 1), to_date=date(2026, 3, 5))

    page = sign_in(amal).post("/absences/new/", form)

    assert page.context["form"].errors[field]
    assert Absence.objects.count() == 1


def test_an_absence_is_changed_and_taken_back(sign_in, amal, dina):
    day = today()
    absence = actions.add_absence(amal, by=amal, from_date=day, to_date=day + timedelta(2))
    browser = sign_in(amal)

    browser.post(f"/absences/{absence.pk}/edit/", {"from_date": day, "to_date": day + timedelta(5), "version": 1})
    absence.refresh_from_db()
    browser.post(f"/absences/{absence.pk}/remove/")

    assert absence.to_date == day + timedelta(5)
    verbs = Event.objects.about(amal).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["absence_added", "absence_changed", "absence_removed"]


def test_the_directory_says_who_is_away_and_who_stands_in(sign_in, amal, basil, dina):
    day = today()
    actions.add_absence(basil, by=basil, from_date=day, to_date=day + timedelta(2), substitute=dina)

    page = sign_in(amal).get(basil.get_absolute_url()).content.decode()

    assert "stands in:" in page
    assert "Dina Saleh" in page


def test_an_employee_lists_the_own_absences_only(sign_in, amal, basil):
    day = today()
    actions.add_absence(amal, by=amal, from_date=day, to_date=day)
    actions.add_absence(basil, by=basil, from_date=day, to_date=day)

    mine = [row.person for row in sign_in(amal).get("/absences/").context["page"].rows]
    everybodys = [row.person for row in sign_in(basil).get("/absences/").context["page"].rows]

    assert mine == [amal]
    assert everybodys == [amal, basil]


def test_what_is_over_shows_when_asked_for(sign_in, amal):
    day = today() - timedelta(10)
    actions.add_absence(amal, by=amal, from_date=day, to_date=day)
    browser = sign_in(amal)

    assert browser.get("/absences/").context["page"].rows == []
    assert len(browser.get("/absences/?past=on").context["page"].rows) == 1


@pytest.fixture
def operator(db):
    return User.objects.create(username="operator", name="Operator", is_operator=True, language="en")


def test_an_operator_opens_an_institution_ready_to_work(sign_in, operator):
    heard = []
    institution_created.connect(
        lambda sender, institution, team, by, **kwargs: heard.append((institution, team)), weak=False
    )
    form = {"name": "Ministry of Water", "code": "MOW", "administrator_name": "Huda Ali"}
    form |= {"administrator_username": "huda", "administrator_email": "huda@mow.example"}

    sign_in(operator).post("/setup/institutions/new/", form)

    ministry = Unit.objects.get(name="Ministry of Water")
    huda = User.objects.get(username="huda")
    assert heard == [(ministry, Team.objects.get(institution=ministry))]
    assert (huda.institution, huda.is_administrator, huda.is_operator) == (ministry, True, False)
    assert WorkingCalendar.objects.get(is_default=True).zone == "Asia/Amman"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Ministry of Works"),
        ("code", "MOP"),
        ("administrator_username", "AMAL"),
        ("administrator_username", "with blanks"),
        ("administrator_email", "amal@x.example"),
    ],
)
def test_what_is_taken_opens_no_institution(sign_in, operator, field, value):
    make_user(make_institution(name="Ministry of Works", code="MOP"), username="amal", email="amal@x.example")
    form = {"name": "New", "code": "NEW", "administrator_name": "Huda"}
    form |= {"administrator_username": "huda", "administrator_email": "huda@x.example"}

    page = sign_in(operator).post("/setup/institutions/new/", form | {field: value})

    assert page.context["form"].errors[field]
    assert Unit.objects.institutions().count() == 1


def test_an_operator_renames_an_institution_from_outside(sign_in, operator, ministry):
    form = {"name": "Ministry of Works", "code": "MOP", "second_name": "", "colour": "", "version": 1}

    sign_in(operator).post(f"/setup/institutions/{ministry.pk}/edit/", form)

    ministry.refresh_from_db()
    assert (ministry.name, ministry.code) == ("Ministry of Works", "MOP")


def test_a_section_is_no_institution(sign_in, operator, ministry):
    assert sign_in(operator).get(f"/setup/institutions/{make_unit(ministry).pk}/edit/").status_code == 404


def test_the_history_of_a_team_names_its_people(sign_in, administrator, dina, ministry):
    team = make_team(ministry)
    actions.add_member(team, dina, by=administrator)

    page = sign_in(administrator).get(team.get_absolute_url()).content.decode()

    assert "Joined the team" in page
    assert page.count("Dina Saleh") >= 2


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("team", ["1 work queue", "1 open ticket"]),
        ("unit", ["1 person", "1 asset", "1 contract"]),
        ("calendar", ["2 service levels of contracts"]),
    ],
)
def test_a_row_says_where_it_is_used_and_its_form_what_a_change_touches(
    sign_in, ministry, team, amal, administrator, page, words
):
    section = factories.make_unit(ministry)
    User.objects.filter(pk=amal.pk).update(unit=section)
    factories.make_asset(ministry, unit=section)
    contract = factories.make_contract(ministry, unit=section)
    factories.make_ticket(amal, queue=factories.make_queue(team))
    calendar = factories.make_level(contract).calendar
    row = {"team": team, "unit": section, "calendar": calendar}[page]

    browser = sign_in(administrator)
    shown, form = (
        browser.get(url).content.decode() for url in (row.get_absolute_url(), f"{row.get_absolute_url()}edit/")
    )

    assert "Where it is used" in shown
    assert [each for each in words if each not in shown] == []
    assert [each for each in words if each not in form.partition("A change shows at once on:")[2]] == []


def test_a_row_that_nothing_uses_says_so(sign_in, ministry, administrator):
    team = factories.make_team(ministry)

    assert "Nowhere yet." in sign_in(administrator).get(team.get_absolute_url()).content.decode()
