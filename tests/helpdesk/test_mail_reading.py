"""What a message says: charsets, names, addresses, files, bodies, and where its quotation begins."""

import pytest

from helpdesk.intake import addresses, charsets, html, quoting
from helpdesk.intake.headers import decode_words
from helpdesk.intake.reading import NO_CONTENT, NO_SUBJECT, direction_of, read
from tests.helpdesk.letters import HEAD, MIXED, PNG, letter


@pytest.mark.parametrize("declared", ["windows-1256", "cp1256", "iso-8859-1", "us-ascii", "utf-8", "x-unknown", None])
def test_an_office_machine_that_writes_windows_arabic_is_understood(declared):
    text = "الطابعة في القسم لا تطبع منذ الصباح"

    assert charsets.decode(text.encode("cp1256"), declared) == text


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1256", "koi8-r", "utf8", "UFT-8", None])
def test_good_utf_8_is_believed_before_its_label(declared):
    assert charsets.decode("عطل في الشبكة".encode(), declared) == "عطل في الشبكة"


def test_western_letters_stay_western():
    assert charsets.decode(b"Gr\xfc\xdfe aus M\xfcnchen", "us-ascii") == "Grüße aus München"


def test_a_letter_cut_between_two_encoded_words_is_put_together():
    assert decode_words("=?utf-8?B?2KfZhNi32Kc=?= =?utf-8?B?2KjYudip?=") == "الطابعة"
    assert decode_words("=?UTF-8?Q?=D8?=\n =?utf-8?q?=A7?= 7") == "ا 7"


@pytest.mark.parametrize(
    ("written", "email", "name"),
    [
        ("Amal <amal@m.example>", "amal@m.example", "Amal"),
        ('"Haddad, Amal" <amal@m.example>', "amal@m.example", "Haddad, Amal"),
        ("amal@m.example (Amal Haddad)", "amal@m.example", "Amal Haddad"),
        ("=?utf-8?b?2KPZhdmE?= <amal@m.example>", "amal@m.example", "أمل"),
        ("أمل حداد <amal@m.example>", "amal@m.example", "أمل حداد"),
        ("basil@m.example <amal@m.example>", "amal@m.example", "basil@m.example"),
        ("<amal@m.example", "amal@m.example", ""),
    ],
)
def test_the_address_stands_in_the_angles_whatever_the_name_pretends(written, email, name):
    found = addresses.first(written)

    assert (found.email, found.name) == (email, name)


@pytest.mark.parametrize(
    "written",
    [
        "=?utf-8?q?basil=40m.example?=@evil.example",
        '"basil basil@m.example"@evil.example>',
        "<basil@m.example@evil.example>",
        "basil",
        "<>",
        "a@[1.2",
    ],
)
def test_a_trick_in_place_of_an_address_is_no_address(written):
    assert addresses.first(written) is None


def test_without_a_sender_the_answer_address_is_shown_and_said_to_be_it():
    letter_read = read(b"Reply-To: <a@b.example>\r\nSubject: x\r\n\r\nx")

    assert (letter_read.sender.email, letter_read.sender_from) == ("a@b.example", "reply-to")


def test_files_come_with_their_names_types_and_bytes():
    mail = read(letter(files=[("صورة الشاشة.png", "image/png", PNG), ("a.txt", "text/plain", b"words\n")]))

    assert [(f.name, f.type, f.content) for f in mail.files] == [
        ("صورة الشاشة.png", "image/png", PNG),
        ("a.txt", "text/plain", b"words\n"),
    ]


def test_a_name_in_pieces_is_put_together():
    raw = MIXED + (
        b"\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment;\r\n"
        b" filename*0*=utf-8''%D8%AA%D9%82%D8%B1%D9%8A;\r\n filename*1*=%D8%B1.pdf\r\n\r\n%PDF\r\n--b--\r\n"
    )

    assert [file.name for file in read(raw).files] == ["تقرير.pdf"]


def test_a_forwarded_message_is_kept_to_the_byte():
    inner = b"From: b@c.example\r\nSubject: inner\r\n\r\nold  words \r\n"
    mail = read(MIXED + b"\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--b--\r\n")

    assert [(file.name, file.content) for file in mail.files] == [("inner.eml", inner)]


def test_a_file_written_into_the_text_is_taken_out_of_it():
    mail = read(HEAD + b"\r\nSee below.\r\nbegin 644 a.txt\r\n#86)C\r\n`\r\nend\r\n")

    assert (mail.text, mail.files[0].name, mail.files[0].content) == ("See below.", "a.txt", b"abc")


def test_words_between_two_pictures_are_not_lost():
    raw = MIXED + b"\r\n--b\r\n\r\nfirst\r\n--b\r\nContent-Type: image/png\r\n\r\nx\r\n--b\r\n\r\nsecond\r\n--b--\r\n"

    assert read(raw).text == "first\n\nsecond"


def test_an_empty_message_says_so():
    mail = read(b"From: a@b.example\r\n\r\n")

    assert (mail.subject, mail.text, mail.reply) == (NO_SUBJECT, NO_CONTENT, "")


