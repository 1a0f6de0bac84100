import assert from 'node:assert/strict';
import { parseFraction } from '../../../../extension/contract/config';

describe('Fractions', () => {
  it('read as the quotient, with or without spaces around the slash', () => {
    assert.equal(parseFraction('8/255'), 8 / 255);
    assert.equal(parseFraction(' 2 / 255 '), 2 / 255);
    assert.equal(parseFraction('0.5/255'), 0.5 / 255);
    assert.equal(parseFraction(0.031), 0.031);
  });

  for (const text of ['8/0', '8/0.0', '8', '8/', '/255', '8/255/2', '-8/255', '8|255', 'NaN/1', '']) {
    it(`refuse ${JSON.stringify(text)} and show how one is written`, () => {
      assert.throws(() => parseFraction(text), {
        message: /expected a number or a fraction such as "8\/255"/,
      });
    });
  }
});
