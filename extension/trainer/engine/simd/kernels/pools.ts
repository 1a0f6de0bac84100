/**
 * Pooling of images [height][width][channels] without padding. The functions work on `count` outputs from number `first` on,
 * counted through images, rows and columns.
 */
export function maxPool(
  images: usize,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  windowHeight: i32,
  windowWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  first: i32,
  count: i32,
  result: usize,
): void {
  const pixel = <usize>channels * 4;
  const line = <usize>width * pixel;
  for (let output = first; output < first + count; output++) {
    const corner = cornerOf(
      output,
      images,
      height,
      line,
      pixel,
      outHeight,
      outWidth,
      strideHeight,
      strideWidth,
    );
    let target = result + <usize>output * pixel;
    let channel: usize = 0;
    for (; channel + 32 <= pixel; channel += 32) {
      let most0 = f32x4.splat(-Infinity);
      let most1 = f32x4.splat(-Infinity);
      for (let i = 0; i < windowHeight; i++) {
        let at = corner + <usize>i * line + channel;
        for (let j = 0; j < windowWidth; j++) {
          most0 = f32x4.max(most0, v128.load(at));
          most1 = f32x4.max(most1, v128.load(at, 16));
          at += pixel;
        }
      }
      v128.store(target, most0);
      v128.store(target, most1, 16);
      target += 32;
    }
    for (; channel < pixel; channel += 4) {
      let most: f32 = -Infinity;
      for (let i = 0; i < windowHeight; i++) {
        let at = corner + <usize>i * line + channel;
        for (let j = 0; j < windowWidth; j++) {
          most = max(most, load<f32>(at));
          at += pixel;
        }
      }
      store<f32>(target, most);
      target += 4;
    }
  }
}

/**
 * Adds every output's gradient to the place of its window's maximum, to the first in row order where several are equal. The
 * images' gradient is to be zero before.
 */
export function maxPoolGradient(
  images: usize,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  windowHeight: i32,
  windowWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  first: i32,
  count: i32,
  gradient: usize,
  imagesGradient: usize,
): void {
  const pixel = <usize>channels * 4;
  const line = <usize>width * pixel;
  for (let output = first; output < first + count; output++) {
    const corner = cornerOf(
      output,
      images,
      height,
      line,
      pixel,
      outHeight,
      outWidth,
      strideHeight,
      strideWidth,
    );
    let source = gradient + <usize>output * pixel;
    let channel: usize = 0;
    for (; channel + 16 <= pixel; channel += 16) {
      let most = f32x4.splat(-Infinity);
      for (let i = 0; i < windowHeight; i++) {
        let at = corner + <usize>i * line + channel;
        for (let j = 0; j < windowWidth; j++) {
          most = f32x4.max(most, v128.load(at));
          at += pixel;
        }
      }
      let left = v128.load(source);
      for (let i = 0; i < windowHeight; i++) {
        let at = corner + <usize>i * line + channel;
        for (let j = 0; j < windowWidth; j++) {
          const to = at - images + imagesGradient;
          const here = f32x4.eq(v128.load(at), most);
          v128.store(to, f32x4.add(v128.load(to), v128.and(left, here)));
          left = v128.andnot(left, here);
          at += pixel;
        }
      }
      source += 16;
    }
    for (; channel < pixel; channel += 4) {
      let largest = corner + channel;
      for (let i = 0; i < windowHeight; i++) {
        let at = corner + <usize>i * line + channel;
        for (let j = 0; j < windowWidth; j++) {
          if (load<f32>(at) > load<f32>(largest)) largest = at;
          at += pixel;
        }
      }
      const to = largest - images + imagesGradient;
      store<f32>(to, load<f32>(to) + load<f32>(source));
      source += 4;
    }
  }
}

