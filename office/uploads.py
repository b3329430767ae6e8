"""Takes files in while a form is read: what finds no room, or is larger than allowed, takes no form with it."""

from io import BytesIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class Dropped(UploadedFile):
    """A file of which only name and size are left; `for_want_of_room` says why. `files.check` refuses it."""

    def __init__(self, name, content_type, size, *, for_want_of_room):
        super().__init__(BytesIO(), name, content_type, size)
        self.for_want_of_room = for_want_of_room


class ToDisk(TemporaryFileUploadHandler):
    """Writes no byte beyond the limit of one file, and reads on when the disk is full: the text beside it is kept."""

    def new_file(self, *args, **kwargs):
        self.is_full = False
        try:
            super().new_file(*args, **kwargs)
        except OSError:
            self.is_full = True

    def receive_data_chunk(self, raw_data, start):
        if self.is_full or start > settings.ATTACHMENT_MAX_BYTES:
            return
        try:
            self.file.write(raw_data)
        except OSError:
            self.is_full = True

    def file_complete(self, file_size):
        if not self.is_full and file_size <= settings.ATTACHMENT_MAX_BYTES:
            try:
                return super().file_complete(file_size)
            except OSError:  # the last bytes are written here
                self.is_full = True
        return Dropped(self.file_name, self.content_type, file_size, for_want_of_room=self.is_full)
