import assert from 'node:assert/strict';
import { renderSurveys } from '../../../extension/trainer/cli/surveyTable';

const surveys = [
  {
    name: 'tensorflow',
    available: false,
    version: '4.22.0',
    reason: 'The library libcudart.so.11.0 was not found, so TensorFlow sees no GPU.',
    remedy: 'Install CUDA 11 and cuDNN 8, or use webgpu.',
    searched: ['the workspace, /w: nothing installed'],
    chosenByAuto: false,
  },
  {
    name: 'webgpu',
    available: true,
    version: '0.6.2',
    device: 'NVIDIA H200',
    float16: 'float16 in tensor cores, 16x16x16',
    adapters: [
      {
        name: 'NVIDIA H200',
        graphicsInterface: 'vulkan',
        driver: 'NVIDIA 550',
        taken: true,
        reason: 'It is fast.',
      },
      { name: 'Iris', graphicsInterface: 'vulkan', driver: '', taken: false, reason: 'It saves power.' },
    ],
    chosenByAuto: true,
  },
  { name: 'cpu', available: true, version: '4.22.0', device: '16 cores', chosenByAuto: false },
] as const;

describe('the list of devices', () => {
  it('has a line for each engine in aligned columns, and marks the one that auto takes', () => {
    const lines = renderSurveys(surveys, 100);
    assert.equal(lines[0], 'engine      state          version  device');
    assert.ok(lines.includes('webgpu      works          0.6.2    NVIDIA H200  (auto takes this)'));
    assert.ok(lines.includes('cpu         works          4.22.0   16 cores'));
  });

  it('says below an engine what it offers for float16', () => {
    const lines = renderSurveys(surveys, 100);
    const place = lines.findIndex(line => line.startsWith('webgpu'));
    assert.equal(lines[place + 1], '    Offers float16 in tensor cores, 16x16x16.');
  });

  it('lists below an engine the GPUs that it sees, the one that it takes, and why', () => {
    const lines = renderSurveys(surveys, 100).map(line => line.trim());
    assert.ok(lines.includes('Takes NVIDIA H200 through vulkan (NVIDIA 550): It is fast.'));
    assert.ok(lines.includes('Sees Iris through vulkan: It saves power.'));
  });

  it('says below an unavailable engine why it is so, where it was looked for and how to mend it, within the width', () => {
    const lines = renderSurveys(surveys, 60);
    const start = lines.indexOf('tensorflow  not available  4.22.0');
    const explanation = lines.slice(
      start + 1,
      lines.findIndex(line => line.startsWith('webgpu')),
    );
    assert.ok(explanation.every(line => line.startsWith('    ') && line.length <= 60));
    assert.equal(
      explanation.map(line => line.trim()).join(' '),
      'The library libcudart.so.11.0 was not found, so TensorFlow sees no GPU. ' +
        'Looked in the workspace, /w: nothing installed. Mend: Install CUDA 11 and cuDNN 8, or use webgpu.',
    );
  });
});
