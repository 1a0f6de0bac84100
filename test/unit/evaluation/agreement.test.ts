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

  it('has the very accuracy on clean digits and under FGSM', async () => {
    const { official, figures } = await evaluateOn(0, 'fgsm', range(200));
    assert.equal(figures.clean, official.clean);
    assert.equal(figures.attacks['fgsm'], official.fgsm);
  });

  it('is within one point under CW-20', async () => {
    const { official, figures } = await evaluateOn(0, 'cw-20', range(200));
    const found = figures.attacks['cw-20'] ?? Number.NaN;
    assert.ok(Math.abs(found - (official['cw-20'] ?? 0)) <= 0.01 + 1e-9, `${found}`);
  });

  it('linf: breaks the digits that official APGD breaks, and no others', async () => {
    const official = (await officialRuns())[0] ?? assert.fail('no run');
    const broken = range(200).filter(index => !official.robustIndices.includes(index));
    const { figures } = await evaluateOn(0, 'apgd-ce,apgd-t', broken);
    assert.ok(figures.robustIndices.length <= 2, `withstand ours: ${figures.robustIndices}`);
    const few = official.robustIndices.filter((_, i) => i % 12 === 0);
    const held = await evaluateOn(0, 'apgd-ce', few);
    assert.deepEqual(held.figures.robustIndices, few);
  });

  it('l2: breaks the digits that official APGD-CE breaks', async () => {
    const official = (await officialRuns())[1] ?? assert.fail('no run');
    const broken = range(100)
      .map(i => 200 + i)
      .filter(index => !official.robustIndices.includes(index));
    const { figures } = await evaluateOn(1, 'apgd-ce', broken);
    // 69 of 100 digits withstand official APGD-CE and 63 all of AutoAttack: 6 of these.
    assert.ok(Math.abs(figures.robustIndices.length - 6) <= 1, `withstand ours: ${figures.robustIndices}`);
  });
});
