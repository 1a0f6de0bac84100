import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import type { EvaluationEvent } from '../../../../extension/contract/evaluation';
import {
  createPlainEvaluation,
  createTerminalEvaluation,
} from '../../../../extension/trainer/cli/display/evaluationDisplay';
import { noPaint } from '../../../../extension/trainer/cli/display/paint';
import type { Output } from '../../../../extension/trainer/cli/io';

const progress: EvaluationEvent = {
  type: 'evaluation-progress',
  stage: 'apgd-t',
  pass: 2,
  passes: 9,
  fraction: 0.4129,
  robust: 133,
  examples: 200,
  seconds: 65,
  secondsLeft: 245,
};
const stage: EvaluationEvent = {
  type: 'evaluation-stage',
  stage: 'apgd-ce',
  figure: {
    name: 'apgd-ce',
    entry: 'autoattack',
    accuracy: 0.695,
    correct: 139,
    examples: 200,
    interval: [0.628, 0.7546],
    perClass: [],
    attacked: 187,
    broken: 48,
    seconds: 39.6,
    zeroGradients: 0,
  },
};
const warning: EvaluationEvent = {
  type: 'evaluation-warning',
  warning: { code: 'randomised', found: 'It differs.', meaning: 'So and so.', advice: 'Try this.' },
};

function outputOf(show: (out: Output) => void, columns = 60): string {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns, rows: 20 });
  show(stream);
  return String(stream.read() ?? '');
}

describe('The display of an evaluation', () => {
  it('writes a line an attack and a warning with its advice, and progress every ten seconds, where there is no terminal', () => {
    let now = 0;
    const text = outputOf(out => {
      const display = createPlainEvaluation(out, { now: () => now, after: () => () => {} });
      for (const event of [progress, progress, stage, warning]) display.event(event);
      now = 10_000;
      display.event(progress);
      display.close();
    });
    const line = 'apgd-t 3/9 · 66.5% of 200 robust so far · 41.2% done · 1m05s · ETA at most 4m05s';
    assert.deepEqual(text.trimEnd().split('\n'), [
      line,
      'apgd-ce: 69.5% (62.8% to 75.5%), 48 of 187 broken in 40s',
      'warning: It differs.',
      '  So and so.',
      '  Try this.',
      line,
    ]);
  });

  it('draws progress in place on a terminal, no wider than it is, and leaves the attacks above it', () => {
    const text = outputOf(out => {
      const display = createTerminalEvaluation(out, noPaint);
      for (const event of [progress, stage, progress]) display.event(event);
      display.close();
    });
    assert.match(text, /█+░+ +41\.2%/);
    assert.match(text, /apgd-ce: 69\.5%/);
    const visible = stripVTControlCharacters(text).split('\n');
    assert.ok(
      visible.every(line => line.length <= 60 || line.startsWith('apgd-ce: ')),
      visible.join('\n'),
    );
  });
});
