import { DeviceLost } from '../deviceLost';
import { MemoryExhausted } from '../memory';

/** WebGPU refused something that a kernel asked for; its results, and all that follow from them, are not to be trusted. */
export class KernelRefused extends Error {
  override readonly name = 'KernelRefused';
}

/**
 * What went wrong on a device. WebGPU tells of errors later than the call that made them, and computes with zeros in between;
 * so every dispatch and every read asks here first.
 */
export class Health {
  #fault: Error | undefined;
  /** After memory ran out, calls that are still under way complain of the arrays that they lack. */
  #aftermath = false;

  get fault(): Error | undefined {
    return this.#fault;
  }

  /** Throws what went wrong first. */
  check(): void {
    if (this.#fault) throw this.#fault;
  }

  /** The first fault counts: the others mostly follow from it. A lost device outweighs them all. */
  fail(fault: Error): void {
    if (this.#aftermath && fault instanceof KernelRefused) return;
    if (!this.#fault || fault instanceof DeviceLost) this.#fault = fault;
  }

  /** Forgets that memory ran out, once what filled it is released. `settled`: when nothing of it is under way any more. */
  forgetExhaustion(settled: Promise<unknown>): void {
    if (!(this.#fault instanceof MemoryExhausted)) return;
    this.#fault = undefined;
    this.#aftermath = true;
    const over = () => {
      this.#aftermath = false;
    };
    settled.then(over, over);
  }
}

/** WebGPU's message names the objects by the labels that kernels gave them: `[Invalid ComputePipeline "softmax"]`. */
export function refusal(device: string, { message }: { readonly message: string }): KernelRefused {
  const [, kernel] = message.match(/"+([^"]+)"+/) ?? [];
  const first = message.split('\n').find(line => line.trim() !== '') ?? message;
  return new KernelRefused(`WebGPU error in ${kernel ?? 'a command'} on ${device}: ${first.trim()}`);
}
