/** Columns of a packed panel (compile/registerTiles.ts). */
export const panelColumns = 16;

/** Rows of the largest register tile. */
export const tileRows = 6;

/** Bytes of the tile through which products with fewer than 16 columns go. */
export const tileBytes = 4 * tileRows * panelColumns;

/** The least multiple of `step` that is not below `count`. */
export const padTo = (count: number, step: number): number => Math.ceil(count / step) * step;
