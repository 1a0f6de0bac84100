import type { Geometry } from '../../convolutionGeometry';
import type { GpuBackend, ShaderCall } from '../backend';
import { shaderFor } from '../kernel';
import type { Shader } from '../shader';

/** All sizes but the batch, which the last batch of an epoch may have smaller. */
const sizesOf = ({ batch, ...sizes }: Geometry): Readonly<Record<string, number>> => sizes;

/**
 * Runs a program whose code reads the sizes as fields of `sizes`. They are constants of the program, so that divisions by them
 * cost little. On a processor a program takes half a second to translate, so there one for all sizes reads them when it runs.
 * `key`: what else the code depends on.
 */
export function runSized(
  backend: GpuBackend,
  key: string,
  shape: Geometry,
  make: () => Shader,
  call: ShaderCall,
): void {
  const sizes = sizesOf(shape);
  if (backend.isSoftware) {
    const shader = shaderFor(`${key} of any size`, () => {
      const { constants, code, ...rest } = make();
      const fields = Object.fromEntries(Object.keys(sizes).map(name => [name, 'u32'] as const));
      return {
        ...rest,
        constants: { ...constants, ...fields },
        code: code.replaceAll('sizes.', 'constants.'),
      };
    });
    backend.run(shader, { ...call, constants: { ...call.constants, ...sizes } });
    return;
  }
  const shader = shaderFor(`${key} ${Object.values(sizes)}`, () => {
    const { code, ...rest } = make();
    const fields = Object.keys(sizes).map(name => `${name}: u32`);
    const values = Object.values(sizes).map(value => `${value}u`);
    return { ...rest, code: `struct Sizes { ${fields} }\nconst sizes = Sizes(${values});\n${code}` };
  });
  backend.run(shader, call);
}
