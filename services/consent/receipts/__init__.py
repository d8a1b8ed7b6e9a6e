"""Receipts: what one says about an act, in words of ours and as a signed document in those of DPV."""
