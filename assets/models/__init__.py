"""The register: catalogue of models, locations, assets, custody."""

from assets.models.catalogue import AssetCategory, AssetModel, Manufacturer
from assets.models.custody import Custody
from assets.models.locations import Location
from assets.models.register import Asset

__all__ = ["Asset", "AssetCategory", "AssetModel", "Custody", "Location", "Manufacturer"]
