"""The people of the ministry, with their roles and preferences."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from office.fold import sort_key
from office.models import Versioned
from office.prepared import prepared
from office.search import Searchable


class Theme(models.TextChoices):
    AUTO = "auto", _("as the device")
    LIGHT = "light", _("light")
    DARK = "dark", _("dark")


class UserQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def visible_to(self, user):
        """The directory: everybody of one's own institution; operators see nobody inside one."""
        return self.filter(institution=user.institution_id) if user.institution_id else self.none()

    def administrators_of(self, institution_id):
        return self.active().filter(institution=institution_id, is_administrator=True)

    def called(self, login):
        """Whoever signs in by this user name or mail address, whatever its case; the user name first."""
        typed = Lower(Value(login))
        for field in ("username", "email"):
            if person := self.alias(lowered=Lower(field)).filter(lowered=typed).exclude(**{field: ""}).first():
                return person
        return None


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def get_by_natural_key(self, username):
        return self.get(username__iexact=username)

    def create_user(self, username, email="", password=None, **fields):
        user = self.model(username=username, email=self.normalize_email(email or ""), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


ROLES = ("is_technician", "is_manager", "is_auditor", "is_administrator", "is_operator")


class User(AbstractBaseUser, Searchable, Versioned):
    """A person. Everybody is an employee; the roles add rights and add up."""

    username = models.CharField(
        _("user name"),
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("Somebody else has this user name.")},
    )
    email = models.EmailField(_("mail address"), blank=True)
    name = models.CharField(_("name"), max_length=160)
    sort_key = models.CharField(max_length=160, editable=False, default="", db_index=True)
    employee_number = models.CharField(_("employee number"), max_length=40, blank=True)
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    extension = models.CharField(pgettext_lazy("telephone", "extension"), max_length=12, blank=True)
    room = models.CharField(_("room"), max_length=60, blank=True)
    institution = models.ForeignKey(
        "people.Unit", on_delete=models.PROTECT, null=True, related_name="people", verbose_name=_("institution")
    )
    unit = models.ForeignKey(
        "people.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="members", verbose_name=_("unit")
    )

    is_active = models.BooleanField(pgettext_lazy("account", "active"), default=True)
    is_technician = models.BooleanField(_("technician"), default=False)
    is_manager = models.BooleanField(_("contract manager"), default=False)
    is_auditor = models.BooleanField(_("auditor"), default=False)
    is_administrator = models.BooleanField(_("administrator"), default=False)
    is_operator = models.BooleanField(_("operator of the installation"), default=False)
    is_guest = models.BooleanField(default=False, editable=False)  # known by mail alone: has tickets, cannot sign in

    language = models.CharField(
        _("language"), max_length=2, choices=[("ar", "العربية"), ("en", "English")], default="ar"
    )
    theme = models.CharField(_("theme"), max_length=5, choices=Theme.choices, default=Theme.AUTO)
    preferences = models.JSONField(default=dict, editable=False)
    sign_in_round = models.PositiveIntegerField(default=0, editable=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    left_at = models.DateTimeField(null=True, editable=False)
    outside_number = models.CharField(max_length=60, blank=True, editable=False)

    objects = UserManager()
    search_sources = frozenset({"name", "username", "email", "employee_number", "phone", "extension"})

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="one_user_name_whatever_its_case",
                violation_error_message=_("Somebody else has this user name."),
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="one_person_per_mail_address",
                violation_error_message=_("Somebody else has this mail address."),
            ),
            models.CheckConstraint(
                condition=Q(institution__isnull=False) | Q(is_operator=True), name="only_operators_stand_outside"
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "sort_key", "id"], name="directory_order"),
            models.Index(fields=["institution", "extension"], name="by_extension"),
        ]

    def __str__(self):
        return self.name or self.username

    def fill_derived(self):
        """Set what is derived from other fields, without saving; for who writes in bulk, which passes `save` by."""
        self.sort_key = sort_key(self.name)[:160]
        self.fill_search_text()

    def save(self, *args, **kwargs):
        self.email = self.email.lower()
        self.sort_key = sort_key(self.name)[:160]
        fields = kwargs.get("update_fields")
        if fields is not None and "name" in fields:
            kwargs["update_fields"] = {*fields, "sort_key"}
        super().save(*args, **kwargs)

    def search_fields(self):
        return [self.name, self.username, self.email, self.employee_number, self.phone, self.extension]

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name.split(" ")[0] if self.name else self.username

    def get_absolute_url(self):
        return reverse("person", args=[self.pk])

    def _get_session_auth_hash(self, secret=None):
        """Sessions end when password, roles or the round change: `sign_in_round` is raised to end them all."""
        roles = "".join(str(int(getattr(self, role))) for role in ROLES)
        value = f"{self.password}|{roles}|{self.sign_in_round}"
        return salted_hmac("people.session", value, secret=secret, algorithm="sha256").hexdigest()

    @property
    def rank(self):
        """What one may grant is no more than what one has: employee 0 … administrator 3, operator 4."""
        if self.is_operator:
            return 4
        if self.is_administrator:
            return 3
        if self.is_manager or self.is_auditor:
            return 2
        return 1 if self.is_technician else 0

    @property
    def works_at_desk(self):
        """Sees more than an employee does."""
        return self.is_technician or self.is_manager or self.is_auditor or self.is_administrator

    @property
    def roles(self):
        """Words of the roles, the employee's own left out."""
        return [self._meta.get_field(role).verbose_name for role in ROLES if getattr(self, role)]

    @property
    def navigation_key(self):
        """Whatever decides which navigation this person has."""
        return (bool(self.institution_id), *(getattr(self, role) for role in ROLES))

    @property
    def keyboard_shortcuts(self):
        return self.preferences.get("shortcuts", True)

    @cached_property
    def headed_units(self):
        """Ids of the units this person heads, with everything below them."""
        paths = _paths_headed_by(self.pk) if getattr(self, "is_head", True) else []
        if not paths:
            return []
        below = Q()
        for path in paths:
            below |= Q(path__startswith=path)
        return list(type(self).institution.field.related_model.objects.filter(below).values_list("pk", flat=True))

    def get_list_preference(self, name):
        return self.preferences.get("lists", {}).get(name, {})

    def get_saved_views(self, name):
        """{name of a view: its address} that this person saved of a list."""
        return self.preferences.get("views", {}).get(name, {})

    def set_saved_views(self, name, views):
        if self.get_saved_views(name) != views:
            self.preferences.setdefault("views", {})[name] = views
            User.objects.filter(pk=self.pk).update(preferences=self.preferences)

    def set_list_preference(self, name, choice):
        lists = self.preferences.setdefault("lists", {})
        if lists.get(name) != choice:
            lists[name] = choice
            User.objects.filter(pk=self.pk).update(preferences=self.preferences)


@prepared
def _paths_headed_by(person):
    units = User.institution.field.related_model.objects
    return units.filter(head=person).values_list("path", flat=True)
