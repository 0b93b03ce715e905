// An SMSC of npm `smpp`: node server.mjs. Prints its port; answers in hexadecimal, reports in decimal digits, before its answer
import smpp from "smpp";

let number = 490757963;

const server = smpp.createServer((session) => {
  session.on("error", () => {});
  session.on("bind_transceiver", (pdu) => {
    const right = pdu.system_id === "esme" && pdu.password === "secret";
    session.send(pdu.response({ command_status: right ? 0 : smpp.ESME_RINVPASWD, system_id: "npm" }));
  });
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => session.send(pdu.response(), () => session.close()));
  session.on("submit_sm", (pdu) => {
    if (pdu.destination_addr === "79161234592") {
      session.send(pdu.response({ command_status: smpp.ESME_RINVDSTADR }));
      return;
    }
    number += 1;
    const text = `id:${number} sub:001 dlvrd:001 submit date:2603021200 done date:2603021201 stat:DELIVRD err:000 text:`;
    const back = { source_addr: pdu.destination_addr, destination_addr: pdu.source_addr, esm_class: 4 };
    session.deliver_sm({ ...back, short_message: text });
    session.send(pdu.response({ message_id: number.toString(16).toUpperCase() }));
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("end", () => process.exit(0)).resume();
