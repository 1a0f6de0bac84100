/** The name of a value: a pair of vectors, `<name>_0` and `<name>_1`. */
export type Expression = string;

/**
 * Factors of a function: names of vectors that its head loads from memory. V8 would make a constant vector anew at each use,
 * which costs more than the multiplication.
 */
export class Factors {
  readonly #values: number[] = [];

  name(value: number): string {
    if (!this.#values.includes(value)) this.#values.push(value);
    return `factor${this.#values.indexOf(value)}`;
  }

  /** Statements that make the names known; `workspace` is the address of a number that may be overwritten. */
  load(workspace: string): string[] {
    return this.#values.flatMap((value, i) => [
      `store<f32>(${workspace}, <f32>(${value}));`,
      `const factor${i} = v128.load32_splat(${workspace});`,
    ]);
  }
}

/**
 * Writes straight-line AssemblyScript that does everything to two vectors side by side: V8's revectorizer makes one
 * instruction of each pair.
 */
export class Expressions {
  readonly lines: string[] = [];
  readonly #factors: Factors;
  #values = 0;

  constructor(factors: Factors) {
    this.#factors = factors;
  }

  load(address: string, offset: number): Expression {
    return this.#both(half => `v128.load(${address}, ${offset + 16 * half})`);
  }

  /** The upper half first: in the other order V8's revectorizer stores the lower half twice. */
  store(address: string, offset: number, value: Expression): void {
    for (const half of [1, 0])
      this.lines.push(`v128.store(${address}, ${value}_${half}, ${offset + 16 * half});`);
  }

  add(a: Expression | undefined, b: Expression | undefined): Expression {
    return this.#both(half => `f32x4.add(${a}_${half}, ${b}_${half})`);
  }

  subtract(a: Expression | undefined, b: Expression | undefined): Expression {
    return this.#both(half => `f32x4.sub(${a}_${half}, ${b}_${half})`);
  }

  multiply(factor: number, a: Expression | undefined): Expression {
    return this.#both(half => `f32x4.mul(${this.#factors.name(factor)}, ${a}_${half})`);
  }

  /** factor a + b */
  multiplyAdd(factor: number, a: Expression | undefined, b: Expression | undefined): Expression {
    return this.#both(half => `multiplyAdd(${this.#factors.name(factor)}, ${a}_${half}, ${b}_${half})`);
  }

  /** The value as it is. */
  same(a: Expression | undefined): Expression {
    return this.#both(half => `${a}_${half}`);
  }

  #both(text: (half: number) => string): Expression {
    const name = `value${this.#values++}`;
    for (const half of [0, 1]) this.lines.push(`const ${name}_${half} = ${text(half)};`);
    return name;
  }
}
