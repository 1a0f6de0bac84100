import assert from 'node:assert/strict';
import { type Check, checkStep, checkUpdate } from '../../../extension/trainer/golden/checkStep';
import { readGoldenStep } from '../../../extension/trainer/golden/goldenStep';
import { onEngine } from '../support/engine';
import { onSwiftShader } from '../support/swiftShader';

const updateFigures = [
  'loss terms',
  'gradients',
  'updated weights',
  'batch-norm statistics',
  'batch-norm updates',
];
const attackFigures = ['adversarial pixels that differ', 'KL that the attack reaches'];

const recorded = [
  ['rat-trades-wrn10-1-c10', ['soft targets']],
  ['rat-trades-wrn10-1-c100', ['soft targets']],
  ['rat-trades-awp-wrn10-1-c10', ['AWP perturbation']],
] as const;

const read = (file: string) => readGoldenStep(`test/fixtures/${file}.safetensors`);
const replay = async (file: string): Promise<Check[]> => checkStep(await read(file));

function assertReproduced(
  checks: readonly Check[],
  alsoCompared: readonly string[],
  figures: readonly string[] = [...updateFigures, ...attackFigures],
): void {
  const off = checks.filter(({ passed }) => !passed);
  assert.deepEqual(off, []);
  assert.deepEqual(checks.map(({ what }) => what).sort(), [...figures, ...alsoCompared].sort());
}

describe('A recorded step of the official code', () => {
  for (const [engine, wishes] of [
    ['simd', { winograd: 'off' }],
    ['wasm', {}],
  ] as const) {
    describe(`on ${engine}`, () => {
      onEngine(engine, wishes);

      for (const [file, alsoCompared] of recorded) {
        it(`${file} is reproduced in every figure`, async () =>
          assertReproduced(await replay(file), alsoCompared));
      }
    });
  }

  describe('on simd with its usual convolutions', () => {
    onEngine('simd');

    // Rounding may turn the sign of an activation near zero, and with it one update of a bias that is nearly zero itself.
    for (const [file, alsoCompared] of recorded) {
      it(`${file} is reproduced in every figure, updates to 1e-4`, async () => {
        const checks = await replay(file);
        assertReproduced(
          checks.map(check =>
            check.what === 'updated weights' ? { ...check, passed: check.error <= 1e-4 } : check,
          ),
          alsoCompared,
        );
      });
    }
  });

  describe('on webgpu', () => {
    onSwiftShader();

    for (const [file, alsoCompared] of [recorded[0], recorded[2]]) {
      it(`${file} is reproduced from its adversarial images in every figure`, async () => {
        // The attack's passes would take a GPU in software minutes; check-step includes them.
        const checks = await checkUpdate(await read(file));
        assertReproduced(checks, alsoCompared, updateFigures);
      });
    }
  });

  describe('on cpu', () => {
    onEngine('cpu');

    // The file with the most confident predictions: its attack turns on the last bit of probabilities near 1.
    it('rat-trades-wrn10-1-c10 is reproduced in every figure', async function () {
      // Plain JavaScript takes about two minutes for what WebAssembly does in seconds.
      this.timeout(600_000);
      assertReproduced(await replay('rat-trades-wrn10-1-c10'), ['soft targets']);
    });
  });
});
