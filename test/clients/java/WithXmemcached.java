import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.rubyeye.xmemcached.GetsResponse;
import net.rubyeye.xmemcached.MemcachedClient;
import net.rubyeye.xmemcached.XMemcachedClientBuilder;
import net.rubyeye.xmemcached.command.BinaryCommandFactory;
import net.rubyeye.xmemcached.utils.AddrUtil;

final class WithXmemcached {
  public static void main(String[] args) throws Exception {
    var builder = new XMemcachedClientBuilder(AddrUtil.getAddresses(args[0] + ":" + args[1]));
    if (args[2].equals("binary")) builder.setCommandFactory(new BinaryCommandFactory());
    builder.setOpTimeout(2000);
    builder.setConnectTimeout(2000);
    MemcachedClient client = builder.build();
    // It compresses otherwise, and append then spoils the value.
    client.getTranscoder().setCompressionThreshold(Integer.MAX_VALUE);
    Map<String, Long> tokens = new HashMap<>();
    Map<String, Loop.Operation> operations = new HashMap<>();
    operations.put("get", a -> client.get(a.get(0)));
    operations.put("multi", a -> Loop.several(a, client.get(a)));
    operations.put("set", a -> client.set(a.get(0), Integer.parseInt(a.get(2)), a.get(1)));
    operations.put("add", a -> client.add(a.get(0), 0, a.get(1)));
    operations.put("append", a -> client.append(a.get(0), a.get(1)));
    operations.put("delete", a -> client.delete(a.get(0)));
    operations.put("incr", a -> client.incr(a.get(0), Long.parseLong(a.get(1))));
    operations.put("decr", a -> client.decr(a.get(0), Long.parseLong(a.get(1))));
    operations.put("gets", a -> {
      GetsResponse<Object> found = client.gets(a.get(0));
      if (found == null) return null;
      tokens.put(a.get(0), found.getCas());
      return found.getValue();
    });
    operations.put("cas", a -> client.cas(a.get(0), 0, a.get(1), tokens.get(a.get(0))));
    operations.put("touch", a -> client.touch(a.get(0), Integer.parseInt(a.get(1))));
    operations.put("gat", a -> client.getAndTouch(a.get(0), Integer.parseInt(a.get(1))));
    operations.put("flush", a -> {
      client.flushAll();
      return true;
    });
    Loop.serve(MemcachedClient.class, operations);
  }
}
