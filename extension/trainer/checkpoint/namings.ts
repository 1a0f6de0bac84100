/** Names under which a network is written: our own, or the small CNN as TRADES' SmallCNN has it. */
export const namings = ['plain', 'trades'] as const;
export type Naming = (typeof namings)[number];
