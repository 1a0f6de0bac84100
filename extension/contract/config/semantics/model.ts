import { nearestWideResnetDepth } from '../modelName';
import type { SemanticProblem } from '../problem';
import type { Config } from '../resolve';
import type { DatasetFacts } from './facts';
import { error, set } from './findings';

/** Whether the named network exists and the images are large enough for it. */
export function checkModel({ model }: Config, facts: DatasetFacts | undefined): SemanticProblem[] {
  if (model.family === 'wide-resnet') return checkDepth(model.depth, model.widenFactor);
  if (model.family === 'small-cnn' && facts !== undefined) return checkImageSize(facts);
  return [];
}

function checkDepth(depth: number, widenFactor: number): SemanticProblem[] {
  const nearest = nearestWideResnetDepth(depth);
  if (nearest === depth) return [];
  return [
    error(
      'model.name',
      `found depth ${depth}; a wide ResNet's depth is 6n + 4 (10, 16, 22, 28, 34, 40, ...), the nearest is ${nearest}.`,
      { found: String(depth), mend: set('model.name', `wide-resnet-${nearest}-${widenFactor}`) },
    ),
  ];
}

function checkImageSize({ height, width }: DatasetFacts): SemanticProblem[] {
  if (smallCnnFits(height) && smallCnnFits(width)) return [];
  return [
    error(
      'model.name',
      `found "small-cnn" for ${height}x${width} images, which its convolutions and pools shrink to nothing; it needs 16x16 at least.`,
      { mend: set('model.name', 'preact-resnet-18') },
    ),
  ];
}

/** Two unpadded 3x3 convolutions, a 2x2 pool, the same again: every size on the way must be at least 1. */
function smallCnnFits(side: number): boolean {
  const sizes = [side];
  for (const _stage of [1, 2]) {
    const convolved = (sizes.at(-1) ?? 0) - 4;
    sizes.push(convolved, Math.floor(convolved / 2));
  }
  return sizes.every(size => size >= 1);
}
