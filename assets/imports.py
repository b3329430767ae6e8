"""What can be imported into this room: models of manufacturers, and assets with their holders."""

import difflib
import hashlib
import json
from collections import Counter

from django.utils import timezone
from django.utils.translation import gettext as _

from assets.choices import HELD, AssetState, CategoryKind, Criticality
from assets.models import Asset, AssetCategory, AssetModel, Custody, Location, Manufacturer
from assets.serials import is_placeholder
from office.events import record_event, snapshot
from office.fold import fold
from office.imports import kinds
from office.imports.fields import Field
from office.imports.rows import RowKind
from office.models.events import Channel
from people.models import Unit, User, Vendor


class Catalogue(RowKind):
    """What both kinds refer to: makers and categories, found by their folded names."""

    def load_catalogue(self):
        self.makers = {maker.folded_name: maker for maker in Manufacturer.objects.all()}
        self.categories = {}
        for category in AssetCategory.objects.all():
            for name in (category.name_en, category.name_ar):
                if name:
                    self.categories[fold(name)] = category

    def resolve(self, name, text):
        found = {"manufacturer": self.makers, "category": self.categories}[name]
        return found.get(fold(text))

    def suggest(self, name, text):
        known = self.known(name)
        near = difflib.get_close_matches(fold(text), known, n=1, cutoff=0.75)
        return str(known[near[0]]) if near else ""

    def known(self, name):
        return {"manufacturer": self.makers, "category": self.categories}[name]

    def create_reference(self, name, text, batch):
        if name == "manufacturer":
            thing = self.makers[fold(text)] = Manufacturer.objects.create(name=text[:120])
        else:
            thing = AssetCategory.objects.create(name_en=text[:120], kind=CategoryKind.HARDWARE)
            self.categories[fold(text)] = thing
        self.record(thing, "created", batch, {"name": text})
        return thing


@kinds.register
class Models(Catalogue):
    name = "models"
    model = AssetModel
    keys = (("manufacturer", "name"),)
    fields = (
        Field("manufacturer", "reference", required=True, max_length=120, refers_to="assets.manufacturer"),
        Field("name", required=True, max_length=160),
        Field("part_number", "code", max_length=120),
        Field("category", "reference", refers_to="assets.assetcategory"),
        Field("warranty_months", "number"),
        Field("useful_life_months", "number"),
        Field("end_of_sale", "date"),
        Field("end_of_support", "date"),
    )

    def begin(self, rows):
        self.load_catalogue()
        self.existing = {(m.manufacturer_id, m.name): m for m in AssetModel.objects.select_related("manufacturer")}

    def key(self, names, values):
        return (str(values["manufacturer"]).casefold(), values["name"]) if {*names} <= {*values} else None

    def find(self, values):
        maker = values["manufacturer"]
        found = self.existing.get((getattr(maker, "pk", None), values["name"]))
        return [found] if found else []


