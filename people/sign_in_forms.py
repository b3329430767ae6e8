"""The forms of allauth in the words and the look of this house."""

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.contrib.auth.tokens import default_token_generator
from django.utils.translation import gettext_lazy as _

from people import sign_in_mail
from people.models import User
from people.passwords import LONGEST
from ui.forms import Clean

RULES = _("At least 12 characters; not your own name, and none of the passwords that many people use.")


class Password(forms.CharField):
    """Longer than 256 characters is refused before anything is hashed. new: browsers offer to make one."""

    def __init__(self, *, new=False, **options):
        attributes = {"autocomplete": "new-password" if new else "current-password", "dir": "ltr"}
        widget = forms.PasswordInput(attrs=attributes)
        super().__init__(max_length=LONGEST, strip=False, widget=widget, **options)


class NewPassword(Password):
    """Checked by the validators of the settings against `user`, which the form fills in."""

    user = None

    def __init__(self, **options):
        super().__init__(new=True, help_text=RULES, **options)

    def clean(self, value):
        value = super().clean(value)
        return get_adapter().clean_password(value, user=self.user) if value else value


class OneTimeCode(forms.CharField):
    def __init__(self, **options):
        attributes = {"autocomplete": "one-time-code", "inputmode": "numeric", "dir": "ltr", "autofocus": True}
        super().__init__(max_length=20, widget=forms.TextInput(attrs=attributes), **options)


class SignInForm(Clean, account.LoginForm):
    identifiers = ("login",)
    has_form_key = False
    submit_label = _("Sign in")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("User name or mail address"),
            max_length=254,
            widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "dir": "ltr"}),
        )
        self.fields["password"] = Password(label=_("Password"))


class ChangePasswordForm(Clean, account.ChangePasswordForm):
    has_form_key = False
    submit_label = _("Change the password")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"] = Password(label=_("Present password"))
        _new_password(self)


class ResetPasswordForm(Clean, account.ResetPasswordForm):
    """Asks for the link by mail; says the same whether or not anybody is called so."""

    identifiers = ("email",)
    has_form_key = False
    submit_label = _("Send the link")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"] = forms.CharField(
            label=_("User name or mail address"),
            max_length=254,
            widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "dir": "ltr"}),
        )

    def clean_email(self):
        """The limit counts by what is returned: by account where there is one, however it was named."""
        login = self.cleaned_data["email"].strip()
        self.person = User.objects.active().filter(is_guest=False).called(login)
        return f"account {self.person.pk}" if self.person else f"nobody {login}"

    def save(self, request, **options):
        if self.person:
            sign_in_mail.owe_link(self.person)
        return self.cleaned_data["email"]


class ResetPasswordKeyForm(Clean, account.ResetPasswordKeyForm):
    has_form_key = False
    submit_label = _("Set the password")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _new_password(self)


class UserTokenForm(account.UserTokenForm):
    """The link of the mail: dead after an hour, after its use, after a change of password or mail address."""

    token_generator = default_token_generator

    def _get_user(self, uidb36):
        person = super()._get_user(uidb36)
        return person if person and person.is_active else None


class ReauthenticateForm(Clean, account.ReauthenticateForm):
    has_form_key = False
    submit_label = _("Continue")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"] = Password(label=_("Your password"))


class SecondStepForm(Clean, mfa.AuthenticateForm):
    identifiers = ("code",)
    has_form_key = False
    submit_label = _("Sign in")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"] = OneTimeCode(label=_("Code from the app, or a recovery code"))


class ReauthenticateBySecondStepForm(Clean, mfa.ReauthenticateForm):
    identifiers = ("code",)
    has_form_key = False
    submit_label = _("Continue")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"] = OneTimeCode(label=_("Code from the app, or a recovery code"))


class ActivateSecondStepForm(Clean, ActivateTOTPForm):
    identifiers = ("code",)
    has_form_key = False
    submit_label = _("Switch on")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"] = OneTimeCode(label=_("Code that the app shows"))


def _new_password(form):
    form.fields["password1"] = field = NewPassword(label=_("New password"))
    field.user = form.user
    form.fields["password2"] = Password(new=True, label=_("The new password once more"))
