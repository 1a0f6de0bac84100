import path from 'node:path';

/** VS Code as a web server, from the npm registry: VS Code 1.139.1. */
export const codeServerVersion = '4.139.1';

/** The Node that this code-server wants, also from the npm registry: the binary and the headers that native modules need. */
export const nodeMajor = 24;

/** Where VS Code for tests is kept. It may be shared by several checkouts. */
export const cacheFolder = path.resolve(process.env['RANDOMIZED_AT_VSCODE'] ?? '.build/vscode');

const platform = process.platform === 'win32' ? 'win' : process.platform;

export const nodePackage = `node-${platform}-${process.arch}`;
export const nodeFolder = path.join(cacheFolder, 'node_modules', nodePackage);
export const nodeBinary = path.join(nodeFolder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
export const codeServerFolder = path.join(cacheFolder, 'node_modules/code-server');
export const codeServerEntry = path.join(codeServerFolder, 'out/node/entry.js');
export const vscodeFolder = path.join(codeServerFolder, 'lib/vscode');

/** Environment in which child processes find this Node before any other. */
export function withNode(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return { ...environment, PATH: `${path.dirname(nodeBinary)}${path.delimiter}${environment['PATH'] ?? ''}` };
}
