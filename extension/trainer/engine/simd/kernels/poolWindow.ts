/** Where the window of an output begins. */
export function cornerOf(
  output: i32,
  images: usize,
  height: i32,
  line: usize,
  pixel: usize,
  outHeight: i32,
  outWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
): usize {
  const column = output % outWidth;
  const rows = output / outWidth;
  const row = rows % outHeight;
  const image = rows / outHeight;
  return (
    images + (<usize>image * height + <usize>row * strideHeight) * line + <usize>column * strideWidth * pixel
  );
}
