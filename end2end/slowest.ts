// Names the ten slowest tests at the end of a run, and what all of them took together.
import type { Reporter, TestCase, TestResult } from "@playwright/test/reporter";

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

export default class Slowest implements Reporter {
  private readonly ran: { name: string; duration: number }[] = [];

  onTestEnd(test: TestCase, { duration, status }: TestResult) {
    if (status === "skipped") return;
    // The first of its titles is the run's own, which has none.
    this.ran.push({ name: test.titlePath().slice(1).join(" › "), duration });
  }

  onEnd() {
    if (this.ran.length === 0) return;
    const slowest = [...this.ran].sort((one, other) => other.duration - one.duration).slice(0, 10);
    const all = this.ran.reduce((sum, { duration }) => sum + duration, 0);
    console.log(`\nThe slowest of ${this.ran.length} tests, which took ${seconds(all)} together:`);
    for (const { name, duration } of slowest) console.log(`${seconds(duration).padStart(9)}  ${name}`);
  }
}
