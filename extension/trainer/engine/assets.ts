import { existsSync } from 'node:fs';
import path from 'node:path';
import type { EngineOptions } from './engine';

/** The folder of what the build puts beside the trainer: WebAssembly binaries and the embedded dataset. */
export function assetFolder(): string {
  const beside = [__dirname, path.join(process.cwd(), 'dist')];
  return beside.find(folder => existsSync(path.join(folder, 'tfjs-backend-wasm.wasm'))) ?? __dirname;
}

export function engineOptions(wishes: Partial<EngineOptions> = {}): EngineOptions {
  return { wasmFolder: assetFolder(), allowSoftwareAdapter: false, ...wishes };
}
