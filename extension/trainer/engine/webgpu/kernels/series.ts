/**
 * Code of functions of our own where WebGPU's may be coarse: it allows a logarithm near 1 an error of 2^-21 and an exponential
 * three units in the last place and more, while the gradient of a confident prediction is a difference of nearly equal
 * probabilities. These are within two units in the last place on every GPU.
 */
export const logarithm = `
// 2 artanh(s), for s within 0.18 of zero.
fn twiceArtanh(s: f32) -> f32 {
  let z = s * s;
  return 2.0 * s * (1.0 + z * (1.0 / 3.0 + z * (0.2 + z * (1.0 / 7.0 + z * (1.0 / 9.0 + z * (1.0 / 11.0))))));
}

// Of positive numbers: x = 2^e m, ln m = 2 artanh((m - 1) / (m + 1)).
fn logarithm(x: f32) -> f32 {
  let parts = frexp(x);
  // Between sqrt(1/2) and sqrt 2.
  let low = parts.fract < 0.70710678;
  let m = select(parts.fract, parts.fract * 2.0, low);
  let e = f32(parts.exp) - select(0.0, 1.0, low);
  return e * 0.693359375 + (twiceArtanh((m - 1.0) / (m + 1.0)) - e * 2.12194440e-4);
}`;

/** x = n ln 2 + r with ln 2 in two parts, and Cephes's polynomial for e^r (expf). */
export const exponential = `
fn powerOfTwo(exponent: i32) -> f32 { return bitcast<f32>((exponent + 127) << 23u); }

fn exponential(x: f32) -> f32 {
  // Told by its bits: a compiler may take it for granted that there is no NaN.
  if ((bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u) { return x; }
  let limited = clamp(x, -105.0, 89.0);
  let n = round(limited * 1.44269504);
  let r = (limited - n * 0.693359375) + n * 2.12194440e-4;
  let series = 5.0000001201e-1 + r * (1.6666665459e-1 + r * (4.1665795894e-2 + r * (8.3334519073e-3 +
    r * (1.3981999507e-3 + r * 1.98756915e-4))));
  // 2^n in two factors, since n goes from -151 to 128.
  let half = i32(n) >> 1u;
  return (1.0 + (r + r * r * series)) * powerOfTwo(half) * powerOfTwo(i32(n) - half);
}`;
