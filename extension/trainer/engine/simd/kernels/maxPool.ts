import { cornerOf } from './poolWindow';

/**
 * The largest of each window of images [height][width][channels] without padding: of `count` windows from number `first` on, counted
 * through images, rows and columns.
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
  const image = <usize>height * line;
  const down = <usize>strideHeight * line;
  const right = <usize>strideWidth * pixel;
  for (let output = first; output < first + count; output++) {
    const corner = images + cornerOf(output, outHeight, outWidth, image, down, right);
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
  const image = <usize>height * line;
  const down = <usize>strideHeight * line;
  const right = <usize>strideWidth * pixel;
  for (let output = first; output < first + count; output++) {
    const corner = images + cornerOf(output, outHeight, outWidth, image, down, right);
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
