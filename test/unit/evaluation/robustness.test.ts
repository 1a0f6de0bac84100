import assert from 'node:assert/strict';
import { add, mean, memory, mul, randomNormal, round, softmax, type Tensor2D } from '@tensorflow/tfjs-core';
import type { Victim } from '../../../extension/trainer/attacks/victim';
import type { ImageSet } from '../../../extension/trainer/data/dataset';
import { UnusableModelError } from '../../../extension/trainer/evaluation/cleanPhase';
import { figuresOf } from '../../../extension/trainer/evaluation/results';
import { runEvaluation } from '../../../extension/trainer/evaluation/robustness';
import type { EvaluationState } from '../../../extension/trainer/evaluation/state';
import { StopRequested } from '../../../extension/trainer/run/stop';
import { onEngine } from '../support/engine';
import { type JobOptions, jobOn } from '../support/evaluationJobs';
import { at, randomMatrix, range, total } from '../support/float64';
import { countedVictim, linearVictim, predictionsOf } from '../support/victims';

const [side, count, classes] = [5, 40, 5];
const weights = randomMatrix('robustness weights', classes, side * side, 0.5);
// Grey is on every boundary.
const biases = weights.map(row => -0.5 * total(row));
const threat = { norm: 'linf', epsilon: 0.03 } as const;

/** Images near grey; most labels are the linear network's own predictions. */
async function imageSet(victim: Victim): Promise<ImageSet> {
  const bytes = randomMatrix('robustness images', count, side * side, 25).map(row =>
    row.map(value => Math.min(Math.max(Math.round(128 + value), 0), 255)),
  );
  const rows = bytes.map(row => row.map(value => value / 255));
  const predictions = await predictionsOf(victim, rows, side);
  const labels = predictions.map((label, i) => (i % 10 === 9 ? (label + 1) % classes : label));
  return {
    images: Uint8Array.from(bytes.flat()),
    labels: Uint8Array.from(labels),
    count,
    height: side,
    width: side,
    channels: 1,
  };
}

const options: JobOptions = {
  attack: 'fgsm,pgd-5,apgd-ce,apgd-t',
  threat,
  indices: range(count),
  batchSize: 7,
};

