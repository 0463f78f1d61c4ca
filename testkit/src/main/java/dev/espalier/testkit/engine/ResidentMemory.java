package dev.espalier.testkit.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Assumptions;

/**
 * The memory that this process has taken from the operating system outside of the Java heap. The
 * heap is left out because the collector gives and takes it by rules of its own, a hundred
 * megabytes at a time.
 */
final class ResidentMemory {
  private static final Path MAPPINGS = Path.of("/proc/self/smaps");
  private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-[0-9a-f]+ .*");
  private static final Pattern ANONYMOUS = Pattern.compile("Anonymous: +(\\d+) kB");
  private static final Pattern HEAP_ADDRESS = Pattern.compile("0x([0-9a-f]{16})");

  private ResidentMemory() {}

  /** Returns the megabytes in use; skips the test where the system does not tell. */
  @SuppressWarnings("SystemGc") // Frees native memory that hangs on Java objects.
  static long megabytes() {
    Assumptions.assumeTrue(Files.isReadable(MAPPINGS), "this system has no " + MAPPINGS);
    System.gc();
    AddressRange heap = javaHeap();
    long kilobytes = 0;
    boolean inHeap = false;
    try {
      for (String line : Files.readAllLines(MAPPINGS)) {
        Matcher mapping = MAPPING.matcher(line);
        Matcher anonymous = ANONYMOUS.matcher(line);
        if (mapping.matches()) {
          inHeap = heap.contains(Long.parseUnsignedLong(mapping.group(1), 16));
        } else if (anonymous.matches() && !inHeap) {
          kilobytes += Long.parseLong(anonymous.group(1));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return kilobytes / 1024;
  }

  /** Returns where the heap lies; an empty range if this virtual machine does not tell. */
  private static AddressRange javaHeap() {
    try {
      ObjectName commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
      Object text =
          ManagementFactory.getPlatformMBeanServer()
              .invoke(commands, "gcHeapInfo", new Object[0], new String[0]);
      long[] addresses =
          HEAP_ADDRESS
              .matcher(String.valueOf(text))
              .results()
              .mapToLong(address -> Long.parseUnsignedLong(address.group(1), 16))
              .sorted()
              .toArray();
      return addresses.length == 0
          ? new AddressRange(0, 0)
          : new AddressRange(addresses[0], addresses[addresses.length - 1]);
    } catch (JMException e) {
      return new AddressRange(0, 0);
    }
  }

  private record AddressRange(long begin, long end) {
    boolean contains(long address) {
      return Long.compareUnsigned(begin, address) <= 0 && Long.compareUnsigned(address, end) < 0;
    }
  }
}
