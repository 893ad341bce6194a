// The pages of the buying half: accessible, inside their width, and as pictures to look at.
import { before, describe, test } from "node:test";
import {
  addVariant, choosePayment, fillAddress, findTwoVariants, onOrderPage, pay, payAtTheBank, toCheckout, variantUrl,
} from "./lib/buying.mjs";
import { consentQuestion, requireConsent } from "./lib/events.mjs";
import { inspect } from "./lib/inspect.mjs";
import { DESK, missing, PHONE, visiting } from "./lib/shop.mjs";

const MORE_THAN_IN_STOCK = "999";
const MORE_THAN_A_LINE_HOLDS = "1000";

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
      await payAtTheBank(page);
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

    test(`are accessible where they tell or ask something, inside ${viewport.width} pixels`, () =>
      visiting({ viewport }, async (page) => {
        const [first] = product.variants;
        await page.goto(variantUrl(product, first));
        await page.locator(".buy-form [name=csrf]").evaluate((field) => field.setAttribute("value", "forged"));
        await page.locator(".buy-form .button.main").click();
        await page.locator("h1", { hasText: "once more" }).waitFor();
        await inspect(page, "form-unsigned");

        await addVariant(page, product, first, true);
        await page.goto("/cart");
        const cart = page.locator("[data-cart]");
        await typeQuantity(cart, MORE_THAN_IN_STOCK);
        await cart.locator(".line .line-notice").waitFor();
        await inspect(page, "cart-notice");
        await typeQuantity(cart, MORE_THAN_A_LINE_HOLDS);
        await cart.locator(".alert.bad").waitFor();
        await inspect(page, "cart-alert");
        await page.goto(product.url);
        await page.locator("[data-cart-link]").click();
        const drawer = page.locator("dialog[open]");
        await drawer.locator(".line .line-notice").waitFor();
        await inspect(page, "drawer-notice");
        await typeQuantity(drawer, MORE_THAN_A_LINE_HOLDS);
        await drawer.locator(".alert.bad").waitFor();
        await inspect(page, "drawer-alert");

        await requireConsent(page);
        await page.goto("/");
        await consentQuestion(page).waitFor();
        await inspect(page, "consent-question");
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

/** Types a quantity of the only line, also one that the field itself would not let through. */
async function typeQuantity(place, quantity) {
  const field = place.locator("[name=quantity]");
  await field.evaluate((input) => input.removeAttribute("max"));
  await field.fill(quantity);
  await field.blur();
}
