import { multiplyAdd } from './multiplyAdd';

/** max(x scale + shift, 0), which passes NaN on: pmax answers with its first operand where the comparison fails. */
function activation(x: v128, scale: v128, shift: v128): v128 {
  return f32x4.pmax(multiplyAdd(x, scale, shift), f32x4.splat(0));
}

/** y[rows][channels] = max(x scale + shift, 0), with a scale and a shift for each channel. */
export function scaleShiftRelu(
  x: usize,
  scale: usize,
  shift: usize,
  y: usize,
  rows: i32,
  channels: i32,
): void {
  for (; rows > 0; rows--) {
    let factor = scale;
    let offset = shift;
    let rest = channels;
    for (; rest >= 8; rest -= 8) {
      const first = activation(v128.load(x), v128.load(factor), v128.load(offset));
      const second = activation(v128.load(x, 16), v128.load(factor, 16), v128.load(offset, 16));
      v128.store(y, first);
      v128.store(y, second, 16);
      x += 32;
      y += 32;
      factor += 32;
      offset += 32;
    }
    for (; rest > 0; rest--) {
      const one = activation(v128.load32_splat(x), v128.load32_splat(factor), v128.load32_splat(offset));
      store<f32>(y, f32x4.extract_lane(one, 0));
      x += 4;
      y += 4;
      factor += 4;
      offset += 4;
    }
  }
}

/** y[rows][channels] = max(x + bias, 0), with a bias for each channel. */
export function biasRelu(x: usize, bias: usize, y: usize, rows: i32, channels: i32): void {
  const zero = f32x4.splat(0);
  for (; rows > 0; rows--) {
    let offset = bias;
    let rest = channels;
    for (; rest >= 8; rest -= 8) {
      const first = f32x4.pmax(f32x4.add(v128.load(x), v128.load(offset)), zero);
      const second = f32x4.pmax(f32x4.add(v128.load(x, 16), v128.load(offset, 16)), zero);
      v128.store(y, first);
      v128.store(y, second, 16);
      x += 32;
      y += 32;
      offset += 32;
    }
    for (; rest > 0; rest--) {
      const one = f32x4.pmax(f32x4.add(v128.load32_splat(x), v128.load32_splat(offset)), zero);
      store<f32>(y, f32x4.extract_lane(one, 0));
      x += 4;
      y += 4;
      offset += 4;
    }
  }
}

/** dx[rows][channels] = scale dy where y > 0, else 0. */
export function scaleReluGradient(
  dy: usize,
  y: usize,
  scale: usize,
  dx: usize,
  rows: i32,
  channels: i32,
): void {
  const zero = f32x4.splat(0);
  for (; rows > 0; rows--) {
    let factor = scale;
    let rest = channels;
    for (; rest >= 8; rest -= 8) {
      const first = v128.and(v128.load(dy), f32x4.gt(v128.load(y), zero));
      const second = v128.and(v128.load(dy, 16), f32x4.gt(v128.load(y, 16), zero));
      v128.store(dx, f32x4.mul(first, v128.load(factor)));
      v128.store(dx, f32x4.mul(second, v128.load(factor, 16)), 16);
      dy += 32;
      y += 32;
      dx += 32;
      factor += 32;
    }
    for (; rest > 0; rest--) {
      store<f32>(dx, load<f32>(y) > 0 ? load<f32>(dy) * load<f32>(factor) : 0);
      dy += 4;
      y += 4;
      dx += 4;
      factor += 4;
    }
  }
}

/**
 * result[0][channel] = sum of x[rows][channels], result[1][channel] = sum of squared distances from the rows' own mean. The rows
 * are few enough to be in the cache the second time.
 */
