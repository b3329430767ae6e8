"""Every kind of mail as it would leave, with made-up facts, and the texts of it that may be put otherwise."""

import re
import secrets

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from office import letters, mailtext_actions, mailtexts, outbox, views_outbox
from office.history import history_of
from office.mailtext_forms import WordingForm
from office.models import MailWording
from office.permissions import can_change_mail_texts, sees_mail_texts
from ui import text
from ui.pages import FormPage, admit

SETUP = (_("Set-up"), "/setup/")
_STYLE = re.compile(r' style="([^"]*)"')


def topics():
    """[(topic, what such a mail is called)], in the order of the alphabet of the reader."""
    return sorted(views_outbox.topic_names().items(), key=lambda pair: str(pair[1]))


def mail_of(topic, reader, language):
    """The mail as it would leave, with made-up facts."""
    row = mailtexts.sample_row(topic, reader)
    with override(language):
        mail = mailtexts.sample(topic, row) or outbox.Mail(
            str(views_outbox.topic_names()[topic]), gettext("Here stands what happened.")
        )
        return letters.finish(row, mail)


@require_safe
def overview(request):
    """All kinds of mail in one language, each drawn as a mail program draws it."""
    admit(sees_mail_texts(request.user))
    language = request.GET.get("language", "")
    language = language if language in mailtexts.LANGUAGES else text.language()
    changed = dict(MailWording.objects.filter(scope=request.user.institution_id).values_list("topic", "words"))
    context = {
        "title": _("Words of mails"),
        "breadcrumbs": [SETUP],
        "mails": [
            {
                "topic": topic,
                "name": name,
                "subject": mail_of(topic, request.user, language).subject,
                "is_changed": any(changed.get(topic, {}).values()),
            }
            for topic, name in topics()
        ],
        "language": language,
        "languages": [("ar", _("Arabic")), ("en", _("English"))],
        "can_edit": can_change_mail_texts(request.user),
    }
    return render(request, "office/mail_texts.html", context)


@require_safe
def preview(request, topic, language):
    """The mail alone, for a frame: its styles move into a sheet of their own, for our pages allow none at elements."""
    admit(sees_mail_texts(request.user))
    if topic not in views_outbox.topic_names() or language not in mailtexts.LANGUAGES:
        raise Http404
    nonce, classes = secrets.token_urlsafe(16), {}

    def take_out(match):
        return f' class="{classes.setdefault(match[1], f"m{len(classes)}")}"'

    page = _STYLE.sub(take_out, mail_of(topic, request.user, language).html)
    rules = "".join(f".{name}{{{rule}}}" for rule, name in classes.items()).replace("&#x27;", "'")
    page = page.replace("</head>", f'<style nonce="{nonce}">{rules}</style></head>', 1)
    response = HttpResponse(page)
    response["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; frame-ancestors 'self'; base-uri 'none'; sandbox"
    )
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


class Edit(FormPage):
    """The texts of one kind of mail, in both languages, and what they make."""

    form_class = WordingForm
    template_name = "office/mail_text.html"
    success_message = _("The next mails leave with these words.")

    def allowed(self, request):
        self.topic = self.kwargs["topic"]
        exists = self.topic in views_outbox.topic_names()
        return admit(exists and sees_mail_texts(request.user), can_change_mail_texts(request.user))

    def get_object(self):
        of = {"scope": self.request.user.institution_id, "topic": self.topic}
        return MailWording.objects.filter(**of).first() or MailWording(version=0, **of)

    @property
    def title(self):
        return views_outbox.topic_names()[self.topic]

    breadcrumbs = [SETUP, (_("Words of mails"), "/setup/mail-texts/")]

    def get_cancel_url(self):
        return reverse("mail_texts")

    def act(self, form):
        user = self.request.user
        seen = form.cleaned_data.get("version")
        return mailtext_actions.change_words(
            self.topic, form.get_words(), by=user, version=form.current_version if seen is None else seen
        )

    def get_success_url(self, outcome):
        return reverse("mail_text", args=[self.topic])

    def get_context(self, **context):
        history = history_of(self.object) if self.object.pk else []
        return context | {"topic": self.topic, "languages": mailtexts.LANGUAGES, "history": history}
