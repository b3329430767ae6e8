"""Who is who: units, users, teams, absences, vendors."""

from people.models.absences import Absence
from people.models.teams import Team
from people.models.units import Unit
from people.models.users import User
from people.models.vendors import Vendor, VendorContact

__all__ = ["Absence", "Team", "Unit", "User", "Vendor", "VendorContact"]
