import { multiplyAdd } from './multiplyAdd';

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
