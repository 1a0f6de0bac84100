/** [height, width, channels], row-major: grey, grey and alpha, RGB or RGBA. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}