export function channelMoments(x: usize, result: usize, rows: i32, channels: i32): void {
  const row = <usize>channels * 4;
  const share = f32x4.splat(1 / <f32>rows);
  let rest = channels;
  for (; rest >= 8; rest -= 8) {
    let first = f32x4.splat(0);
    let second = f32x4.splat(0);
    let at = x;
    for (let i = 0; i < rows; i++) {
      first = f32x4.add(first, v128.load(at));
      second = f32x4.add(second, v128.load(at, 16));
      at += row;
    }
    v128.store(result, first);
    v128.store(result, second, 16);
    const firstMean = f32x4.mul(first, share);
    const secondMean = f32x4.mul(second, share);
    let firstSquares = f32x4.splat(0);
    let secondSquares = f32x4.splat(0);
    at = x;
    for (let i = 0; i < rows; i++) {
      const firstOffset = f32x4.sub(v128.load(at), firstMean);
      const secondOffset = f32x4.sub(v128.load(at, 16), secondMean);
      firstSquares = multiplyAdd(firstOffset, firstOffset, firstSquares);
      secondSquares = multiplyAdd(secondOffset, secondOffset, secondSquares);
      at += row;
    }
    v128.store(result + row, firstSquares);
    v128.store(result + row, secondSquares, 16);
    x += 32;
    result += 32;
  }
  for (; rest > 0; rest--) {
    let sum = f32x4.splat(0);
    let at = x;
    for (let i = 0; i < rows; i++) {
      sum = f32x4.add(sum, v128.load32_splat(at));
      at += row;
    }
    store<f32>(result, f32x4.extract_lane(sum, 0));
    const mean = f32x4.mul(sum, share);
    let squares = f32x4.splat(0);
    at = x;
    for (let i = 0; i < rows; i++) {
      const offset = f32x4.sub(v128.load32_splat(at), mean);
      squares = multiplyAdd(offset, offset, squares);
      at += row;
    }
    store<f32>(result + row, f32x4.extract_lane(squares, 0));
    x += 4;
    result += 4;
  }
}

/**
 * Joins the moments of chunks of `chunk` rows, the last one shorter, to mean and biased variance of all `rows`. In float64:
 * sum of squares = sum over chunks of (their squares + their rows (their mean - mean)^2) (Chan, Golub and LeVeque 1983).
 */
export function joinMoments(
  parts: usize,
  rows: i32,
  chunk: i32,
  channels: i32,
  mean: usize,
  variance: usize,
): void {
  const line = <usize>channels * 4;
  const chunks = (rows + chunk - 1) / chunk;
  for (let channel = 0; channel < channels; channel++) {
    let sum: f64 = 0;
    let at = parts;
    for (let i = 0; i < chunks; i++) {
      sum += <f64>load<f32>(at);
      at += 2 * line;
    }
    const average = sum / <f64>rows;
    let squares: f64 = 0;
    at = parts;
    for (let i = 0; i < chunks; i++) {
      const count = <f64>min(chunk, rows - i * chunk);
      const offset = <f64>load<f32>(at) / count - average;
      squares += <f64>load<f32>(at + line) + count * offset * offset;
      at += 2 * line;
    }
    store<f32>(mean, <f32>average);
    store<f32>(variance, <f32>(squares / <f64>rows));
    parts += 4;
    mean += 4;
    variance += 4;
  }
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
      const firstG = v128.and(v128.load(from), f32x4.gt(multiplyAdd(firstX, firstScale, firstShift), zero));
      const secondG = v128.and(
        v128.load(from, 16),
        f32x4.gt(multiplyAdd(secondX, secondScale, secondShift), zero),
      );
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
      const active = f32x4.gt(multiplyAdd(value, v128.load32_splat(scale), v128.load32_splat(shift)), zero);
      const g = v128.and(v128.load32_splat(from), active);
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
  const zero = f32x4.splat(0);
  for (; rows > 0; rows--) {
    let at: usize = 0;
    const end = <usize>channels * 4;
    for (; at + 32 <= end; at += 32) {
      const firstX = v128.load(x);
      const secondX = v128.load(x, 16);
      const firstScale = v128.load(scale + at);
      const secondScale = v128.load(scale + at, 16);
      const firstActive = f32x4.gt(multiplyAdd(firstX, firstScale, v128.load(shift + at)), zero);
      const secondActive = f32x4.gt(multiplyAdd(secondX, secondScale, v128.load(shift + at, 16)), zero);
      const firstRest = multiplyAdd(firstX, v128.load(slope + at), v128.load(offset + at));
      const secondRest = multiplyAdd(secondX, v128.load(slope + at, 16), v128.load(offset + at, 16));
      v128.store(dx, multiplyAdd(v128.and(v128.load(dy), firstActive), firstScale, firstRest));
      v128.store(dx, multiplyAdd(v128.and(v128.load(dy, 16), secondActive), secondScale, secondRest), 16);
      x += 32;
      dy += 32;
      dx += 32;
    }
    for (; at < end; at += 4) {
      const value = v128.load32_splat(x);
      const factor = v128.load32_splat(scale + at);
      const active = f32x4.gt(multiplyAdd(value, factor, v128.load32_splat(shift + at)), zero);
      const rest = multiplyAdd(value, v128.load32_splat(slope + at), v128.load32_splat(offset + at));
      const result = multiplyAdd(v128.and(v128.load32_splat(dy), active), factor, rest);
      store<f32>(dx, f32x4.extract_lane(result, 0));
      x += 4;
      dy += 4;
      dx += 4;
    }
  }
}
