import { dispose, keep, type Tensor, tidy } from '@tensorflow/tfjs-core';

/**
 * Tensors by their PyTorch name (`layer1.0.conv1.weight`), in the model's order. Parameters, statistics, gradients,
 * momentum buffers and weight perturbations are all such maps, so that weight arithmetic is map arithmetic.
 */
export type TensorMap = ReadonlyMap<string, Tensor>;

/** The tensor of that name; throws when the map lacks it. */
export function tensorOf(map: TensorMap, name: string): Tensor {
  const tensor = map.get(name);
  if (!tensor) throw new Error(`no tensor named "${name}" among ${[...map.keys()].join(', ')}`);
  return tensor;
}

/** A new map with `transform` applied to every tensor. Intermediate tensors are disposed of, results are kept. */
export function mapTensors(map: TensorMap, transform: (tensor: Tensor, name: string) => Tensor): TensorMap {
  const result = new Map<string, Tensor>();
  for (const [name, tensor] of map)
    result.set(
      name,
      tidy(() => transform(tensor, name)),
    );
  return result;
}

/** A map with the same names, in their order, and other tensors. */
export function renamedAs(map: TensorMap, tensors: readonly Tensor[]): TensorMap {
  const names = [...map.keys()];
  return new Map(tensors.map((tensor, i) => [names[i] ?? '', tensor]));
}

/** Independent handles on the same values: disposing of the one leaves the other alive. */
export function cloneTensors(map: TensorMap): TensorMap {
  return mapTensors(map, tensor => tensor.clone());
}

/** Protects every tensor of the map from the enclosing `tidy`. */
export function keepTensors(map: TensorMap): TensorMap {
  for (const tensor of map.values()) keep(tensor);
  return map;
}

export function disposeTensors(map: TensorMap): void {
  for (const tensor of map.values()) dispose(tensor);
}

export function countValues(map: TensorMap): number {
  let count = 0;
  for (const tensor of map.values()) count += tensor.size;
  return count;
}

/** `tidy` for results that hold maps: whatever `compute` does not keep is disposed of. */
export function tidyKeeping<T>(compute: () => T): T {
  const box: { value?: T } = {};
  tidy(() => {
    box.value = compute();
  });
  return box.value as T;
}
