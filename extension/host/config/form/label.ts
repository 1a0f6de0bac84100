/** Names that are not plain words. */
const spellings: Readonly<Record<string, string>> = {
  awp: 'AWP',
  ema: 'EMA',
  tensorflow: 'TensorFlow',
  webgpu: 'WebGPU',
};

/** A setting's name as a heading: "batchNormUpdates" -> "Batch norm updates". */
export function labelOf(name: string): string {
  const words = name.split(/(?=[A-Z])/).map(word => word.toLowerCase());
  const spelled = words.map(word => spellings[word] ?? word).join(' ');
  return spelled.charAt(0).toUpperCase() + spelled.slice(1);
}
