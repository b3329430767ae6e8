"""What comes in about the words of mails: each text in both languages, side by side."""

from django import forms
from django.utils.translation import gettext_lazy as _

from office import mailtexts
from office.models import MailWording
from ui.forms import VersionedForm

NAMES = {"ar": _("Arabic"), "en": _("English")}
DIRECTIONS = {"ar": "rtl", "en": "ltr"}


class WordingForm(VersionedForm):
    """A box for each text and language; an empty one means the words of the house."""

    class Meta:
        model = MailWording
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.pieces = mailtexts.pieces_of(self.instance.topic)
        for piece in self.pieces:
            for language in mailtexts.LANGUAGES:
                name = f"{piece.name}_{language}"
                self.fields[name] = self._field(piece, language)
                self._prepare(name, self.fields[name])

    def _field(self, piece, language):
        return forms.CharField(
            label=f"{piece.title} · {NAMES[language]}",
            required=False,
            max_length=piece.most,
            initial=self.instance.words.get(language, {}).get(piece.name, ""),
            widget=forms.TextInput() if piece.name == "subject" else forms.Textarea(attrs={"rows": 3}),
        )

    @property
    def rows(self):
        """[(piece, [(language's name, direction, words of the house, bound field)])]"""
        return [(piece, [self._box(piece, language) for language in mailtexts.LANGUAGES]) for piece in self.pieces]

    def _box(self, piece, language):
        return NAMES[language], DIRECTIONS[language], piece.in_braces(language), self[f"{piece.name}_{language}"]

    def clean(self):
        cleaned = super().clean()
        cleaned = self.cleaned_data if cleaned is None else cleaned
        for piece in self.pieces:
            for language in mailtexts.LANGUAGES:
                name = f"{piece.name}_{language}"
                try:
                    mailtexts.check(piece, cleaned.get(name, "").strip())
                except forms.ValidationError as refusal:
                    self.add_error(name, refusal)
        return cleaned

    def get_words(self):
        return {
            language: {piece.name: self.cleaned_data.get(f"{piece.name}_{language}", "") for piece in self.pieces}
            for language in mailtexts.LANGUAGES
        }
