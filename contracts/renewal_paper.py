"""The renewal file in words: its figures as sections of facts, bars and tables, which a page and a PDF draw alike."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from assets.choices import AssetState
from contracts import words
from contracts.choices import CaseState, Decision, ObligationKind, ObligationState, Renewal
from ui import text

DASH = "–"
SIDE_BY_SIDE = 5  # offers that fit beside each other on A4; those in the first places


@dataclass
class Bar:
    """A share of a whole: percent 0 to 100; words say what it stands for, so that the colour says nothing alone."""

    label: str
    percent: float
    words: str
    url: str = ""

    @property
    def x(self):
        """Where it begins: bars of an Arabic page grow from the right."""
        return f"{100 - self.percent if text.direction() == 'rtl' else 0:.1f}%"

    @property
    def width(self):
        return f"{self.percent:.1f}%"


@dataclass
class Section:
    """One question and its answer. facts: (label, value, address or ""); numbers: columns that hold figures."""

    key: str
    title: str
    url: str = ""
    facts: list = field(default_factory=list)
    bars: list = field(default_factory=list)
    head: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    numbers: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    wide: tuple = (0,)  # columns that take what room is left
    urls: list = field(default_factory=list)  # of the thing that each row of the table is about

    @property
    def lines(self):
        """[(address or "", [(label, value, whether it is a figure)])] of the table."""
        urls = self.urls or [""] * len(self.rows)
        cells = ([(self.head[n], value, n in self.numbers) for n, value in enumerate(row)] for row in self.rows)
        return list(zip(urls, cells, strict=True))


def sections_of(figures, links):
    """[Section] in the reader's language; those about amounts only where the figures have them."""
    made = [
        _decision(figures),
        _cost(figures) if "cost" in figures else None,
        _covers(figures),
        _calls(figures, links),
        _obligations(figures),
        _from_above(figures),
        _devices(figures) if "devices" in figures else None,
        _penalties(figures) if "penalties" in figures else None,
        _offers(figures),
    ]
    found = [section for section in made if section]
    for section in found:
        section.url = links.get(section.key, "")
        rows = "" if section.key == "decision" else section.url
        section.facts = [fact if len(fact) == 3 else (*fact, rows) for fact in section.facts]
    return found


def lead_of(figures):
    """What its reader came for, in a sentence or two."""
    period = {"start": _day(figures["period"]["start"]), "end": _day(figures["period"]["end"])}
    said = [_("Service is judged from %(start)s to %(end)s.") % period]
    response = figures["calls"]["response"]["percent"]
    if response is not None:
        said.append(_("The vendor answered %(percent)s %% of the calls in time.") % {"percent": response})
    devices = figures.get("devices")
    if devices and devices["per_device"]:
        cost = _money(devices["per_device"], figures)
        said.append(_("A year costs %(amount)s for each live device.") % {"amount": cost})
    return " ".join(said)


def _decision(figures):
    asked, term = figures["decision"], figures["term"]
    facts = [
        (_("Term"), _("%(number)d, from %(start)s to %(end)s") % _term(term)),
        (_("Decide by"), _day(asked["decide_by"])),
        (_("Notice deadline"), _day(asked["notice_deadline"])),
        (_("Renewal"), Renewal(asked["renewal"]).label),
    ]
    if asked["case_state"]:
        facts.append((_("Renewal case"), CaseState(asked["case_state"]).label))
    if asked["recommended"]:
        facts.append((_("Recommended offer"), _people(asked["recommended"])))
    section = Section("decision", _("The decision asked for"), facts=facts)
    if asked["decided"]:
        section.notes.append(_("Decided: %(decision)s.") % {"decision": Decision(asked["decided"]).label})
    else:
        choices = _(", ").join(str(one.label) for one in Decision)
        section.notes.append(_("To be decided: %(choices)s.") % {"choices": choices})
    return section


def _term(term):
    return {"number": term["sequence"], "start": _day(term["start"]), "end": _day(term["end"])}


def _cost(figures):
    cost = figures["cost"]
    names = ("value", "paid", "to_pay", "withheld", "retained")
    highest = max((Decimal(line["value"] or 0) for line in cost["terms"]), default=Decimal(0))
    return Section(
        "cost",
        _("What it cost"),
        head=[
            _("Term"),
            _("From – to"),
            _("Contract value"),
            _("Paid"),
            _("Still to pay"),
            _("Held back"),
            _("Retention"),
        ],
        rows=[
            [
                _("Term %(number)d") % {"number": line["sequence"]},
                f"{_day(line['start'])} – {_day(line['end'])}",
                *(_money(line[name], figures) for name in names),
            ]
            for line in cost["terms"]
        ],
        numbers=[2, 3, 4, 5, 6],
        wide=(1,),
        facts=[(_("Contract value, all terms"), _money(cost["value"], figures))],
        bars=[
            Bar(
                _("Term %(number)d") % {"number": line["sequence"]},
                _part(line["value"], highest),
                _money(line["value"], figures),
            )
            for line in cost["terms"]
            if line["value"] and len(cost["terms"]) > 1
        ],
        notes=[_("Paid amounts hold the tax, less retention and penalties; what is still to pay does not.")],
    )


