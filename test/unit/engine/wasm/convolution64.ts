/** Convolutions as plain loops in float64: what the engine's are held against. */
export interface Convolution {
  readonly batch: number;
  /** [height, width] */
  readonly size: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  /** Pixels above and to the left. */
  readonly before: readonly [number, number];
  readonly outSize: readonly [number, number];
  readonly inputs: number;
  readonly outputs: number;
}

/** Calls `visit` with the flat indices of every product x[image, i, j, in] filter[k, l, in, out] of y[image, o, p, out]. */
function forEachProduct(
  { batch, size, kernel, stride, before, outSize, inputs, outputs }: Convolution,
  visit: (x: number, filter: number, y: number) => void,
): void {
  for (let image = 0; image < batch; image++) {
    for (let o = 0; o < outSize[0]; o++) {
      for (let p = 0; p < outSize[1]; p++) {
        const y = ((image * outSize[0] + o) * outSize[1] + p) * outputs;
        for (let k = 0; k < kernel[0]; k++) {
          const i = o * stride[0] - before[0] + k;
          if (i < 0 || i >= size[0]) continue;
          for (let l = 0; l < kernel[1]; l++) {
            const j = p * stride[1] - before[1] + l;
            if (j < 0 || j >= size[1]) continue;
            const x = ((image * size[0] + i) * size[1] + j) * inputs;
            const filter = (k * kernel[1] + l) * inputs * outputs;
            for (let input = 0; input < inputs; input++) {
              for (let output = 0; output < outputs; output++) {
                visit(x + input, filter + input * outputs + output, y + output);
              }
            }
          }
        }
      }
    }
  }
}

type Values = ArrayLike<number>;

export const countOf = {
  x: ({ batch, size, inputs }: Convolution) => batch * size[0] * size[1] * inputs,
  filter: ({ kernel, inputs, outputs }: Convolution) => kernel[0] * kernel[1] * inputs * outputs,
  y: ({ batch, outSize, outputs }: Convolution) => batch * outSize[0] * outSize[1] * outputs,
};

export function forward64(convolution: Convolution, x: Values, filter: Values): Float64Array {
  const y = new Float64Array(countOf.y(convolution));
  forEachProduct(convolution, (i, k, o) => {
    y[o] = (y[o] ?? 0) + (x[i] ?? 0) * (filter[k] ?? 0);
  });
  return y;
}

export function inputGradient64(convolution: Convolution, dy: Values, filter: Values): Float64Array {
  const dx = new Float64Array(countOf.x(convolution));
  forEachProduct(convolution, (i, k, o) => {
    dx[i] = (dx[i] ?? 0) + (dy[o] ?? 0) * (filter[k] ?? 0);
  });
  return dx;
}

export function filterGradient64(convolution: Convolution, x: Values, dy: Values): Float64Array {
  const gradient = new Float64Array(countOf.filter(convolution));
  forEachProduct(convolution, (i, k, o) => {
    gradient[k] = (gradient[k] ?? 0) + (x[i] ?? 0) * (dy[o] ?? 0);
  });
  return gradient;
}
