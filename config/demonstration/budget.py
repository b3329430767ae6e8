"""The budget of the demonstration: what two fiscal years allot for contracts, and instalments that draw on it."""

from decimal import Decimal

from contracts import actions
from contracts.models import BudgetLine
from office import calendars

DEVICES, SYSTEMS = "2111/301", "2111/302"
LINES = [  # code, title, allotted this year, allotted the next
    (DEVICES, "صيانة الأجهزة والمعدات", "72000.000", "76000.000"),
    (SYSTEMS, "صيانة الأنظمة والشبكات", "60000.000", "64000.000"),
]
OF_SYSTEMS = {1, 3}  # contracts, in the order of `agreements.make`, that are paid out of the second line
PLANNED = (1, 3, 5)  # those whose instalments nobody planned yet


def line_of(number):
    return SYSTEMS if number in OF_SYSTEMS else DEVICES


def make(ministry, contracts):
    """contracts: those of `agreements.make`, in its order."""
    by, year = ministry.people["manar"], calendars.today().year
    for code, title, *allotted in LINES:
        for fiscal_year, amount in enumerate(allotted, year):
            values = {"fiscal_year": fiscal_year, "code": code, "title": title, "allocated": Decimal(amount)}
            line = BudgetLine(institution=ministry.institution)
            actions.save_budget_line(line, by=by, values=values)
    for number in PLANNED:
        term = contracts[number].terms.order_by("sequence").last()
        if not term.instalments.exists():
            percents = {"tax_percent": Decimal(16), "retention_percent": Decimal(5)}
            actions.plan_instalments(term, by=by, count=4, budget_line=line_of(number), depends=False, **percents)
