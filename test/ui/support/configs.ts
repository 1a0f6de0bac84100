/** A network and data so small that a step takes milliseconds on one core, whatever the machine. */
const tiny = {
  dataset: { name: 'mnist', trainExamples: 500 },
  model: { name: 'small-cnn', channels: [4, 8], hidden: 16 },
  threat: { norm: 'linf', epsilon: 0.1 },
  attack: { steps: 2, stepSize: 0.05 },
  objective: { name: 'trades', beta: 6 },
  taylor: { order: 2 },
  optimizer: { learningRate: 0.05 },
  batchSize: 50,
  evaluation: { examples: 50 },
  sharpness: { examples: 50 },
  compute: { engine: 'wasm' },
};

/** Ends by itself within seconds. */
export const shortConfig = withComment('Two short epochs.', { name: 'short', ...tiny, epochs: 2 });

/** Goes on until it is stopped. */
export const longConfig = withComment('Longer than any test.', { name: 'long', ...tiny, epochs: 2000 });

/** One section a line, so that all of it is in view in the editor. */
function withComment(comment: string, config: object): string {
  const lines = Object.entries(config).map(([name, value]) => `  "${name}": ${JSON.stringify(value)}`);
  return `// ${comment}\n{\n${lines.join(',\n')}\n}\n`;
}
