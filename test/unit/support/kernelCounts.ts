import {
  Conv2D,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  getKernel,
  type KernelConfig,
  registerKernel,
  unregisterKernel,
} from '@tensorflow/tfjs-core';

const counted = { forward: Conv2D, toInput: Conv2DBackpropInput, toFilter: Conv2DBackpropFilter } as const;
type Kind = keyof typeof counted;
export type KernelCounts = Readonly<Record<Kind, number>>;

/** How many convolutions of each kind `compute` runs on the backend. The kernels are the stock ones again afterwards. */
export function countConvolutions(backendName: string, compute: () => void): KernelCounts {
  const counts = { forward: 0, toInput: 0, toFilter: 0 };
  const replaced: KernelConfig[] = [];
  for (const kind of Object.keys(counted) as Kind[]) {
    const kernel = getKernel(counted[kind], backendName);
    replaced.push(kernel);
    unregisterKernel(counted[kind], backendName);
    registerKernel({
      ...kernel,
      kernelFunc: parameters => {
        counts[kind]++;
        return kernel.kernelFunc(parameters);
      },
    });
  }
  try {
    compute();
  } finally {
    for (const kernel of replaced) {
      unregisterKernel(kernel.kernelName, backendName);
      registerKernel(kernel);
    }
  }
  return counts;
}
