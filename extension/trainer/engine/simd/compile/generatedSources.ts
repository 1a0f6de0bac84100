import { dotTiles } from './dotTiles';
import { elementwise } from './elementwise';
import { registerTiles } from './registerTiles';
import { winogradTransforms } from './winogradTransforms';

/** AssemblyScript that is unrolled over register tiles, by file name: `generated/<name>.ts` to the handwritten kernels. */
export function generatedSources(): Readonly<Record<string, string>> {
  return {
    dotTiles: dotTiles(),
    elementwise: elementwise(),
    registerTiles: registerTiles(),
    ...winogradTransforms(),
  };
}