describe('An evaluation', () => {
  onEngine('wasm');

  const victim = () => linearVictim(weights, biases);

  it('reports every attack on what those before it have left, and the pointwise worst case', async () => {
    const network = victim();
    const set = await imageSet(network);
    const job = jobOn(network, set, options);
    await runEvaluation(job);
    const { clean, attacks, worstCase, robustIndices, figures, chains } = figuresOf(job);
    assert.equal(clean, 0.9);
    const order = ['fgsm', 'pgd-5', 'apgd-ce', 'apgd-t'];
    assert.deepEqual(Object.keys(attacks), order);
    const accuracies = [clean, ...order.map(name => attacks[name] ?? Number.NaN)];
    for (const [i, accuracy] of accuracies.slice(1).entries()) assert.ok(accuracy <= at(accuracies, i));
    assert.equal(worstCase, accuracies.at(-1));
    assert.equal(robustIndices.length, Math.round(worstCase * count));
    let left = Math.round(clean * count);
    for (const figure of figures.attacks) {
      assert.equal(figure.attacked, left);
      left -= figure.broken;
      assert.equal(figure.correct, left);
      assert.equal(total(figure.perClass.map(c => c.correct)), figure.correct, 'classes add up to the whole');
      const [low, high] = figure.interval;
      assert.ok(low < figure.accuracy && figure.accuracy < high);
    }
    assert.ok(worstCase > 0 && worstCase < clean);
    assert.deepEqual(chains[0]?.attacks, order);
    assert.equal(chains[0]?.fates.filter(fate => fate === -1).length, 4);
  });

  it('has the same figures whatever the batch size and the order of the examples', async () => {
    const network = victim();
    const set = await imageSet(network);
    const outcome = async (changes: Partial<JobOptions>) => {
      const job = jobOn(network, set, { ...options, ...changes });
      await runEvaluation(job);
      const { attacks, robustIndices } = figuresOf(job);
      return { attacks, robustIndices: robustIndices.toSorted((a, b) => a - b) };
    };
    const usual = await outcome({});
    assert.deepEqual(await outcome({ batchSize: 40 }), usual);
    assert.deepEqual(await outcome({ batchSize: 3, indices: range(count).reverse() }), usual);
  });

  it('with each, attacks everything anew with every entry; the worst case counts all', async () => {
    const network = victim();
    const set = await imageSet(network);
    const alone = async (attack: string) => {
      const job = jobOn(network, set, { ...options, attack });
      await runEvaluation(job);
      return figuresOf(job);
    };
    const job = jobOn(network, set, { ...options, attack: 'fgsm,mim-5,apgd-ce', each: true });
    await runEvaluation(job);
    const { attacks, worstCase, robustIndices, figures } = figuresOf(job);
    const each = [await alone('fgsm'), await alone('mim-5'), await alone('apgd-ce')];
    assert.deepEqual(
      Object.values(attacks),
      each.map(figuresAlone => figuresAlone.worstCase),
    );
    assert.deepEqual(
      robustIndices,
      range(count).filter(index => each.every(result => result.robustIndices.includes(index))),
    );
    assert.equal(worstCase, robustIndices.length / count);
    assert.ok(figures.attacks.every(figure => figure.attacked === 36));
  });

  it('goes on after a kill at any batch with the very same result', async () => {
    const network = victim();
    const set = await imageSet(network);
    const saves: string[] = [];
    const whole = jobOn(network, set, { ...options, save: state => void saves.push(JSON.stringify(state)) });
    await runEvaluation(whole);
    const expected = strip(figuresOf(whole));
    assert.ok(saves.length > 15, `${saves.length} saves`);
    for (const saved of saves.filter((_, i) => i % 4 === 1)) {
      const again = jobOn(network, set, { ...options, state: JSON.parse(saved) as EvaluationState });
      await runEvaluation(again);
      assert.deepEqual(strip(figuresOf(again)), expected);
    }
  });

  it('does no work on examples that are broken, and sends each clean example through the network once', async () => {
    const { victim: network, counts } = countedVictim(victim());
    const set = await imageSet(network);
    counts.forward = 0;
    const checks = 2 * 3;
    const job = jobOn(network, set, { ...options, attack: 'fgsm' });
    await runEvaluation(job);
    // 40 clean logits, the check of the first batch, a gradient for each of 36, and their judgement.
    assert.deepEqual(counts, { forward: 40 + checks + 36 + 36, backward: 36 });

    counts.forward = counts.backward = 0;
    const chain = jobOn(network, set, { ...options, attack: 'fgsm,pgd-5' });
    await runEvaluation(chain);
    const left = figuresOf(chain).figures.attacks[1]?.attacked ?? 0;
    assert.ok(left < 36);
    assert.deepEqual(counts, {
      forward: 40 + checks + 36 + 36 + left * 6,
      backward: 36 + left * 5,
    });
  });

  it('leaves no tensors behind', async () => {
    const network = victim();
    const set = await imageSet(network);
    const before = memory().numTensors;
    await runEvaluation(jobOn(network, set, options));
    assert.equal(memory().numTensors, before);
  });

  it('stops between two steps when it is asked to', async () => {
    const network = victim();
    const set = await imageSet(network);
    const stop = new AbortController();
    const job = jobOn(network, set, { ...options, signal: stop.signal, save: () => stop.abort() });
    await assert.rejects(runEvaluation(job), StopRequested);
    assert.equal(figuresOf(job).figures.attacks.length, 0);
  });

  describe('warns', () => {
    const codesFor = async (network: Victim, changes: Partial<JobOptions> = {}) => {
      const set = await imageSet(victim());
      const job = jobOn(network, set, { ...options, attack: 'fgsm', ...changes });
      const findings = await runEvaluation(job);
      return [...job.state.warnings, ...findings].map(({ code }) => code);
    };

    it('of nothing where nothing is wrong', async () => {
      assert.deepEqual(await codesFor(victim(), { attack: 'fgsm,pgd-20,apgd-ce' }), []);
    });

    it('of probabilities where logits should be', async () => {
      const { logits } = victim();
      const network = { classes, logits: (x: Parameters<typeof logits>[0]) => softmax(logits(x)) };
      assert.ok((await codesFor(network)).includes('softmax-output'));
    });

    it('of a network that answers differently each time', async () => {
      const { logits } = victim();
      let call = 0;
      const network: Victim = {
        classes,
        logits(x) {
          const z = logits(x);
          return add(z, randomNormal(z.shape, 0, 0.1, 'float32', ++call)) as Tensor2D;
        },
      };
      assert.ok((await codesFor(network)).includes('randomised'));
    });

    it('of a network that looks at the whole batch, as batch norm does in train mode', async () => {
      const { logits } = victim();
      const network: Victim = {
        classes,
        logits: x => {
          const z = logits(x);
          return add(z, mean(z, 0)) as Tensor2D;
        },
      };
      assert.ok((await codesFor(network)).includes('batch-dependent'));
    });

    it('of gradients that are zero', async () => {
      const { logits } = victim();
      // The argmax stays, the slope goes: rounding to steps has no gradient.
      const network: Victim = {
        classes,
        logits: x => mul(round(mul(logits(x), 1e3)), 1e-3) as Tensor2D,
      };
      const codes = await codesFor(network, { attack: 'apgd-ce' });
      assert.ok(codes.includes('zero-gradients'), codes.join());
    });

    it('of too few classes for an attack', async () => {
      assert.ok((await codesFor(victim(), { attack: 'apgd-t' })).includes('few-classes'));
    });

    it('and refuses logits that are no numbers', async () => {
      const { logits } = victim();
      const network: Victim = { classes, logits: x => mul(logits(x), Number.NaN) as Tensor2D };
      await assert.rejects(codesFor(network), UnusableModelError);
    });
  });
});

/** Without what a clock wrote. */
function strip(figures: ReturnType<typeof figuresOf>) {
  return JSON.parse(JSON.stringify(figures, (key, value) => (key === 'seconds' ? 0 : value)));
}
