"""The page with one form: what happens when it is sent, refused, or sent by somebody who may not."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from assets.models import Asset
from tests.factories import make_asset
from tests.ui.test_forms import AssetForm
from ui.pages import FormPage


class EditAsset(FormPage):
    title = "Edit"
    form_class = AssetForm
    cancel_url = "/devices/"
    breadcrumbs = (("Devices", "/devices/"),)

    def get_object(self):
        return Asset.objects.get(tag="T-1")

    def get_success_url(self, asset):
        return f"/devices/{asset.tag}/"


@pytest.fixture
def printer(ministry):
    return make_asset(ministry, tag="T-1", name="Printer")


@pytest.fixture
def send(request_of, basil):
    """Basil sends the form with these fields."""

    def _send(page=EditAsset, **typed):
        request = request_of(basil, "/", {"tag": "T-1", "name": "Printer", "version": "1"} | typed)
        response = page.as_view()(request)
        response.notices = [str(message) for message in request._messages]
        return response

    return _send


def test_a_form_that_is_right_is_saved_and_says_so(printer, send):
    response = send(name="Scanner")

    assert (response.status_code, response.url, response.notices) == (302, "/devices/T-1/", ["Saved."])


def test_a_form_that_is_wrong_keeps_what_was_typed(printer, send):
    response = send(tag="x" * 500, name="Scanner")

    assert response.status_code == 200
    assert 'value="Scanner"' in response.content.decode()
    assert "Ensure this value has at most" in response.content.decode()


@pytest.mark.parametrize("refusal", [ValidationError({"name": "Not this name."}), PermissionDenied()])
def test_an_action_that_refuses_leaves_everything_as_it_was(printer, send, refusal):
    class Refusing(EditAsset):
        def act(self, form):
            form.save()
            raise refusal

    response = send(Refusing, name="Scanner")

    assert response.status_code == 200
    assert 'value="Scanner"' in response.content.decode()
    assert Asset.objects.get().name == "Printer"


def test_two_people_on_one_record_choose_on_the_page(printer, send):
    send(name="Scanner")

    page = send(name="Copier").content.decode()

    assert 'name="keep_name" value="theirs"' in page
    assert "Scanner" in page
    assert "Copier" in page
    assert 'name="version" value="2"' in page


def test_a_page_that_is_not_ours_does_not_exist(send):
    class Closed(EditAsset):
        def allowed(self, request):
            return False

    with pytest.raises(Http404):
        send(Closed)


def test_an_empty_page_shows_the_row_and_the_way_back(printer, request_of, basil):
    page = EditAsset.as_view()(request_of(basil)).content.decode()

    assert 'value="Printer"' in page
    assert '<a class="btn" href="/devices/">' in page
