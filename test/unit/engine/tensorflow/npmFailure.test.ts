import assert from 'node:assert/strict';
import { notInstalled, npmFailure } from '../../../../extension/trainer/engine/tensorflow/install/npmFailure';

const unreachableRegistry = `npm error code ENOTFOUND
npm error syscall getaddrinfo
npm error errno ENOTFOUND
npm error network request to https://registry.invalid/@tensorflow%2ftfjs-node-gpu failed, reason: getaddrinfo ENOTFOUND registry.invalid
npm error network This is a problem related to network connectivity.
npm error A complete log of this run can be found in: /home/ada/.npm/_logs/debug-0.log
`;

const unreachableDownload = `
> @tensorflow/tfjs-node-gpu@4.22.0 install
> node scripts/install.js gpu download

GPU-linux-4.22.0.tar.gz
* Downloading libtensorflow
https://storage.googleapis.com/tensorflow/libtensorflow/libtensorflow-gpu-linux-x86_64-2.9.1.tar.gz
node:events:502
      throw er; // Unhandled 'error' event
      ^

Error: getaddrinfo ENOTFOUND storage.googleapis.com
    at GetAddrInfoReqWrap.onlookupall [as oncomplete] (node:dns:122:26) {
  errno: -3008,
  code: 'ENOTFOUND',
  syscall: 'getaddrinfo',
  hostname: 'storage.googleapis.com'
}

Node.js v20.20.2
npm error code 1
npm error path /storage/node_modules/@tensorflow/tfjs-node-gpu
npm error command failed
npm error command sh -c node scripts/install.js gpu download
`;

const pageInsteadOfArchive = `
* Downloading libtensorflow
https://mirror.example/libtensorflow-gpu-linux-x86_64-2.9.1.tar.gz
Error: TAR_BAD_ARCHIVE: Unrecognized archive format
    at Unpack.warn (/storage/node_modules/tar/lib/warn-mixin.js:21:40)
npm error code 1
npm error command failed
npm error command sh -c node scripts/install.js gpu download
`;

describe('Why npm did not install a package', () => {
  it('its registry cannot be reached: which one, and what to check', () => {
    const { message } = notInstalled('a-package', unreachableRegistry);
    const [first, , printed] = message.split('\n');
    assert.equal(
      first,
      "a-package was not installed: npm's registry https://registry.invalid cannot be reached (ENOTFOUND). " +
        'Check the connection, and npm\'s settings "registry" and "proxy".',
    );
    assert.equal(printed, 'npm error code ENOTFOUND');
  });

  it('the registry refuses', () => {
    const refusals = [
      ['E404', '404 Not Found', '404 Not Found'],
      ['E403', '403 403 Forbidden', '403 Forbidden'],
    ] as const;
    for (const [code, answer, told] of refusals) {
      const printed = `npm error code ${code}\nnpm error ${answer} - GET https://mirror.example/@tensorflow%2ftfjs-node - no\n`;
      assert.deepEqual(npmFailure(printed), {
        at: 'registry',
        reason: `npm's registry https://mirror.example answers ${told}`,
      });
    }
  });

  it('the package’s own script cannot reach the host that it downloads from', () => {
    assert.deepEqual(npmFailure(unreachableDownload), {
      at: 'script',
      reason: 'its download host storage.googleapis.com cannot be reached (ENOTFOUND)',
    });
  });

  it('that host sends a page in place of the file', () => {
    assert.deepEqual(npmFailure(pageInsteadOfArchive), {
      at: 'script',
      reason: 'its download host mirror.example does not give the file',
    });
  });

  it('anything else is told in npm’s words, those of old versions too', () => {
    for (const tag of ['error', 'ERR!']) {
      const printed = `npm ${tag} code ENOSPC\nnpm ${tag} syscall write\nnpm ${tag} nospc ENOSPC: no space left on device, write\n`;
      assert.equal(npmFailure(printed).reason, 'npm failed: nospc ENOSPC: no space left on device, write');
    }
    assert.match(npmFailure('').reason, /no reason/);
  });
});
