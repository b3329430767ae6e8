"""Addresses of this room."""

from django.urls import path

from contracts.views import acts, register, rules

urlpatterns = [
    path("contracts/", register.ContractList.as_view(), name="contracts"),
    path("contracts/new/", register.ContractCreate.as_view(), name="contract_create"),
    path("contracts/pick/", register.pick_contract, name="pick_contract"),
    path("contracts/pick-vendor/", register.pick_vendor, name="pick_vendor"),
    path("contracts/<int:pk>/", register.contract_page, name="contract"),
    path("contracts/<int:pk>/edit/", register.ContractEdit.as_view(), name="contract_edit"),
    path("contracts/<int:pk>/decide/", acts.Decide.as_view(), name="contract_decide"),
    path("contracts/<int:pk>/activate/", acts.activate, name="contract_activate"),
    path("contracts/<int:pk>/submit/", acts.submit, name="contract_submit"),
    path("contracts/<int:pk>/approve/", acts.approve, name="contract_approve"),
    path("contracts/<int:pk>/reject/", acts.Reject.as_view(), name="contract_reject"),
    path("contracts/<int:pk>/withdraw/", acts.withdraw, name="contract_withdraw"),
    path("contracts/<int:pk>/cancel/", acts.cancel, name="contract_cancel"),
    path("contracts/<int:pk>/suspend/", acts.Suspend.as_view(), name="contract_suspend"),
    path("contracts/<int:pk>/resume/", acts.resume, name="contract_resume"),
    path("contracts/<int:pk>/terminate/", acts.Terminate.as_view(), name="contract_terminate"),
    path("contracts/<int:pk>/papers/new/", acts.AttachPaper.as_view(), name="contract_paper_add"),
    path("contracts/<int:pk>/terms/new/", acts.NextTerm.as_view(), name="contract_term_add"),
    path("contracts/<int:pk>/terms/<int:term>/edit/", acts.EditTerm.as_view(), name="contract_term_edit"),
    path("contracts/<int:pk>/levels/new/", acts.AddLevel.as_view(), name="contract_level_add"),
    path("contracts/<int:pk>/levels/<int:level>/edit/", acts.EditLevel.as_view(), name="contract_level_edit"),
    path("contracts/<int:pk>/coverage/", register.CoverageList.as_view(), name="contract_coverage"),
    path("contracts/<int:pk>/coverage/new/", acts.AddCoverage.as_view(), name="contract_coverage_add"),
    path("contracts/<int:pk>/coverage/<int:row>/end/", acts.EndCoverage.as_view(), name="contract_coverage_end"),
    path("contracts/<int:pk>/reminder-rule/", rules.OwnRule.as_view(), name="contract_rule"),
    path("contracts/<int:pk>/reminder-rule/drop/", rules.drop_own_rule, name="contract_rule_drop"),
    path("c/<path:number>", register.contract_by_number, name="contract_by_number"),
    path("setup/reminder-rules/", rules.rules, name="reminder_rules"),
    path("setup/reminder-rules/new/", rules.RuleCreate.as_view(), name="reminder_rule_create"),
    path("setup/reminder-rules/<int:pk>/", rules.rule_page, name="reminder_rule"),
    path("setup/reminder-rules/<int:pk>/edit/", rules.RuleEdit.as_view(), name="reminder_rule_edit"),
    path("setup/reminder-rules/<int:pk>/use/", rules.switch_rule, name="reminder_rule_use"),
]
