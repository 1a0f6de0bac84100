import { cornerOf } from './poolWindow';

/**
 * The mean of each window of images [height][width][channels] without padding: of `count` windows from number `first` on, counted
 * through images, rows and columns.
 */
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
  const image = <usize>height * line;
  const down = <usize>strideHeight * line;
  const right = <usize>strideWidth * pixel;
  const share: f32 = 1 / <f32>(windowHeight * windowWidth);
  for (let output = first; output < first + count; output++) {
    const corner = images + cornerOf(output, outHeight, outWidth, image, down, right);
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
  const image = <usize>height * line;
  const down = <usize>strideHeight * line;
  const right = <usize>strideWidth * pixel;
  const share: f32 = 1 / <f32>(windowHeight * windowWidth);
  for (let output = first; output < first + count; output++) {
    const corner = images + cornerOf(output, outHeight, outWidth, image, down, right);
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
