// What float16 costs in accuracy: the recorded steps of the official code on the webgpu engine, with convolutions in float32 and in
// float16, each figure's error beside the other's. Where there is no GPU, float16 is float32 rounded on SwiftShader, which takes minutes
// for the step from its adversarial images and too long for the attack: that is left out there.
// Arguments: golden files.
// The package's entry points leave gradients out.
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { engineOptions } from '../../../extension/trainer/engine/assets';
import type { Precision } from '../../../extension/trainer/engine/engine';
import { openEngine } from '../../../extension/trainer/engine/open';
import { type Check, checkStep, checkUpdate } from '../../../extension/trainer/golden/checkStep';
import { readGoldenStep } from '../../../extension/trainer/golden/goldenStep';
import { useSwiftShader } from '../../unit/support/swiftShader';

async function checksIn(precision: Precision, file: string): Promise<readonly Check[]> {
  const engine = await openEngine('webgpu', engineOptions({ allowSoftwareAdapter: true, precision }));
  console.log(`${file} on ${engine.device}`);
  const golden = await readGoldenStep(file);
  const checks = await (engine.accelerated ? checkStep(golden) : checkUpdate(golden));
  await engine.close();
  return checks;
}

const shown = ({ error, worst }: Check): string => `${error.toExponential(1)} (${worst})`;

await useSwiftShader();
for (const file of process.argv.slice(2)) {
  const single = await checksIn('float32', file);
  const half = await checksIn('float16', file);
  for (const check of single) {
    const other = half.find(({ what }) => what === check.what);
    if (other) console.log(`| ${check.what} | ${shown(check)} | ${shown(other)} | ${check.tolerance} |`);
  }
}
