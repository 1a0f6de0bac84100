import assert from 'node:assert/strict';
import { chooseLandscapes } from '../../../../webview/landscape/choice';
import { describeDirections, whyNotComparable } from '../../../../webview/landscape/comparability';
import { type LandscapeWish, landscapeResult, storedLandscape } from '../../support/landscapes';

const setting = (wish: LandscapeWish) => landscapeResult(wish).setting;

const runs = ['a', 'b', 'c'].map(run => ({ runFolder: `/runs/${run}`, name: run }));

describe('landscapes are drawn together', () => {
  it('when images, attack and random draws are the same, each network scaled to its own filters', () => {
    assert.deepEqual(whyNotComparable(setting({ run: 'a' }), setting({ run: 'b' }), 'fixed', 'surface'), []);
    assert.match(describeDirections([setting({ run: 'a' }), setting({ run: 'b' })]), /own network's filters/);
  });

  it('when one walks along the directions of the other', () => {
    const [one, other] = [setting({ run: 'a' }), setting({ run: 'b', directionsOf: 'weights-of-a' })];
    assert.deepEqual(whyNotComparable(one, other, 'clean', 'surface'), []);
    assert.match(describeDirections([one, other]), /^The same directions for all/);
    assert.match(describeDirections([other]), /another network's filters/);
    const ownByName = setting({ run: 'a', directionsOf: 'weights-of-a' });
    assert.match(describeDirections([ownByName]), /the network's own filters/);
  });

  it('but not over other images, seeds, lengths or distances, and it is said why', () => {
    const one = setting({ run: 'a' });
    const why = (wish: LandscapeWish, walk: 'curve' | 'surface' = 'surface') =>
      whyNotComparable(one, setting({ run: 'b', ...wish }), 'clean', walk).join('; ');
    assert.match(why({ images: 'others' }), /^they look at other images$/);
    assert.match(why({ seed: 1 }), /^the directions have other seeds \(0, 1\)$/);
    assert.match(why({ directionsOf: 'weights-of-c' }), /^the directions have other lengths/);
    assert.match(why({ radius: 2 }), /^they reach 1 and 2/);
    assert.equal(why({ radius: 2 }, 'curve'), '', 'a longer curve is drawn over a shorter one');
    assert.equal(why({ points: 21 }), '', 'a finer surface stands beside a coarser one');
  });

  it('whatever the attack where the loss is clean, and not where it is adversarial', () => {
    const one = setting({ run: 'a' });
    const other = setting({ run: 'b' });
    const stronger = { ...other, attack: { norm: 'linf', epsilon: 0.3, steps: 10, stepSize: 0.05 } } as const;
    assert.deepEqual(whyNotComparable(one, stronger, 'clean', 'curve'), []);
    assert.match(
      whyNotComparable(one, stronger, 'fixed', 'curve').join(),
      /^their attacks differ: PGD-10, linf, epsilon 0\.2.*, and PGD-10, linf, epsilon 0\.3/,
    );
  });
});

describe('of several measurements', () => {
  const files = (landscapes: readonly { readonly file: string }[]) => landscapes.map(({ file }) => file);

  it('those are shown that most runs have in common, and the newest of each run', () => {
    const alone = storedLandscape({ run: 'a', images: 'others', startedAt: '2026-03' });
    const old = storedLandscape({ run: 'a', startedAt: '2026-01' });
    const newer = storedLandscape({ run: 'a', startedAt: '2026-02' });
    const second = storedLandscape({ run: 'b', startedAt: '2026-01' });
    const { shown, left } = chooseLandscapes(runs, [alone, old, newer, second], {
      walk: 'surface',
      loss: 'clean',
    });
    assert.deepEqual(files(shown), files([newer, second]));
    assert.deepEqual(left, [{ run: runs[2], why: 'it has no surface of this loss yet.' }]);
  });

  it('another is shown when it is asked for, and the rest says why it is left out', () => {
    const alone = storedLandscape({ run: 'a', images: 'others', startedAt: '2026-03' });
    const second = storedLandscape({ run: 'b', startedAt: '2026-01' });
    const { shown, left } = chooseLandscapes(runs.slice(0, 2), [alone, second], {
      walk: 'curve',
      loss: 'clean',
      wanted: alone.file,
    });
    assert.deepEqual(files(shown), files([alone]));
    assert.deepEqual(left, [{ run: runs[1], why: 'not comparable: they look at other images.' }]);
  });
});
