import { assetFolder } from '../../../../../extension/trainer/engine/assets';
import { bestBuild, type KernelBuild } from '../../../../../extension/trainer/engine/simd/features';
import { type MachineOptions, SimdMachine } from '../../../../../extension/trainer/engine/simd/machine';

/** The builds that this Node can run. */
export const builds: readonly KernelBuild[] = bestBuild() === 'relaxed' ? ['relaxed', 'plain'] : ['plain'];

/** A machine for the tests of the enclosing `describe`. */
export function onMachine(options: Partial<MachineOptions> = {}): () => SimdMachine {
  let machine: SimdMachine | undefined;
  before(async () => {
    machine = await openMachine(options);
  });
  after(async () => {
    await machine?.close();
  });
  return () => {
    if (!machine) throw new Error('the machine is open only while tests run');
    return machine;
  };
}

export function openMachine(options: Partial<MachineOptions> = {}): Promise<SimdMachine> {
  return SimdMachine.open({ folder: assetFolder(), threads: 1, revectorize: false, pin: false, ...options });
}
