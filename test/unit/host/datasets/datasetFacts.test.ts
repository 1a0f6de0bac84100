import assert from 'node:assert/strict';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dataFolder, dataFolderVariable } from '../../../../extension/contract/dataFolder';
import { datasetOffers, isDatasetHere, progressIn } from '../../../../extension/host/datasets/datasetFacts';
import { withFolder } from '../../data/idxFiles';

describe('The datasets on offer', () => {
  it('show every address, every size, the licence and the place before anything is fetched', () => {
    const offers = datasetOffers();
    assert.deepEqual(
      offers.map(({ name }) => name),
      ['fashion-mnist', 'cifar-10', 'cifar-100', 'svhn'],
    );
    const svhn = offers.find(({ name }) => name === 'svhn');
    assert.match(svhn?.terms ?? '', /ufldl\.stanford\.edu\/housenumbers\/train_32x32\.mat \(182\.0 MB\)/);
    assert.match(svhn?.terms ?? '', /test_32x32\.mat \(64\.3 MB\)/);
    assert.match(svhn?.terms ?? '', /non-commercial use only/);
    assert.equal(svhn?.size, '246.3 MB');
    for (const { terms, place } of offers) assert.ok(terms.includes(place) && terms.includes('Licence: '));
  });

  it('are here when all their files are, in the folder that the environment names', () =>
    withFolder(async folder => {
      const before = process.env[dataFolderVariable];
      process.env[dataFolderVariable] = folder;
      try {
        assert.equal(isDatasetHere('svhn'), false);
        await mkdir(join(folder, 'svhn'));
        await writeFile(join(folder, 'svhn', 'train_32x32.mat'), 'x');
        assert.equal(isDatasetHere('svhn'), false);
        await writeFile(join(folder, 'svhn', 'test_32x32.mat'), 'x');
        await truncate(join(folder, 'svhn', 'test_32x32.mat'));
        assert.equal(isDatasetHere('svhn'), true);
        assert.equal(isDatasetHere('mnist'), true, 'comes with the program');
      } finally {
        if (before === undefined) delete process.env[dataFolderVariable];
        else process.env[dataFolderVariable] = before;
      }
    }));

  it('lie in the data folder of each platform', () => {
    assert.match(dataFolder({ XDG_DATA_HOME: '/x' }, 'linux'), /^\/x.randomized-at.datasets$/);
    assert.match(dataFolder({}, 'linux'), /\.local.share.randomized-at.datasets$/);
    assert.match(dataFolder({}, 'darwin'), /Library.Application Support.randomized-at.datasets$/);
    assert.match(dataFolder({ LOCALAPPDATA: '/local' }, 'win32'), /^\/local.randomized-at.datasets$/);
  });

  it('tell their progress in percent, and other lines tell none', () => {
    const line = { type: 'data-progress', file: 'a.gz', bytes: 426, totalBytes: 1000 };
    assert.deepEqual(progressIn(line), { file: 'a.gz', percent: 42 });
    for (const other of [{}, { ...line, type: 'x' }, { ...line, file: 3 }, { ...line, totalBytes: 0 }]) {
      assert.equal(progressIn(other), undefined);
    }
  });
});
