import { engineShape } from '../checkpoint/layout';
import type { Model } from './model';

/** A tensor's name and shape. */
export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

/** The parameters in the engine's layout. */
export function parameterSpecs(model: Model): TensorSpec[] {
  return model.parameters.map(({ name, shape }) => ({ name, shape: engineShape(shape) }));
}

/** The running statistics of batch norm. */
export function statisticSpecs(model: Model): TensorSpec[] {
  return model.batchNorms.flatMap(({ name, channels }) =>
    ['running_mean', 'running_var'].map(kind => ({ name: `${name}.${kind}`, shape: [channels] })),
  );
}
