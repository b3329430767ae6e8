"""A request as the middleware leaves it, and a small list of devices to try the list page on."""

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django_htmx.middleware import HtmxDetails

from tests.ui.devices import DeviceList


@pytest.fixture
def request_of(rf):
    """A request of somebody to an address; with data it is a POST."""

    def _request_of(user, path="/", data=None, **headers):
        request = rf.get(path, headers=headers) if data is None else rf.post(path, data, headers=headers)
        request.user = user
        request.session = SessionStore()
        request._messages = FallbackStorage(request)
        request.htmx = HtmxDetails(request)
        return request

    return _request_of


@pytest.fixture
def open_list(request_of, basil):
    """Basil opens the list of devices with a query; `words` of the answer is its text."""

    def _open_list(query="", page=DeviceList, data=None, **headers):
        request = request_of(basil, f"/devices/{query}", data, **headers)
        response = page.as_view()(request)
        response.notices = [str(message) for message in request._messages]
        body = b"".join(response) if response.streaming else response.content
        response.words = body.decode() if "sheet" not in response["Content-Type"] else ""
        response.raw = body
        return response

    return _open_list
