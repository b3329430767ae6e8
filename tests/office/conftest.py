"""Property tests of the office: a busy machine may take its time over one example."""

from hypothesis import settings

settings.register_profile("calm", deadline=None)
settings.load_profile("calm")
