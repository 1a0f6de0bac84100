import {
  compileProgram,
  makeShaderKey,
  type WebGPUProgram,
} from '@tensorflow/tfjs-backend-webgpu/dist/webgpu_program';
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import { identityOf } from '../../fused/replayed';
import type { Dispatch } from './commands';
import type { Health } from './faults';
import { type Shader, shaderSource } from './shader';

/** What a dispatch does, wherever its arrays are. */
export type Work = Omit<Dispatch, 'bindGroup'>;

/** An input as TensorFlow.js's programs are compiled for it. */
export interface StockInput {
  readonly dtype: DataType;
  readonly shape: number[];
  readonly name: string;
}

/** Compiled programs, each made once, and what binds arrays to them. */
export class Programs {
  readonly #device: GPUDevice;
  readonly #health: Health;
  readonly #own = new WeakMap<Shader, GPUComputePipeline>();
  readonly #stock = new Map<string, GPUComputePipeline>();
  readonly #layouts = new WeakMap<GPUComputePipeline, GPUBindGroupLayout>();

  constructor(device: GPUDevice, health: Health) {
    this.#device = device;
    this.#health = health;
  }

  /** A program of our own. */
  of(shader: Shader): GPUComputePipeline {
    const known = this.#own.get(shader);
    if (known) return known;
    const label = shader.name;
    const module = this.#device.createShaderModule({ label, code: shaderSource(shader) });
    const pipeline = this.#device.createComputePipeline({
      label,
      layout: 'auto',
      compute: { module, entryPoint: 'main' },
    });
    this.#health.check();
    this.#own.set(shader, pipeline);
    return pipeline;
  }

  /** A program of TensorFlow.js, whose `dispatch` is set. */
  ofStock(program: WebGPUProgram, inputs: StockInput[], output: TensorInfo): GPUComputePipeline {
    const key = makeShaderKey(program, inputs, output);
    const known = this.#stock.get(key);
    if (known) return known;
    const pipeline = compileProgram(this.#device, program, inputs, output, false) as GPUComputePipeline;
    this.#health.check();
    this.#stock.set(key, pipeline);
    return pipeline;
  }

  /** The work with its arrays, in the order of its program's bindings; one of `prepared` where that is the same. */
  bind(work: Work, buffers: readonly GPUBuffer[], prepared?: Map<string, Dispatch>): Dispatch {
    const { name, pipeline, workgroups } = work;
    const key = prepared && [...[pipeline, ...buffers].map(identityOf), ...workgroups].join();
    const before = key && prepared.get(key);
    if (before) return before;
    const bindGroup = this.#device.createBindGroup({
      label: name,
      layout: this.#layoutOf(pipeline),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    const dispatch = { ...work, bindGroup };
    if (key) prepared.set(key, dispatch);
    return dispatch;
  }

  #layoutOf(pipeline: GPUComputePipeline): GPUBindGroupLayout {
    let layout = this.#layouts.get(pipeline);
    if (!layout) {
      layout = pipeline.getBindGroupLayout(0);
      this.#layouts.set(pipeline, layout);
    }
    return layout;
  }
}
