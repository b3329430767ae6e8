"""Two spellings of one company are found; two companies are not made one."""

import pytest

from people.company_names import company_key, is_respelled


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Gartner, Inc.", "GARTNER INCORPORATED"),
        ("Johnson & Sons LLC", "Johnson and Sons, L.L.C."),
        ("Smith Co. Ltd.", "Smith Company Limited"),
        ("شركة الأفق لحلول الطباعة ذ.م.م", "شركه الافق لحلول الطباعه ذ م م".replace("ذ م م", "ذ.م.م.")),
    ],
)
def test_these_are_spelled_in_two_ways(one, other):
    assert company_key(one) == company_key(other)
    assert is_respelled(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Alpha Care", "Beta Care"), ("Petra Network Systems", "Petra Foods"), ("شركة النور", "شركة النجم")],
)
def test_these_are_two_companies(one, other):
    assert company_key(one) != company_key(other)
    assert not is_respelled(one, other)


def test_another_legal_form_is_another_key_and_still_the_same_stem():
    assert company_key("Alpha Inc") != company_key("Alpha LLC")
    assert is_respelled("Alpha Inc", "Alpha LLC")
