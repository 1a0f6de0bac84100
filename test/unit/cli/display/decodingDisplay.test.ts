import assert from 'node:assert/strict';
import { decodingDisplay } from '../../../../extension/trainer/cli/display/decodingDisplay';
import { fakeClock, fakeOutput } from './fakes';

describe('decoding images', () => {
  it('is a line every tenth of them where nobody watches', () => {
    const { out, writes } = fakeOutput();
    const show = decodingDisplay({ stderr: out });
    for (let done = 1; done <= 40; done++) show(done, 40);
    assert.equal(writes.length, 10);
    assert.equal(writes[0], 'Decoding images, once: 4 of 40\n');
    assert.equal(writes[9], 'Decoding images, once: 40 of 40\n');
  });

  it('is one line of a terminal, drawn over ten times a second and at the end', () => {
    const { out, writes } = fakeOutput(80);
    const clock = fakeClock();
    const show = decodingDisplay({ stderr: out }, clock);
    for (let done = 1; done <= 40; done++) {
      clock.turnTo(10 * done);
      show(done, 40);
    }
    assert.deepEqual(
      writes,
      [1, 11, 21, 31, 40].map(done => `\rDecoding images, once: ${done} of 40${done === 40 ? '\n' : ''}`),
    );
  });
});
