import {
  columnsTimesHalfPanel,
  columnsTimesHalfPanelAdded,
  columnsTimesPanel,
  columnsTimesPanelAdded,
  rowsTimesHalfPanel,
  rowsTimesHalfPanelAdded,
  rowsTimesPanel,
  rowsTimesPanelAdded,
} from './generated/registerTiles';

let halfPanels: i32 = 0;

/** Half a panel at a time (1) where registers do not hold the sums of a whole one (0). The results have the same bits. */
export function useHalfPanels(use: i32): void {
  halfPanels = use;
}

/** Whether registers are so narrow; what else goes by pairs of vectors goes by one of them then. */
export function usesHalfPanels(): boolean {
  return halfPanels !== 0;
}

/** Steps of the depth after which a panel (16 columns, 64 bytes a step) would no longer stay in the first-level cache. */
const depthBlock = 384;

/** Bytes of half a panel's row. */
const half: usize = 32;

/** One panel's columns of the product for all rows, at most six at a time: nearly even tiles keep both multipliers busy. */
function allRowsTimesPanel(
  left: usize,
  leftStride: usize,
  panel: usize,
  depth: i32,
  product: usize,
  stride: usize,
  rows: i32,
  adds: bool,
): void {
  const tiles = (rows + 5) / 6;
  const least = rows / max(tiles, 1);
  const larger = rows - tiles * least;
  for (let i = 0; i < tiles; i++) {
    const some = i < larger ? least + 1 : least;
    if (halfPanels) {
      if (adds) {
        rowsTimesHalfPanelAdded(some, left, leftStride, panel, depth, product, stride);
        rowsTimesHalfPanelAdded(some, left, leftStride, panel + half, depth, product + half, stride);
      } else {
        rowsTimesHalfPanel(some, left, leftStride, panel, depth, product, stride);
        rowsTimesHalfPanel(some, left, leftStride, panel + half, depth, product + half, stride);
      }
    } else {
      if (adds) rowsTimesPanelAdded(some, left, leftStride, panel, depth, product, stride);
      else rowsTimesPanel(some, left, leftStride, panel, depth, product, stride);
    }
    left += <usize>some * leftStride;
    product += <usize>some * stride;
  }
}

/**
 * product[rows][columns] = left[rows][depth] right, where right is packed in panels of 16 columns, [panel][depth][16], with any
 * numbers beyond `columns`. Strides are bytes; the last panel's columns go through `tile`, 6 x 16 numbers, when there are fewer
 * than 16.
 */
export function multiplyPanels(
  left: usize,
  leftStride: usize,
  panels: usize,
  depth: i32,
  product: usize,
  productStride: usize,
  rows: i32,
  columns: i32,
  tile: usize,
): void {
  const panelBytes = <usize>depth * 64;
  const whole = columns / 16;
  for (let start = 0; start < depth; start += depthBlock) {
    const block = min(depthBlock, depth - start);
    let panel = panels + <usize>start * 64;
    let target = product;
    for (let i = 0; i < whole; i++) {
      const from = left + <usize>start * 4;
      allRowsTimesPanel(from, leftStride, panel, block, target, productStride, rows, start > 0);
      panel += panelBytes;
      target += 64;
    }
  }
  const rest = columns - 16 * whole;
  if (rest === 0) return;
  const panel = panels + <usize>whole * panelBytes;
  let target = product + <usize>whole * 64;
  for (; rows > 0; rows -= 6) {
    const tileRows = min(rows, 6);
    allRowsTimesPanel(left, leftStride, panel, depth, tile, 64, tileRows, false);
    for (let row = 0; row < tileRows; row++) {
      for (let column = 0; column < rest; column++) {
        store<f32>(target + 4 * column, load<f32>(tile + 64 * row + 4 * column));
      }
      target += productStride;
    }
    left += 6 * leftStride;
  }
}

/** A register tile of the product of a panel's transpose and a panel. */
function tileOfPanels(
  rows: i32,
  left: usize,
  right: usize,
  depth: i32,
  product: usize,
  stride: usize,
  adds: i32,
): void {
  if (halfPanels) {
    if (adds) {
      columnsTimesHalfPanelAdded(rows, left, right, depth, product, stride);
      columnsTimesHalfPanelAdded(rows, left, right + half, depth, product + half, stride);
    } else {
      columnsTimesHalfPanel(rows, left, right, depth, product, stride);
      columnsTimesHalfPanel(rows, left, right + half, depth, product + half, stride);
    }
  } else {
    if (adds) columnsTimesPanelAdded(rows, left, right, depth, product, stride);
    else columnsTimesPanel(rows, left, right, depth, product, stride);
  }
}

/**
 * product[leftColumns][16 rightPanels] (+)= left' right, both packed in panels of 16 columns [panel][panelDepth][16], of whose
 * steps the first `depth` are used. Rows of the product beyond `leftColumns` are not written; its columns are whole panels.
 */
export function multiplyTransposed(
  left: usize,
  right: usize,
  depth: i32,
  panelDepth: i32,
  product: usize,
  productStride: usize,
  leftColumns: i32,
  rightPanels: i32,
  adds: i32,
): void {
  const panelBytes = <usize>panelDepth * 64;
  for (; rightPanels > 0; rightPanels--) {
    let panel = left;
    let target = product;
    for (let columns = leftColumns; columns > 0; columns -= 16) {
      // 16 = 5 + 5 + 6: tiles of nearly even height keep both multipliers busy.
      for (let column = 0; column < min(columns, 16); ) {
        const rows = min(columns - column, column === 10 ? 6 : 5);
        tileOfPanels(rows, panel + 4 * column, right, depth, target, productStride, adds);
        target += <usize>rows * productStride;
        column += rows;
      }
      panel += panelBytes;
    }
    right += panelBytes;
    product += 64;
  }
}
