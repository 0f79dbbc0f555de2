import { rmSync } from "node:fs";

/** Removes the stacks' data. */
export default function teardown() {
  const data = process.env["MIDLINE_E2E_DATA"];
  if (data?.includes("midline-e2e-")) rmSync(data, { recursive: true, force: true });
}
