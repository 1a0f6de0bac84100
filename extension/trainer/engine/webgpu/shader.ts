/** Type of an array's elements in a shader. */
export type ElementType = 'f32' | 'vec4f' | 'i32' | 'u32';
export type ConstantType = 'f32' | 'i32' | 'u32';

/**
 * A program for the GPU. Its code sees the arrays by name, the results first, and the constants as fields of `constants`.
 */
export interface Shader {
  /** Shown in profiles and in errors. */
  readonly name: string;
  readonly outputs: Readonly<Record<string, ElementType>>;
  readonly inputs: Readonly<Record<string, ElementType>>;
  /** May be empty. */
  readonly constants: Readonly<Record<string, ConstantType>>;
  /** The rest of the program, with its entry point `main`. Two shaders of one name and one code are one. */
  readonly code: string;
  /** Extensions, "subgroups" for one. */
  readonly enable?: readonly string[];
}

/** The whole program. Bindings are in the order results, inputs, constants. */
export function shaderSource({ outputs, inputs, constants, code, enable = [] }: Shader): string {
  const arrays = [
    ...Object.entries(outputs).map(([name, type]) => ({ name, type, access: 'read_write' })),
    ...Object.entries(inputs).map(([name, type]) => ({ name, type, access: 'read' })),
  ];
  const declarations = arrays.map(
    ({ name, type, access }, i) =>
      `@group(0) @binding(${i}) var<storage, ${access}> ${name}: array<${type}>;`,
  );
  const fields = Object.entries(constants).map(([name, type]) => `${name}: ${type}`);
  const uniforms =
    fields.length > 0
      ? [
          `struct Constants { ${fields.join(', ')} }`,
          `@group(0) @binding(${arrays.length}) var<uniform> constants: Constants;`,
        ]
      : [];
  return [...enable.map(extension => `enable ${extension};`), ...declarations, ...uniforms, code].join('\n');
}

/** The constants' values as the program expects them. */
export function packConstants(
  { constants }: Pick<Shader, 'constants'>,
  values: Readonly<Record<string, number>>,
): Uint32Array {
  const names = Object.keys(constants);
  const bytes = new DataView(new ArrayBuffer(4 * names.length));
  for (const [i, name] of names.entries()) {
    const value = values[name];
    if (value === undefined) throw new Error(`the constant ${name} has no value`);
    if (constants[name] === 'f32') bytes.setFloat32(4 * i, value, true);
    else bytes.setUint32(4 * i, value, true);
  }
  return new Uint32Array(bytes.buffer);
}
