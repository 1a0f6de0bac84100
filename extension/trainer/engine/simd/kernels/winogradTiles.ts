import { input2, output2, outputGradient2 } from './generated/winograd2';
import { input4, output4, outputGradient4 } from './generated/winograd4';
import { copyPadded, zero16 } from './panels';

/** The workspace's first part holds a transform's intermediate numbers, the second a tile at the image's edge. */
const stageOffset: usize = 2048;

/** Channels that are treated at a time where a tile does not lie in one piece: 64 bytes. */
const group = 16;

/** A square of `size` pixels whose corner is (top, left), 16 channels each; zeros outside the image. */
function stageTile(
  image: usize,
  height: i32,
  width: i32,
  channels: i32,
  firstChannel: i32,
  top: i32,
  left: i32,
  size: i32,
  stage: usize,
): void {
  const count = min(group, channels - firstChannel);
  const before = min(max(-left, 0), size);
  const after = max(min(width - left, size), before);
  const pixel = <usize>channels * 4;
  for (let row = top; row < top + size; row++) {
    const inside = row >= 0 && row < height;
    const first = inside ? before : size;
    const end = inside ? after : size;
    for (let column = 0; column < first; column++) {
      zero16(stage);
      stage += 64;
    }
    let source = image + (<usize>(row * width + left + first) * channels + firstChannel) * 4;
    for (let column = first; column < end; column++) {
      copyPadded(source, stage, count);
      source += pixel;
      stage += 64;
    }
    for (let column = end; column < size; column++) {
      zero16(stage);
      stage += 64;
    }
  }
}

/** B'd B of tiles of size + 2 pixels, or A dy A' of tiles of `size` pixels. */
function toPositions(
  size: i32,
  ofGradient: i32,
  source: usize,
  sourceRow: usize,
  sourceColumn: usize,
  target: usize,
  position: usize,
  channels: i32,
  workspace: usize,
): void {
  const row = <usize>(size + 2) * position;
  if (size === 4) {
    if (ofGradient)
      outputGradient4(source, sourceRow, sourceColumn, target, row, position, channels, workspace);
    else input4(source, sourceRow, sourceColumn, target, row, position, channels, workspace);
  } else {
    if (ofGradient)
      outputGradient2(source, sourceRow, sourceColumn, target, row, position, channels, workspace);
    else input2(source, sourceRow, sourceColumn, target, row, position, channels, workspace);
  }
}

/**
 * Transforms `count` tiles of images [batch][height][width][channels] from number `firstTile` on, each `size` pixels from the
 * next: the inputs of a tile's outputs (ofGradient = 0, size + 2 pixels wide, starting `padTop` and `padLeft` pixels before) or
 * the outputs' gradient (ofGradient = 1, size pixels wide). Position p of the transforms is written to `target + p * position`,
 * tiles `tileStride` bytes and groups of 16 channels `groupStride` bytes apart, zeros up to `paddedChannels` (a multiple of 8).
 */
export function winogradTransformTiles(
  size: i32,
  ofGradient: i32,
  images: usize,
  height: i32,
  width: i32,
  channels: i32,
  padTop: i32,
  padLeft: i32,
  tilesHigh: i32,
  tilesWide: i32,
  firstTile: i32,
  count: i32,
  target: usize,
  position: usize,
  tileStride: usize,
  groupStride: usize,
  paddedChannels: i32,
  workspace: usize,
): void {
  const side = ofGradient ? size : size + 2;
  const stage = workspace + stageOffset;
  const pixel = <usize>channels * 4;
  const contiguous = groupStride === 64 && channels === paddedChannels;
  for (let tile = firstTile; tile < firstTile + count; tile++) {
    const line = tile / tilesWide;
    const index = line / tilesHigh;
    const top = (line - index * tilesHigh) * size - padTop;
    const left = (tile - line * tilesWide) * size - padLeft;
    const image = images + <usize>index * height * width * pixel;
    const inside = top >= 0 && left >= 0 && top + side <= height && left + side <= width;
    const corner = image + <usize>(top * width + left) * pixel;
    if (inside && contiguous) {
      const row = <usize>width * pixel;
      toPositions(size, ofGradient, corner, row, pixel, target, position, channels, workspace);
    } else {
      let to = target;
      for (let channel = 0; channel < paddedChannels; channel += group) {
        const some = min(group, paddedChannels - channel);
        if (inside && channel + some <= channels) {
          const from = corner + <usize>channel * 4;
          const row = <usize>width * pixel;
          toPositions(size, ofGradient, from, row, pixel, to, position, some, workspace);
        } else {
          stageTile(image, height, width, channels, channel, top, left, side, stage);
          const row = <usize>side * 64;
          toPositions(size, ofGradient, stage, row, 64, to, position, some, workspace);
        }
        to += groupStride;
      }
    }
    target += tileStride;
  }
}

/** A' m A */
function fromPositions(
  size: i32,
  source: usize,
  position: usize,
  target: usize,
  targetRow: usize,
  targetColumn: usize,
  channels: i32,
  workspace: usize,
): void {
  const row = <usize>(size + 2) * position;
  if (size === 4) output4(source, row, position, target, targetRow, targetColumn, channels, workspace);
  else output2(source, row, position, target, targetRow, targetColumn, channels, workspace);
}

/**
 * Writes the outputs of `count` tiles from number `firstTile` on to images [batch][height][width][channels]. Position p of the
 * products lies at `products + p * position`, tiles `tileStride` bytes apart.
 */
export function winogradWriteTiles(
  size: i32,
  products: usize,
  position: usize,
  tileStride: usize,
  images: usize,
  height: i32,
  width: i32,
  channels: i32,
  tilesHigh: i32,
  tilesWide: i32,
  firstTile: i32,
  count: i32,
  workspace: usize,
): void {
  const stage = workspace + stageOffset;
  const pixel = <usize>channels * 4;
  for (let tile = firstTile; tile < firstTile + count; tile++) {
    const line = tile / tilesWide;
    const index = line / tilesHigh;
    const top = (line - index * tilesHigh) * size;
    const left = (tile - line * tilesWide) * size;
    const rows = min(size, height - top);
    const columns = min(size, width - left);
    const corner = images + ((<usize>index * height + top) * width + left) * pixel;
    if (rows === size && columns === size && channels % 8 === 0) {
      fromPositions(size, products, position, corner, <usize>width * pixel, pixel, channels, workspace);
    } else {
      for (let channel = 0; channel < channels; channel += group) {
        const some = min(group, channels - channel);
        const from = products + <usize>channel * 4;
        fromPositions(size, from, position, stage, <usize>size * 64, 64, (some + 7) & ~7, workspace);
        for (let row = 0; row < rows; row++) {
          for (let column = 0; column < columns; column++) {
            const to = corner + <usize>(row * width + column) * pixel + <usize>channel * 4;
            copySome(stage + <usize>(row * size + column) * 64, to, some);
          }
        }
      }
    }
    products += tileStride;
  }
}

function copySome(source: usize, target: usize, count: i32): void {
  for (; count >= 4; count -= 4) {
    v128.store(target, v128.load(source));
    source += 16;
    target += 16;
  }
  for (; count > 0; count--) {
    store<f32>(target, load<f32>(source));
    source += 4;
    target += 4;
  }
}
