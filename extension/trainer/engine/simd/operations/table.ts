import type { Operation } from '../operation';
import { add } from './add';

/** Every operation, at the number by which threads know it. The worker's bundle and the trainer's hold the same table. */
export const operations: readonly Operation[] = [add];
