"""The daily digest: what somebody chose to read once a day, in one mail, by what it is about."""

from itertools import groupby

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from office import mailtexts, notifying, outbox, stopping
from office.models import Notification
from office.views_outbox import name_topic
from ui import text

MOST = 200


@outbox.topic(notifying.DIGEST_TOPIC)
def make_digest(row):
    """None when nothing of it may be read any more, or all of it was read on the page meanwhile."""
    told = Notification.objects.filter(outbox_key=row.key).unread().select_related("actor").order_by("about_id", "pk")
    lines = notifying.lines_of(row.recipient, list(told[:MOST]))
    if not lines:
        return None
    things = [_thing(list(some)) for _about, some in groupby(lines, lambda pair: pair[0].about_id)]
    return _mail(row, things, len(lines))


def _mail(row, things, count):
    lead = ngettext("%(count)d thing has happened.", "%(count)d things have happened.", count)
    lead %= {"count": count}
    blocks = [lead, *(_block(thing) for thing in things)]
    html = render_to_string("office/mail_digest.html", {"lead": lead, "things": things, "direction": text.direction()})
    return outbox.Mail(
        mailtexts.say(row, "subject", day=text.day(row.not_before)),
        "\n\n".join(blocks),
        html,
        why=_("You get this mail because you chose to read of these things once a day."),
        stop=("digest", 0),
    )


def _thing(pairs):
    first = pairs[0][1]
    events = [(text.day_time(each.at), line.lead) for each, line in pairs]
    return {"title": first.title, "note": first.note, "url": settings.SITE_URL + first.url, "events": events}


def _block(thing):
    """In text each line begins with a word of its language."""
    head = f"{text.isolate_text(thing['title'])} ({text.isolate(thing['note'])})"
    events = [f"{lead} · {text.isolate_text(at)}" for at, lead in thing["events"]]
    return "\n".join([head, *events, text.isolate(thing["url"])])


SUBJECT = mailtexts.subject(gettext_lazy("What happened until %(day)s"), day=gettext_lazy("the day"))


def sample(row):
    """A day on which one thing happened."""
    events = [(text.day_time(row.not_before), _("Marked as resolved"))]
    title, url = _("The printer prints nothing"), f"{settings.SITE_URL}/t/TKT-2026-00042"
    return _mail(row, [{"title": title, "note": "TKT-2026-00042", "url": url, "events": events}], 1)


def stop_digest(person, _key):
    """Whatever came by digest stays on the page alone."""
    _change(person, notifying.Way.DIGEST, notifying.Way.PAGE)


def start_digest(person, _key):
    _change(person, notifying.Way.PAGE, notifying.Way.DIGEST)


def _change(person, old, new):
    chosen = person.preferences.get("notify", {})
    person.preferences["notify"] = {name: new if way == old else way for name, way in chosen.items()}
    person.save(update_fields=["preferences"])


def register():
    name_topic(notifying.DIGEST_TOPIC, gettext_lazy("Daily digest"))
    mailtexts.register(notifying.DIGEST_TOPIC, [SUBJECT], sample)
    stopping.register(
        "digest",
        words=gettext_lazy("No daily digest any more?"),
        about=lambda person, key: person.name,
        stop=stop_digest,
        start=start_digest,
    )
