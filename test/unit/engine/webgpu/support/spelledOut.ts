import type { Shader } from '../../../../../extension/trainer/engine/webgpu/shader';

/**
 * A program for tensor cores as one that any device runs: the operations of subgroup matrices are functions, where the 32 threads
 * of a subgroup have every 32nd number of a sum each, a matrix is where its numbers lie (first, step down, step across), and
 * float16 is float32 rounded.
 */
export function spelledOut(shader: Shader): Shader {
  const [, columns, rows] = shader.code.match(/subgroup_matrix_result<f32, (\d+), (\d+)>/) ?? [];
  const [, depth] = shader.code.match(/subgroup_matrix_left<f16, (\d+),/) ?? [];
  if (!columns || !rows || !depth) return shader;
  const each = (Number(rows) * Number(columns)) / 32;
  const result = `array<f32, ${each}>`;
  const functions = `
fn load_row(first: u32, stride: u32) -> vec3u { return vec3u(first, stride, 1u); }
fn load_col(first: u32, stride: u32) -> vec3u { return vec3u(first, 1u, stride); }
fn multiplied(lane: u32, left: vec3u, right: vec3u, sum: ${result}) -> ${result} {
  var total = sum;
  for (var i = 0u; i < ${each}u; i++) {
    let y = (lane + 32u * i) / ${columns}u;
    let x = (lane + 32u * i) % ${columns}u;
    for (var k = 0u; k < ${depth}u; k++) {
      total[i] += leftTile[left.x + y * left.y + k * left.z] * rightTile[right.x + k * right.y + x * right.z];
    }
  }
  return total;
}
fn rounded(value: vec4f) -> vec4f {
  return vec4f(unpack2x16float(pack2x16float(value.xy)), unpack2x16float(pack2x16float(value.zw)));
}
`;
  const code = shader.code
    .replace(/subgroupMatrixLoad<subgroup_matrix_\w+<[^>]*>, (row|col)_major>\(&\w+, /g, 'load_$1(')
    .replaceAll('subgroupMatrixMultiplyAccumulate(', 'multiplied(lane, ')
    .replace(
      /subgroupMatrixStore<row_major>\(&block, (.*), (\w+), \d+u\);/g,
      `for (var i = 0u; i < ${each}u; i++) { block[$1 + lane + 32u * i] = $2[i]; }`,
    )
    .replace(/subgroup_matrix_result<[^>]*>/g, result)
    .replace(', @builtin(subgroup_id) subgroup: u32, @builtin(subgroup_invocation_id) lane: u32', '')
    .replace('@subgroup_size(32)', '')
    .replace(
      /fn main\([^{]*\{/,
      main => `${main}\n  let subgroup = thread / 32u;\n  let lane = thread % 32u;`,
    )
    .replaceAll('vec4h(', 'rounded(')
    .replaceAll('f16(value)', 'rounded(vec4f(value)).x')
    .replace(/\bf16\b/g, 'f32');
  return { ...shader, code: functions + code, enable: [] };
}
