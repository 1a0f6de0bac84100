/** Copies `count` numbers, at most 16, and fills up with zeros to 16. */
export function copyPadded(source: usize, target: usize, count: i32): void {
  if (count === 16) {
    v128.store(target, v128.load(source, 16), 16);
    v128.store(target, v128.load(source));
    v128.store(target, v128.load(source, 48), 48);
    v128.store(target, v128.load(source, 32), 32);
    return;
  }
  zero16(target);
  for (; count >= 4; count -= 4) {
    v128.store(target, v128.load(source));
    source += 16;
    target += 16;
  }
  for (; count > 0; count--) {
    store<f32>(target, load<f32>(source));
    source += 4;
    target += 4;
  }
}

export function zero16(target: usize): void {
  const zero = f32x4.splat(0);
  v128.store(target, zero, 16);
  v128.store(target, zero);
  v128.store(target, zero, 48);
  v128.store(target, zero, 32);
}

/**
 * matrix[depth][columns] -> panels [panel][panelDepth][16] for the panels from `firstPanel` to before `endPanel`, of whose steps
 * the first `depth` are written; zeros beyond `columns`. `stride` is bytes from row to row.
 */
export function packPanels(
  matrix: usize,
  stride: usize,
  depth: i32,
  columns: i32,
  panels: usize,
  panelDepth: i32,
  firstPanel: i32,
  endPanel: i32,
): void {
  for (let panel = firstPanel; panel < endPanel; panel++) {
    let source = matrix + <usize>panel * 64;
    let target = panels + <usize>panel * panelDepth * 64;
    const count = min(16, columns - 16 * panel);
    for (let row = 0; row < depth; row++) {
      copyPadded(source, target, count);
      source += stride;
      target += 64;
    }
  }
}

/** As `packPanels` with `panelDepth` = `depth`, of the transpose: matrix[columns][depth]. */
export function packTransposedPanels(
  matrix: usize,
  depth: i32,
  columns: i32,
  panels: usize,
  firstPanel: i32,
  endPanel: i32,
): void {
  const stride = <usize>depth * 4;
  for (let panel = firstPanel; panel < endPanel; panel++) {
    const source = matrix + <usize>panel * 16 * stride;
    let target = panels + <usize>panel * depth * 64;
    const count = min(16, columns - 16 * panel);
    for (let row = 0; row < depth; row++) {
      let from = source + <usize>row * 4;
      for (let column = 0; column < 16; column++) {
        store<f32>(target, column < count ? load<f32>(from) : 0);
        from += stride;
        target += 4;
      }
    }
  }
}

/** matrix[depth][rows] -> transposed[rows][depth]; `stride` in bytes. */
export function transposeRows(matrix: usize, stride: usize, depth: i32, rows: i32, transposed: usize): void {
  for (let row = 0; row < rows; row++) {
    let source = matrix + 4 * row;
    for (let k = 0; k < depth; k++) {
      store<f32>(transposed, load<f32>(source));
      source += stride;
      transposed += 4;
    }
  }
}

/**
 * sum[rows][columns] = the sum of `parts` matrices [rows][paddedColumns], `part` bytes apart, in their order. Rows of both are
 * dense.
 */
export function sumParts(
  parts: i32,
  matrices: usize,
  part: usize,
  rows: i32,
  columns: i32,
  paddedColumns: i32,
  sum: usize,
): void {
  for (let row = 0; row < rows; row++) {
    let column = 0;
    for (; column + 4 <= columns; column += 4) {
      let source = matrices + <usize>column * 4;
      let total = v128.load(source);
      for (let i = 1; i < parts; i++) {
        source += part;
        total = f32x4.add(total, v128.load(source));
      }
      v128.store(sum + <usize>column * 4, total);
    }
    for (; column < columns; column++) {
      let source = matrices + <usize>column * 4;
      let total = load<f32>(source);
      for (let i = 1; i < parts; i++) {
        source += part;
        total += load<f32>(source);
      }
      store<f32>(sum + <usize>column * 4, total);
    }
    matrices += <usize>paddedColumns * 4;
    sum += <usize>columns * 4;
  }
}
