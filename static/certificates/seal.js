// Checks what stands behind the # of the address: the signed text of a certificate's QR code. Nothing of it is sent
// anywhere. The format is described in docs/certificates.md.

const SIGNATURE = 64;
const EPOCH = Date.UTC(2020, 0, 1);
const DAY = 86400000;

function bytesOf(digits) {
  let hex = BigInt(digits).toString(16);
  if (hex.length % 2) hex = `0${hex}`;
  return Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
}

function read(body, letters) {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const key = Array.from(body.subarray(1, 5), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const texts = [];
  let at = 9;
  for (let text = 0; text < 4; text += 1) {
    const length = body[at] & 0x7f;
    const data = body.subarray(at + 1, at + 1 + length);
    if (data.length !== length) throw new Error("cut");
    const utf8 = body[at] & 0x80;
    texts.push(utf8 ? new TextDecoder().decode(data) : Array.from(data, (code) => letters[code]).join(""));
    at += 1 + length;
  }
  if (body[0] !== 1 || at !== body.length) throw new Error("format");
  const [number, name, exam, result] = texts;
  const expires = view.getUint16(7);
  return { key, number, name, exam, result, issued: date(view.getUint16(5)), expires: expires ? date(expires) : "" };
}

function date(days) { // as it is printed
  const [year, month, day] = new Date(EPOCH + days * DAY).toISOString().slice(0, 10).split("-");
  return `${day}/${month}/${year}`;
}

function fromBase64url(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
}

async function publicKey(listed) {
  return crypto.subtle.importKey("raw", fromBase64url(listed.public), { name: "Ed25519" }, false, ["verify"]);
}

async function published(section) {
  const answer = await fetch(section.dataset.keys);
  if (!answer.ok) throw new Error(`keys: ${answer.status}`);
  return answer.json();
}

async function check(section, digits) {
  let listing;
  try {
    listing = await published(section);
  } catch {
    return { verdict: section.dataset.offline };
  }
  const { keys, letters } = listing;
  let facts;
  let raw;
  try {
    raw = bytesOf(digits);
    facts = read(raw.subarray(0, -SIGNATURE), Array.from(letters));
  } catch {
    return { verdict: section.dataset.bad };
  }
  const listed = keys.find((key) => key.id === facts.key);
  if (!listed) return { verdict: section.dataset.bad };
  const head = new TextEncoder().encode(`lms-certificate-1\0${section.dataset.code.replaceAll("-", "")}\0`);
  const signed = new Uint8Array([...head, ...raw.subarray(0, -SIGNATURE)]);
  const key = await publicKey(listed);
  const right = await crypto.subtle.verify({ name: "Ed25519" }, key, raw.subarray(-SIGNATURE), signed);
  if (!right) return { verdict: section.dataset.bad };
  return { verdict: section.dataset.good.replace("{key}", facts.key), facts };
}

function warn(section) { // before what the register says of the code: that may be right while the paper is not
  const verdict = document.querySelector(".verdict");
  verdict?.before(section);
  verdict?.classList.replace("verdict-good", "verdict-warn");
}

async function show(section) {
  const digits = location.hash.slice(1);
  if (!/^\d{100,999}$/.test(digits)) return;
  let found;
  try {
    found = await check(section, digits);
  } catch {
    found = { verdict: section.dataset.unable }; // an old browser, or an address without https
  }
  section.querySelector("[data-verdict]").textContent = found.verdict;
  section.dataset.state = found.facts ? "good" : found.verdict === section.dataset.bad ? "bad" : "unknown";
  if (found.facts) {
    for (const field of section.querySelectorAll("[data-fact]")) {
      field.textContent = found.facts[field.dataset.fact];
      field.parentElement.hidden = !field.textContent;
    }
    section.querySelector("[data-facts]").hidden = false;
  }
  if (section.dataset.state === "bad") warn(section);
  section.hidden = false;
}

for (const section of document.querySelectorAll("[data-seal]")) show(section);
