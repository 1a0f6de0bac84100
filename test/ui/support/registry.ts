import { EventEmitter, once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { runCommand } from '../../vscode/command';

/** An npm registry on this machine. It has one package, which like tfjs-node-gpu downloads a file when it is installed. */
export interface Registry {
  readonly address: string;
  /** Name and port, of the registry and of the download. */
  readonly host: string;
  /** For an npm that is to know this registry alone, keep to itself, and not try for minutes. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether it answers; otherwise it breaks off every connection, as a firewall may. */
  reachable: boolean;
  /** The download that an install script begins next. It gets nothing until it is broken off. */
  nextDownload(): Promise<Download>;
  close(): Promise<void>;
}

export interface Download {
  /** Ends it from this side. */
  breakOff(): void;
  /** Resolves when it has ended, from whichever side. */
  readonly ended: Promise<unknown>;
}

const name = '@tensorflow/tfjs-node-gpu';
const version = '4.22.0';
const manifest = { name, version, scripts: { install: 'node install.cjs' } };

/** Says what tfjs-node-gpu's script says; an address that cannot be reached ends it in the same way. It brings no engine. */
const installScript = (file: string) => `
console.warn('* Downloading libtensorflow');
console.log('${file}');
require('node:http').get('${file}');
`;

export async function openRegistry(): Promise<Registry> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'randomized-at-registry-'));
  const downloads = new EventEmitter();
  const answers = new Map<string, (response: ServerResponse) => void>();
  const listener: RequestListener = ({ url = '', socket }, response) => {
    const answer = registry.reachable ? answers.get(decodeURIComponent(url)) : undefined;
    if (answer) answer(response);
    else socket.destroy();
  };
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const address = `http://${host}`;
  const file = `${address}/libtensorflow.tar.gz`;
  const archive = await packPackage(folder, installScript(file));
  const described = { ...manifest, hasInstallScript: true, dist: { tarball: `${address}/package.tgz` } };
  const listing = { name, versions: { [version]: described } };
  answers.set(`/${name}`, response => response.end(JSON.stringify(listing)));
  answers.set('/package.tgz', response => response.end(archive));
  answers.set('/libtensorflow.tar.gz', response => {
    const ended = once(response, 'close');
    downloads.emit('download', { breakOff: () => response.destroy(), ended } satisfies Download);
  });
  const registry: Registry = {
    address,
    host,
    environment: {
      npm_config_registry: `${address}/`,
      npm_config_cache: path.join(folder, 'cache'),
      npm_config_userconfig: path.join(folder, 'npmrc'),
      npm_config_noproxy: '127.0.0.1',
      npm_config_fetch_retries: '0',
    },
    reachable: true,
    nextDownload: async () => (await once(downloads, 'download'))[0] as Download,
    close: async () => {
      server.close().closeAllConnections();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return registry;
}

async function packPackage(folder: string, script: string): Promise<Buffer> {
  const contents = path.join(folder, 'package');
  await mkdir(contents);
  await writeFile(path.join(contents, 'package.json'), JSON.stringify(manifest));
  await writeFile(path.join(contents, 'install.cjs'), script);
  const archive = path.join(folder, 'package.tgz');
  await runCommand('tar', ['-czf', archive, '-C', folder, 'package']);
  return readFile(archive);
}
