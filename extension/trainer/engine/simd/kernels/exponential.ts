/**
 * e^x of four numbers, to about one unit in the last place: e^x = 2^n e^r with |r| <= ln 2 / 2 and a polynomial for e^r (Cephes,
 * expf). Beyond float32's range the result is infinite or, gradually, 0.
 */
export function exp4(x: v128): v128 {
  const clamped = f32x4.min(f32x4.max(x, f32x4.splat(-105)), f32x4.splat(89));
  const n = f32x4.nearest(f32x4.mul(clamped, f32x4.splat(<f32>1.44269502)));
  // ln 2 in two parts: n times the first is exact.
  let r = f32x4.sub(clamped, f32x4.mul(n, f32x4.splat(<f32>0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(<f32>-2.1219444e-4)));
  let series = horner(f32x4.splat(<f32>1.98756915e-4), r, <f32>1.3981999507e-3);
  series = horner(series, r, <f32>8.3334519073e-3);
  series = horner(series, r, <f32>4.1665795894e-2);
  series = horner(series, r, <f32>1.6666665459e-1);
  series = horner(series, r, <f32>5.0000001201e-1);
  const power = f32x4.add(f32x4.add(f32x4.mul(series, f32x4.mul(r, r)), r), f32x4.splat(1));
  // 2^n in two factors, since n goes from -151 to 128.
  const exponent = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(exponent, 1);
  return f32x4.mul(f32x4.mul(power, powerOfTwo(half)), powerOfTwo(i32x4.sub(exponent, half)));
}

/**
 * ln x of four numbers, to about one unit in the last place: x = 2^e m with m between sqrt(1/2) and sqrt 2, and a polynomial for
 * ln m (Cephes, logf). -Infinity at 0, NaN below.
 */
export function log4(x: v128): v128 {
  const tiny = f32x4.lt(x, f32x4.splat(<f32>1.17549435e-38));
  const scaled = v128.bitselect(f32x4.mul(x, f32x4.splat(8388608)), x, tiny);
  // The bits of sqrt(1/2) taken away leave the exponent of the nearest power of two.
  const bits = i32x4.sub(scaled, i32x4.splat(0x3f3504f3));
  const exponent = i32x4.shr_s(bits, 23);
  const m = i32x4.sub(scaled, i32x4.shl(exponent, 23));
  const e = f32x4.sub(f32x4.convert_i32x4_s(exponent), v128.and(tiny, f32x4.splat(23)));
  const f = f32x4.sub(m, f32x4.splat(1));
  let series = horner(f32x4.splat(<f32>7.0376836292e-2), f, <f32>-1.151461031e-1);
  series = horner(series, f, <f32>1.167699874e-1);
  series = horner(series, f, <f32>-1.2420140846e-1);
  series = horner(series, f, <f32>1.4249322787e-1);
  series = horner(series, f, <f32>-1.6668057665e-1);
  series = horner(series, f, <f32>2.0000714765e-1);
  series = horner(series, f, <f32>-2.4999993993e-1);
  series = horner(series, f, <f32>3.3333331174e-1);
  const square = f32x4.mul(f, f);
  let rest = f32x4.mul(f32x4.mul(series, f), square);
  rest = f32x4.add(rest, f32x4.mul(e, f32x4.splat(<f32>-2.1219444e-4)));
  rest = f32x4.sub(rest, f32x4.mul(square, f32x4.splat(0.5)));
  const finite = f32x4.add(f32x4.add(f, rest), f32x4.mul(e, f32x4.splat(<f32>0.693359375)));
  const above = v128.bitselect(x, finite, f32x4.eq(x, f32x4.splat(<f32>Infinity)));
  const atZero = v128.bitselect(f32x4.splat(<f32>-Infinity), above, f32x4.eq(x, f32x4.splat(0)));
  // NaN compares false with everything, so it goes the same way as negative numbers.
  return v128.bitselect(atZero, f32x4.splat(<f32>NaN), f32x4.ge(x, f32x4.splat(0)));
}

function horner(series: v128, x: v128, next: f32): v128 {
  return f32x4.add(f32x4.mul(series, x), f32x4.splat(next));
}

function powerOfTwo(exponent: v128): v128 {
  return i32x4.shl(i32x4.add(exponent, i32x4.splat(127)), 23);
}
