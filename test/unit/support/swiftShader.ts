import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { engineOptions } from '../../../extension/trainer/engine/assets';
import { openCpu } from '../../../extension/trainer/engine/cpu';
import type { EngineOptions } from '../../../extension/trainer/engine/engine';
import { openEngine } from '../../../extension/trainer/engine/open';
import { findBrowser, installBrowser } from '../../vscode/browserBinary';

const driver = 'vk_swiftshader_icd.json';
const loader = 'libvulkan.so.1';
/** glibc's RTLD_NODELETE, which Node does not name: a library stays loaded although Node finds that it is no addon. */
const stay = 0x1000;

/** Chromium brings a GPU in software, SwiftShader, and Vulkan's loader: the folder of both. */
async function findFolder(): Promise<string | undefined> {
  const browser = await findBrowser();
  const folders = [
    ...(browser ? [path.dirname(browser)] : []),
    '/usr/lib/chromium',
    '/usr/lib/chromium-browser',
    '/opt/google/chrome',
    '/usr/lib64/chromium-browser',
  ];
  return folders.find(folder => existsSync(path.join(folder, driver)));
}

/** Environment in which a process of its own finds SwiftShader as its only GPU. */
export async function swiftShaderEnvironment(): Promise<{ readonly [name: string]: string }> {
  let folder = await findFolder();
  if (!folder) {
    await installBrowser();
    folder = await findFolder();
  }
  if (!folder) throw new Error(`no Chromium with SwiftShader (${driver}) was found`);
  const libraries = [folder, process.env['LD_LIBRARY_PATH']].filter(value => value !== undefined);
  return { VK_ICD_FILENAMES: path.join(folder, driver), LD_LIBRARY_PATH: libraries.join(':') };
}

/** Lets this process find SwiftShader as its only GPU. @returns takes that back */
export async function useSwiftShader(): Promise<() => void> {
  // Set where the same tests are to judge the machine's own GPU.
  if (process.env['RANDOMIZED_AT_GPU'] !== undefined) return () => {};
  const { VK_ICD_FILENAMES = '', LD_LIBRARY_PATH = '' } = await swiftShaderEnvironment();
  const before = process.env['VK_ICD_FILENAMES'];
  process.env['VK_ICD_FILENAMES'] = VK_ICD_FILENAMES;
  const [folder = ''] = LD_LIBRARY_PATH.split(':');
  try {
    process.dlopen({ exports: {} }, path.join(folder, loader), constants.dlopen.RTLD_NOW | stay);
  } catch {
    // Node finds no addon in it; it is loaded nevertheless.
  }
  return () => {
    if (before === undefined) delete process.env['VK_ICD_FILENAMES'];
    else process.env['VK_ICD_FILENAMES'] = before;
  };
}

/** Makes webgpu on SwiftShader the current engine for the tests of the enclosing `describe`. */
export function onSwiftShader(wishes: Partial<EngineOptions> = {}): void {
  const undone: (() => Promise<void> | void)[] = [];
  before(async () => {
    await openCpu(engineOptions());
    undone.push(await useSwiftShader());
    const engine = await openEngine('webgpu', engineOptions({ allowSoftwareAdapter: true, ...wishes }));
    undone.push(() => engine.close());
  });
  after(async () => {
    for (const undo of undone.reverse()) await undo();
    await openCpu(engineOptions());
  });
}
