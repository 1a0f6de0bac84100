import { DataError } from '../dataError';
import type { DecodedImage } from './decodedImage';
import { decodeJpeg } from './jpeg';
import { decodePng } from './png';

/** Decodes a PNG or JPEG, told by its content. @throws DataError naming the file */
export async function decodeImage(file: Uint8Array, path: string): Promise<DecodedImage> {
  try {
    if (file[0] === 0x89 && file[1] === 0x50) return decodePng(file);
    if (file[0] === 0xff && file[1] === 0xd8) return await decodeJpeg(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(`${path}: the image is damaged (${reason}). Replace the file or remove it.`);
  }
  const found = file.length === 0 ? 'nothing' : Buffer.from(file.subarray(0, 4)).toString('hex');
  throw new DataError(
    `${path}: neither a PNG nor a JPEG: it begins with ${found} (hexadecimal). Convert the file or remove it.`,
  );
}
