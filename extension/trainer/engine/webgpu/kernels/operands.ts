/** A product that subgroups of the device do at once: [rows, depth] x [depth, columns] in float16, summed in float32. */
export interface MatrixUnit {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** The program has to ask for subgroups of `subgroupThreads`; elsewhere the device has no others. */
  readonly asksForSize: boolean;
}

/** Threads of a subgroup that multiplies matrices. */
export const subgroupThreads = 32;

/** In what numbers the matrices of a product lie in the workgroup's memory, and what multiplies them. Sums are float32. */
export interface Operands {
  /** Tells programs apart. */
  readonly name: string;
  /** Numbers are rounded to float16 on their way into the workgroup's memory. */
  readonly half: boolean;
  readonly element: 'f32' | 'f16';
  readonly unit?: MatrixUnit;
}

export const float32Operands: Operands = { name: 'float32', half: false, element: 'f32' };

/** The numerics of float16 on any device: float32 numbers that have no more digits than float16's. */
export const roundedOperands: Operands = { name: 'rounded', half: true, element: 'f32' };

/** Half the workgroup's memory; the device must have shader-f16. */
export const halfOperands: Operands = { name: 'half', half: true, element: 'f16' };

/** Tensor cores: the device must have subgroup matrices too. */
export function matrixOperands(unit: MatrixUnit): Operands {
  const size = unit.asksForSize ? ' sized' : '';
  return {
    name: `matrix ${unit.rows}x${unit.columns}x${unit.depth}${size}`,
    half: true,
    element: 'f16',
    unit,
  };
}

/** What a person should know of the products. */
export function inWords({ half, element, unit }: Operands): string {
  if (!half) return 'float32 products';
  if (unit) return 'float16 products in tensor cores';
  return element === 'f16' ? 'float16 products' : 'products rounded to float16';
}

/** WGSL's extensions that a program with these operands enables. */
export function extensionsOf({ element, unit }: Operands): string[] {
  return [
    ...(element === 'f16' ? ['f16'] : []),
    ...(unit ? ['subgroups', 'chromium_experimental_subgroup_matrix'] : []),
    ...(unit?.asksForSize ? ['subgroup_size_control'] : []),
  ];
}

/** WGSL: `value`, a vec4f, as it goes into the workgroup's memory. */
export function stored(value: string, { half, element }: Operands): string {
  if (!half) return value;
  return element === 'f16' ? `vec4h(${value})` : `rounded(${value})`;
}

/** WGSL: what `stored` calls. Numbers beyond float16 become infinite, as they do where the device itself rounds. */
export const storingFunctions = ({ half, element }: Operands): string =>
  half && element === 'f32'
    ? `
fn rounded(value: vec4f) -> vec4f {
  let half = vec4f(unpack2x16float(pack2x16float(value.xy)), unpack2x16float(pack2x16float(value.zw)));
  return select(value * 1e38, half, abs(value) <= vec4f(65504.0));
}`
    : '';
