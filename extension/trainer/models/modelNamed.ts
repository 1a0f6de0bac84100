import { type ModelConfig, nearestWideResnetDepth, resolveConfig } from '../../contract/config';

/** No network has that name; the message says which there are. */
export class UnknownModelError extends Error {
  override readonly name = 'UnknownModelError';
}

/**
 * A model with its usual widths, as `--model` names it.
 * @throws UnknownModelError
 */
export function modelNamed(name: string): ModelConfig {
  const model = resolved(name);
  if (model.family === 'wide-resnet') {
    const depth = nearestWideResnetDepth(model.depth);
    if (depth !== model.depth) {
      throw new UnknownModelError(
        `--model ${name}: no wide ResNet has ${model.depth} layers (6n + 4); the nearest has ${depth}.`,
      );
    }
  }
  return model;
}

function resolved(name: string): ModelConfig {
  try {
    return resolveConfig({
      dataset: { name: 'mnist' },
      model: { name },
      threat: { norm: 'linf', epsilon: 1 },
    }).model;
  } catch (error) {
    throw new UnknownModelError(`--model ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
