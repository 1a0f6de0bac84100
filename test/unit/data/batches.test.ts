import assert from 'node:assert/strict';
import { batchesOf, epochOrder, gatherBatch, stepsPerEpoch } from '../../../extension/trainer/data/batches';
import type { ImageSet } from '../../../extension/trainer/data/dataset';
import { integers } from '../../../extension/trainer/random/draws';
import { rootKey } from '../../../extension/trainer/random/key';

const key = rootKey(11);

/** Random colour images, higher than wide so that a mix-up of the axes shows. */
const colour: ImageSet = {
  images: Uint8Array.from(integers(rootKey(1), 40 * 9 * 7 * 3, 256)),
  labels: Uint8Array.from(integers(rootKey(2), 40, 10)),
  count: 40,
  height: 9,
  width: 7,
  channels: 3,
};
const everyIndex = Uint32Array.from({ length: 40 }, (_, i) => i);
const imageSize = 9 * 7 * 3;

/** The published recipe for CIFAR-10 has padding 4; 2 suits these smaller images. */
const cropAndFlip = { cropPadding: 2, flip: true, cutout: 0 };

const imageAt = (images: Float32Array, position: number): Float32Array =>
  images.slice(position * imageSize, (position + 1) * imageSize);

/** torchvision's Pad, crop and hflip, a pixel at a time. `top`, `left`: the crop's corner in the padded image. */
function cropSlowly(
  index: number,
  padding: number,
  top: number,
  left: number,
  flipped: boolean,
): Float32Array {
  const { height, width, channels } = colour;
  const out = new Float32Array(imageSize);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const row = y + top - padding;
      const column = (flipped ? width - 1 - x : x) + left - padding;
      const inside = row >= 0 && row < height && column >= 0 && column < width;
      for (let c = 0; c < channels; c++) {
        const from = ((index * height + row) * width + column) * channels + c;
        out[(y * width + x) * channels + c] = inside ? Math.fround((colour.images[from] ?? 0) / 255) : 0;
      }
    }
  }
  return out;
}

/** Every way to crop and flip one image that gives these pixels, as "top,left,flipped". */
function placements(image: Float32Array, index: number, padding: number): string[] {
  const found: string[] = [];
  for (let top = 0; top <= 2 * padding; top++) {
    for (let left = 0; left <= 2 * padding; left++) {
      for (const flipped of [false, true]) {
        const slow = cropSlowly(index, padding, top, left, flipped);
        if (slow.every((value, i) => value === image[i])) found.push(`${top},${left},${flipped}`);
      }
    }
  }
  return found;
}

describe('An epoch', () => {
  const trainIndices = Uint32Array.from({ length: 100 }, (_, i) => 2 * i);

  it('visits every training image once', () => {
    assert.deepEqual(epochOrder(trainIndices, key, 3).sort(), trainIndices);
  });

  it('has an order of its own, the same in a repeated run', () => {
    assert.deepEqual(epochOrder(trainIndices, key, 3), epochOrder(trainIndices, key, 3));
    assert.notDeepEqual(epochOrder(trainIndices, key, 3), epochOrder(trainIndices, key, 4));
    assert.notDeepEqual(epochOrder(trainIndices, key, 3), epochOrder(trainIndices, rootKey(12), 3));
  });

  it('has whole batches only, and at least one', () => {
    assert.equal(stepsPerEpoch(50_000, 128), 390);
    assert.equal(stepsPerEpoch(256, 128), 2);
    assert.equal(stepsPerEpoch(100, 128), 1);
  });
});

describe('Evaluation batches', () => {
  it('cover every image once, the last one possibly short', () => {
    const batches = batchesOf(everyIndex, 16);
    assert.deepEqual(
      batches.map(batch => batch.length),
      [16, 16, 8],
    );
    assert.deepEqual(
      batches.flatMap(batch => [...batch]),
      [...everyIndex],
    );
    assert.deepEqual(batchesOf(new Uint32Array(0), 16), []);
  });
});

