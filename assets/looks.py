"""How states and acceptances look: word, colour, icon."""

from assets.choices import Acceptance, AssetState

STATES = {
    AssetState.ORDERED: ("azure", "truck-delivery"),
    AssetState.IN_STORE: ("secondary", "building-warehouse"),
    AssetState.RESERVED: ("cyan", "bookmark"),
    AssetState.IN_USE: ("green", "user-check"),
    AssetState.ON_LOAN: ("teal", "arrows-exchange"),
    AssetState.UNDER_REPAIR: ("orange", "tool"),
    AssetState.LOST: ("red", "help-circle"),
    AssetState.OUT_OF_SERVICE: ("red", "ban"),
    AssetState.WRITTEN_OFF: ("purple", "file-certificate"),
    AssetState.DISPOSED: ("purple", "trash-off"),
}
ACCEPTANCES = {
    Acceptance.PENDING: ("yellow", "writing-sign"),
    Acceptance.ACCEPTED: ("green", "check"),
    Acceptance.DECLINED: ("red", "alert-triangle"),
    Acceptance.PAPER: ("green", "file-check"),
}


def state_of(asset):
    """(label, colour, icon) of the state of an asset."""
    return (asset.get_state_display(), *STATES[asset.state])


def acceptance_of(custody):
    return (custody.get_accepted_display(), *ACCEPTANCES[custody.accepted])
