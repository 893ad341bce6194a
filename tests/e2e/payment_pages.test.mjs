// The pages around a payment and the mails that follow it: accessible, inside their width, and as pictures to look at.
import { before, describe, test } from "node:test";
import { findTwoVariants, onOrderPage, toTheBank, whileTheGatewayIsSilent } from "./lib/buying.mjs";
import { inspect } from "./lib/inspect.mjs";
import { beforeScripts, dataFolder, DESK, missing, PHONE, until, visiting } from "./lib/shop.mjs";

const MAIL_DEADLINE_MS = 20_000;
const remote = dataFolder ? false : "no COHERON_DEMO_FILE: the books of the test gateway are out of reach";

describe("the pages around a payment", { skip: missing }, () => {
  let product;
  before(async () => {
    product = await findTwoVariants();
  });

  for (const viewport of [DESK, PHONE]) {
    const how = `inside ${viewport.width} pixels`;

    test(`are accessible, ${how}: the bank and the mails`, () => visiting({ viewport }, async (page) => {
      const paymentId = await toTheBank(page, product, product.variants[0]);
      await inspect(page, "bank");
      await page.locator("button[value=confirm]").click();
      await onOrderPage(page);
      await page.goto(`/dev/payments/${paymentId}`);
      await page.getByRole("link", { name: "Back to the shop" }).waitFor();
      await inspect(page, "bank-decided");

      const mails = page.locator(".mails a");
      await until("the mail about the order", MAIL_DEADLINE_MS, async () => {
        await page.goto("/dev/mail");
        return await mails.count() > 0;
      });
      await inspect(page, "mails");
      await mails.first().click();
      await page.waitForURL(/\/dev\/mail\/./);
      await page.locator("iframe").waitFor();
      await inspect(page, "mail");
    }));

    test(`are accessible, ${how}: a gateway that gives no answer`, { skip: remote }, () =>
      visiting({ viewport }, async (page) => {
        // Loading again by itself would end an inspection halfway.
        await beforeScripts(page, () =>
          document.querySelector("[data-look-again]")?.removeAttribute("data-look-again"));
        const paymentId = await toTheBank(page, product, product.variants[1]);
        await whileTheGatewayIsSilent(paymentId, async () => {
          await page.goto(`/checkout/${paymentId}`);
          await page.locator("h1", { hasText: "One moment" }).waitFor();
          await inspect(page, "waiting-for-the-gateway");
        });
        await page.goto(`/checkout/${paymentId}`);
        await page.getByRole("link", { name: "Confirm the payment" }).waitFor();
      }));

    test(`are accessible, ${how}: a browser that did not begin the payment`, () =>
      visiting({ viewport }, async (page) => {
        await page.goto(`/checkout/${crypto.randomUUID()}/return`);
        await page.locator("h1", { hasText: "go back to" }).waitFor();
        await inspect(page, "payment-elsewhere");
      }));
  }
});
