import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.spy.memcached.CASResponse;
import net.spy.memcached.CASValue;
import net.spy.memcached.ConnectionFactoryBuilder;
import net.spy.memcached.ConnectionFactoryBuilder.Protocol;
import net.spy.memcached.FailureMode;
import net.spy.memcached.MemcachedClient;
import net.spy.memcached.internal.OperationFuture;

final class WithSpymemcached {
  public static void main(String[] args) throws Exception {
    System.setProperty("net.spy.log.LoggerImpl", "net.spy.memcached.compat.log.SunLogger");
    java.util.logging.LogManager.getLogManager().reset();
    Protocol protocol = args[2].equals("binary") ? Protocol.BINARY : Protocol.TEXT;
    var factory = new ConnectionFactoryBuilder()
        .setProtocol(protocol).setOpTimeout(2000).setFailureMode(FailureMode.Cancel).build();
    var client = new MemcachedClient(factory, List.of(new InetSocketAddress(args[0], Integer.parseInt(args[1]))));
    Map<String, Long> tokens = new HashMap<>();
    Map<String, Loop.Operation> operations = new HashMap<>();
    operations.put("get", a -> client.get(a.get(0)));
    operations.put("multi", a -> Loop.several(a, client.getBulk(a)));
    operations.put("set", a -> answered(client.set(a.get(0), Integer.parseInt(a.get(2)), a.get(1))));
    operations.put("add", a -> answered(client.add(a.get(0), 0, a.get(1))));
    operations.put("append", a -> answered(client.append(a.get(0), a.get(1))));
    operations.put("delete", a -> answered(client.delete(a.get(0))));
    operations.put("incr", a -> client.incr(a.get(0), Long.parseLong(a.get(1))));
    operations.put("decr", a -> client.decr(a.get(0), Long.parseLong(a.get(1))));
    operations.put("gets", a -> {
      CASValue<Object> found = client.gets(a.get(0));
      if (found == null) return null;
      tokens.put(a.get(0), found.getCas());
      return found.getValue();
    });
    operations.put("cas", a -> client.cas(a.get(0), tokens.get(a.get(0)), a.get(1)) == CASResponse.OK);
    operations.put("touch", a -> answered(client.touch(a.get(0), Integer.parseInt(a.get(1)))));
    operations.put("gat", a -> {
      CASValue<Object> found = client.getAndTouch(a.get(0), Integer.parseInt(a.get(1)));
      return found == null ? null : found.getValue();
    });
    operations.put("flush", a -> answered(client.flush()));
    Loop.serve(MemcachedClient.class, operations);
  }

  /** Its status tells an error from an answer of no. */
  private static boolean answered(OperationFuture<Boolean> future) throws Exception {
    boolean done = future.get();
    String message = future.getStatus().getMessage();
    if (!done && message.contains("ERROR")) throw new IllegalStateException(message);
    return done;
  }
}