@kinds.register
class Assets(Catalogue):
    """Assets. `holder` is handed the device when the row is new; `model` is looked up with its manufacturer."""

    name = "assets"
    model = Asset
    keys = (("tag",), ("serial_number",))
    fields = (
        Field("tag", "code", max_length=60),
        Field("name", max_length=200),
        Field("category", "reference", required=True, max_length=120, refers_to="assets.assetcategory"),
        Field("manufacturer", "reference", max_length=120, refers_to="assets.manufacturer"),
        Field("model", max_length=160),
        Field("serial_number", "code", max_length=120),
        Field("state", "choice", choices=tuple(AssetState.values)),
        Field("criticality", "choice", choices=tuple(Criticality.values)),
        Field("unit", "reference", refers_to="people.unit"),
        Field("location", "reference", refers_to="assets.location"),
        Field("holder", max_length=160),
        Field("supplier", "reference", refers_to="people.vendor"),
        Field("order_number", "code", max_length=60),
        Field("purchase_date", "date"),
        Field("in_service_date", "date"),
        Field("purchase_cost", "money"),
        Field("warranty_start", "date"),
        Field("warranty_end", "date"),
        Field("notes", max_length=4000),
        Field("outside_number", "code", max_length=60),
    )
    own = ("manufacturer", "model", "holder")  # fields of the file that are not plain fields of the row

    def begin(self, rows):
        self.load_catalogue()
        inside = {"institution": self.institution}
        self.models = {(m.manufacturer_id, fold(m.name)): m for m in AssetModel.objects.select_related("manufacturer")}
        self.units = {fold(unit.name): unit for unit in Unit.objects.filter(**inside)}
        self.vendors = {vendor.folded_name: vendor for vendor in Vendor.objects.all()}
        self.locations = {}
        for place in Location.objects.filter(**inside):
            self.locations |= {fold(text): place for text in (place.name_en, place.name_ar, place.code) if text}
        self.people = {}
        for person in User.objects.filter(**inside):
            for text in (person.name, person.username, person.employee_number, person.email):
                if text:
                    self.people.setdefault(fold(text), person)
        self.by_tag, self.by_serial, self.by_outside = {}, {}, {}
        for asset in Asset.objects.filter(**inside).select_related(
            "model__manufacturer", "category", "unit", "location"
        ):
            if asset.tag:
                self.by_tag[fold(asset.tag)] = asset
            if not is_placeholder(asset.serial_number):
                self.by_serial.setdefault(asset.serial_key, []).append(asset)
            if asset.outside_number:
                self.by_outside[asset.outside_number] = asset
        self._name_the_nameless(rows)

    def _name_the_nameless(self, rows):
        """A row with neither tag nor serial is known by its content, so that the same file twice is one register."""
        seen = Counter()
        for values in rows:
            if values.get("tag") or not is_placeholder(values.get("serial_number") or "") or "outside_number" in values:
                continue
            text = json.dumps({name: str(value) for name, value in values.items()}, sort_keys=True)
            seen[text] += 1
            digest = hashlib.sha256(f"{text} {seen[text]}".encode()).hexdigest()
            values["outside_number"] = f"row-{digest[:24]}"

    def key(self, names, values):
        text = values.get(names[0])
        if not text or (names[0] == "serial_number" and is_placeholder(text)):
            return None
        return fold(text)

    def check(self, values):
        warnings = []
        if values.get("serial_number") and is_placeholder(values["serial_number"]):
            warnings.append(_("serial number “%(text)s” tells no device apart") % {"text": values["serial_number"]})
        start, end = values.get("warranty_start"), values.get("warranty_end")
        return ([_("the warranty ends before it begins")] if start and end and end < start else []), warnings

    def known(self, name):
        return {
            "manufacturer": self.makers,
            "category": self.categories,
            "unit": self.units,
            "location": self.locations,
            "supplier": self.vendors,
        }[name]

    def resolve(self, name, text):
        return self.known(name).get(fold(text))

    def create_reference(self, name, text, batch):
        if name == "location":
            thing = Location.objects.create(institution=self.institution, name_en=text[:120])
            self.locations[fold(text)] = thing
        elif name == "supplier":
            thing = self.vendors[fold(text)] = Vendor.objects.create(name=text[:200])
        elif name == "unit":
            thing = self.units[fold(text)] = Unit.objects.create(name=text[:160], parent=self.institution)
        else:
            return super().create_reference(name, text, batch)
        self.record(thing, "created", batch, {"name": text})
        return thing

    def find(self, values):
        tagged = self.by_tag.get(fold(values.get("tag") or ""))
        serial = values.get("serial_number") or ""
        if not is_placeholder(serial):
            maker = getattr(values.get("manufacturer"), "pk", None)
            twins = [
                asset
                for asset in self.by_serial.get(fold(serial), [])
                if not (maker and asset.model_id) or asset.model.manufacturer_id == maker
            ]
            if tagged is None or (twins and tagged not in twins):
                return [tagged, *twins] if tagged else twins
        if tagged:
            return [tagged]
        found = self.by_outside.get(values.get("outside_number"))
        return [found] if found else []

    def current(self, thing):
        now = {field.name: getattr(thing, field.name) for field in self.fields if field.name not in self.own}
        now["model"] = thing.model.name if thing.model_id else None
        now["manufacturer"] = thing.model.manufacturer if thing.model_id else None
        return now  # the holder is no field: a later change of custody is an act, not an import

    def create(self, values, batch):
        holder = self.people.get(fold(values.pop("holder", None) or ""))
        asset = super().create(self._with_model(values, batch), batch)
        if holder and asset.state in HELD:
            Custody.objects.create(asset=asset, person=holder, started_at=timezone.now(), reason=_("imported"))
        return asset

    def update(self, thing, changes, batch):
        return super().update(thing, self._with_model({"manufacturer": None} | changes, batch, thing), batch)

    def build(self, values):
        return Asset(institution=self.institution, **values)

    def state(self, thing):
        return snapshot(thing, [field.name for field in self.fields if field.name not in self.own] + ["model"])

    def _with_model(self, values, batch, thing=None):
        """Turn a model's name into the model, made where the map lets manufacturers be made."""
        maker = values.pop("manufacturer", None) or (thing.model.manufacturer if thing and thing.model_id else None)
        name = values.pop("model", None)
        if maker is None or name is None:
            return values
        model = self.models.get((maker.pk, fold(name)))
        if model is None:
            model = AssetModel.objects.create(manufacturer=maker, name=name, category=values.get("category"))
            self.models[maker.pk, fold(name)] = model
            self.record_model(model, batch)
            self.made_beside.append(model)
        return values | {"model": model}

    def same(self, name, old, new):
        """Models are told apart by their folded names, whatever this line's spelling."""
        if name == "model":
            return fold(old or "") == fold(new or "")
        return super().same(name, old, new)

    def record_model(self, model, batch):
        record_event(model, "created", changes={"name": [None, model.name]}, channel=Channel.IMPORT, batch=batch)

    def remove(self, thing):
        """With the custody that the import itself began."""
        thing.custodies.all().delete()
        thing.delete()
