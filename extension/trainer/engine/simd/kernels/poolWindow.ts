/**
 * Where the window of an output begins, in bytes from where the images do. `image`, `down`, `right`: bytes to the next image, to
 * the window below and to the one beside it.
 */
export function cornerOf(
  output: i32,
  outHeight: i32,
  outWidth: i32,
  image: usize,
  down: usize,
  right: usize,
): usize {
  const rows = output / outWidth;
  return (
    <usize>(rows / outHeight) * image + <usize>(rows % outHeight) * down + <usize>(output % outWidth) * right
  );
}
