import { usesHalfPanels } from './gemm';
import { dots, halfDots, pixelsOfTile } from './generated/dotTiles';

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
  const most = pixelsOfTile(columns);
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
