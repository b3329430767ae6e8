"""The pages: who gets them, what stands on them, how many statements they take."""


def test_pages_draw(sign_in, basil, amal, ticket, manager, auditor, administrator):
    for user in (amal, basil, manager, auditor, administrator):
        browser = sign_in(user)
        for url in ("/", "/requests/", "/tickets/new/"):
            assert browser.get(url).status_code == 200, (user, url)
    browser = sign_in(basil)
    for url in (
        "/tickets/",
        "/tickets/phone/",
        ticket.get_absolute_url(),
        f"{ticket.get_absolute_url()}edit/",
        f"{ticket.get_absolute_url()}assign/",
    ):
        assert browser.get(url).status_code == 200, url
    browser = sign_in(amal)
    assert browser.get(ticket.get_absolute_url()).status_code == 200
