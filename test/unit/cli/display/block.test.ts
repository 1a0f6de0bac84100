import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { renderBlock } from '../../../../extension/trainer/cli/display/block';
import { colourPaint, noPaint } from '../../../../extension/trainer/cli/display/paint';
import { initialState, reduce } from '../../../../extension/trainer/cli/display/state';
import { facts, wholeRun } from './runEvents';

const atStep = (step: number) =>
  wholeRun.filter(event => event.step <= step).reduce(reduce, initialState(facts));

describe('the live block', () => {
  it('shows progress, time left, losses and figures', () => {
    assert.deepEqual(renderBlock(atStep(70), 80, noPaint), [
      'mnist-quickstart: webgpu on NVIDIA H200',
      'TRADES beta 6, Taylor order 2 (zeroth + first + second), PGD-10 epsilon 0.3',
      `${'█'.repeat(51)}${'░'.repeat(22)}  70.0%`,
      'step 70/100 · epoch 3.5/5 · 1,235 images/s · ETA 1m20s',
      'loss 0.5111 · natural 0.4000 · robust 0.0148 · first -0.0012 · second 3.1e-5',
      'batch clean 88.8% · batch robust 78.9% · learning rate 0.001',
      'best* epoch 3: 70.1% robust',
    ]);
  });

  it('loses nothing on a narrow terminal and never exceeds it', () => {
    for (const width of [40, 60, 80, 120]) {
      const lines = renderBlock(atStep(70), width, noPaint);
      assert.ok(
        lines.every(line => line.length <= width),
        `width ${width}`,
      );
      const text = lines.join(' ');
      for (const part of ['ETA 1m20s', 'natural 0.4000', 'second 3.1e-5', 'learning rate 0.001', '70.0%']) {
        assert.ok(text.includes(part), `${part} at ${width}`);
      }
    }
  });

  it('has the same text in colour', () => {
    const coloured = renderBlock(atStep(70), 80, colourPaint);
    assert.deepEqual(coloured.map(stripVTControlCharacters), renderBlock(atStep(70), 80, noPaint));
    assert.notEqual(coloured.join(), coloured.map(stripVTControlCharacters).join());
  });

  it('says that it evaluates while it does', () => {
    assert.ok(renderBlock(atStep(20), 80, noPaint).some(line => line.includes('epoch 1.0/5 · evaluating')));
    assert.ok(!renderBlock(atStep(21), 80, noPaint).some(line => line.includes('evaluating')));
  });

  it('can be drawn before anything is known', () => {
    assert.deepEqual(renderBlock(initialState(facts), 80, noPaint).slice(2), [
      `${'░'.repeat(73)}   0.0%`,
      'step 0/100 · epoch 0.0/5 · – images/s · ETA –',
    ]);
  });
});
