"""The demonstration's register, and the categories every installation begins with."""

import random

from assets import demo
from assets.choices import ICONS
from assets.defaults import CATEGORIES, ensure_categories
from assets.models import Asset, AssetCategory, Custody
from people.models import Unit
from people.signals import institution_created
from tests.factories import make_unit, make_user


def test_the_demonstration_fills_the_register(ministry, basil):
    section = make_unit(ministry)
    people = [basil] + [make_user(ministry, unit=section) for _ in range(9)]

    assets = demo.make(ministry, people, [], random.Random(1))

    assert 100 < len(assets) == Asset.objects.count() < 140
    assert Custody.objects.current().count() > 80
    assert Custody.objects.in_dispute().count() == 1
    assert not Asset.objects.filter(location=None, category__kind="hardware").exists()


def test_the_usual_categories_are_made_once(db):
    ensure_categories()
    ensure_categories()

    assert AssetCategory.objects.count() == len(CATEGORIES)
    assert {category.icon for category in AssetCategory.objects.all()} <= {icon for icon, _name in ICONS}


def test_a_new_institution_finds_them(ministry, team):
    institution_created.send(sender=Unit, institution=ministry, team=team, by=None)

    assert AssetCategory.objects.filter(name_ar="طابعة").exists()
