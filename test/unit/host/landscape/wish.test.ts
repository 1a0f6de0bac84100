import assert from 'node:assert/strict';
import { landscapeMeasures } from '../../../../extension/contract/landscape';
import {
  argumentsOf,
  describeWork,
  type LandscapeWish,
  measuredPace,
  subjects,
  workOfWish,
} from '../../../../extension/host/landscape/wish';
import { workDone, workOf, workOfSetting } from '../../../../extension/host/landscape/work';
import { parseCommandLine } from '../../../../extension/trainer/cli/commandLine';
import { lossUnits } from '../../../../extension/trainer/landscape/modelLoss';
import { planTasks } from '../../../../extension/trainer/landscape/tasks';
import { rootKey } from '../../../../extension/trainer/random/key';
import { landscapeResult } from '../../support/landscapes';

const usual: LandscapeWish = {
  measures: ['curve', 'surface'],
  losses: ['clean', 'fixed'],
  images: 128,
  split: 'train',
  points: 11,
  radius: 1,
  sameDirections: true,
};

describe('what is measured from the editor', () => {
  it('is asked of the command line in words that it takes, for every subject', () => {
    for (const { measures } of Object.values(subjects)) {
      for (const images of [128, 512]) {
        const argv = argumentsOf({ ...usual, measures, images }, '/runs/b', '/runs/a');
        const request = parseCommandLine(['landscape', ...argv]);
        assert.equal(request.kind, 'command');
        const { arguments: read } = request.kind === 'command' ? request.invocation : assert.fail();
        const { run, examples, points, directionsOf } = read as Record<string, unknown>;
        const isWalk = measures.includes('curve') || measures.includes('surface');
        // The trainer's own default, which is fewer where there are fewer.
        assert.deepEqual([run, examples], ['/runs/b', images === 512 ? undefined : images]);
        if (isWalk) assert.deepEqual([points, directionsOf], [11, '/runs/a']);
      }
    }
  });

  it("walks along the first run's directions, that run along its own", () => {
    assert.ok(!argumentsOf(usual, '/runs/a', '/runs/a').includes('--directions-of'));
    assert.ok(argumentsOf(usual, '/runs/b', '/runs/a').includes('--directions-of'));
    assert.ok(
      !argumentsOf({ ...usual, sameDirections: false }, '/runs/b', '/runs/a').includes('--directions-of'),
    );
  });
});

describe('the work that it means', () => {
  it('is what the trainer counts', () => {
    const { setting, axis } = landscapeResult({
      losses: ['clean', 'fixed', 'regenerated'],
      measures: landscapeMeasures,
    });
    const examples = setting.indices.length;
    const { attack } = setting;
    const adversary = {
      threat: { norm: 'linf', epsilon: 0.2 },
      pgd: { steps: attack?.steps ?? 0, stepSize: 0.05 },
      key: rootKey(0),
    } as const;
    const losses = setting.losses.map(name => {
      const { value, gradient } = lossUnits(name === 'regenerated' ? adversary : undefined);
      const loss = { at: async () => 0, gradientAt: async () => new Map() };
      return { name, loss, units: { value: value * examples, gradient: gradient * examples } };
    });
    const network = { model: {} as never, parameters: new Map(), statistics: new Map() };
    const figures = { sharpness: [], worstCase: [], eigenvalue: [], trace: [], curve: [], surface: [] };
    const tasks = planTasks({ setting, network, losses, axis, key: rootKey(0), figures });
    assert.equal(
      workOfSetting(setting),
      tasks.reduce((sum, { units }) => sum + units, 0),
    );
  });

  it('is, of what has been measured, without the iterations that the eigenvalue was spared', () => {
    const result = landscapeResult({ measures: ['eigenvalue'], losses: ['clean'] });
    assert.equal(workDone(result), 14 * 2 * 3 * 512);
  });

  it("grows with the square of a surface's points and with the steps of a regenerated attack", () => {
    const workload = { measures: ['surface'], losses: ['clean'], images: 10, attackSteps: 5 } as const;
    assert.equal(workOf({ ...workload, grid: { points: 11, radius: 1 } }), 1210);
    assert.equal(
      workOf({ ...workload, losses: ['regenerated'], grid: { points: 11, radius: 1 } }),
      1210 * 11,
    );
    assert.ok(workOfWish(usual) > 128 * 2 * 121);
  });

  it('is told as time only after something has been measured', () => {
    assert.equal(describeWork(225_792, undefined), '230 thousand image passes a run');
    const { setting, eigenvalue } = landscapeResult({ measures: ['curve'], losses: ['clean'] });
    const measured = {
      setting,
      eigenvalue,
      seconds: 2,
      engine: 'simd',
      startedAt: '2026-01',
      status: 'finished',
    } as const;
    const pace = measuredPace([measured, { ...measured, startedAt: '2026-02', status: 'running' }]);
    assert.deepEqual(pace, { passesASecond: (11 * 512) / 2, engine: 'simd' });
    assert.equal(
      describeWork(2_816_000, pace),
      '2.8 million image passes a run, 17 min by the last one on simd',
    );
  });
});
