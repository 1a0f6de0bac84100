import assert from 'node:assert/strict';
import { add } from '../../../../extension/trainer/engine/simd/operations/add';
import { guarded, randomValues } from './support/buffers';
import { builds, onMachine } from './support/machines';

for (const build of builds) {
  for (const threads of [1, 3]) {
    describe(`Element-wise sum, ${build} kernels, ${threads} threads`, () => {
      const machine = onMachine({ build, threads });

      it('is the sum in float32 for any count, and touches nothing else', () => {
        for (const count of [1, 3, 4, 7, 8, 9, 64, 1003, 70_001]) {
          const a = randomValues(count, 'left');
          const b = randomValues(count, 'right');
          const left = guarded(machine(), a);
          const right = guarded(machine(), b);
          const sum = guarded(machine(), count);
          machine().run(add, { left: left.address, right: right.address, sum: sum.address, count });
          const expected = a.map((value, i) => value + (b[i] ?? 0));
          assert.deepEqual(sum.values, expected);
          for (const buffer of [left, right, sum]) {
            buffer.check();
            buffer.release();
          }
        }
      });
    });
  }
}
