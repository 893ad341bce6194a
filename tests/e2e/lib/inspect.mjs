// What every page has to stand: axe-core, its width, and a look at its picture.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pictures = process.env.SCREENSHOT_DIR;

/** Fails on serious findings of axe-core and on a page wider than its window; takes a picture where a folder is named. */
export async function inspect(page, name) {
  await page.waitForLoadState("networkidle");
  if (pictures) await takePicture(page, name);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${name} is ${overflow} pixels too wide`);
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const serious = violations
    .filter((violation) => ["serious", "critical"].includes(violation.impact))
    .map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(" ")).join(", ")}`);
  assert.deepEqual(serious, [], name);
}

/** The whole page; what a dialog covers is not scrolled to. Pictures below the fold are loaded by passing them. */
async function takePicture(page, name) {
  mkdirSync(pictures, { recursive: true });
  const hasDialog = await page.evaluate(async () => {
    for (const image of document.images) {
      image.loading = "eager";
      await image.decode().catch(() => {});
    }
    const ending = document.getAnimations().filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime));
    await Promise.all(ending.map((animation) => animation.finished.catch(() => {})));
    return Boolean(document.querySelector("dialog[open]"));
  });
  if (!hasDialog) await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
  const path = join(pictures, `${name}-${page.viewportSize().width}.png`);
  await page.screenshot({ path, fullPage: !hasDialog });
}
