import type { DecodedImage } from './decodedImage';

/**
 * Red, green and blue, or luminance alone; transparency is dropped, as by PIL. Luminance is (19595 R + 38470 G + 7471 B) /
 * 65536, rounded: ITU-R 601 in PIL's integers.
 */
export function withColour(image: DecodedImage, colour: 'rgb' | 'grey'): DecodedImage {
  const { width, height, channels, data } = image;
  const wanted = colour === 'rgb' ? 3 : 1;
  if (channels === wanted) return image;
  const isGrey = channels < 3;
  const result = new Uint8Array(width * height * wanted);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = pixel * channels;
    const red = data[from] ?? 0;
    const green = isGrey ? red : (data[from + 1] ?? 0);
    const blue = isGrey ? red : (data[from + 2] ?? 0);
    if (wanted === 1) {
      result[pixel] = isGrey ? red : (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16;
    } else {
      result.set([red, green, blue], 3 * pixel);
    }
  }
  return { width, height, channels: wanted, data: result };
}
