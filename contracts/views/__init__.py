"""Pages of contracts: the register, one contract, the acts on it, the reminder rules."""
