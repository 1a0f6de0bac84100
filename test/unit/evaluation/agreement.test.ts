import assert from 'node:assert/strict';
import { figuresOf } from '../../../extension/trainer/evaluation/results';
import { runEvaluation } from '../../../extension/trainer/evaluation/robustness';
import { onEngine } from '../support/engine';
import { jobOn } from '../support/evaluationJobs';
import { range } from '../support/float64';
import { officialRuns, smallCnnFixture } from '../support/smallCnnFixture';

/**
 * All listed digits take minutes: `test/bench/evaluation/agreement.ts` runs them. Here are those digits that decide: all that
 * official AutoAttack broke, and a few that withstood it.
 */
describe('Agreement with the official implementation', () => {
  onEngine('wasm');

  async function evaluateOn(run: number, attack: string, indices: readonly number[], each = false) {
    const official = (await officialRuns())[run] ?? assert.fail('no such run');
    const { victim, test, dispose } = await smallCnnFixture();
    const { norm, epsilon } = official;
    const job = jobOn(victim, test, { attack, threat: { norm, epsilon }, indices, each, batchSize: 64 });
    await runEvaluation(job);
    dispose();
    return { official, figures: figuresOf(job) };
  }

  /** Digits that official AutoAttack broke, or that are misclassified as they are. */
  async function brokenDigits(run: number): Promise<number[]> {
    const official = (await officialRuns())[run] ?? assert.fail('no such run');
    const [from, to] = official.examples;
    return range(to - from)
      .map(i => from + i)
      .filter(index => !official.robustIndices.includes(index));
  }

  it('has the very accuracy on clean digits and under FGSM', async () => {
    const { official, figures } = await evaluateOn(0, 'fgsm', range(200));
    assert.equal(figures.clean, official.clean);
    assert.equal(figures.attacks['fgsm'], official.fgsm);
  });

  for (const name of ['pgd-20', 'cw-20'] as const) {
    it(`is within one point under ${name}`, async () => {
      // What withstands all of AutoAttack withstands these: only the other digits decide.
      const digits = await brokenDigits(0);
      const { official, figures } = await evaluateOn(0, name, digits);
      const found = (official.robustIndices.length + figures.robustIndices.length) / 200;
      assert.ok(Math.abs(found - (official[name] ?? 0)) <= 0.01 + 1e-9, `${found}`);
    });
  }

  it('linf: breaks the digits that official AutoAttack breaks', async () => {
    const { figures } = await evaluateOn(0, 'apgd-ce,apgd-t', await brokenDigits(0));
    assert.ok(figures.robustIndices.length <= 2, `withstand ours: ${figures.robustIndices}`);
  });

  it('linf: breaks no digits that withstand it', async () => {
    const official = (await officialRuns())[0] ?? assert.fail('no run');
    const few = official.robustIndices.filter((_, i) => i % 12 === 0);
    const { figures } = await evaluateOn(0, 'apgd-ce', few);
    assert.deepEqual(figures.robustIndices, few);
  });

  it('l2: breaks the digits that official APGD-CE breaks', async () => {
    const { figures } = await evaluateOn(1, 'apgd-ce', await brokenDigits(1));
    // 69 of 100 digits withstand official APGD-CE and 63 all of AutoAttack: 6 of these.
    assert.ok(Math.abs(figures.robustIndices.length - 6) <= 1, `withstand ours: ${figures.robustIndices}`);
  });
});
