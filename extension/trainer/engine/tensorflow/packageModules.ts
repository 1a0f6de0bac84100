import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import util from 'node:util';
import { compileFunction } from 'node:vm';
import * as core from '@tensorflow/tfjs-core';

/** The binding between TensorFlow's C API and JavaScript, as far as kernels of ours use it. */
export interface Addon {
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
}

/** tfjs-node's backend class. */
type BackendClass = new (addon: Addon, packageName: string) => core.KernelBackend;

/**
 * Runs the modules of a tfjs-node package that make its backend and register its kernels.
 *
 * They are run here rather than required because they ask for the union package @tensorflow/tfjs, which would bring a second
 * TensorFlow.js with other backends and gradients into the process; and for functions of Node's `util` that Node 23 removed.
 * They are given this program's TensorFlow.js instead, and those functions.
 */
export function loadPackageModules(packageFolder: string): BackendClass {
  const tensorflowJs = { ...core, KernelBackend: callable(core.KernelBackend) };
  const given: Readonly<Record<string, unknown>> = {
    '@tensorflow/tfjs': tensorflowJs,
    '@tensorflow/tfjs-core': tensorflowJs,
    util: {
      ...util,
      isArray: Array.isArray,
      isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    },
    // Messages for TensorBoard, which nothing here writes.
    './proto/api_pb': {},
  };
  const loaded = new Map<string, { exports: unknown }>();
  const load = (file: string): unknown => {
    const before = loaded.get(file);
    if (before) return before.exports;
    const own = { exports: {} };
    loaded.set(file, own);
    const nodeRequire = createRequire(file);
    const require = (name: string): unknown => {
      if (Object.hasOwn(given, name)) return given[name];
      return name.startsWith('.') ? load(path.join(path.dirname(file), `${name}.js`)) : nodeRequire(name);
    };
    const parameters = ['exports', 'require', 'module', '__filename', '__dirname'];
    const run = compileFunction(readFileSync(file, 'utf8'), parameters, { filename: file });
    run(own.exports, require, own, file, path.dirname(file));
    return own.exports;
  };
  const dist = path.join(packageFolder, 'dist');
  const { NodeJSKernelBackend } = load(path.join(dist, 'nodejs_kernel_backend.js')) as {
    NodeJSKernelBackend: BackendClass;
  };
  load(path.join(dist, 'register_all_kernels.js'));
  return NodeJSKernelBackend;
}

/** The package's classes are functions of an older JavaScript, which call the one they extend without `new`. */
function callable(classOf: { readonly prototype: object }): unknown {
  const construct = () => {};
  return Object.defineProperty(construct, 'prototype', { value: classOf.prototype });
}
