import assert from 'node:assert/strict';
import {
  figureRows,
  quantityDefinitions,
  quantityNames,
  quantityUnits,
} from '../../../../webview/landscape/figures';
import { readLandscapeView } from '../../../../webview/landscape/viewState';
import { storedLandscape } from '../../support/landscapes';

describe('the table of landscape figures', () => {
  it('has in one row what was measured alike, with errors, noise floor and residual', () => {
    const rows = figureRows([storedLandscape({ run: 'a' }), storedLandscape({ run: 'b', curvature: 5 })]);
    assert.deepEqual(
      rows.map(({ quantity, loss }) => `${quantity} ${loss}`),
      ['filter', 'worstCase', 'eigenvalue', 'trace'].flatMap(name => [`${name} clean`, `${name} fixed`]),
    );
    assert.ok(rows.every(({ figures }) => figures.size === 2));
    assert.deepEqual(rows[0]?.figures.get('/runs/b'), {
      value: 0.05,
      standardError: 0.001,
      notes: ['noise floor 2.00e−8'],
    });
    assert.deepEqual(rows[4]?.figures.get('/runs/a')?.notes, ['relative residual 0.02', '14 iterations']);
  });

  it('has rows apart for other images, seeds and attacks', () => {
    const rows = figureRows([storedLandscape({ run: 'a' }), storedLandscape({ run: 'b', images: 'others' })]);
    assert.equal(rows.length, 16);
    assert.ok(rows.every(({ figures }) => figures.size === 1));
  });

  it('has the newest of a run', () => {
    const rows = figureRows([
      storedLandscape({ curvature: 9, startedAt: '2026-02' }),
      storedLandscape({ curvature: 1, startedAt: '2026-01' }),
    ]);
    assert.equal(rows.find(({ quantity }) => quantity === 'eigenvalue')?.figures.get('/runs/a')?.value, 18);
  });

  it('has a definition and a unit for every quantity, and no promise of robustness', () => {
    for (const quantity of Object.keys(quantityNames) as (keyof typeof quantityNames)[]) {
      assert.ok(quantityDefinitions[quantity].length > 80);
      assert.match(quantityUnits[quantity], /nats/);
      assert.doesNotMatch(quantityDefinitions[quantity], /robust/i);
    }
  });
});

describe('how landscapes were looked at', () => {
  it('comes back, and what makes no sense is as at first', () => {
    const kept = {
      loss: 'fixed',
      scale: 'linear',
      colors: 'own',
      camera: { azimuth: 1, elevation: 1, zoom: 2 },
    };
    const view = readLandscapeView(kept);
    assert.deepEqual([view.loss, view.scale, view.colors, view.camera.zoom], ['fixed', 'linear', 'own', 2]);
    const first = readLandscapeView(undefined);
    assert.deepEqual(readLandscapeView({ loss: 'none', camera: { azimuth: 'x' }, surface: 3 }), first);
  });
});
