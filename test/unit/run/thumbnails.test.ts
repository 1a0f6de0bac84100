import assert from 'node:assert/strict';
import { decode } from 'fast-png';
import { drawThumbnails, type ThumbnailImages } from '../../../extension/trainer/run/thumbnails';

/** Decodes the picture; `at(x, y)` is the pixel's red, green, blue and opacity, 0..255. */
function open(examples: ThumbnailImages) {
  const { png, cell, amplification } = drawThumbnails(examples);
  const { width, height, data, channels } = decode(png, { checkCrc: true });
  const at = (x: number, y: number): number[] => [
    ...data.subarray((y * width + x) * channels, (y * width + x + 1) * channels),
  ];
  return { width, height, cell, amplification, at };
}

const grey = (value: number): number[] => [value, value, value, 255];
const transparent = [0, 0, 0, 0];

/** Two grey images of 2 x 2 pixels. */
const small: ThumbnailImages = {
  clean: Float32Array.of(0, 0.2, 0.4, 1, 1, 1, 0, 0),
  adversarial: Float32Array.of(0.1, 0.2, 0.3, 1, 0.95, 1, 0, 0.05),
  count: 2,
  height: 2,
  width: 2,
  channels: 1,
  epsilon: 0.1,
};

describe('The picture of adversarial examples', () => {
  it('has a column for each example and rows of clean image, perturbation and adversarial image', () => {
    const { width, height, cell, amplification, at } = open(small);
    assert.deepEqual([width, height, cell, amplification], [2 * 56 + 2, 3 * 56 + 4, 56, 5]);
    const rows = [0, 58, 116].map(top =>
      [0, 28, 58, 86].map(left => [at(left, top), at(left + 27, top + 28 + 27)]),
    );
    assert.deepEqual(rows, [
      [
        [grey(0), grey(102)],
        [grey(51), grey(255)],
        [grey(255), grey(0)],
        [grey(255), grey(0)],
      ],
      [
        [grey(255), grey(0)],
        [grey(128), grey(128)],
        [grey(64), grey(128)],
        [grey(128), grey(191)],
      ],
      [
        [grey(26), grey(77)],
        [grey(51), grey(255)],
        [grey(242), grey(0)],
        [grey(255), grey(13)],
      ],
    ]);
  });

  it('enlarges each pixel to a square and leaves transparent gaps', () => {
    const { at } = open(small);
    for (const [x, y] of [
      [0, 0],
      [27, 0],
      [0, 27],
      [27, 27],
    ] as const) {
      assert.deepEqual(at(x, y), grey(0));
    }
    for (const [x, y] of [
      [56, 0],
      [57, 30],
      [0, 56],
      [113, 57],
      [70, 115],
    ] as const) {
      assert.deepEqual(at(x, y), transparent);
    }
  });

  it('shows colours', () => {
    const clean = Float32Array.of(1, 0.2, 0);
    const adversarial = Float32Array.of(0.8, 0.2, 0.2);
    const { at, cell } = open({
      clean,
      adversarial,
      count: 1,
      height: 1,
      width: 1,
      channels: 3,
      epsilon: 0.1,
    });
    assert.equal(cell, 56);
    assert.deepEqual([at(0, 0), at(0, 58), at(0, 116)].flat(), [
      ...[255, 51, 0, 255],
      ...[0, 128, 255, 255],
      ...[204, 51, 51, 255],
    ]);
  });

  it('enlarges by the least whole factor that gives 56 pixels', () => {
    const cellOf = (side: number): number => {
      const images = new Float32Array(side * side);
      const shape = { count: 1, height: side, width: side, channels: 1, epsilon: 0.1 };
      return open({ clean: images, adversarial: images, ...shape }).cell;
    };
    assert.deepEqual([28, 32, 56, 64].map(cellOf), [56, 64, 56, 64]);
  });

  it('centres an image that is not square', () => {
    const images = new Float32Array(2).fill(1);
    const shape = { count: 1, height: 2, width: 1, channels: 1, epsilon: 0.1 };
    const { width, at } = open({ clean: images, adversarial: images, ...shape });
    assert.equal(width, 56);
    assert.deepEqual(
      [at(13, 0), at(14, 0), at(41, 55), at(42, 0)],
      [transparent, grey(255), grey(255), transparent],
    );
  });

  it('stays within black and white when the perturbation exceeds epsilon', () => {
    const { at } = open({ ...small, epsilon: 0.01 });
    assert.deepEqual([at(0, 58), at(0, 58 + 28)], [grey(255), grey(0)]);
  });

  it('is grey where epsilon is 0 and nothing changed', () => {
    const { at, amplification } = open({ ...small, adversarial: small.clean, epsilon: 0 });
    assert.ok(Number.isFinite(amplification));
    assert.deepEqual(at(0, 58), grey(128));
  });

  it('is the same file for the same images', () => {
    assert.deepEqual(drawThumbnails(small).png, drawThumbnails(small).png);
  });

  it('is refused for arrays of another shape', () => {
    assert.throws(() => drawThumbnails({ ...small, count: 3 }), { name: 'RangeError', message: /12 values/ });
    assert.throws(
      () =>
        drawThumbnails({ ...small, clean: new Float32Array(0), adversarial: new Float32Array(0), count: 0 }),
      { name: 'RangeError' },
    );
  });
});
