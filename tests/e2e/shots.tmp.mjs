import { chromium } from "playwright-core";
const base = process.env.BASE ?? "http://127.0.0.1:8765"; const out = "/tmp/site/out/"; import { mkdirSync, readFileSync } from "node:fs"; mkdirSync(out,{recursive:true});
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync".split(" ") });
const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const pages = process.argv.slice(2).length ? process.argv.slice(2) : ["home","listing","search","empty","product","404","400","plain"];
for (const width of [1280, 390]) { const c = await b.newContext({ viewport: { width, height: width > 600 ? 900 : 844 }, deviceScaleFactor: 1 }); const p = await c.newPage();
  p.on("console", m => m.type()==="error" && console.log("console", m.text()));
  for (const n of pages) { const path = n.startsWith("/") ? n : "/"+(n==="home"?"":n); await p.goto(base+path); await p.waitForLoadState("networkidle");
    const scroll = await p.evaluate(() => document.documentElement.scrollWidth - innerWidth); if (scroll > 0) console.log("OVERFLOW", n, width, scroll);
    await p.evaluate(async () => { for (let y = 0; y < document.body.scrollHeight; y += 500) { scrollTo(0, y); await new Promise(r => setTimeout(r, 20)); } scrollTo(0,0); });
    const file = n.replace(/[^a-z0-9]+/gi,"_");
    await p.screenshot({ path: `${out}${file}-${width}.png`, fullPage: true, clip: undefined });
    await p.evaluate(axe); const r = await p.evaluate(() => axe.run()); for (const v of r.violations) console.log(n, width, v.impact, v.id, v.nodes.slice(0,3).map(x => x.target.join(" ")+" :: "+(x.any[0]?.message??"").slice(0,120)).join(" | "));
    const small = await p.evaluate(() => innerWidth > 600 ? [] : [...document.querySelectorAll("a,button,select,input,summary,label")].filter(e => { const r = e.getBoundingClientRect(); return r.width && r.height && r.height < 43.5 && !e.closest("h3") && !e.matches(".skip,input[type=checkbox]") && getComputedStyle(e).position !== "absolute"; }).map(e => e.tagName+"."+e.className+" "+Math.round(e.getBoundingClientRect().height)+" "+e.textContent.trim().slice(0,20)).slice(0,6)); if (small.length) console.log("small", n, small.join("; "));
  } await c.close(); }
await b.close();
