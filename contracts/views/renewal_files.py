"""The renewal file of a contract: as a page, and as a PDF in either language."""

from datetime import date

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from contracts import forms, papers
from contracts.renewal_file import figures_of, links_of
from contracts.renewal_paper import lead_of, paper_of, sections_of
from contracts.views.register import crumb, get_contract, register_crumbs
from office.calendars import today


@require_safe
def file_page(request, pk):
    """The file as of a day, today without one; whoever sees the contract, amounts for those who may see them."""
    contract = get_contract(request, pk)
    form = forms.PastDayForm(request.GET if "day" in request.GET else None, initial={"day": today()})
    day = today()
    if form.is_bound:
        day = form.cleaned_data["day"] if form.is_valid() else None
    figures = figures_of(contract, day, request.user) if day else None
    context = {
        "title": _("Renewal file"),
        "breadcrumbs": [*register_crumbs(request.user), crumb(contract)],
        "object": contract,
        "form": form,
        "day": day,
        "figures": figures,
    }
    if figures:
        links = links_of(contract, figures)
        context |= {"sections": sections_of(figures, links), "lead": lead_of(figures), "papers": _papers(contract, day)}
    return render(request, "contracts/renewal_file.html", context)


def _papers(contract, day):
    """[(what it is called, address)] of the PDF in both languages."""
    return [
        (gettext("PDF in Arabic"), f"{reverse('renewal_file_pdf', args=[contract.pk, 'ar'])}?day={day.isoformat()}"),
        (gettext("PDF in English"), f"{reverse('renewal_file_pdf', args=[contract.pk, 'en'])}?day={day.isoformat()}"),
    ]


@require_safe
def file_pdf(request, pk, language):
    """The same file on paper, in the language asked for; made in a fraction of a second, so at once."""
    contract = get_contract(request, pk)
    day = _day(request.GET.get("day"))
    if language not in dict(settings.LANGUAGES) or day is None:
        raise Http404
    with translation.override(language):
        figures = figures_of(contract, day, request.user)
        if figures is None:
            raise Http404
        address = f"{settings.SITE_URL}{reverse('renewal_file', args=[contract.pk])}?day={day.isoformat()}"
        pdf = papers.write("renewal_file", paper_of(contract, figures, sections_of(figures, {}), address))
    number = slugify(contract.number, allow_unicode=True) or contract.pk
    name = f"renewal-file-{number}-{day.isoformat()}-{language}.pdf"
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)},
    )


def _day(written):
    """A day up to today as ISO writes it, today without one, None for any other."""
    if written is None:
        return today()
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if day.year >= 1900 and day <= today() else None
