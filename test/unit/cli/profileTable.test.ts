import assert from 'node:assert/strict';
import { profileTable } from '../../../extension/trainer/cli/display/profileTable';

describe('The profile of bench', () => {
  it('has a line for each kernel with its rates, and what is left to JavaScript', () => {
    const kernels = [
      { name: 'winogradConvolve', calls: 20, milliseconds: 60, flops: 12e9, bytes: 6e8 },
      { name: 'scaleShiftRelu', calls: 10, milliseconds: 20, flops: 1e9, bytes: 4e8 },
    ];
    const lines = profileTable(kernels, 100, 2).split('\n');
    assert.match(lines[0] ?? '', /^ +kernel +ms a step +share +calls +GFLOP\/s +GB\/s$/);
    assert.match(lines[1] ?? '', /^ +winogradConvolve +30\.00 +60\.0 % +10 +200\.0 +10\.0$/);
    assert.match(lines[2] ?? '', /^ +scaleShiftRelu +10\.00 +20\.0 % +5 +50\.0 +20\.0$/);
    assert.match(lines[3] ?? '', /^ +JavaScript +10\.00 +20\.0 %$/);
  });

  it('sets the rates beside the peak of the device', () => {
    const kernels = [{ name: 'Conv2D', calls: 4, milliseconds: 50, flops: 2e12, bytes: 5e9 }];
    const peak = { teraflopsPerSecond: 50, gigabytesPerSecond: 1000 };
    const lines = profileTable(kernels, 100, 2, peak).split('\n');
    assert.match(lines[0] ?? '', /GFLOP\/s +of peak +GB\/s +of peak$/);
    assert.match(lines[1] ?? '', /^ +Conv2D +25\.00 +50\.0 % +2 +40000\.0 +80 % +100\.0 +10 %$/);
  });
});
