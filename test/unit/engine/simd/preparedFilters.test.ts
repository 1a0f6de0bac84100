import assert from 'node:assert/strict';
import { MemoryExhausted } from '../../../../extension/trainer/engine/memory';
import { PreparedFilters } from '../../../../extension/trainer/engine/simd/convolution/preparedFilters';
import type { SimdMachine } from '../../../../extension/trainer/engine/simd/machine';
import { openMachine } from './support/machines';

const MiB = 1 << 20;

describe('Prepared filters', () => {
  let machine: SimdMachine;
  let filters: PreparedFilters;
  let made: number[];

  beforeEach(async () => {
    machine = await openMachine({ maximumBytes: 8 * MiB });
    filters = new PreparedFilters(machine);
    made = [];
  });

  afterEach(() => machine.close());

  /** Two MiB that begin with the filters' number. */
  function use(id: number, act: (first: () => number | undefined) => void = () => {}): void {
    const prepare = (address: number) => {
      made.push(id);
      machine.floats(address, 1)[0] = id;
    };
    filters.with({ id, version: 0 }, 'panels', 2 * MiB, prepare, address =>
      act(() => machine.floats(address, 1)[0]),
    );
  }

  it('are made once, and again when they have changed', () => {
    use(1);
    use(1);
    assert.deepEqual(made, [1]);
    filters.with(
      { id: 1, version: 1 },
      'panels',
      2 * MiB,
      () => made.push(-1),
      () => {},
    );
    assert.deepEqual(made, [1, -1]);
  });

  it('give way where memory runs out, those in use excepted, and are made again', () => {
    for (const id of [1, 2]) use(id);
    use(3, first => {
      const address = machine.allocate(3 * MiB);
      assert.equal(first(), 3);
      machine.release(address);
    });
    for (const id of [3, 1, 2]) use(id, first => assert.equal(first(), id));
    assert.deepEqual(made, [1, 2, 3, 1, 2]);
  });

  it('are made anew one a pass where a network is larger than memory by one', () => {
    for (let pass = 0; pass < 3; pass++) for (const id of [1, 2, 3, 4]) use(id);
    assert.deepEqual(made, [1, 2, 3, 4, 3, 2]);
  });

  it('leave memory exhausted where all of them are in use', () => {
    use(1, () => assert.throws(() => machine.allocate(7 * MiB), MemoryExhausted));
    assert.ok(machine.allocate(7 * MiB) > 0);
  });
});