def _covers(figures):
    covers = figures["covers"]
    section = Section(
        "covers",
        _("What it covers"),
        facts=[
            (_("Live assets covered"), _number(covers["live"])),
            (_("Covered, but not in service any more"), _number(covers["gone"])),
            (_("Like what is covered, and not covered yet"), _number(covers["missing"])),
        ],
    )
    named = [(_("Drop"), row) for row in covers["gone_assets"]] + [(_("Add"), row) for row in covers["missing_assets"]]
    if named:
        section.head, section.wide = [_("Suggestion"), _("Asset"), _("State")], (1,)
        section.rows = [[what, _people(row["name"]), AssetState(row["state"]).label] for what, row in named]
        section.urls = [reverse("asset", args=[row["pk"]]) for _what, row in named]
    if hidden := covers["gone"] + covers["missing"] - len(named):
        section.notes.append(_more(hidden))
    return section


def _calls(figures, links):
    calls = figures["calls"]
    section = Section(
        "calls",
        _("Calls and promised times"),
        facts=[
            (_("Calls to the vendor"), _number(calls["count"])),
            (_("Not finished"), _number(calls["unfinished"]), links.get("unfinished", "")),
            (_("Promised times missed"), _number(calls["breaches"]), links.get("breaches", "")),
        ],
    )
    for name, label in (
        ("response", _("Answered in time")),
        ("on_site", _("Came in time")),
        ("restore", _("Repaired in time")),
    ):
        share = calls[name]
        if share["percent"] is not None:
            said = _("%(kept)d of %(of)d, %(percent)s %%") % share
            behind = links.get(name if share["kept"] < share["of"] else "calls", "")
            section.bars.append(Bar(label, float(share["percent"]), said, behind))
    if not calls["count"]:
        section.notes.append(_("No call was made in this time."))
    return section


def _obligations(figures):
    owed = figures["obligations"]
    section = Section("obligations", _("Visits, reports and other promises"))
    for line in owed["promises"]:
        said = _("%(done)d done of %(promised)d promised, %(due)d due so far") % line
        section.bars.append(Bar(_promise(line), _part(line["done"], line["promised"]), said))
    section.facts.append((_("Open obligations"), _number(owed["open_count"])))
    if owed["open"]:
        section.head, section.wide = [_("Due on"), _("Obligation"), _("State")], (1,)
        section.rows = [
            [
                _day(row["due"]),
                _promise(row),
                _("overdue") if row["overdue"] else str(ObligationState(row["state"]).label),
            ]
            for row in owed["open"]
        ]
    if hidden := owed["open_count"] - len(owed["open"]):
        section.notes.append(_more(hidden))
    if not owed["promises"]:
        section.notes.append(_("The vendor promised no visits or reports in this contract."))
    return section


def _promise(line):
    return _people(line["title"]) if line["title"] else str(ObligationKind(line["kind"]).label)


def _from_above(figures):
    rows = figures["from_above"]
    if not rows:
        return None
    return Section(
        "tickets", _("What the tickets say"), facts=[(row["title"], row["words"], row["url"]) for row in rows]
    )


def _devices(figures):
    devices = figures["devices"]
    section = Section(
        "devices",
        _("Cost against replacement"),
        facts=[
            (_("A year costs"), _money(devices["yearly"], figures)),
            (_("For each live device"), _money(devices["per_device"], figures)),
            (
                ngettext(
                    "Purchase cost of %(count)d live device that has one",
                    "Purchase cost of %(count)d live devices that have one",
                    devices["with_cost"],
                )
                % {"count": devices["with_cost"]},
                _money(devices["replacement"], figures),
            ),
        ],
    )
    if devices["percent"]:
        said = _("A year of this contract is %(percent)s %% of what these devices cost to buy.")
        section.notes.append(said % {"percent": devices["percent"]})
    if devices["dearest"]:
        section.head = [_("Asset"), _("Share of cost a year"), _("Purchase cost"), _("Per cent")]
        section.numbers = [1, 2, 3]
        section.rows = [
            [
                _people(row["name"]),
                _money(row["share"], figures),
                _money(row["purchase_cost"], figures),
                text.isolate(f"{row['percent']} %"),
            ]
            for row in devices["dearest"]
        ]
        section.urls = [reverse("asset", args=[row["pk"]]) for row in devices["dearest"]]
    return section


