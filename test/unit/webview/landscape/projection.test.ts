import assert from 'node:assert/strict';
import { firstCamera, moved, projection } from '../../../../webview/landscape/projection';
import { patchesOf } from '../../../../webview/landscape/surface';

const size = { width: 400, height: 400 };

describe('looking at a surface', () => {
  it('from above shows the first direction to the right and the second upwards, as the heat map does', () => {
    const project = projection({ azimuth: 0, elevation: Math.PI / 2, zoom: 1 }, size);
    const [middle, right, up] = [project(0, 0, 0), project(1, 0, 0), project(0, 1, 0)];
    assert.ok(right.x > middle.x && Math.abs(right.y - middle.y) < 1e-9);
    assert.ok(up.y < middle.y && Math.abs(up.x - middle.x) < 1e-9);
  });

  it('from the side shows greater losses higher', () => {
    const project = projection(firstCamera, size);
    assert.ok(project(0.3, 0.2, 1).y < project(0.3, 0.2, 0).y);
  });

  it('keeps all of it in the picture from every side', () => {
    for (let azimuth = -3; azimuth <= 3; azimuth += 0.5) {
      for (const elevation of [0.05, 0.55, 1.2, 1.57]) {
        const project = projection({ azimuth, elevation, zoom: 1 }, size);
        for (const x of [-1, 1]) {
          for (const y of [-1, 1]) {
            for (const z of [0, 1]) {
              const place = project(x, y, z);
              assert.ok(place.x > 0 && place.x < 400 && place.y > 0 && place.y < 400);
            }
          }
        }
      }
    }
  });

  it('draws what is near over what is far', () => {
    const axis = [-1, 0, 1];
    const grid = { axis, rows: axis.map(() => [0, 0, 0]) };
    const patches = patchesOf(grid, () => 0.5, projection(firstCamera, size));
    assert.equal(patches.length, 4);
    const bottoms = patches.map(({ corners }) => Math.max(...corners.map(({ y }) => y)));
    assert.equal(Math.max(...bottoms), bottoms.at(-1), 'the nearest patch comes last');
    assert.deepEqual(
      patches.map(({ depth }) => depth),
      patches.map(({ depth }) => depth).sort((a, b) => b - a),
    );
  });

  it('never turns over the top or below the floor, and zooms within reason', () => {
    assert.equal(moved(firstCamera, { elevation: 9 }).elevation, Math.PI / 2);
    assert.ok(moved(firstCamera, { elevation: -9 }).elevation > 0);
    assert.equal(moved(firstCamera, { zoom: 1000 }).zoom, 4);
    const round = moved({ ...firstCamera, azimuth: 3 }, { azimuth: 1 });
    assert.ok(Math.abs(round.azimuth) <= Math.PI, 'a full turn begins anew');
  });
});
