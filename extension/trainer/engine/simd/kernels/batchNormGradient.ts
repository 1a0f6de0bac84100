import { multiplyAdd } from './multiplyAdd';

/** dy where x scale + shift > 0, else 0: the gradient of batch norm with ReLU before the normalisation. */
function passed(dy: v128, x: v128, scale: v128, shift: v128): v128 {
  return v128.and(dy, f32x4.gt(multiplyAdd(x, scale, shift), f32x4.splat(0)));
}

/**
 * result[0][channel] = sum of g, result[1][channel] = sum of g (x - mean), where g is dy where x scale + shift > 0, else 0: the
 * activation's gradient. [rows][channels] each.
 */
export function batchNormGradientSums(
  x: usize,
  dy: usize,
  scale: usize,
  shift: usize,
  mean: usize,
  result: usize,
  rows: i32,
  channels: i32,
): void {
  const row = <usize>channels * 4;
  const zero = f32x4.splat(0);
  let rest = channels;
  for (; rest >= 8; rest -= 8) {
    const firstScale = v128.load(scale);
    const secondScale = v128.load(scale, 16);
    const firstShift = v128.load(shift);
    const secondShift = v128.load(shift, 16);
    const firstMean = v128.load(mean);
    const secondMean = v128.load(mean, 16);
    let first = zero;
    let second = zero;
    let firstProducts = zero;
    let secondProducts = zero;
    let at = x;
    let from = dy;
    for (let i = 0; i < rows; i++) {
      const firstX = v128.load(at);
      const secondX = v128.load(at, 16);
      const firstG = passed(v128.load(from), firstX, firstScale, firstShift);
      const secondG = passed(v128.load(from, 16), secondX, secondScale, secondShift);
      first = f32x4.add(first, firstG);
      second = f32x4.add(second, secondG);
      firstProducts = multiplyAdd(firstG, f32x4.sub(firstX, firstMean), firstProducts);
      secondProducts = multiplyAdd(secondG, f32x4.sub(secondX, secondMean), secondProducts);
      at += row;
      from += row;
    }
    v128.store(result, first);
    v128.store(result, second, 16);
    v128.store(result + row, firstProducts);
    v128.store(result + row, secondProducts, 16);
    x += 32;
    dy += 32;
    scale += 32;
    shift += 32;
    mean += 32;
    result += 32;
  }
  for (; rest > 0; rest--) {
    let sum = zero;
    let products = zero;
    let at = x;
    let from = dy;
    for (let i = 0; i < rows; i++) {
      const value = v128.load32_splat(at);
      const g = passed(v128.load32_splat(from), value, v128.load32_splat(scale), v128.load32_splat(shift));
      sum = f32x4.add(sum, g);
      products = multiplyAdd(g, f32x4.sub(value, v128.load32_splat(mean)), products);
      at += row;
      from += row;
    }
    store<f32>(result, f32x4.extract_lane(sum, 0));
    store<f32>(result + row, f32x4.extract_lane(products, 0));
    x += 4;
    dy += 4;
    scale += 4;
    shift += 4;
    mean += 4;
    result += 4;
  }
}

/** dx = scale g + slope x + offset, with g as in `batchNormGradientSums`; three numbers for each channel. */
export function batchNormGradient(
  x: usize,
  dy: usize,
  scale: usize,
  shift: usize,
  slope: usize,
  offset: usize,
  dx: usize,
  rows: i32,
  channels: i32,
): void {
  for (; rows > 0; rows--) {
    let at: usize = 0;
    const end = <usize>channels * 4;
    for (; at + 32 <= end; at += 32) {
      const firstX = v128.load(x);
      const secondX = v128.load(x, 16);
      const firstScale = v128.load(scale + at);
      const secondScale = v128.load(scale + at, 16);
      const firstG = passed(v128.load(dy), firstX, firstScale, v128.load(shift + at));
      const secondG = passed(v128.load(dy, 16), secondX, secondScale, v128.load(shift + at, 16));
      const firstRest = multiplyAdd(firstX, v128.load(slope + at), v128.load(offset + at));
      const secondRest = multiplyAdd(secondX, v128.load(slope + at, 16), v128.load(offset + at, 16));
      v128.store(dx, multiplyAdd(firstG, firstScale, firstRest));
      v128.store(dx, multiplyAdd(secondG, secondScale, secondRest), 16);
      x += 32;
      dy += 32;
      dx += 32;
    }
    for (; at < end; at += 4) {
      const value = v128.load32_splat(x);
      const factor = v128.load32_splat(scale + at);
      const g = passed(v128.load32_splat(dy), value, factor, v128.load32_splat(shift + at));
      const rest = multiplyAdd(value, v128.load32_splat(slope + at), v128.load32_splat(offset + at));
      store<f32>(dx, f32x4.extract_lane(multiplyAdd(g, factor, rest), 0));
      x += 4;
      dy += 4;
      dx += 4;
    }
  }
}
