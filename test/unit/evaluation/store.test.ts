import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type EvaluationSetting,
  parseEvaluation,
  type RobustnessEvaluation,
} from '../../../extension/contract/evaluation';
import { encodeJson } from '../../../extension/contract/metrics';
import { ownIdentity } from '../../../extension/contract/processIdentity';
import {
  evaluationName,
  prepareFolder,
  readEvaluation,
  refuseIfHeld,
} from '../../../extension/trainer/evaluation/store';

const setting: EvaluationSetting = {
  checkpoint: { file: '/a/best.safetensors', sha256: 'w1' },
  model: 'small-cnn',
  dataset: { name: 'idx', path: '/data', sha256: 'd1' },
  examples: { from: 0, to: 10 },
  norm: 'linf',
  epsilon: 8 / 255,
  attack: 'fgsm,pgd-20',
  each: false,
  seed: 0,
};

const proportion = { accuracy: 0.5, correct: 5, examples: 10, interval: [0.2, 0.8] as const, perClass: [] };
const evaluation: RobustnessEvaluation = {
  kind: 'robustness',
  version: 1,
  status: 'running',
  name: 'n',
  setting,
  engine: 'wasm',
  device: 'CPU',
  startedAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  seconds: 1,
  clean: 0.5,
  attacks: {},
  worstCase: 0.5,
  robustIndices: [0, 1, 2, 3, 4],
  figures: { clean: proportion, attacks: [], worstCase: proportion },
  chains: [{ attacks: ['fgsm'], fates: [0] }],
  warnings: [],
};

describe('A stored evaluation', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rat-store-'));
    file = path.join(folder, 'evaluations', 'n.json');
    await prepareFolder(file);
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('has a name of its own for every setting, wherever its files lie', () => {
    const name = evaluationName(setting);
    assert.match(name, /^fgsm-pgd-20-linf-0\.03137-[0-9a-f]{8}$/);
    const moved = {
      ...setting,
      checkpoint: { ...setting.checkpoint, file: '/b/copy.safetensors', step: 9 },
      dataset: { ...setting.dataset, path: '/elsewhere' },
    };
    assert.equal(evaluationName(moved), name);
    const others = [
      { ...setting, epsilon: 0.031 },
      { ...setting, seed: 1 },
      { ...setting, each: true },
      { ...setting, stepSize: 0.01 },
      { ...setting, examples: { from: 0, to: 9 } },
      { ...setting, checkpoint: { ...setting.checkpoint, sha256: 'w2' } },
      { ...setting, dataset: { ...setting.dataset, sha256: 'd2' } },
      { ...setting, normalisation: { mean: [0], std: [1] } },
    ];
    assert.equal(new Set([name, ...others.map(evaluationName)]).size, others.length + 1);
  });

  it('comes back as it was written', async () => {
    await writeFile(file, `${encodeJson(evaluation)}\n`);
    assert.deepEqual(await readEvaluation(file), evaluation);
    assert.equal(await readEvaluation(path.join(folder, 'other.json')), undefined);
  });

  it('is told from the figures that training leaves in the same folder', () => {
    const final = { checkpoint: 'best', step: 3, type: 'evaluation', cleanAccuracy: 0.9 };
    assert.equal(parseEvaluation(JSON.stringify(final)), undefined);
    assert.equal(parseEvaluation('{'), undefined);
    assert.equal(parseEvaluation('null'), undefined);
    assert.equal(parseEvaluation(JSON.stringify({ ...evaluation, version: 2 })), undefined);
    assert.deepEqual(parseEvaluation(JSON.stringify(evaluation)), evaluation);
  });

  it('is left alone while another living process writes it', () => {
    const parent = { pid: process.ppid, startedAt: '2026-01-01T00:00:00.000Z' };
    assert.doesNotThrow(() => refuseIfHeld(file, { ...evaluation, process: ownIdentity() }));
    assert.doesNotThrow(() => refuseIfHeld(file, evaluation));
    assert.doesNotThrow(() =>
      refuseIfHeld(file, { ...evaluation, process: { ...parent, startedAt: 'boot x tick 1' } }),
    );
    assert.doesNotThrow(() => refuseIfHeld(file, { ...evaluation, status: 'finished', process: parent }));
  });

  it("loses what killed processes have left of its unfinished writes, and nobody else's", async () => {
    const evaluations = path.dirname(file);
    await writeFile(`${file}.0a1b2c3d.tmp`, '{');
    await writeFile(path.join(evaluations, 'other.json.0a1b2c3d.tmp'), '{');
    await prepareFolder(file);
    assert.deepEqual(await readdir(evaluations), ['other.json.0a1b2c3d.tmp']);
  });
});