def _penalties(figures):
    sums = figures["penalties"]
    names = (
        ("proposed", _("Proposed")),
        ("agreed", _("Agreed, not taken off yet")),
        ("applied", _("Taken off")),
        ("waived", _("Waived")),
    )
    section = Section("penalties", _("Penalties and credits"))
    if sums["count"]:
        section.facts = [(label, _money(sums[name], figures)) for name, label in names]
    else:
        section.notes.append(_("No penalty was proposed in this term."))
    return section


def _offers(figures):
    offers = sorted(figures["offers"], key=lambda one: one.get("place", 0))
    if not offers:
        return None
    section = Section("offers", _("Offers side by side"))
    shown = offers[:SIDE_BY_SIDE]
    if hidden := len(offers) - len(shown):
        section.notes.append(_more(hidden))
    section.head = [_("Vendor"), *(_people(offer["vendor"]) for offer in shown)]
    section.wide = list(range(1, len(section.head)))
    section.rows = [[label, *map(value, shown)] for label, value in _OFFERED]
    if all("price" in offer for offer in offers):
        section.rows += [
            [_("Price a year"), *(_money(offer["price"], figures) for offer in shown)],
            [_("For each asset"), *(_money(offer["per_asset"], figures) for offer in shown)],
            [_("Technical score"), *(text.isolate(offer["technical"]) for offer in shown)],
            [_("Total score"), *(text.isolate(offer["total"]) for offer in shown)],
        ]
        section.bars = [
            Bar(_people(offer["vendor"]), min(float(offer["total"]), 100.0), text.isolate(offer["total"]))
            for offer in shown
        ]
    else:
        section.notes.append(_("Prices are not shown: they are sealed, or not for this reader."))
    return section


def _people(words):
    """What people typed: it takes its own direction, and no hidden character turns what stands beside it."""
    return text.isolate_text(text.strip_bidi(words))


def _text(words):
    return _people(words[:300]) if words else DASH


_OFFERED = (
    (gettext_lazy("Service level"), lambda offer: _text(offer["level"])),
    (gettext_lazy("Response"), lambda offer: words.minutes(offer["response_minutes"]) or DASH),
    (gettext_lazy("Restored"), lambda offer: words.minutes(offer["restore_minutes"]) or DASH),
    (
        gettext_lazy("Preventive visits a year"),
        lambda offer: DASH if offer["visits_per_year"] is None else _number(offer["visits_per_year"]),
    ),
    (gettext_lazy("Exclusions"), lambda offer: _text(offer["exclusions"])),
    (gettext_lazy("Valid until"), lambda offer: _day(offer["valid_until"])),
)


def _day(iso):
    return text.day(date.fromisoformat(iso)) if iso else DASH


def _money(amount, figures):
    return text.isolate_text(text.money(Decimal(amount), figures["currency"])) if amount is not None else DASH


def _number(count):
    return text.isolate(f"{count:,}")


def _part(part, whole):
    return min(float(Decimal(part or 0) * 100 / Decimal(whole)), 100.0) if whole else 0.0


def _more(count):
    return ngettext("and %(count)d more", "and %(count)d more", count) % {"count": count}


def paper_of(contract, figures, sections, address):
    """The data of the PDF, in the language that is active: plain text, numbers and lists only.

    address: of the page it was printed from, which its square code leads back to.
    """
    import segno

    return {
        "address": address,
        "code": segno.make(address, error="m").svg_inline(border=0),
        "language": text.language(),
        "direction": text.direction(),
        "title": _("Renewal file"),
        "subtitle": f"{text.isolate(figures['number'])} · {_people(figures['title'])} · {_people(figures['vendor'])}",
        "institution": contract.institution.name,
        "number": figures["number"],
        "lead": lead_of(figures),
        "footer": _("As of %(day)s") % {"day": _day(figures["on"])},
        "page": _("Page"),
        "of": pgettext("page", "of"),
        "sections": [_plain(section) for section in sections],
    }


def _plain(section):
    """A section as Typst takes it; lazy words become words."""
    return {
        "title": str(section.title),
        "facts": [[str(fact[0]), str(fact[1])] for fact in section.facts],
        "bars": [{"label": str(bar.label), "percent": bar.percent, "words": str(bar.words)} for bar in section.bars],
        "head": [str(words) for words in section.head],
        "rows": [[str(cell) for cell in row] for row in section.rows],
        "numbers": list(section.numbers),
        "widths": ["fr" if n in section.wide else "auto" for n in range(len(section.head))],
        "notes": [str(note) for note in section.notes],
    }
