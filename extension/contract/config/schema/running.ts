import { Type } from 'typebox';
import { choice, flag, integer, nullableInteger, nullableText, number } from './fields';

/** When the state of training is saved, beyond every epoch's end. */
export const checkpointSchema = Type.Object(
  {
    everySteps: Type.Optional(
      integer({
        meaning: 'Save after every so many steps; 0 is only at the ends of epochs.',
        unit: 'steps',
        minimum: 0,
        default: 0,
        source: 'ours',
      }),
    ),
    everyMinutes: Type.Optional(
      number({
        meaning: 'Save when the last checkpoint is this old; 0 is off.',
        unit: 'minutes',
        minimum: 0,
        default: 5,
        source: 'ours',
      }),
    ),
  },
  {
    additionalProperties: false,
    default: {},
    description: "When the state of training is saved, beyond every epoch's end.",
  },
);

/** What computes. */
export const computeSchema = Type.Object(
  {
    engine: Type.Optional(
      choice(
        {
          auto: 'The first engine that works: TensorFlow on a GPU, WebGPU on a hardware adapter, simd, wasm, plain JavaScript.',
          tensorflow: 'The native TensorFlow library (@tensorflow/tfjs-node-gpu).',
          webgpu: 'WebGPU.',
          simd: 'WebAssembly on all cores of the processor, with kernels of our own.',
          wasm: "TensorFlow.js's WebAssembly, on one core of the processor.",
          cpu: 'Plain JavaScript; slow.',
        },
        { meaning: 'What computes.', default: 'auto', source: 'ours' },
      ),
    ),
    tensorflowPath: Type.Optional(
      nullableText({
        meaning: 'Folder with node_modules/@tensorflow/tfjs-node-gpu or tfjs-node.',
        default: null,
        rule: 'null, looked for in the workspace, the extension and the program',
        source: 'ours',
      }),
    ),
    webgpuAdapter: Type.Optional(
      nullableText({
        meaning: 'Name, or part of it, of the graphics adapter WebGPU shall use.',
        default: null,
        rule: 'null, the system decides',
        source: 'ours',
      }),
    ),
    allowSoftwareAdapter: Type.Optional(
      flag({
        meaning: 'Let TensorFlow and WebGPU compute on the processor; slower than simd.',
        default: false,
        source: 'ours',
      }),
    ),
    threads: Type.Optional(
      nullableInteger({
        meaning:
          'Threads of the simd engine, of each worker where there are several. The result does not depend on it.',
        minimum: 1,
        maximum: 64,
        default: null,
        rule: 'null, the cores of the processor, divided among the workers',
        source: 'ours',
      }),
    ),
    workers: Type.Optional(
      integer({
        meaning:
          'Worker threads that divide each batch, each with an engine of its own (simd, wasm or cpu); for wasm and cpu, which compute on one core. Figures agree with those of one worker but for rounding, and but for batch norm: see synchroniseBatchNorm.',
        unit: 'workers',
        minimum: 1,
        maximum: 64,
        default: 1,
        source: 'ours',
      }),
    ),
    synchroniseBatchNorm: Type.Optional(
      flag({
        meaning:
          "With several workers: batch norm normalises by the statistics of the whole batch, as one worker does, which costs time. Otherwise each worker normalises its part by itself, and the running statistics are the first one's.",
        default: false,
        source: "PyTorch's SyncBatchNorm; off: its DataParallel",
      }),
    ),
    winograd: Type.Optional(
      choice(
        {
          '4x4': 'Tiles of 4x4 pixels: a quarter of the multiplications, relative errors up to 3e-5.',
          '2x2': 'Tiles of 2x2 pixels: relative errors up to 3e-6.',
          off: 'Direct products: slowest, relative errors about 1e-6.',
        },
        {
          meaning: "How the simd engine computes 3x3 convolutions (Winograd's minimal filtering).",
          default: '4x4',
          source: 'Lavin and Gray, CVPR 2016',
        },
      ),
    ),
    precision: Type.Optional(
      choice(
        {
          float32: 'Single precision.',
          float16:
            'Convolutions and their gradients multiply numbers rounded to float16 and add in float32, in tensor cores where the GPU offers them to WebGPU; all else stays float32. Gradients are scaled image by image to the range of float16, so that none vanishes and no step is skipped.',
        },
        {
          meaning:
            'Numbers that convolutions multiply in training and in its own evaluations; float16 is for the webgpu engine. `evaluate` and `landscape` always compute in float32.',
          default: 'float32',
          source: 'ours; Micikevicius et al., ICLR 2018',
        },
      ),
    ),
    logEverySteps: Type.Optional(
      integer({
        meaning: 'Write the figures of every so many training steps.',
        unit: 'steps',
        minimum: 1,
        default: 1,
        source: 'ours',
      }),
    ),
  },
  { additionalProperties: false, default: {}, description: 'What computes, and how much it tells.' },
);