def test_a_stub_beside_html_gives_way_to_it():
    mail = read(letter("See HTML.", html="<p>The scanner of the second floor answers nobody since Sunday.</p>"))

    assert mail.text == "The scanner of the second floor answers nobody since Sunday."


def test_direction_follows_most_of_the_letters():
    assert direction_of("HP LaserJet لا تطبع منذ الصباح في القسم") == "rtl"
    assert direction_of("مرحبا, the printer of the section is jammed") == "ltr"


# HTML


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "<img src=http://evil.example/p.png>",
        "<img src=//evil.example/p.png>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='//evil.example'>x</a>",
        "<form action=http://evil.example><input name=a></form>",
        "<style>body{background:url(http://evil.example)}</style>",
        "<p style='background:url(http://evil.example)'>x</p>",
        "<svg onload=alert(1)><use href='#x'/></svg>",
        "<iframe src=http://evil.example></iframe>",
        "<link rel=stylesheet href=http://evil.example>",
        "<meta http-equiv=refresh content='0;url=http://evil.example'>",
        "<base href=http://evil.example>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<video src=http://evil.example poster=http://evil.example></video>",
        "<table background=http://evil.example><tr><td>x",
    ],
)
def test_nothing_of_it_runs_or_is_fetched_from_elsewhere(evil):
    shown = html.clean(evil)

    assert not any(
        word in shown.lower() for word in ("evil", "script", "onerror", "onload", "style", "<form", '<img src="x')
    )
    assert html.clean(shown) == shown


def test_pictures_of_the_message_itself_stay():
    assert html.clean('<img src="cid:a@b" width="10">') == '<img src="cid:a@b" width="10">'


def test_html_becomes_lines_with_quotations_marked():
    text = html.to_text("<div>Yes.</div><div>On Monday Basil wrote:<blockquote><p>Is it<br>on?</p></blockquote></div>")

    assert text == "Yes.\nOn Monday Basil wrote:\n\n> Is it\n> on?"


# Quotations

QUOTED = {
    "gmail": "On Mon, Apr 6, 2026 at 6:26 PM Basil Nasser <\nbasil@m.example> wrote:\n\n> Is it on?\n> Basil",
    "gmail in Arabic": "في الأحد، 15 نوفمبر 2026 في 10:30 ص تمت كتابة ما يلي بواسطة \u202bباسل\u202c\u200f <\u202abasil@m.example\u202c\u200f>:\n\n> هل تعمل؟",
    "iphone": "On Apr 3, 2026, at 4:19 PM, Basil <basil@m.example> wrote:\n\n> Is it on?",
    "iphone in Arabic": "في ١٥‏/١١‏/٢٠٢٦، الساعة ١٠:٣٠ ص، كتب باسل ناصر <basil@m.example>:\n\n> هل تعمل؟",
    "outlook": "From: Basil <basil@m.example>\nSent: Sunday, November 15, 2026 10:30 AM\nTo: Amal\nSubject: Printer\n\nIs it on?",
    "outlook in Arabic": "من: باسل <basil@m.example>\nتم الإرسال: 15 تشرين الثاني 2026 10:30\nإلى: أمل\nالموضوع: الطابعة\n\nهل تعمل؟",
    "outlook with a rule": "________________________________\nFrom: Basil\nSent: Sunday\nTo: Amal\nSubject: x\n\nIs it on?",
    "old outlook": "-----Original Message-----\nFrom: Basil\nSent: Sunday\n\nIs it on?",
    "old outlook in Arabic": "-----الرسالة الأصلية-----\nمن: باسل\n\nهل تعمل؟",
    "a telephone without marks": "On Sun, 15 Nov 2026, 10:30 Basil, <basil@m.example> wrote:\n\nIs it on?",
    "marks alone": "> Is it on?\n>\n> Basil",
}


@pytest.mark.parametrize("name", QUOTED)
def test_new_words_and_quotation_are_told_apart(name):
    assert quoting.split(f"It works now, شكرًا.\n\n{QUOTED[name]}") == ("It works now, شكرًا.", QUOTED[name])


def test_the_line_of_a_telephone_stays_with_the_new_words():
    reply, _quoted = quoting.split("Hello\n\nSent from my iPhone\n\n" + QUOTED["iphone"])

    assert reply == "Hello\n\nSent from my iPhone"


@pytest.mark.parametrize(
    "text",
    [
        "On Monday 6 April 2026 Basil wrote:\n\n> Is it on?\n\nYes.\n\n> And the light?\n\nGreen.",
        "On Monday 6 April 2026 Basil wrote:\n\n> Is it on?\n\nYes, below your question.",
        "في يوم الأحد 15/11/2026 كتب باسل:\n> هل تعمل؟\nنعم تعمل.\n> واللون؟\nأخضر.",
        "> Is it on?\nYes.\n> And the light?\nGreen.",
        "See below.\n\n---------- Forwarded message ---------\nFrom: Vendor\nDate: Sunday\nSubject: Part\n\nThe part is here.",
    ],
)
def test_answers_between_the_lines_and_what_was_passed_on_stay(text):
    assert quoting.split(text) == (text, "")
