import assert from 'node:assert/strict';
import { arrayFromBytes, asFloat32, elementCount } from '../../../extension/trainer/checkpoint/namedArray';

describe('arrays of a checkpoint as 32-bit floats', () => {
  it('reads half precision: normal, subnormal, signed zero, infinite and not a number', () => {
    const data = Uint16Array.of(
      0x3c00,
      0xc000,
      0x3555,
      0x7bff,
      0x0400,
      0x0001,
      0x03ff,
      0x0000,
      0x8000,
      0x7c00,
      0xfc00,
      0x7e01,
    );
    assert.deepEqual(
      [...asFloat32({ dtype: 'F16', shape: [12], data })],
      [
        1,
        -2,
        0.333251953125,
        65504,
        2 ** -14,
        2 ** -24,
        1023 * 2 ** -24,
        0,
        -0,
        Number.POSITIVE_INFINITY,
        Number.NEGATIVE_INFINITY,
        Number.NaN,
      ],
    );
  });

  it('reads bfloat16, whose range is that of a 32-bit float', () => {
    const data = Uint16Array.of(0x3f80, 0xc0a0, 0x7f7f, 0x0080, 0x8000, 0x7f80, 0x7fc0);
    assert.deepEqual(
      [...asFloat32({ dtype: 'BF16', shape: [7], data })],
      [1, -5, 3.3895313892515355e38, 2 ** -126, -0, Number.POSITIVE_INFINITY, Number.NaN],
    );
  });

  it('reads the other types', () => {
    const shape = [2];
    const expected = [1, 0];
    assert.deepEqual([...asFloat32({ dtype: 'F64', shape, data: Float64Array.of(1, 0) })], expected);
    assert.deepEqual([...asFloat32({ dtype: 'I64', shape, data: BigInt64Array.of(1n, 0n) })], expected);
    assert.deepEqual([...asFloat32({ dtype: 'I32', shape, data: Int32Array.of(1, 0) })], expected);
    assert.deepEqual([...asFloat32({ dtype: 'U8', shape, data: Uint8Array.of(1, 0) })], expected);
    assert.deepEqual([...asFloat32({ dtype: 'BOOL', shape, data: Uint8Array.of(1, 0) })], expected);
    const data = Float32Array.of(1, 0);
    assert.equal(asFloat32({ dtype: 'F32', shape, data }), data);
  });

  it('reads bytes that do not lie on a multiple of the element size', () => {
    const bytes = Buffer.alloc(9);
    bytes.writeFloatLE(0.1, 1);
    bytes.writeFloatLE(-7, 5);
    const array = arrayFromBytes('F32', [2], bytes.subarray(1));
    assert.deepEqual([...array.data], [Math.fround(0.1), -7]);
  });
});

describe('elements of a shape', () => {
  it('is one for a scalar, and no number for what is no shape', () => {
    assert.equal(elementCount([]), 1);
    assert.equal(elementCount([64, 3, 3, 3]), 1728);
    assert.equal(elementCount([5, 0]), 0);
    for (const shape of [[-1], [1.5], ['3'], [null], [2 ** 53], [2 ** 30, 2 ** 30]]) {
      assert.ok(Number.isNaN(elementCount(shape)), JSON.stringify(shape));
    }
  });
});
