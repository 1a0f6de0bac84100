import { cornerOf } from './poolWindow';

/**
 * As `maxPoolGradient` for windows of 2 x 2 beside each other, which need no zeros before: every number of a window is written.
 * [height] and [width] are what the windows cover at least.
 */
export function maxPool2Gradient(
  images: usize,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  first: i32,
  count: i32,
  gradient: usize,
  imagesGradient: usize,
): void {
  const pixel = <usize>channels * 4;
  const line = <usize>width * pixel;
  const image = <usize>height * line;
  for (let output = first; output < first + count; output++) {
    const corner = cornerOf(output, outHeight, outWidth, image, 2 * line, 2 * pixel);
    let x = images + corner;
    let to = imagesGradient + corner;
    let source = gradient + <usize>output * pixel;
    let rest = channels;
    for (; rest >= 4; rest -= 4) {
      passToLargest(x, v128.load(source), to, pixel, line);
      x += 16;
      to += 16;
      source += 16;
    }
    for (; rest > 0; rest--) {
      passNumberToLargest(x, load<f32>(source), to, pixel, line);
      x += 4;
      to += 4;
      source += 4;
    }
  }
}

/** Four channels of a window: the gradient goes to the first of the largest, zeros to the others. */
function passToLargest(x: usize, dy: v128, to: usize, pixel: usize, line: usize): void {
  const a = v128.load(x);
  const b = v128.load(x + pixel);
  const c = v128.load(x + line);
  const d = v128.load(x + line + pixel);
  const most = f32x4.max(f32x4.max(a, b), f32x4.max(c, d));
  const isA = f32x4.eq(a, most);
  const isB = v128.andnot(f32x4.eq(b, most), isA);
  const isAOrB = v128.or(isA, isB);
  const isC = v128.andnot(f32x4.eq(c, most), isAOrB);
  v128.store(to, v128.and(dy, isA));
  v128.store(to + pixel, v128.and(dy, isB));
  v128.store(to + line, v128.and(dy, isC));
  v128.store(to + line + pixel, v128.andnot(dy, v128.or(isAOrB, isC)));
}

/** The same for one channel. */
function passNumberToLargest(x: usize, dy: f32, to: usize, pixel: usize, line: usize): void {
  let largest = x;
  if (load<f32>(x + pixel) > load<f32>(largest)) largest = x + pixel;
  if (load<f32>(x + line) > load<f32>(largest)) largest = x + line;
  if (load<f32>(x + line + pixel) > load<f32>(largest)) largest = x + line + pixel;
  store<f32>(to, 0);
  store<f32>(to + pixel, 0);
  store<f32>(to + line, 0);
  store<f32>(to + line + pixel, 0);
  store<f32>(largest - x + to, dy);
}

/** result = max(largest of a window of 2 x 2 + bias, 0), with a bias for each channel: bias, ReLU and pool in one. */
export function biasReluPool2(
  images: usize,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  first: i32,
  count: i32,
  bias: usize,
  result: usize,
): void {
  const pixel = <usize>channels * 4;
  const line = <usize>width * pixel;
  const image = <usize>height * line;
  const zero = f32x4.splat(0);
  for (let output = first; output < first + count; output++) {
    let x = images + cornerOf(output, outHeight, outWidth, image, 2 * line, 2 * pixel);
    let target = result + <usize>output * pixel;
    let offset = bias;
    let rest = channels;
    for (; rest >= 8; rest -= 8) {
      const y = x + line;
      const upper0 = f32x4.max(v128.load(x), v128.load(x + pixel));
      const upper1 = f32x4.max(v128.load(x, 16), v128.load(x + pixel, 16));
      const most0 = f32x4.max(upper0, f32x4.max(v128.load(y), v128.load(y + pixel)));
      const most1 = f32x4.max(upper1, f32x4.max(v128.load(y, 16), v128.load(y + pixel, 16)));
      v128.store(target, f32x4.pmax(f32x4.add(most0, v128.load(offset)), zero));
      v128.store(target, f32x4.pmax(f32x4.add(most1, v128.load(offset, 16)), zero), 16);
      x += 32;
      target += 32;
      offset += 32;
    }
    for (; rest > 0; rest--) {
      const y = x + line;
      const upper = max(load<f32>(x), load<f32>(x + pixel));
      const most = max(upper, max(load<f32>(y), load<f32>(y + pixel)));
      store<f32>(target, max(most + load<f32>(offset), 0));
      x += 4;
      target += 4;
      offset += 4;
    }
  }
}

/**
 * The gradient of `biasReluPool2` with respect to the images: that of the pool where the activation is above zero. Every number
 * of a window is written.
 */
export function biasReluPool2Gradient(
  images: usize,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  first: i32,
  count: i32,
  activation: usize,
  gradient: usize,
  imagesGradient: usize,
): void {
  const pixel = <usize>channels * 4;
  const line = <usize>width * pixel;
  const image = <usize>height * line;
  const zero = f32x4.splat(0);
  for (let output = first; output < first + count; output++) {
    const corner = cornerOf(output, outHeight, outWidth, image, 2 * line, 2 * pixel);
    let x = images + corner;
    let to = imagesGradient + corner;
    let y = activation + <usize>output * pixel;
    let source = gradient + <usize>output * pixel;
    let rest = channels;
    for (; rest >= 4; rest -= 4) {
      const passed = v128.and(v128.load(source), f32x4.gt(v128.load(y), zero));
      passToLargest(x, passed, to, pixel, line);
      x += 16;
      to += 16;
      y += 16;
      source += 16;
    }
    for (; rest > 0; rest--) {
      const passed: f32 = load<f32>(y) > 0 ? load<f32>(source) : 0;
      passNumberToLargest(x, passed, to, pixel, line);
      x += 4;
      to += 4;
      y += 4;
      source += 4;
    }
  }
}