describe('A batch', () => {
  it('holds the asked images in [0, 1] exactly as ToTensor gives them, with their labels', () => {
    const indices = Uint32Array.of(7, 0, 39, 7);
    const { images, labels } = gatherBatch(colour, indices);
    for (const [position, index] of indices.entries()) {
      assert.deepEqual(imageAt(images, position), cropSlowly(index, 0, 0, 0, false));
      assert.equal(labels[position], colour.labels[index]);
    }
  });

  it('is the same without augmentation whichever way it is asked for', () => {
    const plain = { cropPadding: 0, flip: false, cutout: 0 };
    assert.deepEqual(gatherBatch(colour, everyIndex, plain, key), gatherBatch(colour, everyIndex));
  });

  it('is refused for an image outside the set', () => {
    assert.throws(() => gatherBatch(colour, Uint32Array.of(40)), { name: 'RangeError', message: /Image 40/ });
  });
});

describe('Augmented images', () => {
  it('are crops of the padded image, half of them mirrored, with every offset drawn', () => {
    const seen = new Map<string, number>();
    for (let epoch = 0; epoch < 50; epoch++) {
      const { images } = gatherBatch(colour, everyIndex, cropAndFlip, rootKey(epoch));
      for (const index of everyIndex) {
        const ways = placements(imageAt(images, index), index, 2);
        assert.equal(ways.length, 1, `image ${index} of epoch ${epoch}`);
        for (const way of ways) seen.set(way, (seen.get(way) ?? 0) + 1);
      }
    }
    // 2000 draws over 5 x 5 x 2 placements: 40 each.
    assert.equal(seen.size, 50);
    for (const [way, times] of seen) assert.ok(Math.abs(times - 40) < 5 * Math.sqrt(40), `${way}: ${times}`);
  });

  it('are only shifted, or only mirrored, when only that is asked for', () => {
    const cropped = gatherBatch(colour, everyIndex, { cropPadding: 2, flip: false, cutout: 0 }, key);
    const mirrored = gatherBatch(colour, everyIndex, { cropPadding: 0, flip: true, cutout: 0 }, key);
    const flips = new Set<string | undefined>();
    for (const index of everyIndex) {
      assert.match(placements(imageAt(cropped.images, index), index, 2).join(), /^\d,\d,false$/);
      flips.add(placements(imageAt(mirrored.images, index), index, 0)[0]);
    }
    assert.deepEqual([...flips].sort(), ['0,0,false', '0,0,true']);
  });

  it('do not depend on the batch that an image is in', () => {
    const whole = gatherBatch(colour, everyIndex, cropAndFlip, key);
    const some = gatherBatch(colour, Uint32Array.of(31, 4), cropAndFlip, key);
    assert.deepEqual(imageAt(some.images, 0), imageAt(whole.images, 31));
    assert.deepEqual(imageAt(some.images, 1), imageAt(whole.images, 4));
  });

  it('are black when the padding moves them out of sight', () => {
    const { images } = gatherBatch(colour, everyIndex, { cropPadding: 40, flip: true, cutout: 0 }, key);
    const black = everyIndex.filter(index => imageAt(images, index).every(value => value === 0));
    assert.ok(black.length > 20);
    assert.ok(images.every(value => value >= 0 && value <= 1));
  });

  it('have a black square around a random pixel, cut off at the edges, and are otherwise as without it', () => {
    const placed = { cropPadding: 2, flip: true, cutout: 0 };
    const tops = new Set<number>();
    for (let epoch = 0; epoch < 40; epoch++) {
      const without = gatherBatch(colour, everyIndex, placed, rootKey(epoch)).images;
      const { images } = gatherBatch(colour, everyIndex, { ...placed, cutout: 4 }, rootKey(epoch));
      for (const index of everyIndex) {
        const [before, after] = [imageAt(without, index), imageAt(images, index)];
        const changed = new Set(
          [...after.keys()].filter(i => after[i] !== before[i]).map(i => Math.floor(i / 3)),
        );
        const [rows, columns] = [(pixel: number) => Math.floor(pixel / 7), (pixel: number) => pixel % 7].map(
          of => [...changed].map(of),
        );
        for (const pixel of changed) assert.deepEqual([...after.slice(3 * pixel, 3 * pixel + 3)], [0, 0, 0]);
        if (changed.size === 0) continue;
        const height = 1 + Math.max(...(rows ?? [])) - Math.min(...(rows ?? []));
        const width = 1 + Math.max(...(columns ?? [])) - Math.min(...(columns ?? []));
        assert.ok(height <= 4 && width <= 4, `${height} x ${width}`);
        tops.add(Math.min(...(rows ?? [])));
      }
    }
    // The square's centre is any of the 9 rows, its top at -2..6.
    assert.deepEqual([...tops].sort(), [0, 1, 2, 3, 4, 5, 6]);
  });
});
