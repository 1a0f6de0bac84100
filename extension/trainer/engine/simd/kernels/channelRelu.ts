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
