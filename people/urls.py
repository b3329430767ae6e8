"""Addresses of this room: signing in, people, vendors, their set-up."""

from allauth.account import views as allauth
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from people.views import (
    absences,
    account,
    directory,
    institutions,
    notifying,
    profile,
    setup,
    teams,
    units,
    users,
    vendors,
)

sign_in = [
    path("login/", account.SignIn.as_view(), name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("signup/", account.closed, name="account_signup"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/set/", RedirectView.as_view(pattern_name="account_reset_password"), name="account_set_password"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]

setup_screens = [
    path("", setup.setup, name="setup"),
    path("users/", users.UserList.as_view(), name="users"),
    path("users/new/", users.UserCreate.as_view(), name="user_create"),
    path("users/<int:pk>/edit/", users.UserEdit.as_view(), name="user_edit"),
    path("users/<int:pk>/password/", users.UserPassword.as_view(), name="user_password"),
    path("users/<int:pk>/leaving/", users.UserLeaving.as_view(), name="user_leaving"),
    path("users/<int:pk>/reactivate/", users.reactivate, name="user_reactivate"),
    path("users/<int:pk>/sign-out/", users.sign_out, name="user_sign_out"),
    path("users/<int:pk>/send-link/", users.send_link, name="user_send_link"),
    path("units/", units.units, name="units"),
    path("units/new/", units.UnitCreate.as_view(), name="unit_create"),
    path("units/<int:pk>/", units.unit, name="unit"),
    path("units/<int:pk>/edit/", units.UnitEdit.as_view(), name="unit_edit"),
    path("units/<int:pk>/retire/", units.retire, name="unit_retire"),
    path("units/<int:pk>/revive/", units.revive, name="unit_revive"),
    path("teams/", teams.teams, name="teams"),
    path("teams/new/", teams.TeamCreate.as_view(), name="team_create"),
    path("teams/<int:pk>/", teams.TeamPage.as_view(), name="team"),
    path("teams/<int:pk>/edit/", teams.TeamEdit.as_view(), name="team_edit"),
    path("teams/<int:pk>/members/<int:person>/remove/", teams.remove_member, name="team_remove_member"),
    path("teams/<int:pk>/retire/", teams.retire, name="team_retire"),
    path("teams/<int:pk>/revive/", teams.revive, name="team_revive"),
    path("institutions/", institutions.InstitutionList.as_view(), name="institutions"),
    path("institutions/new/", institutions.InstitutionCreate.as_view(), name="institution_create"),
    path("institutions/<int:pk>/edit/", institutions.InstitutionEdit.as_view(), name="institution_edit"),
]

urlpatterns = [
    path("accounts/", include(sign_in)),
    path("preferences/", account.set_preferences, name="set_preferences"),
    path("profile/", profile.Profile.as_view(), name="profile"),
    path("profile/notifications/", notifying.NotifyPreferences.as_view(), name="notify_preferences"),
    path("people/", directory.PeopleList.as_view(), name="people"),
    path("people/pick/", directory.pick, name="pick_person"),
    path("people/<int:pk>/", directory.person, name="person"),
    path("absences/", absences.AbsenceList.as_view(), name="absences"),
    path("absences/new/", absences.AbsenceCreate.as_view(), name="absence_create"),
    path("absences/<int:pk>/edit/", absences.AbsenceEdit.as_view(), name="absence_edit"),
    path("absences/<int:pk>/remove/", absences.remove, name="absence_remove"),
    path("vendors/", vendors.VendorList.as_view(), name="vendors"),
    path("vendors/new/", vendors.VendorCreate.as_view(), name="vendor_create"),
    path("vendors/<int:pk>/", vendors.vendor, name="vendor"),
    path("vendors/<int:pk>/edit/", vendors.VendorEdit.as_view(), name="vendor_edit"),
    path("vendors/<int:pk>/retire/", vendors.retire, name="vendor_retire"),
    path("vendors/<int:pk>/revive/", vendors.revive, name="vendor_revive"),
    path("vendors/<int:pk>/contacts/new/", vendors.ContactCreate.as_view(), name="contact_create"),
    path("vendors/contacts/<int:pk>/edit/", vendors.ContactEdit.as_view(), name="contact_edit"),
    path("vendors/contacts/<int:pk>/retire/", vendors.retire_contact, name="contact_retire"),
    path("vendors/contacts/<int:pk>/revive/", vendors.revive_contact, name="contact_revive"),
    path("setup/", include(setup_screens)),
]
