import { execFile } from 'node:child_process';
import { readLog, type TensorflowLog } from './log';

/** What an addon did in a process of its own. */
export interface Trial {
  /** Whether it computes on a GPU: TensorFlow itself falls back on the processor without a word. */
  readonly usesGpu: boolean;
  /** Of TensorFlow. */
  readonly version: string;
  readonly log: TensorflowLog;
}

/** The addon does not get as far as a first result. */
export class TrialFailed extends Error {
  override readonly name = 'TrialFailed';
}

/** Kernels for a GPU that is newer than the library are compiled at first use, for minutes. */
const longest = 100_000;

/** A convolution, for that is what needs most of the GPU's libraries; strides 1, no padding, ones. */
const program = `
const addon = require(process.argv[1]);
const ones = (shape, length) => addon.createTensor(shape, addon.TF_FLOAT, new Float32Array(length).fill(1));
const attributes = [
  { name: 'T', type: addon.TF_ATTR_TYPE, value: addon.TF_FLOAT },
  { name: 'strides', type: addon.TF_ATTR_INT, value: [1, 1, 1, 1] },
  { name: 'padding', type: addon.TF_ATTR_STRING, value: 'VALID' },
];
const inputs = [ones([1, 8, 8, 3], 192), ones([3, 3, 3, 4], 108)];
const [output] = addon.executeOp('Conv2D', attributes, inputs, 1);
const result = addon.tensorDataSync(output.id)[0];
const told = { usesGpu: addon.isUsingGpuDevice(), version: addon.TF_Version, result };
process.stdout.write('\\n' + JSON.stringify(told) + '\\n');
`;

/**
 * Loads an addon in a process of its own and computes a convolution there. A process, because TensorFlow ends the one it is in
 * where a library does not fit, and tells only on stderr why it uses no GPU.
 * Throws `TrialFailed` with the reason in words.
 */
export async function tryAddon(addon: string): Promise<Trial> {
  const { error, stdout, stderr } = await run(addon);
  const log = readLog(stderr);
  const told = stdout.trim().split('\n').at(-1) ?? '';
  if (!told.startsWith('{')) throw new TrialFailed(reasonOf(error, stderr, log));
  const { usesGpu, version, result } = JSON.parse(told) as {
    usesGpu: boolean;
    version: string;
    result: number;
  };
  if (result !== 27)
    throw new TrialFailed(`it computes wrongly: a convolution gives ${result} instead of 27`);
  return { usesGpu, version, log };
}

type Ended = {
  error: (Error & { killed?: boolean; signal?: string }) | null;
  stdout: string;
  stderr: string;
};

function run(addon: string): Promise<Ended> {
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '0' };
  const options = { env, timeout: longest, maxBuffer: 2 ** 24, windowsHide: true };
  return new Promise(resolve => {
    execFile(process.execPath, ['-e', program, addon], options, (error, stdout, stderr) =>
      resolve({ error: error as Ended['error'], stdout, stderr }),
    );
  });
}

function reasonOf(error: Ended['error'], stderr: string, { fatal, complaints }: TensorflowLog): string {
  if (error?.killed) {
    return `it gave no first result within ${longest / 1000} s: a GPU that is newer than the library needs its kernels compiled first`;
  }
  // Node's own words for what was thrown: "Error: libcudart.so.11.0: cannot open shared object file".
  const thrown = /^(?:\w*Error): (.+)$/m.exec(stderr)?.[1];
  const missing = /^(\S+): cannot open shared object file/.exec(thrown ?? '')?.[1];
  if (missing) return `the library ${missing}, which it was linked with, is not there any more`;
  const because = fatal ?? thrown ?? complaints.at(-1);
  const end = error?.signal ? `it ended the process with ${error.signal}` : 'it ended without a result';
  return because ? (error?.signal ? `${end}: ${because}` : because) : end;
}
