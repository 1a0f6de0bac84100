import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { MemoryExhausted } from '../../../../extension/trainer/engine/memory';
import {
  coresOfCpuInfo,
  physicalCores,
  processorsOfQuota,
} from '../../../../extension/trainer/engine/simd/cores';
import { pair } from '../../../../extension/trainer/engine/simd/operations/pointwise';
import { listOf } from '../../../../extension/trainer/engine/simd/pinning';
import { Profile } from '../../../../extension/trainer/engine/simd/profile';
import { guarded } from './support/buffers';
import { onMachine, openMachine } from './support/machines';

/** Arguments of `addScaled` for result = x + y. */
const sumOf = (x: number, y: number, result: number, count: number) => ({ x, y, result, count, p: 0, q: 1 });

describe('The simd machine', () => {
  const machine = onMachine({ threads: 3 });

  it('throws what went wrong in an operation, on whatever thread, and goes on working', () => {
    const outside = sumOf(2 ** 32 - 64, 1024, 1024, 1 << 20);
    assert.throws(() => machine().run(pair.addScaled, outside), /out of bounds/);
    const numbers = guarded(machine(), Float32Array.of(1, 2, 3));
    const { address } = numbers;
    machine().run(pair.addScaled, sumOf(address, address, address, 3));
    assert.deepEqual([...numbers.values], [2, 4, 6]);
    numbers.check();
    numbers.release();
  });

  it('survives many thousand small operations in a row', () => {
    const count = 70_000;
    const ones = guarded(machine(), new Float32Array(count).fill(1));
    const sums = guarded(machine(), new Float32Array(count));
    const args = sumOf(sums.address, ones.address, sums.address, count);
    for (let i = 0; i < 2000; i++) machine().run(pair.addScaled, args);
    assert.ok(sums.values.every(value => value === 2000));
    ones.release();
    sums.release();
  });

  it('tells time, operations and bytes by operation', () => {
    const profile = new Profile();
    const { address, release } = guarded(machine(), 16);
    const args = sumOf(address, address, address, 16);
    machine().measure(profile);
    machine().run(pair.addScaled, args);
    machine().run(pair.addScaled, args);
    machine().measure(undefined);
    machine().run(pair.addScaled, args);
    const [row] = profile.rows();
    assert.deepEqual([row?.name, row?.calls, row?.flops, row?.bytes], ['addScaled', 2, 32, 384]);
    release();
  });

  it('keeps views valid when the memory grows', () => {
    const numbers = guarded(machine(), Float32Array.of(7));
    const large = machine().allocate(200 << 20);
    assert.equal(numbers.values[0], 7);
    assert.equal(machine().floats(numbers.address, 1)[0], 7);
    machine().release(large);
    numbers.release();
  });

  it('refuses a buffer beyond the memory it may use, and goes on with smaller ones', async () => {
    const small = await openMachine({ maximumBytes: 8 << 20 });
    try {
      assert.throws(() => small.allocate(9 << 20), MemoryExhausted);
      assert.ok(small.allocate(4 << 20) > 0);
    } finally {
      await small.close();
    }
  });

  it("says whether V8's revectorizer is used, or why not", async () => {
    const opened = await openMachine({ revectorize: true });
    assert.ok(opened.revectorized || opened.notes.some(note => note.includes('revectorizer')));
    await opened.close();
  });
});

describe('Threads of the simd engine', () => {
  it('work wherever they were spread to, and leave the process as it was', async () => {
    const processors = availableParallelism();
    const machine = await openMachine({ threads: 2, pin: true });
    const numbers = guarded(machine, new Float32Array(70_000).fill(1));
    const { address } = numbers;
    machine.run(pair.addScaled, sumOf(address, address, address, 70_000));
    assert.ok(numbers.values.every(value => value === 2));
    await machine.close();
    assert.equal(availableParallelism(), processors);
  });

  it('are as many as there are physical cores, not hardware threads', () => {
    const processor = (core: number) => `processor\t: 0\nphysical id\t: 0\ncore id\t\t: ${core}\n`;
    assert.equal(coresOfCpuInfo([0, 1, 0, 1].map(processor).join('\n')), 2);
    assert.equal(coresOfCpuInfo('processor : 0\n\nprocessor : 1\n'), undefined);
    assert.ok(physicalCores() >= 1);
  });

  it("keep to a container's share", () => {
    assert.equal(processorsOfQuota('250000 100000\n'), 2);
    assert.equal(processorsOfQuota('max 100000\n'), Number.POSITIVE_INFINITY);
  });

  it('are pinned to processors that the process may use', () => {
    assert.deepEqual(listOf('0-3,8'), [0, 1, 2, 3, 8]);
    assert.deepEqual(listOf('5'), [5]);
  });
});