export function averagePool(
  images: usize,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  windowHeight: i32,
  windowWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  first: i32,
  count: i32,
  result: usize,
): void {
  const pixel = <usize>channels * 4;
  const line = <usize>width * pixel;
  const share: f32 = 1 / <f32>(windowHeight * windowWidth);
  for (let output = first; output < first + count; output++) {
    const corner = cornerOf(
      output,
      images,
      height,
      line,
      pixel,
      outHeight,
      outWidth,
      strideHeight,
      strideWidth,
    );
    let target = result + <usize>output * pixel;
    let channel: usize = 0;
    for (; channel + 32 <= pixel; channel += 32) {
      let sum0 = f32x4.splat(0);
      let sum1 = f32x4.splat(0);
      for (let i = 0; i < windowHeight; i++) {
        let at = corner + <usize>i * line + channel;
        for (let j = 0; j < windowWidth; j++) {
          sum0 = f32x4.add(sum0, v128.load(at));
          sum1 = f32x4.add(sum1, v128.load(at, 16));
          at += pixel;
        }
      }
      v128.store(target, f32x4.mul(sum0, f32x4.splat(share)));
      v128.store(target, f32x4.mul(sum1, f32x4.splat(share)), 16);
      target += 32;
    }
    for (; channel < pixel; channel += 4) {
      let sum: f32 = 0;
      for (let i = 0; i < windowHeight; i++) {
        let at = corner + <usize>i * line + channel;
        for (let j = 0; j < windowWidth; j++) {
          sum += load<f32>(at);
          at += pixel;
        }
      }
      store<f32>(target, sum * share);
      target += 4;
    }
  }
}

/** Adds an equal share of every output's gradient to its window. `images` are the images' gradient, to be zero before. */
export function averagePoolGradient(
  images: usize,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  windowHeight: i32,
  windowWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  first: i32,
  count: i32,
  gradient: usize,
): void {
  const pixel = <usize>channels * 4;
  const line = <usize>width * pixel;
  const share: f32 = 1 / <f32>(windowHeight * windowWidth);
  for (let output = first; output < first + count; output++) {
    const corner = cornerOf(
      output,
      images,
      height,
      line,
      pixel,
      outHeight,
      outWidth,
      strideHeight,
      strideWidth,
    );
    const source = gradient + <usize>output * pixel;
    for (let i = 0; i < windowHeight; i++) {
      let at = corner + <usize>i * line;
      for (let j = 0; j < windowWidth; j++) {
        let channel: usize = 0;
        for (; channel + 16 <= pixel; channel += 16) {
          const part = f32x4.mul(v128.load(source + channel), f32x4.splat(share));
          v128.store(at, f32x4.add(v128.load(at), part));
          at += 16;
        }
        for (; channel < pixel; channel += 4) {
          store<f32>(at, load<f32>(at) + load<f32>(source + channel) * share);
          at += 4;
        }
      }
    }
  }
}

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
  for (let output = first; output < first + count; output++) {
    const corner = cornerOf(output, images, height, line, pixel, outHeight, outWidth, 2, 2);
    let x = corner;
    let to = corner - images + imagesGradient;
    let source = gradient + <usize>output * pixel;
    let rest = channels;
    for (; rest >= 4; rest -= 4) {
      passToLargest(x, x + pixel, x + line, x + line + pixel, v128.load(source), to, pixel, line);
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

/** One channel of a window: the gradient goes to the first of the largest, zeros to the others. */
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

/** The same for four channels. */
function passToLargest(
  x0: usize,
  x1: usize,
  x2: usize,
  x3: usize,
  dy: v128,
  to: usize,
  pixel: usize,
  line: usize,
): void {
  const a = v128.load(x0);
  const b = v128.load(x1);
  const c = v128.load(x2);
  const d = v128.load(x3);
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
  const zero = f32x4.splat(0);
  for (let output = first; output < first + count; output++) {
    let x = cornerOf(output, images, height, line, pixel, outHeight, outWidth, 2, 2);
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
  const zero = f32x4.splat(0);
  for (let output = first; output < first + count; output++) {
    const corner = cornerOf(output, images, height, line, pixel, outHeight, outWidth, 2, 2);
    let x = corner;
    let to = corner - images + imagesGradient;
    let y = activation + <usize>output * pixel;
    let source = gradient + <usize>output * pixel;
    let rest = channels;
    for (; rest >= 4; rest -= 4) {
      const passed = v128.and(v128.load(source), f32x4.gt(v128.load(y), zero));
      passToLargest(x, x + pixel, x + line, x + line + pixel, passed, to, pixel, line);
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

/** Where the window of an output begins. */
function cornerOf(
  output: i32,
  images: usize,
  height: i32,
  line: usize,
  pixel: usize,
  outHeight: i32,
  outWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
): usize {
  const column = output % outWidth;
  const rows = output / outWidth;
  const row = rows % outHeight;
  const image = rows / outHeight;
  return (
    images + (<usize>image * height + <usize>row * strideHeight) * line + <usize>column * strideWidth * pixel
  );
}
