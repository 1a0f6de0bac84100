/** Labelled images, whole in memory: 8 bits a channel, because floats would take four times the space. */
export interface ImageSet {
  /** [count, height, width, channels], row-major. */
  readonly images: Uint8Array;
  /** [count], each in 0..classes-1. */
  readonly labels: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Both sets have images of one size. `test` serves the final measurement only; models are selected on a part of `train`. */
export interface Dataset {
  readonly name: string;
  readonly classes: number;
  readonly train: ImageSet;
  readonly test: ImageSet;
}
