import type { Trial } from '../trial';

/** How a trial went, in a sentence. */
export function told({ usesGpu, version, log: { gpu, complaints } }: Trial): string {
  if (usesGpu) return `TensorFlow ${version} works on ${gpu ?? 'a GPU'}.`;
  const because = complaints.length > 0 ? complaints.join('; ') : 'it was built without support for GPUs';
  return `TensorFlow ${version} works on the processor; it uses no GPU: ${because}.`;
}
