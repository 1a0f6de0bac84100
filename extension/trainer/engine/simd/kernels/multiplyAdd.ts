/** factor * value + addend: one rounding in the relaxed build on processors with FMA, two in the plain build. */
export function multiplyAdd(factor: v128, value: v128, addend: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(factor, value, addend);
  return f32x4.add(f32x4.mul(factor, value), addend);
}
