import assert from 'node:assert/strict';
import { firstComment } from '../../../../extension/host/config/files/firstComment';
import { numberedName } from '../../../../extension/host/config/files/numberedName';

describe('The name of a new config file', () => {
  const named = (wanted: string, ...taken: string[]) =>
    numberedName(wanted, async name => taken.includes(name));

  it('is the wanted one where it is free, else a numbered one', async () => {
    assert.equal(await named('mnist'), 'mnist.rat.json');
    assert.equal(await named('mnist.rat.json', 'mnist.rat.json'), 'mnist-2.rat.json');
    assert.equal(await named('mnist', 'mnist.rat.json', 'mnist-2.rat.json'), 'mnist-3.rat.json');
  });

  it('counts on from a number it already has', async () => {
    assert.equal(await named('mnist-2', 'mnist-2.rat.json', 'mnist.rat.json'), 'mnist-3.rat.json');
  });
});

describe('What an example is for', () => {
  it('is the comment that begins it', () => {
    assert.equal(firstComment('// A first run.\n{ }'), 'A first run.');
    assert.equal(firstComment('{ // not this\n}'), undefined);
  });
});
