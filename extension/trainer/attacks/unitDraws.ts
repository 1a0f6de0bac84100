import { normals, uniforms } from '../random/draws';
import type { Key } from '../random/key';
import type { Threat } from './ball';

/** A random image of size 1 in the norm: t / max|t| with t ~ U(-1, 1) for linf, n / ||n|| with n ~ N(0, 1) for l2. */
export function unitDraws(norm: Threat['norm']): (key: Key, count: number) => Float32Array {
  return (key, count) => {
    const draws = norm === 'linf' ? uniforms(key, count).map(u => 2 * u - 1) : normals(key, count);
    const size = norm === 'linf' ? largest(draws) : Math.sqrt(draws.reduce((total, v) => total + v * v, 0));
    return draws.map(value => value / (size + 1e-12));
  };
}

function largest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
