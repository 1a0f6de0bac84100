import assert from 'node:assert/strict';
import { MemoryExhausted } from '../../../../extension/trainer/engine/memory';
import { Allocator } from '../../../../extension/trainer/engine/simd/allocator';

/** Room that counts how often it grew. */
class CountedRoom {
  bytes = 4096;
  readonly maximumBytes = 1 << 20;

  growTo(bytes: number): boolean {
    if (bytes > this.maximumBytes) return false;
    this.bytes = bytes;
    return true;
  }
}

describe('Memory of the simd engine', () => {
  it('gives a released buffer to the next of its size', () => {
    const allocator = new Allocator(new CountedRoom());
    const first = allocator.allocate(1000);
    allocator.release(first);
    assert.equal(allocator.allocate(1000), first);
  });

  it('aligns every buffer to a cache line', () => {
    const allocator = new Allocator(new CountedRoom());
    for (const bytes of [1, 63, 64, 65, 1000]) assert.equal(allocator.allocate(bytes) % 64, 0);
  });

  it('never hands out the same bytes twice', () => {
    const allocator = new Allocator(new CountedRoom());
    const live: { start: number; end: number }[] = [];
    let random = 1;
    for (let i = 0; i < 2000; i++) {
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
      if (random % 3 === 0 && live.length > 0) {
        const [released] = live.splice(random % live.length, 1);
        if (released) allocator.release(released.start);
      } else if (live.length < 60) {
        const bytes = 1 + (random % 9000);
        const start = allocator.allocate(bytes);
        const end = start + bytes;
        assert.ok(live.every(other => end <= other.start || other.end <= start));
        live.push({ start, end });
      }
    }
  });

  it('joins small released buffers for a large one before it gives up', () => {
    const allocator = new Allocator(new CountedRoom());
    const small = Array.from({ length: 1000 }, () => allocator.allocate(1024));
    for (const address of small) allocator.release(address);
    allocator.allocate(900_000);
    assert.equal(allocator.bytesInUse, 900_032);
  });

  it('says what it was asked for and what there is when memory is exhausted', () => {
    const allocator = new Allocator(new CountedRoom());
    allocator.allocate(1 << 19);
    assert.throws(
      () => allocator.allocate(1 << 20),
      (error: unknown) =>
        error instanceof MemoryExhausted &&
        error.bytesWanted === 1 << 20 &&
        error.bytesAvailable < 1 << 19 &&
        error.bytesInUse === 1 << 19,
    );
    assert.ok(allocator.allocate(1 << 18) > 0, 'a smaller buffer still fits');
  });

  it('counts its peak anew when asked to', () => {
    const allocator = new Allocator(new CountedRoom());
    allocator.release(allocator.allocate(1 << 19));
    allocator.restartPeak();
    allocator.allocate(1 << 10);
    assert.equal(allocator.peakBytes, 1 << 10);
  });

  it('refuses to release what is not a buffer', () => {
    const allocator = new Allocator(new CountedRoom());
    const address = allocator.allocate(64);
    allocator.release(address);
    assert.throws(() => allocator.release(address), /no buffer starts at/);
  });
});
