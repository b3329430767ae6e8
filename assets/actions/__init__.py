"""Every change of an asset that leaves history, one function per verb."""

from assets.actions.custody import accept, accept_on_paper, decline, hand_over, take_back, transfer
from assets.actions.register import change_asset, change_state, create_asset

__all__ = [
    "accept",
    "accept_on_paper",
    "change_asset",
    "change_state",
    "create_asset",
    "decline",
    "hand_over",
    "take_back",
    "transfer",
]
