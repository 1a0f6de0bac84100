/** What a model's name says about its architecture. */
export type ModelName =
  | { readonly family: 'small-cnn' }
  | { readonly family: 'mlp' }
  | { readonly family: 'preact-resnet' }
  | { readonly family: 'wide-resnet'; readonly depth: number; readonly widenFactor: number };

export const modelNamePattern = '^(small-cnn|mlp|preact-resnet-18|wide-resnet-[1-9]\\d{0,2}-[1-9]\\d{0,2})$';

export const modelNameExamples = ['small-cnn', 'preact-resnet-18', 'wide-resnet-34-10', 'mlp'] as const;

/**
 * Reads "wide-resnet-34-10" as depth 34 and widening factor 10, and so on. Any depth is read; whether a wide ResNet
 * of that depth exists is `nearestWideResnetDepth`'s matter.
 * @throws Error for a name outside `modelNamePattern`.
 */
export function parseModelName(name: string): ModelName {
  if (!new RegExp(modelNamePattern).test(name)) {
    throw new Error(
      `found the model ${JSON.stringify(name)}; expected "small-cnn", "mlp", "preact-resnet-18" or "wide-resnet-<depth>-<widen factor>".`,
    );
  }
  if (name === 'small-cnn') return { family: 'small-cnn' };
  if (name === 'mlp') return { family: 'mlp' };
  if (name === 'preact-resnet-18') return { family: 'preact-resnet' };
  const [, , depth, widenFactor] = name.split('-');
  return { family: 'wide-resnet', depth: Number(depth), widenFactor: Number(widenFactor) };
}

/**
 * The buildable depth nearest to `depth`: a wide ResNet has three groups of n blocks of two convolutions and four
 * layers more, so depth = 6n + 4 with n >= 1 (Zagoruyko and Komodakis 2016).
 */
export function nearestWideResnetDepth(depth: number): number {
  return 6 * Math.max(1, Math.round((depth - 4) / 6)) + 4;
}
