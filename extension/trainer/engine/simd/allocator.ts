import { MemoryExhausted } from '../memory';

/** Room on top of which tensors live. */
export interface Room {
  /** Bytes there are now. */
  readonly bytes: number;
  readonly maximumBytes: number;
  /** Makes room; false when there is no more. */
  growTo(bytes: number): boolean;
}

interface Span {
  start: number;
  end: number;
}

const alignment = 64;
/** Addresses below stay free: 0 stands for "no buffer", and the module's own constants lie there. */
const firstAddress = 1024;
const growthStep = 16 << 20;

/**
 * Hands out buffers aligned to 64 bytes, a cache line. A training step asks for the same sizes again and again, so a released
 * buffer is kept for the next one of its size. Neighbours are joined again only when nothing fits, before the memory grows by
 * more than a quarter of what lies idle. No buffer is more than 63 bytes larger than asked for.
 */
export class Allocator {
  readonly #room: Room;
  readonly #sizes = new Map<number, number>();
  readonly #idle = new Map<number, number[]>();
  #spans: Span[] = [];
  #top = firstAddress;
  #inUse = 0;
  #idleBytes = 0;
  #peak = 0;

  constructor(room: Room) {
    this.#room = room;
  }

  get bytesInUse(): number {
    return this.#inUse;
  }

  /** The most that was in use since `restartPeak`, or ever. */
  get peakBytes(): number {
    return this.#peak;
  }

  restartPeak(): void {
    this.#peak = this.#inUse;
  }

  get buffers(): number {
    return this.#sizes.size;
  }

  /** The address of `bytes` bytes with any content. Throws `MemoryExhausted`. */
  allocate(bytes: number): number {
    const size = Math.max(alignment, Math.ceil(bytes / alignment) * alignment);
    const address = this.#take(size);
    this.#sizes.set(address, size);
    this.#inUse += size;
    this.#peak = Math.max(this.#peak, this.#inUse);
    return address;
  }

  release(address: number): void {
    const size = this.#sizes.get(address);
    if (size === undefined)
      throw new Error(`no buffer starts at address ${address}, so none can be released`);
    this.#sizes.delete(address);
    this.#inUse -= size;
    this.#idleBytes += size;
    const idle = this.#idle.get(size);
    if (idle) idle.push(address);
    else this.#idle.set(size, [address]);
  }

  #take(size: number): number {
    const found = this.#takeIdle(size) ?? this.#takeSpan(size) ?? this.#takeNew(size);
    if (found !== undefined) return found;
    this.#join();
    const joined = this.#takeSpan(size) ?? this.#takeTop(size);
    if (joined !== undefined) return joined;
    throw new MemoryExhausted(size, this.#largestPiece(size), this.#inUse);
  }

  #takeIdle(size: number): number | undefined {
    const address = this.#idle.get(size)?.pop();
    if (address !== undefined) this.#idleBytes -= size;
    return address;
  }

  /** From the smallest span that is large enough. */
  #takeSpan(size: number): number | undefined {
    let best: Span | undefined;
    for (const span of this.#spans) {
      const length = span.end - span.start;
      if (length >= size && (!best || length < best.end - best.start)) best = span;
    }
    if (!best) return undefined;
    const address = best.start;
    best.start += size;
    this.#idleBytes -= size;
    if (best.start === best.end) this.#spans.splice(this.#spans.indexOf(best), 1);
    return address;
  }

  /** Above all buffers, unless so much lies idle that joining it is better than growing. */
  #takeNew(size: number): number | undefined {
    const grows = this.#top + size > this.#room.bytes;
    if (grows && this.#idleBytes > size && this.#idleBytes > this.#top / 4) return undefined;
    return this.#takeTop(size);
  }

  #takeTop(size: number): number | undefined {
    const end = this.#top + size;
    if (end > this.#room.bytes) {
      const generous = Math.min(end + growthStep, this.#room.maximumBytes);
      if (!this.#room.growTo(Math.max(generous, end)) && !this.#room.growTo(end)) return undefined;
    }
    const address = this.#top;
    this.#top = end;
    return address;
  }

  /** Everything idle becomes spans, neighbours one; what ends at the top is given back to it. */
  #join(): void {
    const pieces = [...this.#spans];
    for (const [size, addresses] of this.#idle) {
      for (const start of addresses) pieces.push({ start, end: start + size });
    }
    this.#idle.clear();
    pieces.sort((a, b) => a.start - b.start);
    this.#spans = [];
    for (const piece of pieces) {
      const last = this.#spans.at(-1);
      if (last?.end === piece.start) last.end = piece.end;
      else this.#spans.push(piece);
    }
    const last = this.#spans.at(-1);
    if (last?.end !== this.#top) return;
    this.#top = last.start;
    this.#idleBytes -= last.end - last.start;
    this.#spans.pop();
  }

  /** When `size` is not to be had. */
  #largestPiece(size: number): number {
    const { bytes, maximumBytes } = this.#room;
    // Within the maximum, it was the system that had no more.
    const end = this.#top + size > maximumBytes ? maximumBytes : bytes;
    return this.#spans.reduce((most, span) => Math.max(most, span.end - span.start), end - this.#top);
  }
}
