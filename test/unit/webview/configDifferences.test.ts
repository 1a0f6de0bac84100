import assert from 'node:assert/strict';
import { configDifferences } from '../../../webview/compare/configDifferences';

describe('config fields that differ', () => {
  it('are told by their path with one value a run', () => {
    const differences = configDifferences([
      { seed: 0, optimizer: { learningRate: 0.1, momentum: 0.9 }, model: { channels: [8, 16] } },
      { seed: 0, optimizer: { learningRate: 0.05, momentum: 0.9 }, model: { channels: [16, 32] } },
    ]);
    assert.deepEqual(differences, [
      { path: 'optimizer.learningRate', values: ['0.1', '0.05'] },
      { path: 'model.channels', values: ['[8,16]', '[16,32]'] },
    ]);
  });

  it('are those that a run does not have, too', () => {
    assert.deepEqual(configDifferences([{ a: 1 }, { a: 1, b: null }]), [
      { path: 'b', values: [undefined, 'null'] },
    ]);
  });

  it('are none between equal configs, or of one', () => {
    assert.deepEqual(configDifferences([{ a: { b: [1] } }, { a: { b: [1] } }]), []);
    assert.deepEqual(configDifferences([{ a: 1 }]), []);
  });
});
