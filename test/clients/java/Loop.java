import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Takes requests from standard input, a line each, and writes an answer for each: see ../README.md. */
final class Loop {
  interface Operation {
    Object apply(List<String> arguments) throws Exception;
  }

  static void serve(Class<?> library, Map<String, Operation> operations) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      List<String> words = Arrays.asList(line.split("\t"));
      Operation operation = operations.get(words.get(0));
      List<String> arguments = words.subList(1, words.size());
      if (words.get(0).equals("version")) System.out.println("= " + version(library));
      else System.out.println(operation == null ? "?" : answer(operation, arguments));
    }
    System.exit(0);
  }

  private static String answer(Operation operation, List<String> arguments) {
    try {
      Object result = operation.apply(arguments);
      if (result == null || result.equals(false)) return "-";
      return result.equals(true) ? "=" : "= " + result;
    } catch (UnsupportedOperationException error) {
      return "?";
    } catch (Exception error) {
      Throwable cause = error;
      while (cause.getCause() != null) cause = cause.getCause();
      return ("! " + cause.getClass().getSimpleName() + ": " + cause.getMessage()).replaceAll("\\s+", " ");
    }
  }

  /** Of many keys, the value of each or a minus sign, in their order. */
  static String several(List<String> keys, Map<String, Object> found) {
    List<String> values = new ArrayList<>();
    for (String key : keys) values.add(String.valueOf(found.getOrDefault(key, "-")));
    return String.join(" ", values);
  }

  /** xmemcached-2.4.8.jar */
  private static String version(Class<?> library) {
    String jar = new File(library.getProtectionDomain().getCodeSource().getLocation().getPath()).getName();
    return jar.substring(jar.lastIndexOf('-') + 1, jar.length() - ".jar".length());
  }
}
