import { multiplyAdd } from './multiplyAdd';

/** `turns` times 8 independent multiply-adds of 4 numbers; the sum goes to `address` so that they are not left out. */
export function spin(address: usize, turns: i32): void {
  // Through memory, for V8 makes a constant anew at each use.
  store<f32>(address, 0.5);
  const factor = v128.load32_splat(address);
  let a = f32x4.splat(1);
  let b = a;
  let c = a;
  let d = a;
  let e = a;
  let f = a;
  let g = a;
  let h = a;
  for (; turns > 0; turns--) {
    a = multiplyAdd(a, factor, factor);
    b = multiplyAdd(b, factor, factor);
    c = multiplyAdd(c, factor, factor);
    d = multiplyAdd(d, factor, factor);
    e = multiplyAdd(e, factor, factor);
    f = multiplyAdd(f, factor, factor);
    g = multiplyAdd(g, factor, factor);
    h = multiplyAdd(h, factor, factor);
  }
  const first = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
  const second = f32x4.add(f32x4.add(e, f), f32x4.add(g, h));
  v128.store(address, f32x4.add(first, second));
}
