import assert from 'node:assert/strict';
import type { RunEvent } from '../../../../extension/contract/events';
import { createDisplay, type DisplayMode } from '../../../../extension/trainer/cli/display/display';
import { fakeClock, fakeOutput, screenOf } from './fakes';
import { facts, message, started, stepEvent, wholeRun } from './runEvents';

const hasEscape = (text: string) => text.includes('\u001b');

/** Shows the events, the clock following their times, and gives all that was written. */
function show(
  mode: DisplayMode,
  events: readonly RunEvent[],
  { columns, environment = { NO_COLOR: '1' } }: { columns?: number; environment?: NodeJS.ProcessEnv } = {},
): string[] {
  const { out, writes } = fakeOutput(columns);
  const clock = fakeClock();
  const display = createDisplay(mode, out, facts, { clock, environment });
  for (const event of events) {
    clock.turnTo(Date.parse(event.time) - Date.parse(started.time));
    display.event(event);
  }
  display.close();
  return writes;
}

describe('the terminal display', () => {
  it('leaves the table, the warnings and the summary on the screen, and no remnant of the block', () => {
    assert.deepEqual(screenOf(show('terminal', wholeRun, { columns: 80 })), [
      'run folder .rat/runs/20250301-120000-mnist-quickstart-1a2b',
      '         train   train   train     val     val   learning        ',
      'epoch     loss   clean  robust   clean  robust       rate    time',
      '    1   1.5333   55.0%   36.7%   91.0%   41.2%*      0.01     40s',
      '        train  train  train    val    val        sharpness learning       ',
      'epoch    loss  clean robust  clean robust      mean ± s.e.     rate   time',
      '    2  0.9200  77.5%  62.0%  92.0%  62.3%* 0.0123 ± 0.0004     0.01    40s',
      'warning: The loss was not finite in step 45; the step was left out.',
      '    3  0.6571  85.0%  72.9%  93.0%  70.1%*               –     0.01    40s',
      '    4  0.5111  88.8%  78.9%  94.0%  68.8%  0.0123 ± 0.0004    0.001    40s',
      '    5  0.4182  91.0%  82.7%  95.0%  69.3%                –    0.001    40s',
      '',
      'Finished mnist-quickstart in 4m10s: 5 epochs, 100 steps.',
      '  best        epoch 3: validation clean 93.0%, robust 70.1%',
      '  last        epoch 5: validation clean 95.0%, robust 69.3%',
      '  test        clean 95.1%, robust 69.9% (PGD-20, 10,000 examples, best weights)',
      '  run folder  .rat/runs/20250301-120000-mnist-quickstart-1a2b',
    ]);
  });

  it('shows an epoch in the table as soon as it has ended, above the block', () => {
    const next = wholeRun.findIndex(event => event.type === 'step' && event.step === 21);
    const screen = screenOf(show('terminal', wholeRun.slice(0, next), { columns: 80 }));
    const row = screen.findIndex(line => line.startsWith('    1 '));
    assert.ok(row > 0 && row < screen.findIndex(line => line.startsWith('mnist-quickstart: webgpu')));
  });

  it('draws at most ten times a second, and the last state without a further event', () => {
    const { out, writes } = fakeOutput(80);
    const clock = fakeClock();
    const display = createDisplay('terminal', out, facts, { clock, environment: {} });
    const draws = () => writes.filter(text => text.includes('step ')).length;
    for (let step = 1; step <= 100; step++) {
      clock.turnTo(step * 10);
      display.event(stepEvent(step));
    }
    assert.ok(draws() <= 11, String(draws()));
    clock.turnTo(1200);
    assert.ok(screenOf(writes).some(line => line.includes('step 100/100')));
    const quiet = writes.length;
    clock.turnTo(60_000);
    assert.equal(writes.length, quiet);
    display.close();
  });

  it('draws less often where drawing is slow, so that training keeps its time', () => {
    const clock = fakeClock();
    const { out, writes } = fakeOutput(80, () => clock.turnTo(clock.now() + 20));
    const display = createDisplay('terminal', out, facts, { clock, environment: {} });
    for (let step = 1; step <= 100; step++) {
      clock.turnTo(step * 50);
      display.event(stepEvent(step));
    }
    // A draw takes 20 ms, so there is one a second in these five.
    const draws = writes.filter(text => text.includes('step ')).length;
    assert.ok(draws === 5 || draws === 6, String(draws));
    display.close();
  });

  it('keeps the last state on the screen where a run breaks off without an end', () => {
    const screen = screenOf(show('terminal', wholeRun.slice(0, 8), { columns: 80 }));
    assert.ok(screen.some(line => line.includes('step 7/100')));
  });

  it('has colours unless NO_COLOR is set', () => {
    const colour = /\[3\dm/;
    assert.match(show('terminal', wholeRun, { columns: 80, environment: {} }).join(''), colour);
    assert.doesNotMatch(show('terminal', wholeRun, { columns: 80 }).join(''), colour);
  });

  it('becomes plain where the output is no terminal, a dumb one or one without a size', () => {
    const plain = show('plain', wholeRun).join('');
    assert.equal(show('terminal', wholeRun).join(''), plain);
    assert.equal(show('terminal', wholeRun, { columns: 80, environment: { TERM: 'dumb' } }).join(''), plain);
    assert.equal(show('terminal', wholeRun, { columns: 0 }).join(''), plain);
  });
});

describe('the plain display', () => {
  it('writes a line for every epoch and evaluation, and a step line every ten seconds', () => {
    const lines = show('plain', wholeRun).join('').split('\n');
    assert.deepEqual(lines.slice(0, 7), [
      'mnist-quickstart: webgpu on NVIDIA H200',
      'TRADES beta 6, Taylor order 2 (zeroth + first + second), PGD-10 epsilon 0.3',
      '5 epochs, 100 steps',
      'run folder: .rat/runs/20250301-120000-mnist-quickstart-1a2b',
      'step 1/100, epoch 0.0/5, loss 2.1905 (natural 1.7143, robust 0.0635, first -0.0012, second 3.1e-5), 1,235 images/s, ETA –',
      'step 6/100, epoch 0.3/5, loss 1.7692 (natural 1.3846, robust 0.0513, first -0.0012, second 3.1e-5), 1,235 images/s, ETA 3m08s',
      'step 11/100, epoch 0.5/5, loss 1.4839 (natural 1.1613, robust 0.0430, first -0.0012, second 3.1e-5), 1,235 images/s, ETA 2m58s',
    ]);
    for (const line of [
      'epoch 1/5: train loss 1.5333, clean 55.0%, robust 36.7%, learning rate 0.01, 40s',
      'validation, epoch 3: clean 93.0%, robust 70.1% (PGD-10, 1,000 examples, current weights), best so far',
      'validation, epoch 4: clean 94.0%, robust 68.8% (PGD-10, 1,000 examples, current weights)',
      'sharpness, epoch 2: adversarial 0.0123 ± 0.0004, clean 0.0041 ± 0.0003 (rho 0.05, 8 directions)',
      'warning: The loss was not finite in step 45; the step was left out.',
      'test, epoch 5: clean 95.1%, robust 69.9% (PGD-20, 10,000 examples, best weights)',
      'Finished mnist-quickstart in 4m10s: 5 epochs, 100 steps.',
    ]) {
      assert.ok(lines.includes(line), line);
    }
  });

  it('never writes a control sequence, not even on a terminal or from a message', () => {
    const events = [...wholeRun, message(100, 'error', 'from elsewhere: \u001b[31mred\u001b[0m')];
    for (const options of [{}, { columns: 80, environment: {} }]) {
      const text = show('plain', events, options).join('');
      assert.ok(!hasEscape(text) && !text.includes('\r'));
      assert.ok(text.includes('error: from elsewhere: red'));
    }
  });
});

describe('the json display', () => {
  it('writes each event as one line that reads back as the event', () => {
    const lines = show('json', wholeRun, { columns: 80 }).join('').trimEnd().split('\n');
    assert.deepEqual(
      lines.map(line => JSON.parse(line)),
      wholeRun,
    );
    assert.ok(!lines.some(hasEscape));
  });

  it('writes NaN and infinities as strings', () => {
    const loss = { total: Number.NaN, zeroth: Infinity, natural: -Infinity };
    const [line = ''] = show('json', [{ ...stepEvent(1), loss }]);
    assert.deepEqual(JSON.parse(line).loss, { total: 'NaN', zeroth: 'Infinity', natural: '-Infinity' });
  });
});
