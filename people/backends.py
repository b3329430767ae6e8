"""Who it is that signs in, and who it is that asks for a page."""

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Exists, OuterRef

from office.prepared import prepared
from people.models import Unit, User
from people.passwords import LONGEST


class SignInBackend(AuthenticationBackend):
    """By user name or mail address, whatever its case; a name nobody has costs one hash as well."""

    def authenticate(self, request, **credentials):
        if len(credentials.get("password") or "") > LONGEST:
            return None
        return super().authenticate(request, **credentials)

    def _authenticate(self, request, **credentials):
        person = User.objects.called(credentials.get("username") or credentials.get("email") or "")
        if person is not None and person.is_guest:
            person = None
        return self._check_password(person, credentials["password"])

    def get_user(self, user_id):
        """With the institution and whether she heads a unit, which every page asks; None once deactivated."""
        found = person_with_institution(user_id)
        return found[0] if found and found[0].is_active else None


@prepared
def person_with_institution(person):
    heads = Unit.objects.filter(head=OuterRef("pk")).order_by()
    return User.objects.filter(pk=person).select_related("institution").annotate(is_head=Exists(heads))
