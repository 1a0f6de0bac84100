/**
 * sum[i] = left[i] + right[i]; `sum` may be one of the operands. Two vectors a turn, which V8's revectorizer makes one; the upper
 * is stored first, for in the other order it stores the lower one twice.
 */
export function add(left: usize, right: usize, sum: usize, count: i32): void {
  let rest = count;
  for (; rest >= 8; rest -= 8) {
    const first = f32x4.add(v128.load(left), v128.load(right));
    const second = f32x4.add(v128.load(left, 16), v128.load(right, 16));
    v128.store(sum, second, 16);
    v128.store(sum, first);
    left += 32;
    right += 32;
    sum += 32;
  }
  for (; rest > 0; rest--) {
    store<f32>(sum, load<f32>(left) + load<f32>(right));
    left += 4;
    right += 4;
    sum += 4;
  }
}
