"""The only module that writes sheets (CSV, XLSX): what somebody typed never runs as a formula elsewhere."""

import csv
import datetime
import io
import re
import tempfile
from decimal import Decimal

from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.text import slugify

from ui import text

DANGEROUS = tuple("=+-@\t\r＝＋－＠")
PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
WRAPPING = " \u00a0\ufeff\u200e\u200f\"';"  # what a program may drop before it looks for a formula
FORMATS = ("csv", "xlsx")
XLSX_MAX_ROWS = 1_048_575
XLSX_MAX_TEXT = 32_767


def harmless(value):
    """Text that no spreadsheet runs: `'` before a cell that begins like a formula. Numbers stay numbers."""
    return f"'{value}" if _runs(value) else value


def restored(value):
    """What `harmless` was given, for an import of our own export."""
    return value[1:] if value.startswith("'") and _runs(value[1:]) else value


def _runs(value):
    return value.lstrip(WRAPPING).startswith(DANGEROUS) and not PLAIN_NUMBER.fullmatch(value)


def csv_value(value):
    if value is None:
        return ""
    if isinstance(value, bool | Promise):
        return harmless(str(value))
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, datetime.datetime):
        return text.local(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return harmless(str(value).replace("\x00", ""))


class _Echo:
    def write(self, line):
        return line


def csv_lines(headers, rows):
    """Lines of a CSV that Excel opens as UTF-8; rows: iterable of lists of values."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([csv_value(header) for header in headers])
    for row in rows:
        yield writer.writerow([csv_value(value) for value in row])


def write_xlsx(file, headers, rows, title=""):
    """Write a workbook of one sheet into a binary file; right to left when the language is."""
    import xlsxwriter  # here, because only a few requests need it

    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
            "remove_timezone": True,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    sheet = book.add_worksheet(_sheet_name(title))
    formats = {
        datetime.datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        datetime.date: book.add_format({"num_format": "yyyy-mm-dd"}),
        Decimal: book.add_format({"num_format": "#,##0.000"}),
    }
    if text.direction() == "rtl":
        sheet.right_to_left()
    sheet.freeze_panes(1, 0)
    for column, header in enumerate(headers):
        sheet.set_column(column, column, max(12, min(40, len(str(header)) + 4)))
        sheet.write_string(0, column, harmless(str(header)), book.add_format({"bold": True}))
    for number, row in enumerate(rows, start=1):
        if number > XLSX_MAX_ROWS:
            break
        for column, value in enumerate(row):
            _write_cell(sheet, number, column, value, formats)
    book.close()


def _write_cell(sheet, row, column, value, formats):
    if value is None or value == "":
        return
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        if abs(value) < 10**15:
            sheet.write_number(row, column, value, formats.get(type(value)))
        else:  # a sheet's numbers hold fifteen figures
            sheet.write_string(row, column, str(value))
    elif isinstance(value, datetime.datetime):
        sheet.write_datetime(row, column, text.local(value).replace(tzinfo=None), formats[datetime.datetime])
    elif isinstance(value, datetime.date):
        sheet.write_datetime(row, column, value, formats[datetime.date])
    else:
        cleaned = text.CONTROLS.sub("", str(value))
        sheet.write_string(row, column, harmless(cleaned)[:XLSX_MAX_TEXT])


def _sheet_name(title):
    return re.sub(r"[\[\]:*?/\\']", " ", str(title)).strip()[:31] or "Sheet1"


def respond(kind, name, headers, rows, title=""):
    """The download: CSV as it is read, XLSX from a file that is gone when it is sent."""
    today = timezone.localdate().isoformat()
    filename = f"{slugify(name, allow_unicode=True) or 'list'}-{today}.{kind}"
    if kind == "csv":
        response = StreamingHttpResponse(csv_lines(headers, rows), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = content_disposition_header(True, filename)
        return response
    file = tempfile.SpooledTemporaryFile(max_size=4 * 1024 * 1024)  # noqa: SIM115 - the response closes it
    write_xlsx(file, headers, rows, title or name)
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=filename,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )


def csv_text(headers, rows):
    """The whole CSV in memory, for small things such as a list of rejected lines."""
    buffer = io.StringIO()
    buffer.writelines(csv_lines(headers, rows))
    return buffer.getvalue()
