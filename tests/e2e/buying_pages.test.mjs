// The pages of the buying half: accessible, inside their width, and as pictures to look at.
import { before, describe, test } from "node:test";
import {
  addVariant, choosePayment, fillAddress, findTwoVariants, onOrderPage, pay, toCheckout, variantUrl,
} from "./lib/buying.mjs";
import { inspect } from "./lib/inspect.mjs";
import { DESK, missing, PHONE, visiting } from "./lib/shop.mjs";

describe("the pages for buying", { skip: missing }, () => {
  let product;
  before(async () => {
    product = await findTwoVariants();
  });

  for (const viewport of [DESK, PHONE]) {
    test(`are accessible and inside ${viewport.width} pixels`, () => visiting({ viewport }, async (page) => {
      const [first, second] = product.variants;
      await page.goto("/cart");
      await inspect(page, "cart-empty");
      await page.goto(variantUrl(product, first));
      await page.locator("[data-step='1']").click();
      await inspect(page, "product-to-buy");
      await page.locator(".buy-form .button.main").click();
      await page.locator("dialog[open] .line").waitFor();
      await addVariant(page, product, second, true);
      await inspect(page, "drawer");
      await page.goto("/cart");
      await inspect(page, "cart");
      await page.goto("/checkout");
      await inspect(page, "checkout");
      await page.locator("[name=other_billing]").check();
      await page.locator("[name=email]").fill("ada@example");
      await pay(page);
      await page.locator("#problems").waitFor();
      await inspect(page, "checkout-errors");
      await page.locator("[name=other_billing]").uncheck();
      await fillAddress(page);
      await choosePayment(page, "tok_declined");
      await pay(page);
      await page.locator("#payment-error").waitFor();
      await inspect(page, "checkout-declined");
      await choosePayment(page, "tok_3ds");
      await pay(page);
      await page.waitForURL(/\/dev\/payments\//);
      await page.goto(new URL(page.url()).pathname.replace("/dev/payments/", "/checkout/"));
      await inspect(page, "checkout-at-the-bank");
      await page.goto("/checkout");
      await fillAddress(page);
      await pay(page);
      await onOrderPage(page);
      await inspect(page, "order-placed");
      await page.locator("[data-document]", { hasText: /SO-/ }).waitFor({ timeout: 20_000 });
      await inspect(page, "order-booked");
      await page.getByRole("button", { name: "Cancel the order" }).click();
      await page.locator("h1", { hasText: /cancelled/ }).waitFor();
      await inspect(page, "order-cancelled");
    }));
  }

  test("are there without a drawer and without JavaScript", () => visiting({ javaScriptEnabled: false, viewport: PHONE },
    async (page) => {
      await addVariant(page, product, product.variants[0], false);
      if (process.env.SCREENSHOT_DIR) await page.screenshot({ path: `${process.env.SCREENSHOT_DIR}/cart-plain-390.png`, fullPage: true });
      await toCheckout(page, false);
      if (process.env.SCREENSHOT_DIR) await page.screenshot({ path: `${process.env.SCREENSHOT_DIR}/checkout-plain-390.png`, fullPage: true });
      await fillAddress(page);
      await pay(page);
      await onOrderPage(page);
    }));
});
