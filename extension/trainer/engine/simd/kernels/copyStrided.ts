/**
 * Copies a block of up to four axes and rows of `count` numbers, `sourceStep` bytes apart in the source, from and to arrays with
 * any strides (in bytes; 0 repeats). The target's rows are dense. Numbers are moved as bits, so their type does not matter.
 */
export function copyStrided(
  source: usize,
  target: usize,
  count: i32,
  sourceStep: usize,
  size1: i32,
  size2: i32,
  size3: i32,
  source1: usize,
  source2: usize,
  source3: usize,
  target1: usize,
  target2: usize,
  target3: usize,
): void {
  for (let i = 0; i < size1; i++) {
    let source12 = source;
    let target12 = target;
    for (let j = 0; j < size2; j++) {
      let from = source12;
      let to = target12;
      for (let k = 0; k < size3; k++) {
        if (sourceStep === 4) copyRow(from, to, count);
        else gatherRow(from, to, count, sourceStep);
        from += source3;
        to += target3;
      }
      source12 += source2;
      target12 += target2;
    }
    source += source1;
    target += target1;
  }
}

function copyRow(from: usize, to: usize, count: i32): void {
  for (; count >= 8; count -= 8) {
    const first = v128.load(from);
    const second = v128.load(from, 16);
    v128.store(to, first);
    v128.store(to, second, 16);
    from += 32;
    to += 32;
  }
  for (; count > 0; count--) {
    store<u32>(to, load<u32>(from));
    from += 4;
    to += 4;
  }
}

function gatherRow(from: usize, to: usize, count: i32, step: usize): void {
  for (; count > 0; count--) {
    store<u32>(to, load<u32>(from));
    from += step;
    to += 4;
  }
}

/** Writes the 32 bits of `value` `count` times. */
export function fillBits(target: usize, count: i32, value: u32): void {
  const vector = i32x4.splat(value);
  for (; count >= 8; count -= 8) {
    v128.store(target, vector);
    v128.store(target, vector, 16);
    target += 32;
  }
  for (; count > 0; count--) {
    store<u32>(target, value);
    target += 4;
  }
}
