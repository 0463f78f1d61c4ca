package dev.espalier.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Assumptions;

/**
 * The memory that this process has taken from the operating system outside of the Java heap. The
 * heap is left out because the collector gives and takes it by rules of its own, a hundred
 * megabytes at a time. What the C library keeps back for later is given up first where the virtual
 * machine can ask for it: glibc keeps up to 64 MB that is free in each of its arenas, and how many
 * threads found one of their own is a matter of timing.
 */
final class ResidentMemory {
  private static final Path MAPPINGS = Path.of("/proc/self/smaps");
  private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-[0-9a-f]+ .*");
  private static final Pattern ANONYMOUS = Pattern.compile("Anonymous: +(\\d+) kB");
  private static final Pattern HEAP_ADDRESS = Pattern.compile("0x([0-9a-f]{16})");

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private ResidentMemory() {}

  /** Returns the megabytes in use; skips the test where the system does not tell. */
  static long megabytes() {
    Assumptions.assumeTrue(Files.isReadable(MAPPINGS), "this system has no " + MAPPINGS);
    long least = now();
    for (int i = 0; i < 4; i++) {
      pause();
      least = Math.min(least, now());
    }
    return least;
  }

  /**
   * Checks that no more than so many megabytes were taken since a measurement and not given back.
   * Much is given back late, on a busy machine seconds later: cleaners of Java objects and the
   * threads of an engine free what was given up, and Java's own compiler what it worked with. What
   * is still there after {@link #PATIENCE} is lost.
   */
  static void assertGrowthBelow(int limit, long before) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    long growth = megabytes() - before;
    while (growth >= limit && System.nanoTime() < deadline) {
      growth = megabytes() - before;
    }
    assertThat(growth).as("megabytes that were taken and not given back").isLessThan(limit);
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @SuppressWarnings("SystemGc") // Frees native memory that hangs on Java objects.
  private static long now() {
    System.gc();
    giveUpFreeMemory();
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

  /** Returns what a command to the virtual machine prints. */
  private static String command(String name) throws JMException {
    ObjectName commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
    return String.valueOf(
        ManagementFactory.getPlatformMBeanServer()
            .invoke(commands, name, new Object[0], new String[0]));
  }

  private static void giveUpFreeMemory() {
    try {
      command("systemTrimNativeHeap");
    } catch (JMException e) {
      // A virtual machine without the command; the value is then larger than what is in use.
      return;
    }
  }

  /** Returns where the heap lies; an empty range if this virtual machine does not tell. */
  private static AddressRange javaHeap() {
    try {
      long[] addresses =
          HEAP_ADDRESS
              .matcher(command("gcHeapInfo"))
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
