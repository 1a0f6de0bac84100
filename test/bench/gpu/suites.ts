// As much of mocha as the kernels' tests use; imported before them.
type Step = () => unknown;

interface Suite {
  readonly name: string;
  readonly before: Step[];
  readonly after: Step[];
  readonly tests: { readonly name: string; readonly run: Step }[];
}

const suites: Suite[] = [];

const current = (): Suite => {
  const suite = suites.at(-1);
  if (!suite) throw new Error('a test stands outside of every suite');
  return suite;
};

Object.assign(globalThis, {
  describe(name: string, define: () => void) {
    suites.push({ name, before: [], after: [], tests: [] });
    define();
  },
  it: (name: string, run: Step) => current().tests.push({ name, run }),
  before: (step: Step) => current().before.push(step),
  after: (step: Step) => current().after.push(step),
});

/** @returns how many tests failed */
export async function runSuites(): Promise<number> {
  let failed = 0;
  for (const { name, before, after, tests } of suites) {
    console.log(name);
    for (const step of before) await step();
    for (const test of tests) {
      const start = performance.now();
      try {
        await test.run();
        console.log(`  ok ${test.name} (${(performance.now() - start).toFixed(0)} ms)`);
      } catch (error) {
        failed++;
        console.log(`  FAILED ${test.name}: ${error instanceof Error ? error.message : error}`);
      }
    }
    for (const step of after) await step();
  }
  console.log(`${failed} failed`);
  return failed;
}
