/**
 * Standard normal numbers 2 first, 2 first + 1, ... of a key, `pairs` of two each (a multiple of 4): Threefry-2x32 with 20 rounds
 * on the counters, then the Box-Muller transform in float64, as random/draws.ts has it. Four counters a turn.
 */
export function normals(key0: i32, key1: i32, first: i32, pairs: i32, result: usize): void {
  const k0 = i32x4.splat(key0);
  const k1 = i32x4.splat(key1);
  const k2 = i32x4.splat(0x1bd11bda ^ key0 ^ key1);
  let counters = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
  for (; pairs > 0; pairs -= 4) {
    let x0 = i32x4.add(counters, k0);
    let x1 = k1;
    for (let group = 0; group < 5; group++) {
      const even = (group & 1) === 0;
      x0 = i32x4.add(x0, x1);
      x1 = v128.xor(rotateLeft(x1, even ? 13 : 17), x0);
      x0 = i32x4.add(x0, x1);
      x1 = v128.xor(rotateLeft(x1, even ? 15 : 29), x0);
      x0 = i32x4.add(x0, x1);
      x1 = v128.xor(rotateLeft(x1, even ? 26 : 16), x0);
      x0 = i32x4.add(x0, x1);
      x1 = v128.xor(rotateLeft(x1, even ? 6 : 24), x0);
      // The three key words take turns.
      const next = group % 3;
      x0 = i32x4.add(x0, next === 0 ? k1 : next === 1 ? k2 : k0);
      x1 = i32x4.add(x1, next === 0 ? k2 : next === 1 ? k0 : k1);
      x1 = i32x4.add(x1, i32x4.splat(group + 1));
    }
    storePairs(x0, x1, result);
    storePairs(upperHalf(x0), upperHalf(x1), result + 16);
    counters = i32x4.add(counters, i32x4.splat(4));
    result += 32;
  }
}

function rotateLeft(words: v128, distance: i32): v128 {
  return v128.or(i32x4.shl(words, distance), i32x4.shr_u(words, 32 - distance));
}

function upperHalf(words: v128): v128 {
  return i8x16.shuffle(words, words, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
}

/** radius cos(angle), radius sin(angle) of the first two words of each: radius^2 = -2 ln((word0 + 1/2) / 2^32), angle = 2 pi word1 / 2^32. */
function storePairs(words0: v128, words1: v128, result: usize): void {
  const scale = f64x2.splat(2.3283064365386963e-10);
  const uniform = f64x2.mul(f64x2.add(f64x2.convert_low_i32x4_u(words0), f64x2.splat(0.5)), scale);
  const radius = f64x2.sqrt(f64x2.mul(f64x2.splat(-2), logarithm(uniform)));
  // The angle's quadrant, and what is left of it, within pi / 4 of zero: both exact before the multiplication.
  const turn = f64x2.mul(f64x2.convert_low_i32x4_u(words1), scale);
  const quadrant = f64x2.nearest(f64x2.mul(turn, f64x2.splat(4)));
  const left = f64x2.mul(
    f64x2.sub(turn, f64x2.mul(quadrant, f64x2.splat(0.25))),
    f64x2.splat(6.283185307179586),
  );
  const sine = sineNearZero(left);
  const cosine = cosineNearZero(left);
  const first = f64x2.eq(quadrant, f64x2.splat(1));
  const second = f64x2.eq(quadrant, f64x2.splat(2));
  const third = f64x2.eq(quadrant, f64x2.splat(3));
  const odd = v128.or(first, third);
  const minus = f64x2.splat(-0.0);
  const horizontal = v128.xor(v128.bitselect(sine, cosine, odd), v128.and(v128.or(first, second), minus));
  const vertical = v128.xor(v128.bitselect(cosine, sine, odd), v128.and(v128.or(second, third), minus));
  const x = f32x4.demote_f64x2_zero(f64x2.mul(radius, horizontal));
  const y = f32x4.demote_f64x2_zero(f64x2.mul(radius, vertical));
  v128.store(result, i8x16.shuffle(x, y, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23));
}

/** ln x = e ln 2 + 2 artanh((m - 1) / (m + 1)), with x = 2^e m and m between sqrt(1/2) and sqrt 2. */
function logarithm(x: v128): v128 {
  const shifted = i64x2.sub(x, i64x2.splat(0x3fe6a09e00000000));
  const exponent = i64x2.shr_s(shifted, 52);
  const m = i64x2.sub(x, i64x2.shl(exponent, 52));
  const low = i8x16.shuffle(exponent, exponent, 0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11);
  const e = f64x2.convert_low_i32x4_s(low);
  const s = f64x2.div(f64x2.sub(m, f64x2.splat(1)), f64x2.add(m, f64x2.splat(1)));
  const z = f64x2.mul(s, s);
  let series = f64x2.splat(1.0 / 23);
  series = horner(series, z, 1.0 / 21);
  series = horner(series, z, 1.0 / 19);
  series = horner(series, z, 1.0 / 17);
  series = horner(series, z, 1.0 / 15);
  series = horner(series, z, 1.0 / 13);
  series = horner(series, z, 1.0 / 11);
  series = horner(series, z, 1.0 / 9);
  series = horner(series, z, 1.0 / 7);
  series = horner(series, z, 1.0 / 5);
  series = horner(series, z, 1.0 / 3);
  const twice = f64x2.add(s, s);
  const small = f64x2.add(twice, f64x2.mul(twice, f64x2.mul(z, series)));
  // ln 2 in two parts: e times the first is exact.
  const rest = f64x2.add(small, f64x2.mul(e, f64x2.splat(1.9082149292705877e-10)));
  return f64x2.add(f64x2.mul(e, f64x2.splat(0.6931471803691238)), rest);
}

function sineNearZero(x: v128): v128 {
  const z = f64x2.mul(x, x);
  let series = nextTerm(f64x2.splat(1), z, 1.0 / 342);
  series = nextTerm(series, z, 1.0 / 272);
  series = nextTerm(series, z, 1.0 / 210);
  series = nextTerm(series, z, 1.0 / 156);
  series = nextTerm(series, z, 1.0 / 110);
  series = nextTerm(series, z, 1.0 / 72);
  series = nextTerm(series, z, 1.0 / 42);
  series = nextTerm(series, z, 1.0 / 20);
  series = nextTerm(series, z, 1.0 / 6);
  return f64x2.mul(x, series);
}

function cosineNearZero(x: v128): v128 {
  const z = f64x2.mul(x, x);
  let series = nextTerm(f64x2.splat(1), z, 1.0 / 380);
  series = nextTerm(series, z, 1.0 / 306);
  series = nextTerm(series, z, 1.0 / 240);
  series = nextTerm(series, z, 1.0 / 182);
  series = nextTerm(series, z, 1.0 / 132);
  series = nextTerm(series, z, 1.0 / 90);
  series = nextTerm(series, z, 1.0 / 56);
  series = nextTerm(series, z, 1.0 / 30);
  series = nextTerm(series, z, 1.0 / 12);
  series = nextTerm(series, z, 1.0 / 2);
  return series;
}

/** 1 - factor z series: Taylor series of sine and cosine, from the last term on. */
function nextTerm(series: v128, z: v128, factor: f64): v128 {
  return f64x2.sub(f64x2.splat(1), f64x2.mul(f64x2.mul(z, f64x2.splat(factor)), series));
}

function horner(series: v128, x: v128, next: f64): v128 {
  return f64x2.add(f64x2.mul(series, x), f64x2.splat(next));
}
