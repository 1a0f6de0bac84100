/** Copies `count` numbers. */
export function copyNumbers(source: usize, target: usize, count: i32): void {
  for (; count >= 8; count -= 8) {
    const first = v128.load(source);
    const second = v128.load(source, 16);
    v128.store(target, second, 16);
    v128.store(target, first);
    source += 32;
    target += 32;
  }
  for (; count > 0; count--) {
    store<f32>(target, load<f32>(source));
    source += 4;
    target += 4;
  }
}

function zeroNumbers(target: usize, count: i32): void {
  const zero = f32x4.splat(0);
  for (; count >= 4; count -= 4) {
    v128.store(target, zero);
    target += 16;
  }
  for (; count > 0; count--) {
    store<f32>(target, 0);
    target += 4;
  }
}

/** sum[i] += value[i] */
function addNumbers(value: usize, sum: usize, count: i32): void {
  for (; count >= 8; count -= 8) {
    const first = f32x4.add(v128.load(sum), v128.load(value));
    const second = f32x4.add(v128.load(sum, 16), v128.load(value, 16));
    v128.store(sum, second, 16);
    v128.store(sum, first);
    value += 32;
    sum += 32;
  }
  for (; count > 0; count--) {
    store<f32>(sum, load<f32>(sum) + load<f32>(value));
    value += 4;
    sum += 4;
  }
}

/**
 * The inputs that each of `count` outputs sees, from output number `first` (over batch, rows and columns), in rows of
 * `patchNumbers`: filter rows from `firstTapRow` to before `endTapRow`, columns, channels; zeros outside the image and beyond.
 * images [batch][height][width][channels].
 */
export function gatherPatches(
  images: usize,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  filterWidth: i32,
  firstTapRow: i32,
  endTapRow: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
  first: i32,
  count: i32,
  patches: usize,
  patchNumbers: i32,
): void {
  const rowNumbers = filterWidth * channels;
  const rest = patchNumbers - (endTapRow - firstTapRow) * rowNumbers;
  for (let output = first; output < first + count; output++) {
    const line = output / outWidth;
    const image = line / outHeight;
    const top = (line - image * outHeight) * strideHeight - padTop;
    const left = (output - line * outWidth) * strideWidth - padLeft;
    const before = min(max(-left, 0), filterWidth);
    const after = max(min(width - left, filterWidth), before);
    for (let tapRow = firstTapRow; tapRow < endTapRow; tapRow++) {
      const row = top + tapRow;
      if (row < 0 || row >= height) {
        zeroNumbers(patches, rowNumbers);
      } else {
        const from = images + ((<usize>image * height + row) * width + left + before) * channels * 4;
        zeroNumbers(patches, before * channels);
        copyNumbers(from, patches + <usize>before * channels * 4, (after - before) * channels);
        zeroNumbers(patches + <usize>after * channels * 4, (filterWidth - after) * channels);
      }
      patches += <usize>rowNumbers * 4;
    }
    zeroNumbers(patches, rest);
    patches += <usize>rest * 4;
  }
}

/** The adjoint of `gatherPatches` for all filter rows: adds every patch to the images it came from. */
export function scatterPatches(
  images: usize,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
  first: i32,
  count: i32,
  patches: usize,
  patchNumbers: i32,
): void {
  const rowNumbers = filterWidth * channels;
  for (let output = first; output < first + count; output++) {
    const line = output / outWidth;
    const image = line / outHeight;
    const top = (line - image * outHeight) * strideHeight - padTop;
    const left = (output - line * outWidth) * strideWidth - padLeft;
    const before = min(max(-left, 0), filterWidth);
    const after = max(min(width - left, filterWidth), before);
    for (let tapRow = 0; tapRow < filterHeight; tapRow++) {
      const row = top + tapRow;
      if (row < 0 || row >= height) continue;
      const to = images + ((<usize>image * height + row) * width + left + before) * channels * 4;
      addNumbers(
        patches + (<usize>tapRow * rowNumbers + before * channels) * 4,
        to,
        (after - before) * channels,
      );
    }
    patches += <usize>patchNumbers * 4;
  }
}

/**
 * image[height][width][channels] -> padded[paddedHeight][paddedWidth][channels], from row `padTop` and column `padLeft` on, zeros
 * around it; what does not fit is left out.
 */
export function padImage(
  image: usize,
  height: i32,
  width: i32,
  channels: i32,
  padTop: i32,
  padLeft: i32,
  paddedHeight: i32,
  paddedWidth: i32,
  padded: usize,
): void {
  const before = min(padLeft, paddedWidth);
  const inside = min(width, paddedWidth - before);
  const after = paddedWidth - before - inside;
  for (let row = -padTop; row < paddedHeight - padTop; row++) {
    if (row < 0 || row >= height) {
      zeroNumbers(padded, paddedWidth * channels);
    } else {
      const source = image + <usize>row * width * channels * 4;
      zeroNumbers(padded, before * channels);
      copyNumbers(source, padded + <usize>before * channels * 4, inside * channels);
      zeroNumbers(padded + <usize>(before + inside) * channels * 4, after * channels);
    }
    padded += <usize>paddedWidth * channels * 4;
  }
}

export function fillZero(target: usize, count: i32): void {
  zeroNumbers(target, count);
}
