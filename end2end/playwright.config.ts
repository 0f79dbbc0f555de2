// A real browser against the real server and the whole embedded stack. Every test runs with scripts on
// and with scripts off, except those named for hydration.
import { defineConfig } from "@playwright/test";
import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// The configuration is read anew by each worker: the folder is made once, for all of them. PostgreSQL's
// user has to reach it.
process.env["MIDLINE_E2E_DATA"] ??= mkdtempSync(join(tmpdir(), "midline-e2e-"));
const data = process.env["MIDLINE_E2E_DATA"];
chmodSync(data, 0o755);

// Tests change data, so each project has a stack of its own, with new data. The data go when the stack
// has stopped, never under a running database: Playwright stops servers after its own teardown.
const stack = (name: string, port: number) => ({
  command: `bash -c 'trap : TERM INT; ../scripts/demo.sh ${process.env["MIDLINE_PROFILE"] ?? "release"}; ../scripts/reset.sh >/dev/null; rmdir --ignore-fail-on-non-empty "$MIDLINE_E2E_DATA"'`,
  env: { PORT: String(port), MIDLINE_DATA: join(data, name), MIDLINE_FAULTS: "true" },
  url: `http://127.0.0.1:${port}/health/ready`,
  timeout: 180_000,
  reuseExistingServer: false,
  gracefulShutdown: { signal: "SIGTERM" as const, timeout: 30_000 },
});

// `scripts/test.sh` runs the two beside each other, each with its own stack alone.
const stacks = [{ name: "scripts", port: 3061 }, { name: "no-scripts", port: 3062 }];

const EVERY_PAGE_TO_AXE = "pages.hydration.spec.ts";

export default defineConfig({
  testDir: ".",
  outputDir: join("test-results", process.env["MIDLINE_PROJECT"] ?? ""),
  // One picture whatever system it was taken on: the letters come with Midline.
  snapshotPathTemplate: "{testDir}/pictures/{arg}{ext}",
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: Boolean(process.env["CI"]),
  reporter: [["list"], ["./slowest.ts"]],
  reportSlowTests: null,
  // Both projects run at once, on two cores.
  timeout: 90_000,
  expect: { timeout: 10_000 },
  use: {
    actionTimeout: 15_000,
    navigationTimeout: 20_000,
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    launchOptions: {
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync"],
    },
  },
  projects: [
    { name: "scripts", testIgnore: EVERY_PAGE_TO_AXE, use: { baseURL: "http://127.0.0.1:3061" } },
    {
      name: "no-scripts",
      testIgnore: "*.hydration.spec.ts",
      use: { baseURL: "http://127.0.0.1:3062", javaScriptEnabled: false },
    },
    // With scripts, too, but a third of the time that those take: so it follows the tests without, at their stack.
    { name: "axe", testMatch: EVERY_PAGE_TO_AXE, use: { baseURL: "http://127.0.0.1:3062" } },
  ],
  webServer: stacks.filter(({ name }) => (process.env["MIDLINE_PROJECT"] ?? name) === name).map(({ name, port }) => stack(name, port)),
});
