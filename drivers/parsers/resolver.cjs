// Loaded into Node.js programs before their own code: names are asked for at the server that CERTURI_DNS names.
const dns = require("node:dns");
const resolver = new dns.promises.Resolver();
dns.setServers([process.env.CERTURI_DNS]);
dns.promises.setServers([process.env.CERTURI_DNS]);
resolver.setServers([process.env.CERTURI_DNS]);
const lookup = dns.lookup;
dns.lookup = (name, options, callback) => {
  if (!name.endsWith(".test")) return lookup(name, options, callback);
  callback ??= options;
  resolver.resolve4(name).then(
    ([address]) => (options.all ? callback(null, [{ address, family: 4 }]) : callback(null, address, 4)), callback);
};
