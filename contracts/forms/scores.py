"""What comes in about the weights of scorecards."""

from contracts.models import ScoreWeights
from contracts.models.scores import MEASURES
from ui.forms import VersionedForm


class WeightsForm(VersionedForm):
    """How much each measure counts, 0 to 100; they need not make 100."""

    class Meta:
        model = ScoreWeights
        fields = MEASURES

    def get_values(self):
        return {name: self.cleaned_data[name] for name in MEASURES}
