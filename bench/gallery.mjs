// Lighthouse's figures of a page as a phone would see it.
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

async function once(url, cookie) {
  const chrome = await launch({
    chromePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu"],
    logLevel: "error",
  });
  try {
    // Its preset for phones is what it does unless told otherwise.
    const { lhr } = await lighthouse(url, {
      port: chrome.port, output: "json", logLevel: "error", onlyCategories: ["performance"], extraHeaders: { Cookie: cookie },
    });
    if (lhr.runtimeError) throw new Error(`Lighthouse: ${lhr.runtimeError.message}`);
    if (lhr.finalDisplayedUrl !== url) throw new Error(`Lighthouse was sent from ${url} to ${lhr.finalDisplayedUrl}`);
    const value = (audit) => {
      const { numericValue } = lhr.audits[audit];
      if (!Number.isFinite(numericValue)) throw new Error(`Lighthouse found no ${audit}`);
      return numericValue;
    };
    return { lcp: value("largest-contentful-paint"), tbt: value("total-blocking-time"), cls: value("cumulative-layout-shift") };
  } finally { await chrome.kill(); }
}

/** Medians of five visits, each with an empty cache: LCP and TBT in milliseconds, CLS; and what each visit found. */
export async function gallery(url, cookie, visits = 5) {
  const each = [];
  for (let visit = 0; visit < visits; visit += 1) each.push(await once(url, cookie));
  const of = (name) => median(each.map((found) => found[name]));
  return { lcp: of("lcp"), tbt: of("tbt"), cls: of("cls"), each };
}
