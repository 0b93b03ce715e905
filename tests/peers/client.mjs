// Sends one message of each kind with npm `smpp` and prints, as JSON, what came back: node client.mjs PORT
import smpp from "smpp";

const port = Number(process.argv[2]);
const told = { answers: {}, receipts: {}, enquired: false };
const session = smpp.connect({ url: `smpp://127.0.0.1:${port}`, auto_enquire_link_period: 10000 });

const ask = (command, fields) => new Promise((done) => session[command](fields, done));

const address = { source_addr_ton: 5, source_addr: "Tolmach", dest_addr_ton: 1, dest_addr_npi: 1 };

session.on("error", (error) => {
  console.error(error);
  process.exit(1);
});

session.on("deliver_sm", (pdu) => {
  session.send(pdu.response());
  const { receipted_message_id: id, message_state: state, short_message: text } = pdu;
  told.receipts[id] = { state, text: text.message ?? String(text) };
  const asked = Object.values(told.answers).filter((one) => one.command_status === 0 && one.receipt);
  if (told.asked && asked.every((one) => one.message_id in told.receipts)) finish();
});

async function finish() {
  told.enquired = (await ask("enquire_link", {})).command_status === 0;
  told.unbound = (await ask("unbind", {})).command_status === 0;
  session.close(() => {
    console.log(JSON.stringify(told));
    process.exit(0);
  });
}

async function submit(name, fields, receipt = true) {
  const message = { ...address, registered_delivery: receipt ? 1 : 0, ...fields };
  const { command_status, message_id } = await ask("submit_sm", message);
  told.answers[name] = { command_status, message_id, receipt };
}

session.on("connect", async () => {
  const wrong = await ask("bind_transceiver", { system_id: "demo", password: "wrong" });
  told.refused = wrong.command_status;
  const bound = await ask("bind_transceiver", { system_id: "demo", password: "demo" });
  told.bound = bound.command_status;
  await submit("silent", { destination_addr: "79161234500", short_message: "no receipt" }, false);
  // without a data_coding this library writes GSM octets and calls them IA5
  await submit("latin", { destination_addr: "79161234501", data_coding: 0, short_message: "caf\u00e9 [x] \u20ac" });
  await submit("ucs2", { destination_addr: "79161234502", data_coding: 8, short_message: "\u041f\u0440\u0438\u0432\u0435\u0442" });
  await submit("refused", { destination_addr: "79161234592", short_message: "x" });
  await submit("payload", { destination_addr: "79161234503", short_message: "", message_payload: "y".repeat(500) });
  const udh = (number) => Buffer.from([5, 0, 3, 77, 2, number]);
  for (const number of [2, 1]) {
    const short_message = { udh: udh(number), message: number === 1 ? "first " : "second" };
    await submit(`part ${number}`, { destination_addr: "79161234504", esm_class: 0x40, short_message });
  }
  const { command_status, message_state } = await ask("query_sm", {
    message_id: told.answers.silent.message_id, source_addr_ton: 5, source_addr: "Tolmach",
  });
  told.queried = { command_status, message_state };
  told.asked = true;
  await submit("failed", { destination_addr: "79161234590", short_message: "lost" });
});
