import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { withColour } from '../../../extension/trainer/data/images/colour';
import { decodeImage } from '../../../extension/trainer/data/images/decodeImage';
import {
  type ImageFolderOptions,
  listImages,
  loadImages,
} from '../../../extension/trainer/data/images/imageFolder';
import { cropCentre, fitSquare, resize } from '../../../extension/trainer/data/images/resize';
import { withFolder } from './idxFiles';
import { gradientJpeg, pngOf, writeTree } from './imageFiles';

const asTheyAre: ImageFolderOptions = { imageSize: null, imageFit: 'crop', imageColour: 'rgb' };

const load = async (folder: string, options: ImageFolderOptions = asTheyAre) =>
  loadImages(await listImages(folder), options);

/** Two classes with an image each for training, one for testing. */
const smallTree = () => ({
  'train/cat/a.png': pngOf(4, 3, (x, y) => [x, y, 10]),
  'train/dog/b.png': pngOf(4, 3, (x, y) => [x, y, 20]),
  'test/dog/c.png': pngOf(4, 3, (x, y) => [x, y, 30]),
});

describe('A folder of images', () => {
  it('has a class for each folder in train, in the order of the names, and images in the order of theirs', () =>
    withFolder(async folder => {
      await writeTree(folder, {
        ...smallTree(),
        'train/cat/.DS_Store': Buffer.from('x'),
        'train/cat/Thumbs.db': Buffer.from('x'),
        'train/cat/0.PNG': pngOf(4, 3, () => [9, 9, 9]),
      });
      const { classes, train, test } = await load(folder);
      assert.equal(classes, 2);
      assert.deepEqual([train.count, train.height, train.width, train.channels], [3, 3, 4, 3]);
      assert.deepEqual([...train.labels], [0, 0, 1]);
      assert.deepEqual([...test.labels], [1]);
      assert.deepEqual([...train.images.subarray(0, 3)], [9, 9, 9]);
      assert.deepEqual([...test.images.subarray(3 * (2 * 4 + 1), 3 * (2 * 4 + 1) + 3)], [1, 2, 30]);
    }));

  it('has the classes in turn among its test images, so that any range of them is of all classes', () =>
    withFolder(async folder => {
      await writeTree(folder, {
        ...smallTree(),
        'test/cat/d.png': pngOf(4, 3, () => [1, 1, 1]),
        'test/cat/e.png': pngOf(4, 3, () => [2, 2, 2]),
        'test/dog/f.png': pngOf(4, 3, () => [3, 3, 3]),
        'test/cat/g.png': pngOf(4, 3, () => [4, 4, 4]),
      });
      const { test } = await load(folder);
      assert.deepEqual([...test.labels], [0, 1, 0, 1, 0]);
      assert.deepEqual([test.images[0], test.images[2 * 36], test.images[4 * 36]], [1, 2, 4]);
    }));

  it('names the folder or file that is missing, empty, none, or has another size', () =>
    withFolder(async parent => {
      let trees = 0;
      const message = async (changes: Readonly<Record<string, Uint8Array | undefined>>): Promise<string> => {
        const folder = join(parent, `${trees++}`);
        const files = Object.entries({ ...smallTree(), ...changes });
        await writeTree(folder, Object.fromEntries(files.flatMap(([n, b]) => (b ? [[n, b]] : []))));
        const error = await load(folder).then(
          () => new Error('was read'),
          (reason: Error) => reason,
        );
        assert.equal(error.name, 'DataError', error.message);
        return error.message;
      };
      assert.match(await message({ 'test/dog/c.png': undefined }), /test: the folder is missing/);
      assert.match(
        await message({ 'train/dog/b.png': undefined }),
        /train: found 1 class folders; expected 2 to 256/,
      );
      assert.match(
        await message({ 'test/bird/d.png': gradientJpeg }),
        /test.bird: no class of that name is in train \(cat, dog\)/,
      );
      assert.match(
        await message({ 'train/stray.png': gradientJpeg }),
        /train.stray\.png: a file where a folder/,
      );
      assert.match(await message({ 'train/dog/x.gif': Buffer.from('GIF') }), /dog.x\.gif: only PNG and JPEG/);
      assert.match(
        await message({ 'train/dog/x.png': Buffer.from('GIF8') }),
        /dog.x\.png: neither a PNG nor a JPEG: it begins with 47494638/,
      );
      assert.match(
        await message({ 'train/dog/x.png': pngOf(3, 4, () => [1, 1, 1]) }),
        /dog.x\.png: the image is 3 x 4, .*a\.png 4 x 3 \(width x height\)\. Set dataset\.imageSize/,
      );
      assert.match(
        await message({ 'train/dog/x.jpg': gradientJpeg.subarray(0, gradientJpeg.length - 60) }),
        /dog.x\.jpg: the image is damaged \(Premature end of JPEG file\)/,
      );
      const png = Buffer.from(pngOf(4, 3, () => [1, 2, 3]));
      png[45] = 255 - (png[45] ?? 0);
      assert.match(await message({ 'train/dog/x.png': png }), /dog.x\.png: the image is damaged \(/);
    }));

  it('says what is missing in a class without images', () =>
    withFolder(async folder => {
      await writeTree(folder, smallTree());
      await mkdir(join(folder, 'train/fish'));
      await assert.rejects(listImages(folder), /train.fish: the class has no images/);
    }));

  it('brings images of any size and kind to one size and colour', () =>
    withFolder(async folder => {
      await writeTree(folder, {
        ...smallTree(),
        'train/cat/wide.png': pngOf(40, 10, x => [x < 15 || x >= 25 ? 255 : 0]),
        'train/dog/photo.jpeg': gradientJpeg,
      });
      const crop = await load(folder, { imageSize: 5, imageFit: 'crop', imageColour: 'grey' });
      assert.deepEqual([crop.train.height, crop.train.width, crop.train.channels], [5, 5, 1]);
      const stretch = await load(folder, { imageSize: 5, imageFit: 'stretch', imageColour: 'rgb' });
      const wide = (images: Uint8Array, channels: number) => [
        ...images.subarray(25 * channels, 26 * channels),
      ];
      assert.deepEqual(wide(crop.train.images, 1), [0], 'the middle is black');
      assert.deepEqual(wide(stretch.train.images, 3), [255, 255, 255], 'the corner is white');
    }));
});

describe('Decoded images', () => {
  it('of a JPEG are what was drawn, up to its compression', async () => {
    const { width, height, channels, data } = await decodeImage(gradientJpeg, 'x.jpg');
    assert.deepEqual([width, height, channels], [8, 6, 4]);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        [30 * x, 40 * y, 200 - 20 * x].forEach((value, c) => {
          const found = data[4 * (width * y + x) + c] ?? -99;
          assert.ok(Math.abs(found - value) <= 5, `${x},${y},${c}: ${found}, drawn ${value}`);
        });
      }
    }
  });

  it('of PNGs of every kind are 8 bits a channel', async () => {
    const wide = encode({
      width: 2,
      height: 1,
      channels: 1,
      depth: 16,
      data: Uint16Array.of(0x1234, 0xff00),
    });
    assert.deepEqual([...(await decodeImage(wide, 'x')).data], [0x12, 0xff]);
    const bits = encode({ width: 3, height: 1, channels: 1, depth: 1, data: Uint8Array.of(0b10100000) });
    assert.deepEqual([...withColour(await decodeImage(bits, 'x'), 'grey').data], [255, 0, 255]);
    const alpha = pngOf(1, 1, () => [10, 20, 30, 0]);
    assert.deepEqual([...withColour(await decodeImage(alpha, 'x'), 'rgb').data], [10, 20, 30]);
    const greyAlpha = pngOf(1, 1, () => [77, 3]);
    assert.deepEqual([...withColour(await decodeImage(greyAlpha, 'x'), 'rgb').data], [77, 77, 77]);
  });

  it('turn grey by ITU-R 601 in PIL’s integers', () => {
    const image = { width: 2, height: 1, channels: 3, data: Uint8Array.of(255, 0, 0, 100, 150, 200) };
    assert.deepEqual([...withColour(image, 'grey').data], [76, 141]);
  });

  it('are scaled by the triangle filter: PyTorch’s interpolate with antialias gives the same', () => {
    // torch.nn.functional.interpolate(mode="bilinear", antialias=True), rounded.
    const data = Uint8Array.from({ length: 7 * 5 }, (_, i) => (37 * i) % 256);
    const image = { width: 7, height: 5, channels: 1, data };
    assert.deepEqual([...resize(image, 3, 2).data], [35, 114, 193, 41, 120, 199]);
    assert.deepEqual(
      [...resize(image, 9, 6).data],
      [
        0, 25, 53, 82, 111, 140, 169, 197, 222, 2, 27, 56, 84, 113, 142, 171, 200, 224, 5, 29, 58, 87, 116,
        145, 173, 202, 227, 7, 32, 61, 89, 118, 147, 176, 205, 229, 10, 34, 63, 92, 121, 150, 178, 207, 232,
        12, 37, 65, 94, 123, 152, 181, 209, 234,
      ],
    );
  });

  it('are cropped in their middle, after their shorter side was scaled', () => {
    const image = { width: 5, height: 3, channels: 1, data: Uint8Array.from({ length: 15 }, (_, i) => i) };
    assert.deepEqual([...cropCentre(image, 3).data], [1, 2, 3, 6, 7, 8, 11, 12, 13]);
    const wide = { width: 64, height: 32, channels: 1, data: new Uint8Array(64 * 32).fill(200) };
    for (const fit of ['crop', 'stretch'] as const) {
      const { width, height, data: scaled } = fitSquare(wide, 20, fit);
      assert.deepEqual([width, height, ...new Set(scaled)], [20, 20, 200]);
    }
  });
});
