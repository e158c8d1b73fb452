// The page as a person works it: by the words on it. Playwright's locators look into the element's shadow tree.
import { readFileSync } from "node:fs";
import { basename } from "node:path";

export const userNameLabel = "$external user name";

/** The page is ready when step 3 shows code. */
export async function ready(page) {
  await code(page).waitFor();
}

export const code = (page) => page.getByRole("region", { name: "Code", exact: true });
export const userName = (page) => page.locator("p.name:not(.refusal)");
export const passwordOf = (page, file) => page.getByLabel(`Password of ${basename(file)}`, { exact: true });
export const file = (page, path) => page.getByRole("listitem").filter({ hasText: basename(path) }).first();

/** choose opens files through the button and the system's dialog. */
export async function choose(page, ...paths) {
  const button = page.locator("button").filter({ hasText: /^(Choose|Add) files$/ });
  const [dialog] = await Promise.all([page.waitForEvent("filechooser"), button.click()]);
  await dialog.setFiles(paths);
}

/** drop lets files fall on the page's heading, outside every zone that looks as if it took them. */
export async function drop(page, target, ...paths) {
  const files = paths.map((path) => ({ name: basename(path), base64: readFileSync(path, "base64") }));
  const transfer = await page.evaluateHandle((list) => {
    const data = new DataTransfer();
    for (const { name, base64 } of list) data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
    return data;
  }, files);
  for (const type of ["dragenter", "dragover", "drop"]) await target.dispatchEvent(type, { dataTransfer: transfer });
}

export async function unlock(page, path, password) {
  await passwordOf(page, path).fill(password);
  await file(page, path).getByRole("button", { name: "Unlock" }).click();
}

/** pick chooses among radio buttons, where a mouse would: on the label. */
export async function pick(page, name) {
  const radio = page.getByRole("radio", { name, exact: true });
  await page.locator("label").filter({ has: radio }).click();
}

/** copied presses a Copy button and returns what another program would paste. */
export async function copied(page, what) {
  await page.evaluate(() => navigator.clipboard.writeText("nothing was copied"));
  const button = (name) => page.getByRole("button", { name, exact: true });
  await button(`Copy: ${what}`).or(button(what)).click();
  await page.getByText("Copied", { exact: true }).filter({ visible: true }).first().waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

/** saved presses Save and returns the downloaded file's name and path. */
export async function saved(page) {
  const button = page.getByRole("button", { name: /^Save / }).first();
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return { name: download.suggestedFilename(), path: await download.path() };
}

/** pickClient finds a client by typing its name, as in the field under "Client". */
export async function pickClient(page, name) {
  const field = page.getByRole("combobox", { name: "Client", exact: true });
  await field.click();
  await field.fill(name);
  await field.press("Enter");
}
