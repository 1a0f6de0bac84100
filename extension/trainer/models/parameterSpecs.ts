import type { Initialisation, ParameterSpec } from './model';

/** A rule for a convolution's start, from its fan-in (kernel^2 inputs) and fan-out (kernel^2 outputs). */
export type ConvInitialisation = (fanIn: number, fanOut: number) => Initialisation;

/** `torch.nn.init.kaiming_normal_` with its defaults: N(0, 2 / fan-in). */
export const kaimingFanIn: ConvInitialisation = fanIn => ({
  kind: 'normal',
  deviation: Math.sqrt(2 / fanIn),
});

/** The wide ResNets of TRADES: N(0, 2 / fan-out). */
export const kaimingFanOut: ConvInitialisation = (_fanIn, fanOut) => ({
  kind: 'normal',
  deviation: Math.sqrt(2 / fanOut),
});

/** PyTorch's default for convolutions: U(-1/sqrt(fan-in), 1/sqrt(fan-in)). */
export const pytorchDefault: ConvInitialisation = fanIn => ({ kind: 'uniform', bound: 1 / Math.sqrt(fanIn) });

export function conv(
  name: string,
  inputs: number,
  outputs: number,
  kernel: number,
  initialise: ConvInitialisation,
): ParameterSpec {
  const area = kernel * kernel;
  return {
    name: `${name}.weight`,
    shape: [outputs, inputs, kernel, kernel],
    initialisation: initialise(area * inputs, area * outputs),
  };
}

/** A linear layer with PyTorch's default start: weight and bias U(-1/sqrt(inputs), 1/sqrt(inputs)). */
export function dense(name: string, inputs: number, outputs: number): ParameterSpec[] {
  const initialisation: Initialisation = { kind: 'uniform', bound: 1 / Math.sqrt(inputs) };
  return [
    { name: `${name}.weight`, shape: [outputs, inputs], initialisation },
    { name: `${name}.bias`, shape: [outputs], initialisation },
  ];
}

export function batchNormSpecs(name: string, channels: number): ParameterSpec[] {
  return [
    { name: `${name}.weight`, shape: [channels], initialisation: { kind: 'constant', value: 1 } },
    { name: `${name}.bias`, shape: [channels], initialisation: { kind: 'constant', value: 0 } },
  ];
}

export function startAtZero(specs: readonly ParameterSpec[]): ParameterSpec[] {
  return specs.map(spec => ({ ...spec, initialisation: { kind: 'constant', value: 0 } }));
}
