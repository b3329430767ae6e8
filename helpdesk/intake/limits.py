"""How much of one message is read; what is larger is kept raw and shown to people, never worked on."""

MOST_BYTES = 25 * 1024 * 1024
MOST_KEPT = 256 * 1024 * 1024  # of a message that is too large to read; of a larger one the head
MOST_PARTS = 100
MOST_DEPTH = 20
MOST_HEADERS = 500
MOST_ADDRESSES = 100
MOST_HEADER_LENGTH = 64 * 1024  # bytes of one unfolded header that are looked at
MOST_TEXT = 200_000  # letters of a body that are looked at; the raw message has the rest
MOST_HTML = 1_000_000
