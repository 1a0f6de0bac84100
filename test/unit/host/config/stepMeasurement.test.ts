import assert from 'node:assert/strict';
import { type RawConfig, resolveConfig } from '../../../../extension/contract/config';
import { stepCost } from '../../../../extension/host/config/cost/stepCost';
import { measurementArguments, speedIn } from '../../../../extension/host/config/cost/stepMeasurement';

const configOf = (sections: Partial<RawConfig>) =>
  resolveConfig({
    dataset: { name: 'cifar-10' },
    model: { name: 'wide-resnet-34-10' },
    threat: { norm: 'linf', epsilon: '8/255' },
    ...sections,
  });

describe('Measuring a step before any run', () => {
  it('asks the trainer for one short step of the same network on the same engine', () => {
    assert.deepEqual(measurementArguments(configOf({ compute: { engine: 'simd' } })), [
      ...['bench', '--model', 'wide-resnet-34-10', '--batch', '32', '--steps', '1'],
      ...['--attack-steps', '1', '--engine', 'simd', '--json'],
    ]);
    assert.ok(
      measurementArguments(configOf({ batchSize: 8 }))
        ?.join(' ')
        .includes('--batch 8'),
    );
  });

  it('is offered only where the trainer would measure this network', () => {
    const refused: Partial<RawConfig>[] = [
      { model: { name: 'preact-resnet-18', width: 16 } },
      { model: { name: 'small-cnn' } },
      { dataset: { name: 'mnist' } },
      { dataset: { name: 'idx', path: 'x' } },
    ];
    for (const sections of refused) assert.equal(measurementArguments(configOf(sections)), undefined);
    assert.ok(measurementArguments(configOf({ dataset: { name: 'mnist' }, model: { name: 'small-cnn' } })));
  });

  it('takes the speed for each forward-pass unit of the step that was measured', () => {
    const measured = configOf({ attack: { steps: 1 } });
    const speed = speedIn({ imagesPerSecond: 10, engine: 'simd' });
    assert.equal(speed?.imageUnitsPerSecond, 10 * stepCost(measured).total);
    for (const report of [{}, { imagesPerSecond: 0, engine: 'simd' }, { imagesPerSecond: 5 }]) {
      assert.equal(speedIn(report), undefined);
    }
  });
});
