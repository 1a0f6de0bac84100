import { usesHalfPanels } from './gemm';
import {
  dots1By1,
  dots1By2,
  dots1By3,
  dots3By3,
  dots4By2,
  dots6By1,
  halfDots1By1,
  halfDots1By2,
  halfDots1By3,
  halfDots3By3,
  halfDots4By2,
  halfDots6By1,
} from './generated/dotTiles';

/** Part sums of one pixel, or of as many neighbours in a row as a tile has. */
function dots(
  tile: bool,
  columns: i32,
  left: usize,
  pixel: usize,
  leftRow: usize,
  rows: i32,
  count: i32,
  weights: usize,
  parts: usize,
): void {
  if (columns === 3) {
    if (tile) dots3By3(left, pixel, leftRow, rows, count, weights, parts);
    else dots1By3(left, pixel, leftRow, rows, count, weights, parts);
  } else if (columns === 2) {
    if (tile) dots4By2(left, pixel, leftRow, rows, count, weights, parts);
    else dots1By2(left, pixel, leftRow, rows, count, weights, parts);
  } else {
    if (tile) dots6By1(left, pixel, leftRow, rows, count, weights, parts);
    else dots1By1(left, pixel, leftRow, rows, count, weights, parts);
  }
}

/** One vector in two of them. */
function halfDots(
  tile: bool,
  columns: i32,
  left: usize,
  pixel: usize,
  leftRow: usize,
  rows: i32,
  count: i32,
  weights: usize,
  parts: usize,
): void {
  if (columns === 3) {
    if (tile) halfDots3By3(left, pixel, leftRow, rows, count, weights, parts);
    else halfDots1By3(left, pixel, leftRow, rows, count, weights, parts);
  } else if (columns === 2) {
    if (tile) halfDots4By2(left, pixel, leftRow, rows, count, weights, parts);
    else halfDots1By2(left, pixel, leftRow, rows, count, weights, parts);
  } else {
    if (tile) halfDots6By1(left, pixel, leftRow, rows, count, weights, parts);
    else halfDots1By1(left, pixel, leftRow, rows, count, weights, parts);
  }
}

/** The sum of eight numbers. */
function sum8(parts: usize): f32 {
  const four = f32x4.add(v128.load(parts), v128.load(parts, 16));
  const even = f32x4.extract_lane(four, 0) + f32x4.extract_lane(four, 2);
  return even + (f32x4.extract_lane(four, 1) + f32x4.extract_lane(four, 3));
}

/**
 * result[height][width][columns], of 1 to 3 columns: a convolution at stride 1 of padded[height + tapRows - 1][paddedWidth]
 * [channels] with weights [tapRows][columns][tapColumns channels]; tapColumns channels is a multiple of 8. `workspace` has room
 * for the part sums of a tile.
 */
export function convolveToFewColumns(
  padded: usize,
  paddedWidth: i32,
  channels: i32,
  tapRows: i32,
  tapColumns: i32,
  weights: usize,
  result: usize,
  height: i32,
  width: i32,
  columns: i32,
  workspace: usize,
): void {
  const pixel = <usize>channels * 4;
  const leftRow = <usize>paddedWidth * pixel;
  const count = tapColumns * channels;
  const most = columns === 1 ? 6 : columns === 2 ? 4 : 3;
  const tile = width >= most;
  const pixels = tile ? most : 1;
  for (let y = 0; y < height; y++) {
    for (let from = 0; from < width; from += pixels) {
      // The last tile of a row overlaps the one before.
      const x = min(from, width - pixels);
      const left = padded + <usize>y * leftRow + <usize>x * pixel;
      if (usesHalfPanels()) {
        halfDots(tile, columns, left, pixel, leftRow, tapRows, count, weights, workspace);
        halfDots(tile, columns, left + 16, pixel, leftRow, tapRows, count, weights + 16, workspace + 16);
      } else {
        dots(tile, columns, left, pixel, leftRow, tapRows, count, weights, workspace);
      }
      const target = result + <usize>(y * width + x) * columns * 4;
      for (let i = 0; i < pixels * columns; i++) store<f32>(target + 4 * i, sum8(workspace + 32 * i));
    }
  }
}
