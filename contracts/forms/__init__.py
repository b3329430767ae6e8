"""What comes in about contracts, their terms, levels, coverage, amendments and decisions."""

from contracts.forms.acts import (
    DecisionForm,
    NextTermForm,
    PaperForm,
    RejectForm,
    SnoozeForm,
    SuspendForm,
    TermForm,
    TerminateForm,
)
from contracts.forms.budget import BudgetLineForm
from contracts.forms.calls import CallReferenceForm, CloseCallForm, DeskStepForm, VendorStepForm
from contracts.forms.coverage import CoverageForm, EndCoverageForm, LevelForm
from contracts.forms.promises import (
    ExtendForm,
    InstalmentsForm,
    InvoiceForm,
    MeetForm,
    PayForm,
    PromiseForm,
    ReasonForm,
    SecurityForm,
    SettleForm,
)
from contracts.forms.register import (
    AmendmentForm,
    ConditionsForm,
    ContractForm,
    DayForm,
    NewContractForm,
    PastDayForm,
)
from contracts.forms.renewals import (
    AwardForm,
    CriterionForm,
    MarksForm,
    MemberForm,
    OfferForm,
    RecommendForm,
    SuccessorForm,
    VoteForm,
)
from contracts.forms.rules import RuleForm
from contracts.forms.scores import WeightsForm

__all__ = [
    "AmendmentForm",
    "AwardForm",
    "BudgetLineForm",
    "CallReferenceForm",
    "CloseCallForm",
    "ConditionsForm",
    "ContractForm",
    "CoverageForm",
    "CriterionForm",
    "DayForm",
    "DecisionForm",
    "DeskStepForm",
    "EndCoverageForm",
    "ExtendForm",
    "InstalmentsForm",
    "InvoiceForm",
    "LevelForm",
    "MarksForm",
    "MeetForm",
    "MemberForm",
    "NewContractForm",
    "NextTermForm",
    "OfferForm",
    "PaperForm",
    "PastDayForm",
    "PayForm",
    "PromiseForm",
    "ReasonForm",
    "RecommendForm",
    "RejectForm",
    "RuleForm",
    "SecurityForm",
    "SettleForm",
    "SnoozeForm",
    "SuccessorForm",
    "SuspendForm",
    "TermForm",
    "TerminateForm",
    "VendorStepForm",
    "VoteForm",
    "WeightsForm",
]
